package io.fovea.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What {@code build/Dist.java} has made, used as somebody uses it who has downloaded it. */
@Tag("gate")
@DisabledOnOs(OS.WINDOWS) // shell scripts, users and permissions
@Timeout(300)
class DownloadIT {
  private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();
  private static final Path MADE = PROJECT.resolve("cli/target/dist");
  private static final Path JDK = Path.of(System.getProperty("java.home"));
  private static final Pattern NATIVE =
      Pattern.compile(".*\\.(so|dll|jnilib|dylib)([.0-9]*)?", Pattern.CASE_INSENSITIVE);

  @TempDir Path folder;
  private Path work = Path.of("");

  /** What a process did: its exit code, and all that it printed. */
  private record Ended(int exit, String text) {}

  /** A folder that others than this user may look into, with one in it to write to. */
  @BeforeEach
  void open() throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    work = Files.createDirectory(folder.resolve("Bilder für später"));
    Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxrwxrwx"));
  }

  private static Path made(String end) throws IOException {
    try (Stream<Path> files = Files.list(MADE)) {
      List<Path> found = files.filter(file -> file.toString().endsWith(end)).toList();
      assertThat(found).as("cli/target/dist/*" + end).hasSize(1);
      return found.getFirst();
    }
  }

  /** Runs a command with nothing in its environment but this, in the folder to write to. */
  private Ended run(Map<String, String> environment, List<String> command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).directory(work.toFile());
    builder.environment().clear();
    builder.environment().put("HOME", work.toString());
    builder.environment().putAll(environment);
    Process process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), text);
  }

  /** The words before a command that take root's rights from it: root may write anywhere. */
  private static List<String> asSomebody(Path script, String... arguments) {
    List<String> command = new ArrayList<>();
    if (System.getProperty("user.name").equals("root")) {
      command.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"));
    }
    command.add(script.toString());
    command.addAll(List.of(arguments));
    return command;
  }

  private Path unzipped() throws IOException {
    Path install = folder.resolve("My Prögrams & more");
    try (FileSystem zip =
            FileSystems.newFileSystem(made(".zip"), Map.of("enablePosixFileAttributes", "true"));
        Stream<Path> files = Files.walk(zip.getPath("/"))) {
      for (Path file : files.toList()) {
        Path to = install.resolve("." + file);
        if (Files.isDirectory(file)) {
          Files.createDirectories(to);
        } else {
          Files.copy(file, to);
          Files.setLastModifiedTime(to, Files.getLastModifiedTime(file));
          Files.setPosixFilePermissions(to, Files.getPosixFilePermissions(file));
        }
      }
    }
    try (Stream<Path> roots = Files.list(install)) {
      return roots.findFirst().orElseThrow();
    }
  }

  /** Bright and dark pictures, by folders. */
  private Path pictures() throws IOException {
    for (String label : List.of("bright", "dark")) {
      Path pictures = Files.createDirectories(work.resolve("data").resolve(label));
      for (int i = 0; i < 16; i++) {
        BufferedImage picture = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
        for (int pixel = 0; pixel < 28 * 28; pixel++) {
          int grey = (label.equals("bright") ? 160 : 10) + (pixel * 7 + i * 13) % 80;
          picture.setRGB(pixel % 28, pixel / 28, grey * 0x010101);
        }
        ImageIO.write(picture, "png", pictures.resolve(i + ".png").toFile());
      }
    }
    return work.resolve("data");
  }

  @Test
  void zip_hasNoNativeFileInAnyJar() throws IOException {
    List<String> jars = new ArrayList<>();
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(made(".zip")))) {
      for (ZipEntry entry; (entry = zip.getNextEntry()) != null; ) {
        String name = entry.getName();
        assertThat(name).doesNotMatch(NATIVE);
        if (name.endsWith(".jar")) {
          jars.add(name.replaceAll(".*/|-[0-9].*", ""));
          requireNoNativeFile(name, zip.readAllBytes());
        }
      }
    }
    assertThat(jars)
        .contains("fovea-core", "fovea-data", "fovea-format", "fovea-transfer", "fovea-replay")
        .contains("fovea-http", "fovea-serve", "fovea-studio", "fovea-cli", "fovea-spark")
        .contains("protobuf-java", "picocli");
  }

  private static void requireNoNativeFile(String name, byte[] bytes) throws IOException {
    try (ZipInputStream jar = new ZipInputStream(new java.io.ByteArrayInputStream(bytes))) {
      int entries = 0;
      for (ZipEntry entry; (entry = jar.getNextEntry()) != null; entries++) {
        assertThat(entry.getName()).as(name).doesNotMatch(NATIVE);
        if (entry.getName().equals("picocli/CommandLine.class")) {
          assertThat(jar.readNBytes(8)[7])
              .as("class-file version, for the cache")
              .isEqualTo((byte) 69);
        }
      }
      assertThat(entries).as(name).isPositive();
    }
  }

  @Test
  void nativeFile_isRecognised() {
    for (String name : List.of("a/libx.so", "x.DLL", "linux/libx.so.1.2", "x.dylib", "x.jnilib")) {
      assertThat(name).matches(NATIVE);
    }
    for (String name : List.of("a/Sort.class", "so", "x.solid", "a.so/README")) {
      assertThat(name).doesNotMatch(NATIVE);
    }
  }

  @Test
  void zip_madeAgain_hasTheSameBytes() throws Exception {
    Path zip = made(".zip");
    byte[] before = Files.readAllBytes(zip);
    String version = zip.getFileName().toString().replaceAll("fovea-|\\.zip", "");
    List<String> command =
        List.of(
            JDK.resolve("bin/java").toString(),
            "-Duser.timezone=UTC",
            PROJECT.resolve("build/Dist.java").toString(),
            PROJECT.toString(),
            version,
            "2026-01-01T00:00:00Z",
            "zip");
    Ended ended = run(Map.of(), command);
    assertThat(ended.exit()).as(ended.text()).isZero();
    assertThat(Files.readAllBytes(zip)).isEqualTo(before);
  }

  @Test
  void zip_readOnlyInAnOddPlaceAndWithoutMaven_trainsAndPredicts() throws Exception {
    Path install = unzipped();
    Path fovea = install.resolve("bin/fovea");
    Map<String, String> environment = Map.of("JAVA_HOME", JDK.toString());
    String data = pictures().toString();
    Ended train =
        run(
            environment,
            asSomebody(
                fovea,
                "train",
                data,
                "--model",
                "mlp",
                "--epochs",
                "1",
                "--limit",
                "24",
                "--out",
                "läufe/erster"));
    assertThat(train.exit()).as(train.text()).isZero();
    assertThat(train.text()).contains("epoch 1/1").doesNotContain("WARNING");
    assertThat(work.resolve("läufe/erster/model.safetensors")).exists();
    Ended predict =
        run(environment, asSomebody(fovea, "predict", "läufe/erster", data + "/dark/3.png"));
    assertThat(predict.exit()).as(predict.text()).isZero();
    assertThat(predict.text()).containsPattern("3.png +(bright|dark) ");
    assertThat(install.resolve("aot")).doesNotExist();
    try (Stream<Path> files = Files.walk(work.resolve(".cache/fovea/aot"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .as("a record of modules in this folder would break other commands")
          .contains("quick.aot", "recorded")
          .doesNotContain("start.aot");
    }
  }

  @Test
  void image_unpackedElsewhereAndWithoutJava_computesAndServes() throws Exception {
    Path archive = made(".tar.gz");
    assertThat(Files.size(archive)).isLessThan(90_000_000);
    Path place = Files.createDirectory(folder.resolve("a place"));
    String[] tar = {"tar", "-xzf", archive.toString(), "-C", place.toString()};
    assertThat(new ProcessBuilder(tar).start().waitFor()).isZero();
    Path image = place.resolve(archive.getFileName().toString().replace(".tar.gz", ""));
    Path tools = Files.createDirectory(folder.resolve("tools"));
    for (String tool : List.of("sh", "dirname", "readlink", "grep", "locale")) {
      Path wrapper = tools.resolve(tool);
      Files.writeString(wrapper, "#!/bin/sh\nexec /usr/bin/%s \"$@\"\n".formatted(tool));
      assertThat(wrapper.toFile().setExecutable(true)).isTrue();
    }
    Map<String, String> environment = new HashMap<>(Map.of("PATH", tools.toString()));
    String fovea = image.resolve("bin/fovea").toString();

    // With this mode the JVM ends where it cannot use its record.
    environment.put("FOVEA_JAVA_OPTS", "-XX:AOTMode=on");
    Ended version = run(environment, List.of(fovea, "--version"));
    assertThat(version.exit()).as(version.text()).isZero();
    environment.remove("FOVEA_JAVA_OPTS");

    String data = pictures().toString();
    Ended train =
        run(
            environment,
            List.of(fovea, "train", data, "--model", "mlp", "--epochs", "1", "--out", "run"));
    assertThat(train.exit()).as(train.text()).isZero();
    assertThat(train.text()).doesNotContain("WARNING");
    assertThat(image.resolve("aot/quick.aot")).exists();
    Ended predict = run(environment, List.of(fovea, "predict", "run", data + "/bright/3.png"));
    assertThat(predict.text()).doesNotContain("WARNING");
    assertThat(predict.text()).containsPattern("3.png +(bright|dark) ");
    // Protobuf, whose jar has no descriptor of its own.
    Ended export = run(environment, List.of(fovea, "export", "run", "--out", "run.onnx"));
    assertThat(export.exit()).as(export.text()).isZero();
    assertThat(work.resolve("run.onnx")).isNotEmptyFile();
    Ended spark = run(environment, List.of(fovea, "spark-train", "mnist"));
    assertThat(spark.exit()).isEqualTo(1);
    assertThat(spark.text()).startsWith("fovea: spark-train: the Java of this image lacks modules");
    serves(environment, fovea);
    trainsByTheStudio(environment, fovea);
  }

  /** Starts a server in the folder to write to. */
  private Process start(Map<String, String> environment, Path log, String... command)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(work.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
  }

  private static String port(Process server, Path log) throws Exception {
    Matcher port;
    do {
      assertThat(server.isAlive()).as(Files.readString(log)).isTrue();
      Thread.sleep(50);
      port = Pattern.compile("http://[^:]+:(\\d+)\\D").matcher(Files.readString(log));
    } while (!port.find());
    return port.group(1);
  }

  /** Serves, and asks as the Dockerfile's health check does. */
  private void serves(Map<String, String> environment, String fovea) throws Exception {
    Path log = work.resolve("serve.log");
    Process server = start(environment, log, fovea, "serve", "run", "--port", "0");
    try {
      String check =
          Files.readString(PROJECT.resolve("Dockerfile"))
              .replaceFirst("(?s).*CMD \\[\"bash\", \"-c\", \"(.*?)\"\\].*", "$1")
              .replace("\\\\", "\\");
      assertThat(check).contains("/8080 ");
      String here = check.replace("/8080 ", "/" + port(server, log) + " ");
      Map<String, String> shell = Map.of("PATH", "/usr/bin:/bin");
      Ended healthy = run(shell, List.of("bash", "-c", here));
      assertThat(healthy.exit()).as(here + healthy.text()).isZero();
      String other = here.replace("/health", "/none");
      assertThat(run(shell, List.of("bash", "-c", other)).exit()).as(other).isNotZero();
    } finally {
      server.destroy();
      server.waitFor();
    }
  }

  /** Trains by the studio, which starts the image's Java once more. */
  private void trainsByTheStudio(Map<String, String> environment, String fovea) throws Exception {
    Path log = work.resolve("studio.log");
    Process studio =
        start(environment, log, fovea, "studio", "--port", "0", "--runs", "runs", "--data", "data");
    try (HttpClient client = HttpClient.newHttpClient()) {
      String address = "http://127.0.0.1:" + port(studio, log);
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(address + "/api/runs"))
              .header("Origin", address)
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      "{\"data\":\"data\",\"flags\":{\"model\":\"mlp\",\"epochs\":\"1\"}}"))
              .build();
      var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(answer.body()).startsWith("{\"run\":\"");
      String name = answer.body().replaceAll("\\{\"run\":\"(.*?)\".*", "$1");
      Path model = work.resolve("runs").resolve(name).resolve("model.safetensors");
      for (int i = 0; i < 1200 && !Files.exists(model); i++) {
        Thread.sleep(50);
      }
      assertThat(model).as(Files.readString(log)).exists();
    } finally {
      studio.destroy();
      studio.waitFor();
    }
  }

  @Test
  void image_hasTheModulesOfTheProgram() throws Exception {
    Path image = Path.of(made(".tar.gz").toString().replace(".tar.gz", ""));
    Ended modules = run(Map.of(), List.of(image.resolve("bin/java").toString(), "--list-modules"));
    assertThat(modules.text().lines().map(line -> line.replaceAll("@.*", "")))
        .contains("io.fovea.cli", "io.fovea.studio", "com.google.protobuf", "java.desktop")
        .doesNotContain("jdk.jlink", "jdk.compiler", "java.sql");
  }

  @Test
  void zip_entries_haveOneTimeAndTheirPermissions() throws Exception {
    try (FileSystem zip =
            FileSystems.newFileSystem(made(".zip"), Map.of("enablePosixFileAttributes", "true"));
        Stream<Path> files = Files.walk(zip.getPath("/"))) {
      List<Path> all = files.filter(file -> file.getNameCount() > 0).toList();
      assertThat(all).hasSizeGreaterThan(20);
      for (Path file : all) {
        boolean runs = Files.isDirectory(file) || file.endsWith("bin/fovea");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .as(file.toString())
            .isEqualTo(runs ? "rwxr-xr-x" : "rw-r--r--");
      }
      assertThat(all.stream().map(DownloadIT::time).distinct()).hasSize(1);
      Path root = all.getFirst();
      String cmd = Files.readString(root.resolve("bin/fovea.cmd"));
      assertThat(cmd.replace("\r\n", "")).as("cmd wants both ends of a line").doesNotContain("\n");
      for (String name : List.of("README.txt", "LICENSE")) {
        assertThat(Files.size(root.resolve(name))).isPositive();
      }
    }
  }

  private static long time(Path file) {
    try {
      return Files.getLastModifiedTime(file).toMillis();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
