package io.fovea.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Fuzzes one target after the other with Jazzer, guided by coverage, for {@code -Dfuzz.seconds}
 * each. An input that is neither read nor refused as documented is a finding and fails the test; so
 * is one that takes more than a minute, or more memory than {@link Fuzzed} allows. Findings stay in
 * {@code target/findings}. bench/ROBUSTNESS.md has the figures.
 */
@Tag("slow")
class FuzzingTest {
  private static final String SECONDS = System.getProperty("fuzz.seconds", "240");
  private static final Path TARGET = Path.of("target");

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void fuzz_seconds_everyInputIsReadOrRefused(Target target) throws Exception {
    Path seeds = Files.createDirectory(folder.resolve("seeds"));
    List<byte[]> inputs = new ArrayList<>(Seeds.of(target));
    inputs.removeIf(input -> input.length > Seeds.LONGEST);
    for (int i = 0; i < inputs.size(); i++) {
      Files.write(seeds.resolve("seed" + i), inputs.get(i));
    }
    String name = target.title();
    Path corpus = Files.createDirectories(TARGET.resolve("corpus").resolve(name));
    Path log = TARGET.resolve("fuzz-" + name + ".log");
    int exit =
        jazzer(target, log, "-max_total_time=" + SECONDS, corpus.toString(), seeds.toString());
    String output = Files.readString(log, StandardCharsets.ISO_8859_1);
    System.out.printf("FuzzingTest: | %s | %s |%n", name, figures(output));
    assertThat(exit).as("see %s and target/findings", log).isZero();
  }

  private static int jazzer(Target target, Path log, String... more) throws Exception {
    Path findings = Files.createDirectories(TARGET.resolve("findings"));
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-Xmx1g",
                "-XX:+UseSerialGC",
                "-XX:+EnableDynamicAgentLoading",
                "--add-modules=jdk.incubator.vector",
                "-Djava.awt.headless=true",
                "-Dfovea.onnx.memory=32",
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + Fuzzed.class.getName(),
                "--target_args=" + target.name(),
                "--instrumentation_includes=io.fovea.**",
                "--custom_hook_includes=io.fovea.**",
                "--reproducer_path=" + findings,
                "-artifact_prefix=" + findings + "/" + target.title() + "-",
                "-timeout=60",
                "-rss_limit_mb=3000",
                "-max_len=" + Seeds.LONGEST,
                "-print_final_stats=1"));
    command.addAll(List.of(more));
    ProcessBuilder process = new ProcessBuilder(command).redirectErrorStream(true);
    return process.redirectOutput(log.toFile()).start().waitFor();
  }

  /** Inputs tried, a second, new ones kept, edges reached. */
  private static String figures(String output) {
    return String.join(
        " | ",
        last(output, "number_of_executed_units: +(\\d+)"),
        last(output, "average_exec_per_sec: +(\\d+)"),
        last(output, "new_units_added: +(\\d+)"),
        last(output, "cov: (\\d+)"));
  }

  private static String last(String output, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(output);
    String last = "";
    while (matcher.find()) {
      last = matcher.group(1);
    }
    return last;
  }
}
