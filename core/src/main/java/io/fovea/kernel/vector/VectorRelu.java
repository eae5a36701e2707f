package io.fovea.kernel.vector;

import static io.fovea.kernel.vector.Lanes.SPECIES;

import io.fovea.kernel.ReluKernel;
import io.fovea.kernel.Resources;
import io.fovea.tensor.Tensor;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** The rectifier a vector at a time; a memory pass, so pieces are sized for the second cache. */
final class VectorRelu implements ReluKernel {
  private static final int PIECE = 1 << 15;

  @Override
  public void forward(Tensor y, Tensor x, Resources resources) {
    int elements = x.elements();
    resources
        .workers()
        .run(
            (elements + PIECE - 1) / PIECE,
            (chunk, worker) -> {
              int from = chunk * PIECE;
              int length = Math.min(PIECE, elements - from);
              rectify(y.array(), y.offset() + from, x.array(), x.offset() + from, length);
            });
  }

  /**
   * y = max(x, 0), in place: {@code count} runs of {@code length} floats, each {@code step} after
   * the one before.
   */
  static void rectify(float[] y, int at, int step, int count, int length) {
    if (step == length) {
      rectify(y, at, y, at, count * length);
      return;
    }
    for (int run = 0; run < count; run++) {
      rectify(y, at + run * step, y, at + run * step, length);
    }
  }

  /** y = max(x, 0). */
  static void rectify(float[] y, int yAt, float[] x, int xAt, int length) {
    int i = 0;
    for (; i < SPECIES.loopBound(length); i += Lanes.COUNT) {
      FloatVector value = FloatVector.fromArray(SPECIES, x, xAt + i);
      value.blend(0, value.compare(VectorOperators.LE, 0)).intoArray(y, yAt + i);
    }
    for (; i < length; i++) {
      y[yAt + i] = Math.max(x[xAt + i], 0);
    }
  }

  @Override
  public void backward(Tensor dx, Tensor dy, Tensor y, Resources resources) {
    int elements = dy.elements();
    resources
        .workers()
        .run(
            (elements + PIECE - 1) / PIECE,
            (chunk, worker) -> {
              int from = chunk * PIECE;
              gate(
                  dx.array(),
                  dx.offset() + from,
                  dy.array(),
                  dy.offset() + from,
                  y.array(),
                  y.offset() + from,
                  Math.min(PIECE, elements - from));
            });
  }

  /** dx = dy where y > 0, else 0. */
  static void gate(float[] dx, int dxAt, float[] dy, int dyAt, float[] y, int yAt, int length) {
    int i = 0;
    for (; i < SPECIES.loopBound(length); i += Lanes.COUNT) {
      FloatVector gradient = FloatVector.fromArray(SPECIES, dy, dyAt + i);
      FloatVector output = FloatVector.fromArray(SPECIES, y, yAt + i);
      FloatVector.zero(SPECIES)
          .blend(gradient, output.compare(VectorOperators.GT, 0))
          .intoArray(dx, dxAt + i);
    }
    for (; i < length; i++) {
      dx[dxAt + i] = y[yAt + i] > 0 ? dy[dyAt + i] : 0;
    }
  }
}
