package io.fovea.spark.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.data.Images;
import io.fovea.dataset.Dataset;
import io.fovea.format.Models;
import io.fovea.format.onnx.Onnx;
import io.fovea.network.ConvOption;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.optim.Sgd;
import io.fovea.spark.Digits;
import io.fovea.train.Trainer;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A user's project outside of the tree: Maven resolves the dependencies of spark/README.md as they
 * stand there, with the versions of Spark's own, and the page's program runs on what came out.
 */
@Tag("gate")
@Timeout(900)
@DisabledOnOs(OS.WINDOWS) // Maven is a script there
class ProjectTest {
  private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();
  private static final List<String> LIBRARIES = List.of("core data format spark".split(" ", -1));

  @TempDir static Path folder;
  private static String classPath = "";

  @BeforeAll
  static void resolveAndCompile() throws Exception {
    String page = Files.readString(PROJECT.resolve("spark/README.md"));
    String dependencies = first(page, "```xml\\n(<dependencies>.*?)```");
    String version = first(page, "<artifactId>fovea-spark</artifactId>\\s*<version>(.*?)<");
    Files.writeString(
        folder.resolve("pom.xml"),
        """
        <project xmlns="http://maven.apache.org/POM/4.0.0">
          <modelVersion>4.0.0</modelVersion>
          <groupId>com.example</groupId>
          <artifactId>score</artifactId>
          <version>1</version>
        %s</project>
        """
            .formatted(dependencies));
    Path repository = installed(version);
    List<String> maven =
        List.of(
            "mvn",
            "-B",
            "-ntp",
            "-Dmaven.repo.local=" + repository,
            "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath",
            "-Dmdep.outputFile=classpath.txt");
    // With what this machine has; where that is not enough, with the network's help.
    if (!run(Stream.concat(maven.stream(), Stream.of("-o")).toList()).endsWith("exit code 0")) {
      assertThat(run(maven)).endsWith("exit code 0");
    }
    classPath = Files.readString(folder.resolve("classpath.txt")).strip();
    Files.writeString(folder.resolve("Score.java"), first(page, "```java\\n(import .*?)```"));
    assertThat(run(jdk("javac", "-cp", classPath, "Score.java"))).endsWith("exit code 0");
    Dataset digits = Digits.train();
    Network net =
        Network.input(1, 28, 28)
            .conv2d(8, 5, ConvOption.padding(2))
            .relu()
            .flatten()
            .dense(10)
            .build(Initializer.he(), 42L);
    Trainer.of(net).optimizer(Sgd.of(0.01f).momentum(0.9f)).epochs(3).batchSize(32).fit(digits);
    Models.write(net, folder.resolve("digits.safetensors"));
    Onnx.write(net, folder.resolve("digits.onnx"));
    picture(digits, 7);
  }

  /** A learned digit, as a file. */
  private static void picture(Dataset digits, int label) throws IOException {
    int index = 0;
    while (digits.label(index) != label) {
      index++;
    }
    Path pictures = Files.createDirectory(folder.resolve("pictures"));
    Images.write(digits.image(index), pictures.resolve("seven.png"));
  }

  private static String first(String text, String pattern) {
    Matcher matcher = Pattern.compile(pattern, Pattern.DOTALL).matcher(text);
    assertThat(matcher.find()).as(pattern).isTrue();
    return matcher.group(1);
  }

  /** A local repository: this machine's by links, and Fovea as an installation of this build. */
  private static Path installed(String version) throws IOException {
    Path known = Path.of(System.getProperty("user.home"), ".m2", "repository");
    known = Path.of(System.getProperty("localRepository", known.toString()));
    Path repository = folder.resolve("repository");
    link(known, repository, "io");
    link(known.resolve("io"), repository.resolve("io"), "fovea");
    install(repository, "fovea-bom", version, PROJECT.resolve("bom"));
    install(repository, "fovea-parent", version, PROJECT);
    for (String library : LIBRARIES) {
      Path artifact = install(repository, "fovea-" + library, version, PROJECT.resolve(library));
      pack(library, Path.of(artifact + ".jar"));
    }
    return repository;
  }

  private static void link(Path from, Path to, String leftOut) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> entries = Files.list(from)) {
      for (Path entry : entries.filter(path -> !path.endsWith(leftOut)).toList()) {
        Files.createSymbolicLink(to.resolve(from.relativize(entry)), entry);
      }
    }
  }

  /** Copies the POM of an artifact; the artifact's files without their endings. */
  private static Path install(Path repository, String name, String version, Path source)
      throws IOException {
    Path place =
        Files.createDirectories(repository.resolve("io/fovea").resolve(name).resolve(version));
    Path artifact = place.resolve(name + "-" + version);
    Files.copy(source.resolve("pom.xml"), Path.of(artifact + ".pom"));
    return artifact;
  }

  /** Makes the jar of a library: what these tests have on their class path, a jar or classes. */
  private static void pack(String library, Path jar) throws IOException {
    String all =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path", ""));
    Path target = PROJECT.resolve(library).resolve("target");
    Path built =
        Arrays.stream(all.split(File.pathSeparator))
            .map(Path::of)
            .filter(path -> path.startsWith(target) && !path.endsWith("test-classes"))
            .findFirst()
            .orElseThrow(() -> new AssertionError(library + " is not on " + all));
    if (Files.isDirectory(built)) {
      ToolProvider tool = ToolProvider.findFirst("jar").orElseThrow();
      String[] arguments = {"-c", "-f", jar.toString(), "-C", built.toString(), "."};
      assertThat(tool.run(System.out, System.err, arguments)).as(library).isZero();
    } else {
      Files.copy(built, jar);
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

  private static List<String> jdk(String tool, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", tool).toString());
    command.addAll(List.of(arguments));
    return command;
  }

  /** What a command prints in the project's folder, and its exit code at the end. */
  private static String run(List<String> command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().remove("SPARK_HOME");
    Process process = builder.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return said + "exit code " + process.waitFor();
  }

  @ParameterizedTest
  @ValueSource(strings = {"digits.safetensors", "digits.onnx"})
  void program_onTheDependenciesOfThePage_readsSeven(String model) throws Exception {
    String said =
        run(
            jdk(
                "java",
                "-Xmx1g",
                "--add-modules",
                "jdk.incubator.vector",
                "-Dspark.master=local[1]",
                "-Dspark.ui.enabled=false",
                "-cp",
                "." + File.pathSeparator + classPath,
                "Score",
                model,
                "pictures"));
    assertThat(said).endsWith("exit code 0").containsPattern("seven\\.png\\s*\\|7\\s*\\|");
  }
}
