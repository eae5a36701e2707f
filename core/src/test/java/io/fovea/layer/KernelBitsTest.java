package io.fovea.layer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Kernels have the recorded bits at every width. A change of bits is a change of the file, whose
 * commit says why; compiled classes print it:
 *
 * <pre>
 * java --add-modules jdk.incubator.vector -cp core/target/classes:core/target/test-classes \
 *     io.fovea.layer.KernelBits > core/src/test/resources/golden/kernel-bits.txt
 * </pre>
 */
@Tag("widths")
@Tag("bits")
@Tag("gate")
class KernelBitsTest {
  /** Where vectors of 512 bits are those of the Vector API's own code, one pass of some is run. */
  private static final int ONE_OF = Integer.getInteger("fovea.test.bits.one-of", 1);

  private static Stream<KernelBits> passes() {
    AtomicInteger number = new AtomicInteger();
    return KernelBits.all().filter(_ -> number.getAndIncrement() % ONE_OF == 0);
  }

  private static Map<String, String> recorded() throws IOException {
    try (InputStream file =
        Objects.requireNonNull(KernelBits.class.getResourceAsStream("/golden/kernel-bits.txt"))) {
      return new String(file.readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .collect(Collectors.toMap(line -> line.substring(0, line.indexOf(' ')), line -> line));
    }
  }

  @ParameterizedTest
  @MethodSource("passes")
  void pass_everyTensor_hasTheRecordedBits(KernelBits pass) throws IOException {
    assertThat(pass.line()).isEqualTo(recorded().get(pass.name()));
  }

  @Test
  void passes_areThoseOfTheFile() throws IOException {
    assertThat(KernelBits.all().map(KernelBits::name))
        .containsExactlyInAnyOrderElementsOf(recorded().keySet());
  }
}
