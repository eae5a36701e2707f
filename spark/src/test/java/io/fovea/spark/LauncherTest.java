package io.fovea.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * What the launcher does for spark-train before Java begins: which Spark it takes, what it says
 * where there is none. It runs in a folder of its own, with a JDK that only repeats its arguments.
 */
@Execution(ExecutionMode.CONCURRENT) // beside the classes with a Spark context
class LauncherTest {
  private static final List<String> TOOLS =
      List.of(
          "sh dirname readlink sed grep find head mktemp mkdir mv rm cat locale flock"
              .split(" ", -1));

  @TempDir Path folder;

  private Path tools = Path.of("");

  /** A launch: its exit code and all it printed. */
  private record Launch(int exit, String text) {}

  @BeforeEach
  void build() throws IOException {
    folder = folder.toRealPath();
    Files.copy(Path.of("../fovea"), folder.resolve("fovea"));
    script("jdk/bin/java", "echo \"$@\"");
    Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"25.0.3\"\n");
    tools = Files.createDirectory(folder.resolve("tools"));
    for (String tool : TOOLS) {
      for (String place : System.getenv("PATH").split(File.pathSeparator, -1)) {
        if (Files.isExecutable(Path.of(place, tool)) && !Files.exists(tools.resolve(tool))) {
          script("tools/" + tool, "exec %s/%s \"$@\"".formatted(place, tool));
        }
      }
    }
    for (String place : new String[] {"cli/target/app/bin", "cli/src/main/dist/bin"}) {
      Path bin = Files.createDirectories(folder.resolve(place));
      Files.copy(Path.of("../cli/src/main/dist/bin/fovea"), bin.resolve("fovea"));
    }
    built("cli");
  }

  private void built(String part) throws IOException {
    Path app = Files.createDirectories(folder.resolve(part + "/target/app"));
    Files.createFile(app.resolve(".built"));
    Files.createFile(app.resolve("fovea-" + part + ".jar"));
  }

  private void script(String name, String line) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + line + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  /** A Spark as far as the launcher looks at it. */
  private Path spark(String home, String core) throws IOException {
    Path jars = Files.createDirectories(folder.resolve(home).resolve("jars"));
    Files.createFile(jars.resolve(core));
    return folder.resolve(home);
  }

  private Launch launch(Map<String, String> environment, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(folder.resolve("fovea").toString()));
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().put("PATH", tools.toString());
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.environment().put("FOVEA_JAVA_HOME", folder.resolve("jdk").toString());
    builder.environment().putAll(environment);
    Process process = builder.start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Launch(process.waitFor(), text);
  }

  @Test
  void help_needsNoSpark() throws Exception {
    for (String[] arguments :
        new String[][] {
          {"spark-train", "--help"},
          {"spark-train", "-h"},
          {"spark-train", "mnist", "--epochs", "3", "--help"}
        }) {
      Launch help = launch(Map.of(), arguments);
      assertThat(help.exit()).as(help.text()).isZero();
      assertThat(help.text().strip())
          .endsWith("-m io.fovea.cli/io.fovea.cli.Fovea " + String.join(" ", arguments));
    }
  }

  @Test
  void sparkHome_isUsed() throws Exception {
    built("spark");
    Path home = spark("my-spark", "spark-core_2.13-4.2.0.jar");
    Launch launch = launch(Map.of("SPARK_HOME", home.toString()), "spark-train", "mnist");
    assertThat(launch.exit()).as(launch.text()).isZero();
    assertThat(launch.text())
        .contains(
            "-cp %s/spark/target/app/*:%s/jars/* ".formatted(folder, home),
            "-Dspark.jars=" + folder.resolve("spark/target/app/fovea-spark.jar"),
            " io.fovea.cli.Fovea spark-train mnist");
  }

  @Test
  void sparkSubmitOnThePath_decidesWhichSpark_elseMavensIs() throws Exception {
    built("spark");
    Path own = spark("spark/target/spark-home", "spark-core_2.13-4.2.0.jar");
    assertThat(launch(Map.of(), "spark-train").text()).contains(":" + own + "/jars/* ");
    Path home = spark("installed", "spark-core_2.13-4.2.0.jar");
    script("installed/bin/spark-submit", "exit 9");
    Files.createSymbolicLink(
        tools.resolve("spark-submit"), folder.resolve("installed/bin/spark-submit"));
    assertThat(launch(Map.of(), "spark-train").text()).contains(":" + home + "/jars/* ");
  }

  @Test
  void sparkHome_withoutSpark_errorNamesTheFolder() throws Exception {
    built("spark");
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertThat(launch(Map.of("SPARK_HOME", empty.toString()), "spark-train"))
        .isEqualTo(
            new Launch(
                1,
                "fovea: spark-train: there is no Spark in %s (no jars/spark-core_*.jar); set SPARK_HOME to the folder of a Spark 4.2, or unset it to use Maven's\n"
                    .formatted(empty)));
  }

  @Test
  void installed_withoutTheTree_needsASparkOfTheUsers() throws Exception {
    Path install = Files.createDirectories(folder.resolve("fovea-0.1.0"));
    for (String jar : List.of("lib/fovea-cli.jar", "lib/picocli.jar", "spark/fovea-spark.jar")) {
      Files.createDirectories(install.resolve(jar).getParent());
      Files.createFile(install.resolve(jar));
    }
    Path bin = Files.createDirectory(install.resolve("bin"));
    Files.copy(folder.resolve("cli/target/app/bin/fovea"), bin.resolve("fovea"));
    Path script = folder.resolve("fovea");
    Files.delete(script);
    Files.createSymbolicLink(script, bin.resolve("fovea"));
    assertThat(launch(Map.of(), "spark-train"))
        .isEqualTo(
            new Launch(
                1,
                "fovea: spark-train: found no Spark (no spark-submit on the PATH); set SPARK_HOME to the folder of a Spark 4.2\n"));
    Path home = spark("my-spark", "spark-core_2.13-4.2.0.jar");
    Launch launch = launch(Map.of("SPARK_HOME", home.toString()), "spark-train", "mnist");
    assertThat(launch.exit()).as(launch.text()).isZero();
    assertThat(launch.text())
        .contains(
            "-cp %1$s/spark/*:%1$s/lib/*:%2$s/jars/* ".formatted(install, home),
            "-Dspark.jars=%1$s/spark/fovea-spark.jar,%1$s/lib/fovea-cli.jar,%1$s/lib/picocli.jar "
                .formatted(install),
            " io.fovea.cli.Fovea spark-train mnist");
  }

  @Test
  void sparkHome_ofAnotherVersion_isRefused() throws Exception {
    built("spark");
    for (String core :
        List.of(
            "spark-core_2.12-3.5.1.jar",
            "spark-core_2.13-3.5.1.jar",
            "spark-core_2.12-4.0.0.jar",
            "spark-core_2.13-5.0.0.jar")) {
      Path home = spark(core.replace(".jar", ""), core);
      assertThat(launch(Map.of("SPARK_HOME", home.toString()), "spark-train"))
          .isEqualTo(
              new Launch(
                  1,
                  "fovea: spark-train: needs Spark 4 with Scala 2.13, found %s/jars/%s; set SPARK_HOME to the folder of a Spark 4.2, or unset it to use Maven's\n"
                      .formatted(home, core)));
    }
  }

  @Test
  void firstTime_withoutMaven_orWithABrokenBuild_errorNamesTheReason() throws Exception {
    assertThat(launch(Map.of(), "spark-train"))
        .isEqualTo(
            new Launch(
                1,
                "fovea: needs Maven (mvn) to build Spark's part, found none on the PATH; install it (Debian: maven)\n"));
    script("tools/mvn", "echo '[ERROR] no room on the disk'; exit 1");
    assertThat(launch(Map.of(), "spark-train"))
        .isEqualTo(
            new Launch(
                1,
                """
                fovea: building Spark's part, some minutes (Maven brings Spark, 320 MB) the first time (log: spark/target/launcher-build.log)
                [ERROR] no room on the disk
                fovea: the build failed; the whole log is spark/target/launcher-build.log
                """));
  }
}
