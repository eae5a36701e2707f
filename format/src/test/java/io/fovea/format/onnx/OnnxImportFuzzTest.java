package io.fovea.format.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.fovea.format.FormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Damaged files: a network or a FormatException in one line, nothing else, soon. */
@Order(1) // the longest first, so that none is left alone at the end
class OnnxImportFuzzTest {
  private static final int CASES = 15;

  @TempDir Path folder;

  @ParameterizedTest
  @MethodSource("io.fovea.format.onnx.OnnxImportTest#models")
  void read_damagedFile_isANetworkOrAFormatException(Path model) throws IOException {
    damage(model, 0, CASES);
  }

  @Tag("gate")
  @ParameterizedTest
  @MethodSource("io.fovea.format.onnx.OnnxImportTest#models")
  void read_moreDamagedFiles_areNetworksOrFormatExceptions(Path model) throws IOException {
    damage(model, CASES, 100);
  }

  private void damage(Path model, int from, int to) throws IOException {
    byte[] sound = Files.readAllBytes(model);
    for (int seed = from; seed < to; seed++) {
      Random random = new Random(seed);
      byte[] damaged = sound.clone();
      for (int i = 0; i <= random.nextInt(4); i++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      Path file = folder.resolve("damaged.onnx");
      Files.write(file, damaged);
      assertTimeoutPreemptively(
          Duration.ofSeconds(20), () -> read(file), "seed " + seed + " of " + model);
    }
  }

  private static void read(Path file) throws IOException {
    try {
      assertThat(Onnx.read(file).graph().nodes()).isNotEmpty();
    } catch (FormatException refused) {
      assertThat(refused.getMessage()).startsWith("damaged.onnx: ").hasLineCount(1);
    }
  }
}
