package io.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher's record of a start: made where there is none, used while it fits, made anew when it
 * does not. The JDK is a script that writes down how it was called.
 */
@DisabledOnOs(OS.WINDOWS) // the launcher is a shell script
@Timeout(60)
class LauncherTest {
  private static final String JAVA =
      """
      #!/bin/sh
      here=$(dirname "$0")
      echo "$*" >>"$here/../calls"
      for argument; do
        case "$argument" in
          -XX:AOTCacheOutput=*)
            [ ! -e "$here/../refuses" ] || exit 1
            [ ! -e "$here/../kills" ] || kill -9 $PPID
            echo recorded >"${argument#*=}"
            ;;
          -Xrefused) echo "the JVM refuses $argument" >&2 ;;
          -Dfovea.start=quick) exit "$(cat "$here/../quick" 2>/dev/null || echo 0)" ;;
        esac
      done
      """;

  @TempDir Path folder;
  private Path jdk;
  private Path home;

  @BeforeEach
  void prepare() throws IOException {
    jdk = Files.createDirectories(folder.resolve("jdk"));
    Path java = Files.createDirectories(jdk.resolve("bin")).resolve("java");
    Files.writeString(java, JAVA);
    assertThat(java.toFile().setExecutable(true)).isTrue();
    release("25.0.1");
    home = Files.createDirectories(folder.resolve("project"));
    Files.copy(Path.of("..", "fovea"), home.resolve("fovea"));
    Files.writeString(home.resolve("pom.xml"), "");
    Path app = home.resolve("cli/target/app");
    install(app);
    Files.writeString(app.resolve(".built"), "");
    age(home.resolve("pom.xml"), 120);
  }

  private static void install(Path app) throws IOException {
    Path script = Files.createDirectories(app.resolve("bin")).resolve("fovea");
    Files.copy(Path.of("src/main/dist/bin/fovea"), script);
    Path jar = Files.createDirectories(app.resolve("lib")).resolve("fovea-cli.jar");
    Files.writeString(jar, "");
    age(jar, 60);
  }

  private void release(String version) throws IOException {
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
  }

