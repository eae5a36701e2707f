package io.fovea.kernel.vector.microkernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.kernel.Bound;
import io.fovea.kernel.Draw;
import io.fovea.kernel.EveryWidth;
import io.fovea.kernel.vector.microkernel.BlockDescription.First;
import io.fovea.kernel.vector.microkernel.BlockDescription.Left;
import java.lang.management.ManagementFactory;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Random descriptions against plain loops, bit for bit. */
@EveryWidth
class MicroKernelTest {
  private static final long SEED = 20261127;
  private static final int L = FloatVector.SPECIES_PREFERRED.length();

  /** A description, sizes that fit it, and operands. */
  private static final class Case {
    final BlockDescription d;
    final Strides s;
    final float[] a;
    final float[] b;
    final float[] bias;
    final float[] c;
    final int aOffset;
    final int bOffset;
    final int biasOffset;
    final int cOffset;

    Case(Draw draw) {
      boolean channels = draw.percent(30);
      int vectors = channels ? 1 : draw.between(1, 4);
      int taps = draw.between(1, 4);
      boolean relu = draw.percent(40);
      int groups = draw.percent(30) ? draw.between(2, 4) : 1;
      int rows = draw.between(1, 14);
      while (BlockDescription.registers(groups * rows, vectors, taps)
          > BlockDescription.available()) {
        rows = Math.max(1, rows - 1);
        taps = rows == 1 ? 1 : taps;
        groups = rows == 1 ? 1 : groups;
      }
      int position = draw.between(1, 40);
      int tap = draw.between(1, 70);
      int row = draw.between(1, 90);
      d =
          new BlockDescription(
              groups,
              rows,
              vectors,
              taps,
              draw.between(0, 3),
              draw.between(0, 2),
              draw.percent(50) ? Left.VECTOR : Left.BROADCAST,
              draw.between(0, 2),
              draw.percent(50),
              List.of(First.values()).get(draw.between(0, 2)),
              relu,
              channels);
      s =
          new Strides(
              draw.between(0, 99),
              position,
              tap,
              draw.between(1, 50),
              row,
              L + draw.between(0, 2 * L),
              draw.between(0, 9),
              new Strides.Loop(draw.between(0, 3), draw.between(0, 30), draw.between(0, 30)),
              new Strides.Loop(draw.between(0, 3), draw.between(0, 30), draw.between(0, 30)));
      a = new Draw(draw.between(1, 1 << 20)).reals(5000);
      b = new Draw(draw.between(1, 1 << 20)).reals(4000);
      bias = new Draw(draw.between(1, 1 << 20)).reals(200);
      c = new Draw(draw.between(1, 1 << 20)).reals(6000);
      aOffset = draw.between(0, 9);
      bOffset = draw.between(0, 9);
      biasOffset = draw.between(0, 9);
      cOffset = draw.between(0, 9);
    }

    void run() {
      MicroKernels.of(d).compute(s, a, aOffset, b, bOffset, bias, biasOffset, c, cOffset);
    }

    /** The same by the formula, a vector's lanes one after the other. */
    float[] expected() {
      float[] y = c.clone();
      int channels = d.channels() ? s.channels() : L;
      for (int i = 0; i < channels; i += L) {
        int shift = Math.min(i, channels - L);
        float[] before = d.channels() ? c : y;
        for (int r = 0; r < d.groups() * d.rows(); r++) {
          for (int v = 0; v < d.vectors(); v++) {
            for (int lane = 0; lane < L; lane++) {
              int at = cOffset + shift + r * s.row() + v * L + lane;
              float first =
                  switch (d.first()) {
                    case ZERO -> 0;
                    case BIAS -> bias[biasOffset + shift + v * L + lane];
                    case TARGET -> before[at];
                  };
              float sum = sum(first, aOffset + shift, bOffset + shift, r, v, lane);
              y[at] = d.relu() ? Math.max(sum, 0) : sum;
            }
          }
        }
      }
      return y;
    }

