package io.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.command.ServeProgramTest;
import io.fovea.data.Images;
import io.fovea.dataset.Dataset;
import io.fovea.format.Models;
import io.fovea.network.ConvOption;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.optim.Sgd;
import io.fovea.train.Trainer;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A release and its user: the libraries are built once more, in another folder, and deployed to a
 * repository in a folder; a project that knows no other Fovea ({@code src/it/consumer}) imports the
 * BOM from there, is built by Maven, and reads a seven.
 */
@Tag("gate")
@Timeout(900)
@DisabledOnOs(OS.WINDOWS) // Maven is a script there
class ConsumerTest {
  private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();
  private static final List<String> LIBRARIES =
      List.of("core", "data", "format", "transfer", "http", "serve");
  private static final Set<String> LEFT_OUT = Set.of("target", ".git", "test", "runs", "rivals");
  private static final String PROGRAM = "com.example.digits/com.example.digits.ReadDigit";

  @TempDir static Path folder;
  private static Path tree = Path.of("");
  private static Path released = Path.of("");
  private static Path consumer = Path.of("");
  private static List<String> pictureOfSeven = List.of();
  private static String version = "";

  @BeforeAll
  static void releaseAndBuild() throws Exception {
    version = PublishedModulesTest.version();
    tree = copy(PROJECT, folder.resolve("elsewhere"));
    released = folder.resolve("released");
    maven(
        tree,
        "deploy",
        "-Prelease",
        "-pl",
        ":fovea-bom,:fovea-parent,:fovea-core,:fovea-data,:fovea-format,:fovea-transfer,:fovea-http,:fovea-serve",
        "-DaltDeploymentRepository=fovea::" + released.toUri(),
        "-Dmaven.install.skip",
        "-Dmaven.test.skip",
        "-Dchecks.skip",
        "-Dfovea.errorprone=-Xlint:none"); // changes no class file, and halves the time
    consumer = copy(PROJECT.resolve("cli/src/it/consumer"), folder.resolve("consumer"));
    maven(
        consumer,
        "package",
        "-Dmaven.repo.local=" + repositoryWithoutFovea(),
        "-Dfovea.repository=" + released.toUri(),
        "-Dfovea.version=" + version);
    pictureOfSeven = modelAndPicture();
  }

