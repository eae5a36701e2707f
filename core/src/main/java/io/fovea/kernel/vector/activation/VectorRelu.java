package io.fovea.kernel.vector.activation;

import io.fovea.kernel.ReluKernel;
import io.fovea.kernel.Resources;
import io.fovea.kernel.vector.machine.Rectifier;
import io.fovea.tensor.Tensor;

/** The rectifier a vector at a time; a memory pass, so pieces are sized for the second cache. */
public final class VectorRelu implements ReluKernel {
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
              Rectifier.rectify(y.array(), y.offset() + from, x.array(), x.offset() + from, length);
            });
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
              Rectifier.gate(
                  dx.array(),
                  dx.offset() + from,
                  dy.array(),
                  dy.offset() + from,
                  y.array(),
                  y.offset() + from,
                  Math.min(PIECE, elements - from));
            });
  }
}
