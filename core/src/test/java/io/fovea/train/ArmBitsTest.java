package io.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The recorded bits on ARM, which QEMU emulates: with NEON, and with SVE of 512 bits.
 * bench/ROBUSTNESS.md says how the Java for ARM is unpacked.
 */
@Tag("slow")
class ArmBitsTest {
  private static final String ROOT = "fovea.arm.java";

  @ParameterizedTest
  @ValueSource(strings = {"cortex-a72", "max,sve512=on"})
  void fit_layersOfEveryKindOnArm_hasTheRecordedBits(String processor) throws IOException {
    String root = System.getProperty(ROOT, "");
    assumeTrue(
        !root.isEmpty() && hasQemu(),
        "needs qemu-aarch64 on the PATH and -D%s=FOLDER with a Java for ARM, got \"%s\""
            .formatted(ROOT, root));
    Path java;
    try (Stream<Path> all = Files.walk(Path.of(root))) {
      java = all.filter(file -> file.endsWith("bin/java")).findFirst().orElseThrow();
    }
    Stream<String> command =
        Stream.of(
                Stream.of("qemu-aarch64", "-cpu", processor, "-L", root, java.toString()),
                Stream.of("-XX:+UseSerialGC", "-Xmx1g", "--add-modules", "jdk.incubator.vector"),
                Stream.of(
                    "-cp", "target/classes:target/test-classes", SameBitsTest.class.getName()))
            .flatMap(words -> words);
    Process process =
        new ProcessBuilder(command.toList()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (var output = process.inputReader()) {
      assertThat(output.lines()).containsExactly(SameBitsTest.RECORDED);
    } finally {
      process.destroyForcibly();
    }
  }

  private static boolean hasQemu() {
    return List.of(System.getenv("PATH").split(":", -1)).stream()
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "qemu-aarch64")));
  }
}
