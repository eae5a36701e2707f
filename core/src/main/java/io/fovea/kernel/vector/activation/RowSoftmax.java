package io.fovea.kernel.vector.activation;

import io.fovea.kernel.op.Resources;
import io.fovea.kernel.op.UnaryKernel;
import io.fovea.tensor.Tensor;

/**
 * Softmax in plain loops, with exponentials and sums in double: rows are short, and mostly at the
 * end of a network.
 */
public final class RowSoftmax implements UnaryKernel {
  /** The least number of floats of one piece of work. */
  private static final int PIECE = 1 << 12;

  private final int channels;
  private final int pieceRows;

  public RowSoftmax(int channels) {
    this.channels = channels;
    this.pieceRows = Math.ceilDiv(PIECE, channels);
  }

  @Override
  public void forward(Tensor y, Tensor x, Resources resources) {
    resources.run(
        x.elements() / channels,
        pieceRows,
        (from, rows, worker) -> {
          for (int row = from; row < from + rows; row++) {
            shares(y, x, row * channels);
          }
        });
  }

  private void shares(Tensor y, Tensor x, int at) {
    float[] to = y.array();
    int yAt = y.offset() + at;
    int xAt = x.offset() + at;
    // Shifted by the largest, so that no exponential overflows.
    float max = Float.NEGATIVE_INFINITY;
    for (int c = 0; c < channels; c++) {
      max = Math.max(max, x.array()[xAt + c]);
    }
    double sum = 0;
    for (int c = 0; c < channels; c++) {
      // StrictMath gives the same bits on every machine.
      double e = StrictMath.exp((double) x.array()[xAt + c] - max);
      to[yAt + c] = (float) e;
      sum += e;
    }
    for (int c = 0; c < channels; c++) {
      to[yAt + c] = (float) (to[yAt + c] / sum);
    }
  }

  @Override
  public void backward(Tensor dx, Tensor dy, Tensor y, Resources resources) {
    resources.run(
        y.elements() / channels,
        pieceRows,
        (from, rows, worker) -> {
          for (int row = from; row < from + rows; row++) {
            gradient(dx, dy, y, row * channels);
          }
        });
  }

  private void gradient(Tensor dx, Tensor dy, Tensor y, int at) {
    int dyAt = dy.offset() + at;
    int yAt = y.offset() + at;
    // dx = y * (dy - m), m the mean of dy weighted by the probabilities.
    double mean = 0;
    for (int c = 0; c < channels; c++) {
      mean += (double) dy.array()[dyAt + c] * y.array()[yAt + c];
    }
    for (int c = 0; c < channels; c++) {
      dx.array()[dx.offset() + at + c] =
          (float) (y.array()[yAt + c] * (dy.array()[dyAt + c] - mean));
    }
  }
}
