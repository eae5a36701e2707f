package io.fovea.kernel.op;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.tensor.Tensor;
import java.util.Arrays;

/** What a kernel made of a case, in float: weights' gradients in logical order. */
public final class LinearResult {
  private final float[] y;
  private final float[] dx;
  private final float[] dw;
  private final float[] db;

  /** Results computed elsewhere. */
  public LinearResult(float[] y, float[] dx, float[] dw, float[] db) {
    this.y = y;
    this.dx = dx;
    this.dw = dw;
    this.db = db;
  }

  /**
   * Runs a kernel on numbers rounded to float. Destinations begin as NaN with marks around them,
   * inputs have NaN around them; the padding of the weight gradient must come out as zeros.
   */
  public static LinearResult of(
      String what, Kernels set, LinearCase c, LinearNumbers numbers, Resources resources) {
    LinearKernel kernel = c.kernel().apply(set);
    Packing packing = kernel.packing();
    float[] w = packing.pack(Bound.narrow(numbers.w()));
    Tensor x = Guarded.input(Bound.narrow(numbers.x()), c.input(), c.images());
    Tensor dy = Guarded.input(Bound.narrow(numbers.dy()), c.output(), c.images());
    Tensor y = Guarded.output(c.output(), c.images());
    Tensor dx = Guarded.output(c.input(), c.images());
    float[] dw = new float[packing.storedLength()];
    float[] db = new float[c.biases()];
    Arrays.fill(dw, Float.NaN);
    Arrays.fill(db, Float.NaN);
    kernel.forward(y, x, w, Bound.narrow(numbers.b()), resources);
    kernel.backwardWeights(dw, db, x, dy, resources);
    kernel.backwardInput(dx, dy, w, resources);
    assertPaddingIsZero(what, packing, dw);
    return new LinearResult(
        Guarded.values(what + " y", y), Guarded.values(what + " dx", dx), packing.unpack(dw), db);
  }

  private static void assertPaddingIsZero(String what, Packing packing, float[] dw) {
    float[] ones = new float[packing.length()];
    Arrays.fill(ones, 1);
    float[] used = packing.pack(ones);
    for (int i = 0; i < dw.length; i++) {
      if (used[i] == 0 && dw[i] != 0) {
        assertThat(dw[i]).as("%s: padding of dw at %d of %d", what, i, dw.length).isZero();
      }
    }
  }

  public float[] y() {
    return y;
  }

  public float[] dx() {
    return dx;
  }

  public float[] dw() {
    return dw;
  }

  public float[] db() {
    return db;
  }
}
