package io.fovea.kernel.vector.microkernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fovea.kernel.op.Allocations;
import io.fovea.kernel.op.Bound;
import io.fovea.kernel.op.Draw;
import io.fovea.kernel.op.EveryWidth;
import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.kernel.vector.microkernel.BlockDescription.First;
import io.fovea.kernel.vector.microkernel.BlockDescription.Width;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.InvokeInstruction;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Random descriptions against plain loops, bit for bit. */
@EveryWidth
class MicroKernelTest {
  private static final long SEED = 20261127;
  private static final int L = Lanes.COUNT;

  private static void assertRandomCases(long seed, int count) {
    Draw draw = new Draw(seed);
    for (int k = 0; k < count; k++) {
      RandomBlock some = new RandomBlock(draw);
      if (some.isOrdered()) {
        float[] expected = some.expected();
        some.run();
        Bound.assertSameBits("seed %d, case %d, %s".formatted(seed, k, some.d), some.c, expected);
      }
    }
  }

  @Test
  void compute_randomDescriptions_sameBitsAsPlainLoops() {
    assertRandomCases(SEED, 300);
  }

  @Test
  @Tag("gate")
  void compute_thousandsOfRandomDescriptions_sameBitsAsPlainLoops() {
    assertRandomCases(SEED + 1, 4000);
  }

  @Test
  void of_equalDescriptions_areOneKernelWithASpeakingName() {
    MicroKernel kernel = MicroKernels.of(depthwise(7));
    assertThat(MicroKernels.of(depthwise(7))).isSameAs(kernel);
    assertThat(kernel.getClass().getSimpleName())
        .isEqualTo("Vectors7x1_taps3_step1_1_loops1_bias_clamp_channels_stridesN_N_N_1L");
  }

  private static BlockDescription depthwise(int rows) {
    return BlockDescription.of(rows, 1)
        .taps(3, 1, 1)
        .loops(1)
        .first(First.BIAS)
        .clamp(true)
        .byChannel()
        .build();
  }

  @Test
  void warmUp_anyKernel_allocatesNothingAfterwards() {
    MicroKernel kernel = MicroKernels.of(depthwise(7));
    Map<BlockDescription, MicroKernel> cold = new HashMap<>(Map.of(depthwise(7), kernel));
    KernelWarmUp.run(cold, TimeUnit.MINUTES.toNanos(1));
    assertThat(cold).isEmpty();
    Strides strides = sizes(2 * L, 3, 20 * L, 6 * L);
    float[] x = new Draw(1).reals(100 * L);
    float[] y = new float[14 * L];
    long before = Allocations.ofThisThread();
    kernel.compute(strides, x, 0, x, 0, x, 0, y, 0);
    assertThat(Allocations.ofThisThread() - before).isZero();
  }

  private static Strides sizes(int channels, int rows, int xRow, int wRow) {
    return new Strides()
        .left(0, channels)
        .right(channels, 0)
        .output(channels, 0)
        .channels(channels)
        .outer(rows, xRow, wRow);
  }

  @Test
  void warmUp_randomKernels_stayInTheirOperands() {
    Draw draw = new Draw(SEED);
    for (int k = 0; k < 100; k++) {
      BlockDescription d = new RandomBlock(draw).d;
      KernelWarmUp.run(new HashMap<>(Map.of(d, MicroKernels.of(d))), 1000);
    }
  }

  @Test
  void compute_operandTooShort_isRefused() {
    MicroKernel kernel = MicroKernels.of(depthwise(7));
    Strides strides = sizes(L, 3, 9 * L, 3 * L);
    float[] enough = new float[40 * L];
    assertThatThrownBy(
            () -> kernel.compute(strides, enough, 0, enough, 0, enough, 0, new float[6 * L], 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  /** See decision 22: these methods must meet vectors of one species only. */
  @Test
  void classFile_ofPartsOfVectors_callsNoMethodThatKernelsShare() {
    assumeTrue(L == 16, "other vectors have no parts");
    for (Width width : new Width[] {Width.HALVES, Width.HALF, Width.QUARTER}) {
      BlockDescription d = BlockDescription.of(8, 1).width(width).clamp(true).build();
      List<String> calls = new ArrayList<>();
      for (MethodModel method : ClassFile.of().parse(Translator.classFile(d, "X")).methods()) {
        for (CodeElement element : method.code().orElseThrow()) {
          if (element instanceof InvokeInstruction call) {
            calls.add(call.name().stringValue());
          }
        }
      }
      assertThat(calls)
          .contains("lanewise")
          .doesNotContain("add", "sub", "mul", "div", "fma", "max", "min", "neg", "abs");
      assertThat(Collections.frequency(calls, "intoArray"))
          .as("%s: only whole vectors are stored", width)
          .isLessThanOrEqualTo(Collections.frequency(calls, "reinterpretShape"));
    }
  }
}
