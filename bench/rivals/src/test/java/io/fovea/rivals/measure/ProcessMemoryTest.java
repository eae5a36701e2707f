package io.fovea.rivals.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessMemoryTest {
  @Test
  void megabytes_ofKibibytes() {
    List<String> status = List.of("Name:\tjava", "VmPeak:\t 9000000 kB", "VmHWM:\t 1000000 kB");
    assertThat(ProcessMemory.megabytes("VmHWM:", status)).isEqualTo(1024);
  }

  @Test
  void peakAndResident_ofThisProcess() throws IOException {
    long used = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    assertThat(ProcessMemory.resident()).isGreaterThan(used * 1e-6);
    double before = ProcessMemory.resident();
    assertThat(ProcessMemory.peak()).isGreaterThanOrEqualTo(before);
  }

  @Test
  void megabytes_withoutTheLine() {
    assertThatThrownBy(() -> ProcessMemory.megabytes("VmHWM:", List.of("Name:\tjava")))
        .hasMessage("memory: no VmHWM: in [Name:\tjava]");
  }
}