    private float sum(float first, int aAt, int bAt, int r, int v, int lane) {
      float sum = first;
      int outer = d.loops() > 0 ? s.outer().count() : 1;
      int inner = d.loops() > 1 ? s.inner().count() : 1;
      int terms = d.terms() ? s.terms() : 1;
      for (int i = 0; i < outer; i++) {
        for (int j = 0; j < inner; j++) {
          for (int k = 0; k < terms; k++) {
            int x = aAt + i * s.outer().a() + j * s.inner().a() + k;
            int w = bAt + i * s.outer().b() + j * s.inner().b() + k * L;
            for (int t = 0; t < d.taps(); t++) {
              int p = (r % d.rows() * d.rowStep() + t * d.tapStep()) * s.position();
              p += r / d.rows() * s.group();
              float left = a[x + p + (d.left() == Left.VECTOR ? lane : 0)];
              sum = Math.fma(left, b[w + t * s.tap() + v * s.vector() + lane], sum);
            }
          }
        }
      }
      return sum;
    }
  }

  /** Rows that overlap where they begin with what c holds would depend on their order. */
  private static boolean isOrdered(Case some) {
    int width = some.d.channels() ? some.s.channels() : some.d.vectors() * L;
    boolean apart = some.d.groups() * some.d.rows() == 1 || some.s.row() >= width;
    boolean whole = !some.d.channels() || some.s.channels() % L == 0;
    return apart && (whole || some.d.first() != First.TARGET);
  }

  private static void assertRandomCases(long seed, int count) {
    Draw draw = new Draw(seed);
    for (int k = 0; k < count; k++) {
      Case some = new Case(draw);
      if (isOrdered(some)) {
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
        .isEqualTo("Vectors7x1_taps3_step1_1_loops1_bias_relu_channels");
  }

  private static BlockDescription depthwise(int rows) {
    return BlockDescription.ofRows(rows)
        .taps(3, 1, 1)
        .loops(1)
        .byChannel()
        .values(First.BIAS, true);
  }

  @Test
  void compute_warmed_allocatesNothing() {
    MicroKernel kernel = MicroKernels.of(depthwise(7));
    Strides strides =
        new Strides(
            0, 2 * L, 2 * L, 0, 2 * L, 2 * L, 0, new Strides.Loop(3, 20 * L, 6 * L), Strides.NONE);
    float[] x = new Draw(1).reals(100 * L);
    float[] w = new Draw(2).reals(18 * L);
    float[] y = new float[14 * L];
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long allocated = Long.MAX_VALUE;
    for (int attempt = 0; attempt < 100 && allocated > 0; attempt++) {
      for (int k = 0; k < 2000; k++) {
        kernel.compute(strides, x, 0, w, 0, w, 0, y, 0);
      }
      long before = threads.getCurrentThreadAllocatedBytes();
      kernel.compute(strides, x, 0, w, 0, w, 0, y, 0);
      allocated = threads.getCurrentThreadAllocatedBytes() - before;
    }
    assertThat(allocated).isZero();
  }

  @Test
  void compute_operandTooShort_isRefused() {
    MicroKernel kernel = MicroKernels.of(depthwise(7));
    Strides strides =
        new Strides(0, L, L, 0, L, L, 0, new Strides.Loop(3, 9 * L, 3 * L), Strides.NONE);
    float[] enough = new float[40 * L];
    assertThatThrownBy(
            () -> kernel.compute(strides, enough, 0, enough, 0, enough, 0, new float[6 * L], 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void of_moreThanTheRegistersHold_isRefused() {
    assertThatThrownBy(
            () ->
                new BlockDescription(
                    1, 9, 4, 1, 1, 0, Left.BROADCAST, 0, true, First.ZERO, false, false))
        .hasMessage(
            "micro-kernel: 1 x 9 rows x 4 vectors with 1 taps takes 41 registers, expected at most %d; take fewer rows"
                .formatted(BlockDescription.available()));
    assertThatThrownBy(
            () ->
                new BlockDescription(
                    1, 0, 1, 1, 1, 1, Left.VECTOR, 0, false, First.ZERO, false, false))
        .hasMessage(
            "micro-kernel: got 1 groups, 0 rows, 1 vectors, 1 taps, row step 1, tap step 1; expected at least one of each and steps of at least 0");
    assertThatThrownBy(
            () ->
                new BlockDescription(
                    1, 1, 1, 1, 1, 1, Left.VECTOR, 3, false, First.ZERO, false, false))
        .hasMessage("micro-kernel: got 3 loops around the taps, expected 0 to 2");
    assertThatThrownBy(
            () ->
                new BlockDescription(
                    1, 1, 2, 1, 1, 1, Left.VECTOR, 0, false, First.ZERO, false, true))
        .hasMessage(
            "micro-kernel: got 2 vectors beside each other, expected 1 where all is repeated for channels");
  }
}