  private static void age(Path file, int seconds) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(seconds)));
  }

  /** How the JDK was called when the launcher ran these arguments. */
  private List<String> calls(String... arguments) throws IOException, InterruptedException {
    Files.deleteIfExists(jdk.resolve("calls"));
    Process process = launched(arguments);
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return Files.readAllLines(jdk.resolve("calls"));
  }

  private static String only(List<String> calls) {
    assertThat(calls).hasSize(1);
    return calls.getFirst();
  }

  private Process launched(String... arguments) throws IOException {
    ProcessBuilder builder = new ProcessBuilder("sh", home.resolve("fovea").toString());
    builder.command().addAll(List.of(arguments));
    builder.environment().keySet().removeAll(List.of("FOVEA_JAVA_OPTS", "JAVA_TOOL_OPTIONS"));
    builder.environment().put("FOVEA_JAVA_HOME", jdk.toString());
    Process process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    return process;
  }

  private void assertRecords(String... arguments) throws IOException, InterruptedException {
    List<String> calls = calls(arguments);
    assertThat(calls).hasSize(3);
    assertThat(calls.get(0)).contains("-XX:AOTCacheOutput=", "start.aot").endsWith("rehearse");
    assertThat(calls.get(1)).contains("-XX:AOTCacheOutput=", "quick.aot").endsWith("rehearse");
    assertStarts(calls.get(2), arguments);
  }

  private void assertUsesItsRecord(String... arguments) throws IOException, InterruptedException {
    List<String> calls = calls(arguments);
    assertThat(calls).hasSize(1);
    assertStarts(calls.getFirst(), arguments);
  }

  private void assertStarts(String call, String... arguments) {
    assertThat(call)
        .contains("-XX:AOTCache=" + home.resolve("cli/target/app/aot/start.aot"))
        .endsWith("-m io.fovea.cli/io.fovea.cli.Fovea " + String.join(" ", arguments));
  }

  @Test
  void start_inADeletedFolder_saysSo() throws Exception {
    String gone = "mkdir gone; cd gone; rmdir ../gone; exec sh \"$0\" doctor";
    Path script = home.resolve("cli/target/app/bin/fovea");
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", gone, script.toString());
    Process process = builder.directory(folder.toFile()).redirectErrorStream(true).start();
    assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .endsWith("fovea: the current folder was deleted; go to another one (cd), and try again\n");
    assertThat(process.waitFor()).isEqualTo(1);
  }

  @Test
  void record_none_isMadeOnceAndUsed() throws Exception {
    assertRecords("doctor");
    assertUsesItsRecord("doctor");
    assertUsesItsRecord("list", "--json");
  }

  @Test
  void record_jarsMadeAnew_isMadeAnew() throws Exception {
    assertRecords("doctor");
    age(home.resolve("cli/target/app/lib/fovea-cli.jar"), -2);
    assertRecords("doctor");
    age(home.resolve("cli/target/app/aot/recorded"), -4);
    assertUsesItsRecord("doctor");
  }

  @Test
  void record_anotherJdk_isMadeAnew() throws Exception {
    assertRecords("doctor");
    release("25.0.2");
    assertRecords("doctor");
    assertUsesItsRecord("doctor");
  }

  @Test
  void record_movedFolder_isMadeAnew() throws Exception {
    assertRecords("doctor");
    Path moved = folder.resolve("moved");
    Files.move(home, moved);
    home = moved;
    assertRecords("doctor");
    assertUsesItsRecord("doctor");
  }

  @Test
  void record_jdkThatCannotRecord_startsWithoutAndDoesNotTryAgain() throws Exception {
    Files.writeString(jdk.resolve("refuses"), "");
    assertThat(calls("doctor")).hasSize(3).last().asString().doesNotContain("AOTCache");
    assertThat(only(calls("doctor"))).doesNotContain("AOTCache");
  }

  @Test
  void record_interrupted_isMadeAgain() throws Exception {
    Path kills = Files.createFile(jdk.resolve("kills"));
    assertThat(launched("doctor").waitFor()).isNotZero();
    Files.delete(kills);
    assertRecords("doctor");
    assertUsesItsRecord("doctor");
  }

  @Test
  void optionsOfTheJvm_inTheEnvironment_itsErrorsAreSeen() throws Exception {
    Map<String, String> alone = Map.of("JAVA_HOME", jdk.toString());
    installed(alone, "doctor");
    for (String variable : List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "FOVEA_JAVA_OPTS")) {
      Map<String, String> refused = Map.of("JAVA_HOME", jdk.toString(), variable, "-Xrefused");
      Files.delete(jdk.resolve("calls"));
      assertThat(installed(refused, "predict", "run", "-Xrefused"))
          .contains("the JVM refuses -Xrefused\n");
      assertThat(only(Files.readAllLines(jdk.resolve("calls"))))
          .contains("-XX:+DisplayVMOutputToStderr ")
          .doesNotContain("fovea.stderr=3", "quick");
    }
  }

  @Test
  void predict_fewPictures_startsQuicklyAndAsksForMoreWhereNeeded() throws Exception {
    calls("doctor");
    assertThat(only(calls("predict", "run", "digit.png")))
        .contains("quick.aot", "-Dfovea.start=quick")
        .endsWith("predict run digit.png");
    Files.writeString(jdk.resolve("quick"), "75");
    List<String> calls = calls("predict", "run", "pictures");
    assertThat(calls).hasSize(2);
    assertThat(calls.get(0)).contains("-Dfovea.start=quick");
    assertStarts(calls.get(1), "predict", "run", "pictures");
  }

  @Test
  void help_startsQuickly() throws Exception {
    calls("doctor");
    for (List<String> help : List.of(List.of("--help"), List.of("train", "-h"), List.of("-V"))) {
      assertThat(only(calls(help.toArray(String[]::new)))).contains("-Dfovea.start=quick");
    }
    assertThat(only(calls("eval", "run"))).doesNotContain("quick");
  }

  @Test
  void standardErrorAndWarningsOfTheJvm_areHandedOn() throws Exception {
    calls("doctor");
    String log = "-Xlog:disable -Xlog:all=warning,aot=off,cds=off:stderr ";
    assertThat(only(calls("doctor")))
        .contains(log, "-Dfovea.stderr=3 ", "--add-opens=java.base/java.io=io.fovea.cli ");
    assertThat(only(calls("predict", "run", "digit.png"))).contains(log);
  }

  @Test
  void jdk_tooOld_isNotUsed() throws Exception {
    release("17.0.9");
    Process process = launched("doctor"); // on another JDK, which finds no program in these jars
    process.getInputStream().readAllBytes();
    assertThat(process.waitFor()).isNotZero();
    assertThat(jdk.resolve("calls")).doesNotExist();
  }

  /** Runs the installed script with nothing in the environment but a few tools and these. */
  private String installed(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    Path app = folder.resolve("installed");
    Path script = app.resolve("bin/fovea");
    if (Files.notExists(app)) {
      install(app);
      String text = Files.readString(script);
      String places = " /usr/lib/jvm/* ";
      assertThat(text).contains(places);
      Files.writeString(script, text.replace(places, " ").replaceAll(" /opt/\\S+", ""));
    }
    Path tools = Files.createDirectories(folder.resolve("tools"));
    for (String tool : "sh dirname readlink sed grep cat locale mkdir mv rm cksum".split(" ", -1)) {
      Path wrapper = tools.resolve(tool);
      Files.writeString(wrapper, "#!/bin/sh\nexec /usr/bin/%s \"$@\"\n".formatted(tool));
      assertThat(wrapper.toFile().setExecutable(true)).isTrue();
    }
    ProcessBuilder builder = new ProcessBuilder("/bin/sh", script.toString());
    builder.command().addAll(List.of(arguments));
    builder.environment().clear();
    builder.environment().put("PATH", tools.toString());
    builder.environment().putAll(environment);
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() + " " + output;
  }

  @Test
  void jdk_noneOrTooOld_errorNamesTheVersionFound() throws Exception {
    String text =
        "1 fovea: needs a JDK of version 25 or newer, found %s; install one (Debian: openjdk-25-jdk) or set JAVA_HOME to it\n";
    assertThat(installed(Map.of(), "doctor")).isEqualTo(text.formatted("none"));
    Map<String, String> old = Map.of("JAVA_HOME", jdk.toString());
    release("17.0.9");
    assertThat(installed(old, "doctor")).isEqualTo(text.formatted("version 17 in " + jdk));
    assertThat(installed(old, "--which-jdk")).startsWith("1 fovea: needs a JDK");
    release("25.0.3");
    assertThat(installed(old, "--which-jdk")).isEqualTo("0 " + jdk + "\n");
  }

  @Test
  void record_folderThatCannotBeWrittenTo_isInTheCacheOrNowhere() throws Exception {
    Map<String, String> alone = Map.of("JAVA_HOME", jdk.toString());
    Map<String, String> cached =
        Map.of("JAVA_HOME", jdk.toString(), "FOVEA_HOME", folder.resolve("my cache").toString());
    installed(alone, "--which-jdk");
    Files.createFile(folder.resolve("installed/aot")); // where the folder would be
    assertThat(installed(alone, "doctor")).startsWith("0 ");
    assertThat(only(Files.readAllLines(jdk.resolve("calls")))).doesNotContain("AOT");
    Files.delete(jdk.resolve("calls"));
    Files.delete(folder.resolve("installed/aot"));
    Files.createDirectories(folder.resolve("installed/aot/recorded.part")); // as on a full disk
    assertThat(installed(alone, "doctor")).isEqualTo("0 ");
    assertThat(only(Files.readAllLines(jdk.resolve("calls")))).doesNotContain("AOT");
    Files.delete(jdk.resolve("calls"));
    Files.delete(folder.resolve("installed/aot/recorded.part"));
    Files.delete(folder.resolve("installed/aot"));
    Files.createFile(folder.resolve("installed/aot"));
    installed(cached, "doctor");
    installed(cached, "doctor");
    List<String> calls = Files.readAllLines(jdk.resolve("calls"));
    assertThat(calls).hasSize(4);
    String record = folder.resolve("my cache/aot/").toString();
    assertThat(calls.getFirst()).contains("-XX:AOTCacheOutput=" + record);
    assertThat(calls.getLast()).contains("-XX:AOTCache=" + record).contains("/start.aot");
  }

  @Test
  void record_onATerminal_saysWhyTheFirstStartTakesLonger() throws Exception {
    Path script = Path.of("/usr/bin/script"); // which runs a command on a terminal of its own
    assumeThat(script).isExecutable();
    String line = "fovea: preparing faster starts, once; this takes about half a minute\r\n";
    for (String expected : List.of(line, "")) {
      ProcessBuilder builder =
          new ProcessBuilder(
              script.toString(), "-qec", "sh '%s/fovea' doctor".formatted(home), "/dev/null");
      builder.environment().put("FOVEA_JAVA_HOME", jdk.toString());
      Process process = builder.start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(output.replace("^D\b\b", "")).isEqualTo(expected);
    }
  }

  @Test
  void record_askedFor_isMadeAnew() throws Exception {
    Map<String, String> alone = Map.of("JAVA_HOME", jdk.toString());
    installed(alone, "doctor");
    assertThat(installed(alone, "--record")).isEqualTo("0 ");
    assertThat(Files.readAllLines(jdk.resolve("calls"))).hasSize(5);
    Files.writeString(jdk.resolve("refuses"), "");
    String aot = folder.resolve("installed/aot").toString();
    assertThat(installed(alone, "--record"))
        .isEqualTo("1 fovea: cannot record a start in %1$s; see %1$s/log\n".formatted(aot));
  }
}