  /** The sources of a project, without what is built and without tests. */
  private static Path copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes)
              throws IOException {
            if (LEFT_OUT.contains(String.valueOf(path.getFileName()))) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            Files.createDirectories(to.resolve(from.relativize(path)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes)
              throws IOException {
            Files.copy(path, to.resolve(from.relativize(path)));
            return FileVisitResult.CONTINUE;
          }
        });
    return to;
  }

  /** A local repository with the plugins of this machine's, but nothing of Fovea. */
  private static Path repositoryWithoutFovea() throws IOException {
    Path known = Path.of(System.getProperty("user.home"), ".m2", "repository");
    known = Path.of(System.getProperty("localRepository", known.toString()));
    Path empty = folder.resolve("repository");
    link(known, empty, "io");
    link(known.resolve("io"), empty.resolve("io"), "fovea");
    return empty;
  }

  private static void link(Path from, Path to, String leftOut) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> entries = Files.list(from)) {
      for (Path entry : entries.toList()) {
        if (!entry.endsWith(leftOut)) {
          Files.createSymbolicLink(to.resolve(from.relativize(entry)), entry);
        }
      }
    }
  }

  /** JUnit would warn of each link in the folder that it clears away. */
  @AfterAll
  static void unlink() throws IOException {
    try (Stream<Path> entries = Files.walk(folder.resolve("repository"), 2)) {
      for (Path link : entries.filter(Files::isSymbolicLink).toList()) {
        Files.delete(link);
      }
    }
  }

  /** A small network that has learned from real digits, and one of them. */
  private static List<String> modelAndPicture() throws IOException {
    Dataset digits = SmallData.digits().first(500);
    Network net =
        Network.input(1, 28, 28)
            .conv2d(8, 5, ConvOption.padding(2))
            .relu()
            .flatten()
            .dense(10)
            .build(Initializer.he(), 42L);
    Trainer.of(net).optimizer(Sgd.of(0.01f).momentum(0.9f)).epochs(3).batchSize(32).fit(digits);
    Path model = folder.resolve("digits.safetensors");
    Models.write(net, model);
    int index = 0;
    while (digits.label(index) != 7) {
      index++;
    }
    Path picture = folder.resolve("seven.png");
    Images.write(digits.image(index), picture);
    return List.of(model.toString(), picture.toString());
  }

  private static void maven(Path project, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("mvn", "-B", "-ntp"));
    command.addAll(List.of(arguments));
    run(project, command);
  }

  /** Runs a command on this JVM's JDK; what it printed to standard output. */
  private static String run(Path where, List<String> command)
      throws IOException, InterruptedException {
    Path errors = Files.createTempFile(folder, "errors", ".log");
    ProcessBuilder builder = new ProcessBuilder(command).directory(where.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.redirectError(errors.toFile()).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor())
        .as("%s\n%s\n%s", command, output, Files.readString(errors))
        .isZero();
    return output;
  }

  private static String jdk(String tool, Object... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", tool).toString());
    Stream.of(arguments).map(String::valueOf).forEach(command::add);
    return run(folder, command);
  }

  private static void assertReadsSeven(String... options) throws IOException, InterruptedException {
    List<Object> command = new ArrayList<>(List.of("-Xmx256m"));
    command.addAll(List.of(options));
    command.addAll(pictureOfSeven);
    assertThat(jdk("java", command.toArray())).isEqualTo("7" + System.lineSeparator());
  }

  @Test
  void jars_ofTwoBuildsInTwoFolders_areTheSameBytes() {
    for (String library : LIBRARIES) {
      String jar = "target/fovea-" + library + "-" + version + ".jar";
      assertThat(tree.resolve(library).resolve(jar))
          .as("%s: the same sources built twice (mvn package before this test)", library)
          .hasSameBinaryContentAs(PROJECT.resolve(library).resolve(jar));
    }
  }

  @Test
  void release_ofALibrary_hasAllThatCentralAsksFor() throws IOException {
    for (String library : LIBRARIES) {
      Path artifacts = released.resolve("io/fovea/fovea-" + library).resolve(version);
      List<String> names;
      try (Stream<Path> files = Files.list(artifacts)) {
        names = files.map(file -> String.valueOf(file.getFileName())).toList();
      }
      for (String end :
          List.of("[0-9].jar", "-sources.jar", "-javadoc.jar", "-cyclonedx.json", ".pom")) {
        assertThat(names)
            .as("%s: %s", library, end)
            .anyMatch(name -> name.matches(".*" + end.replace(".", "\\.")))
            .anyMatch(name -> name.matches(".*" + end.replace(".", "\\.") + "\\.sha1"));
      }
    }
    assertThat(released.resolve("io/fovea/fovea-bom")).isDirectory();
    assertThat(released.resolve("io/fovea/fovea-parent")).isDirectory();
  }

  @Test
  void consumer_onTheClassPath_readsSeven() throws IOException, InterruptedException {
    String path =
        consumer.resolve("target/classes")
            + File.pathSeparator
            + consumer.resolve("target/lib")
            + File.separator
            + "*";
    assertReadsSeven(
        "--add-modules", "jdk.incubator.vector", "-cp", path, "com.example.digits.ReadDigit");
  }

  @Test
  void consumer_onTheModulePath_readsSeven() throws IOException, InterruptedException {
    String path =
        consumer.resolve("target/digits-1.jar")
            + File.pathSeparator
            + consumer.resolve("target/lib");
    assertReadsSeven("-p", path, "-m", PROGRAM);
  }

  /** How a program with transfer and serve starts: on the class path, on the module path. */
  private static List<List<String>> services() throws IOException, InterruptedException {
    maven(
        consumer,
        "dependency:copy-dependencies",
        "-Pservices",
        "-Dmaven.repo.local=" + folder.resolve("repository"),
        "-Dfovea.repository=" + released.toUri(),
        "-Dfovea.version=" + version);
    Path jars = consumer.resolve("target/dependency");
    Path classes = folder.resolve("services");
    Path source = PROJECT.resolve("cli/src/it/services");
    String program = "com.example.services.Services";
    Path code = source.resolve(program.replace('.', '/') + ".java");
    jdk("javac", "-p", jars, "-d", classes, source.resolve("module-info.java"), code);
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String both = classes + File.pathSeparator + jars;
    return List.of(
        List.of(java, "--add-modules", "jdk.incubator.vector", "-cp", both + "/*", program),
        List.of(java, "-p", both, "-m", "com.example.services/" + program));
  }

  private static List<String> with(List<String> command, String... arguments) {
    return Stream.concat(command.stream(), Stream.of(arguments)).toList();
  }

  @Test
  void services_onBothPaths_giveTheCommandsModelAndAnswers() throws Exception {
    Path work = Files.createDirectories(folder.resolve("work"));
    TransferProgramTest.photosAndBackbone(work);
    TransferProgramTest.train(work, TransferProgramTest.RECIPE);
    for (List<String> java : services()) {
      run(work, with(java, "fit", "backbone.safetensors", "photos", "own"));
      assertThat(work.resolve("own"))
          .as("%s", java)
          .hasSameBinaryContentAs(work.resolve("run/model.safetensors"));
      ServeProgramTest.assertAnswersLikeTheCommand(work, with(java, "serve", "digits.safetensors"));
    }
  }

  /** In an empty folder with the POM of docs/java.md, on real MNIST; one epoch of few images. */
  @Test
  void javaPage_copiedByHand_readsThePhotographedSeven() throws IOException, InterruptedException {
    Path project = Files.createDirectories(folder.resolve("java-page"));
    String page = Files.readString(PROJECT.resolve("docs/java.md"));
    String pom = page.substring(page.indexOf("```xml\n") + 7);
    String repository =
        "<repositories><repository><id>fovea</id><url>%s</url></repository></repositories>"
            .formatted(released.toUri());
    Files.writeString(
        project.resolve("pom.xml"),
        pom.substring(0, pom.indexOf("```")).replace("</project>", repository + "</project>"));
    Files.copy(PROJECT.resolve("docs/images/seven.png"), project.resolve("seven.png"));
    maven(
        project,
        "dependency:copy-dependencies",
        "-Dmaven.repo.local=" + folder.resolve("repository"));
    PagePrograms.Block digits = PagePrograms.blocks("docs/java.md").getFirst();
    String code =
        digits
            .code()
            .replace("epochs(3)", "epochs(1)")
            .replace("fit(mnist.train())", "fit(mnist.train().first(6000))");
    assertThat(PagePrograms.run(project, digits.file(), code, "target/dependency/*").lines())
        .hasSize(2)
        .last(InstanceOfAssertFactories.STRING)
        .matches("7 \\d+\\.\\d\\d %");
  }

  /** As docs/dependency.md says. */
  @Test
  void consumer_asAnImage_readsSeven() throws IOException, InterruptedException {
    Path modules = Files.createDirectories(folder.resolve("modules"));
    Files.copy(consumer.resolve("target/digits-1.jar"), modules.resolve("digits-1.jar"));
    try (Stream<Path> jars = Files.list(consumer.resolve("target/lib"))) {
      for (Path jar : jars.sorted().toList()) {
        Files.copy(jar, modules.resolve(String.valueOf(jar.getFileName())));
      }
    }
    try (Stream<Path> jars = Files.list(modules)) {
      for (Path jar : jars.sorted().toList()) {
        describe(jar, modules);
      }
    }
    Path image = folder.resolve("image");
    jdk(
        "jlink",
        "--module-path",
        modules,
        "--add-modules",
        "com.example.digits",
        "--launcher",
        "digits=" + PROGRAM,
        "--strip-java-debug-attributes",
        "--no-header-files",
        "--no-man-pages",
        "--compress=zip-9",
        "--output",
        image);
    List<String> command = new ArrayList<>(List.of(image.resolve("bin/digits").toString()));
    command.addAll(pictureOfSeven);
    assertThat(run(folder, command)).isEqualTo("7\n");
    long size = 0;
    try (Stream<Path> files = Files.walk(image)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        size += Files.size(file);
      }
    }
    System.out.printf("%,d bytes  image of core, format and data%n", size);
    assertThat(size).as("the table of sizes in docs/dependency.md").isLessThan(55_000_000);
  }

  /** Gives a jar a module descriptor where it has none: jlink takes no automatic modules. */
  private static void describe(Path jar, Path modules) throws IOException, InterruptedException {
    try (JarFile file = new JarFile(jar.toFile())) {
      if (file.stream().anyMatch(entry -> entry.getName().endsWith("module-info.class"))) {
        return;
      }
    }
    Path made = Files.createTempDirectory(folder, "descriptor");
    jdk(
        "jdeps",
        "--ignore-missing-deps",
        "--multi-release=base",
        "--module-path",
        modules,
        "--generate-module-info",
        made,
        jar);
    Path source;
    try (Stream<Path> files = Files.walk(made)) {
      source = files.filter(file -> file.endsWith("module-info.java")).findFirst().orElseThrow();
    }
    String name = String.valueOf(made.relativize(source).getName(0));
    jdk("javac", "-p", modules, "--patch-module", name + "=" + jar, "-d", made, source);
    jdk("jar", "--update", "--file", jar, "-C", made, "module-info.class");
  }
}
