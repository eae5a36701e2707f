package io.fovea.rivals.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeakMemoryTest {
  @Test
  void megabytes_ofKibibytes() {
    List<String> status = List.of("Name:\tjava", "VmPeak:\t 9000000 kB", "VmHWM:\t 1000000 kB");
    assertThat(PeakMemory.megabytes(status)).isEqualTo(1024);
  }

  @Test
  void megabytes_ofThisProcess() throws IOException {
    long used = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    assertThat(PeakMemory.megabytes()).isGreaterThan(used * 1e-6);
  }

  @Test
  void megabytes_withoutTheLine() {
    assertThatThrownBy(() -> PeakMemory.megabytes(List.of("Name:\tjava")))
        .hasMessage("memory: no VmHWM: in [Name:\tjava]");
  }
}
