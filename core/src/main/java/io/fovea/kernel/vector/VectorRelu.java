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

  private static void rectify(float[] y, int yAt, float[] x, int xAt, int length) {
    int i = 0;
    for (; i < SPECIES.loopBound(length); i += Lanes.COUNT) {
      FloatVector.fromArray(SPECIES, x, xAt + i).max(0).intoArray(y, yAt + i);
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
              gate(dx, dy, y, from, Math.min(PIECE, elements - from));
            });
  }

  private static void gate(Tensor dx, Tensor dy, Tensor y, int from, int length) {
    int dxAt = dx.offset() + from;
    int dyAt = dy.offset() + from;
    int yAt = y.offset() + from;
    int i = 0;
    for (; i < SPECIES.loopBound(length); i += Lanes.COUNT) {
      FloatVector gradient = FloatVector.fromArray(SPECIES, dy.array(), dyAt + i);
      FloatVector output = FloatVector.fromArray(SPECIES, y.array(), yAt + i);
      FloatVector.zero(SPECIES)
          .blend(gradient, output.compare(VectorOperators.GT, 0))
          .intoArray(dx.array(), dxAt + i);
    }
    for (; i < length; i++) {
      dx.array()[dxAt + i] = y.array()[yAt + i] > 0 ? dy.array()[dyAt + i] : 0;
    }
  }
}
