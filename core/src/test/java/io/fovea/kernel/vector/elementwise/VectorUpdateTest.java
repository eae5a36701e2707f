package io.fovea.kernel.vector.elementwise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.kernel.op.Draw;
import io.fovea.kernel.op.EveryWidth;
import io.fovea.kernel.op.UpdateKernel;
import io.fovea.kernel.vector.machine.Lanes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Updates on vectors have the bits of the plain loops, over awkward ranges. */
@EveryWidth
class VectorUpdateTest {
  private static final long SEED = 20261125;
  private static final int L = Lanes.COUNT;

  /** One way to update: the slots are changed in place. */
  @FunctionalInterface
  private interface Update {
    void run(UpdateKernel kernel, float[] w, float[] m, float[] v, float[] g, Range range);
  }

  private record Range(int gAt, int from, int to) {}

  private static void check(Update update) {
    Draw draw = new Draw(SEED);
    for (int length : new int[] {0, 1, L - 1, L, L + 1, 2 * L + 3, 101}) {
      Range range = new Range(draw.between(0, 9), draw.between(0, 9), 0);
      range = new Range(range.gAt, range.from, range.from + length);
      float[] w = draw.reals(range.to + 5);
      float[] m = draw.reals(range.to + 5);
      float[] v = draw.reals(range.to + 5);
      for (int i = 0; i < v.length; i++) {
        v[i] *= v[i];
      }
      float[] g = draw.reals(range.gAt + length);
      float[][] plain = {w.clone(), m.clone(), v.clone()};
      update.run(new UpdateKernel() {}, plain[0], plain[1], plain[2], g, range);
      update.run(new VectorUpdate(), w, m, v, g, range);
      String what = "seed %d, %d lanes, %s".formatted(SEED, L, range);
      assertThat(w).as(what + " w").isEqualTo(plain[0]);
      assertThat(m).as(what + " m").isEqualTo(plain[1]);
      assertThat(v).as(what + " v").isEqualTo(plain[2]);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void momentum_anyRange_hasTheBitsOfThePlainLoop(boolean nesterov) {
    UpdateKernel.Momentum step = new UpdateKernel.Momentum(0.03f, 0.9f, 1e-3f, nesterov);
    check((kernel, w, m, v, g, r) -> kernel.momentum(step, w, m, g, r.gAt, r.from, r.to));
  }

  @ParameterizedTest
  @ValueSource(floats = {1, 0.999f})
  void adam_anyRange_hasTheBitsOfThePlainLoop(float shrink) {
    UpdateKernel.Adam step =
        new UpdateKernel.Adam(
            0.02f, 0.9f, 0.1f, 0.999f, 0.001f, 3.2f, 1e-8f, shrink == 1 ? 1e-3f : 0, shrink);
    check((kernel, w, m, v, g, r) -> kernel.adam(step, w, m, v, g, r.gAt, r.from, r.to));
  }

  @Test
  void momentum_noGradientForLong_neverIsSubnormal() {
    UpdateKernel.Momentum step = new UpdateKernel.Momentum(0.1f, 0.9f, 0, false);
    float[] w = {1};
    float[] v = {1};
    for (int k = 0; k < 1000; k++) {
      new VectorUpdate().momentum(step, w, v, new float[1], 0, 0, 1);
      assertThat(v[0] == 0 || v[0] > 1e-28f).as("step " + k + ": " + v[0]).isTrue();
    }
    assertThat(v[0]).isLessThan(1e-26f);
    assertThat(w[0]).isEqualTo(1 - 0.1f * 9, within(1e-5f));
  }
}
