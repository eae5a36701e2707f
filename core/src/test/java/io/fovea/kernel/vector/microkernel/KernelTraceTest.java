package io.fovea.kernel.vector.microkernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.kernel.vector.machine.Lanes;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class KernelTraceTest {
  private static final int L = Lanes.COUNT;

  private static final KernelTable TABLE =
      new KernelTable((rows, vectors, width) -> BlockDescription.of(rows, vectors).build());

  /** What the block of one row writes for 2 * 3, where 9 stood. */
  private static float computed() {
    float[] a = {2};
    float[] b = new float[L];
    b[0] = 3;
    float[] c = new float[L];
    c[0] = 9;
    TABLE.get(1, 1).compute(new Strides(), a, 0, b, 0, b, 0, c, 0);
    return c[0];
  }

  @Test
  void of_tableWithMadeKernels_notesCallsAndComputesNothing() {
    assertThat(computed()).isEqualTo(6);
    float[] value = new float[1];
    List<String> lines = KernelTrace.of(() -> value[0] = computed());
    assertThat(value[0]).isEqualTo(9);
    assertThat(lines.getFirst()).startsWith("Block1x1_taps1_");
    assertThat(lines.get(1)).contains("1 rows x 1 vectors, 3 of ");
    assertThat(computed()).as("afterwards").isEqualTo(6);
  }

  @Test
  void of_otherThreads_computeAsEver() {
    float[] value = new float[1];
    KernelTrace.of(
        () -> value[0] = CompletableFuture.supplyAsync(KernelTraceTest::computed).join());
    assertThat(value[0]).isEqualTo(6);
  }

  @Test
  void of_workThatFails_endsTheTrace() {
    assertThatThrownBy(
            () ->
                KernelTrace.of(
                    () -> {
                      throw new IllegalStateException("broken");
                    }))
        .hasMessage("broken");
    assertThat(KernelTrace.isRunning()).isFalse();
    assertThat(computed()).isEqualTo(6);
  }

  @Test
  void of_withinATrace_isRefused() {
    assertThatThrownBy(() -> KernelTrace.of(() -> KernelTrace.of(() -> {})))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("kernels: a trace within a trace; end the first one before");
  }

  @Test
  void of_blockBeyondTheRegisters_isRefusedAsEver() {
    assertThatThrownBy(() -> KernelTrace.of(() -> TABLE.get(9, 4)))
        .hasMessageContaining("take fewer rows");
  }
}
