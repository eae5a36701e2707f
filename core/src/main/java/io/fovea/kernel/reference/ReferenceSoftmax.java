package io.fovea.kernel.reference;

import io.fovea.kernel.Resources;
import io.fovea.kernel.SoftmaxKernel;
import io.fovea.tensor.Tensor;

/** Softmax as its formula says, in double; the letters are those of {@link SoftmaxKernel}. */
public record ReferenceSoftmax(int channels) implements SoftmaxKernel {
  /** exp(x - m), divided by the sum. */
  public void forward(double[] y, double[] x) {
    for (int at = 0; at < x.length; at += channels) {
      double max = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < channels; c++) {
        max = Math.max(max, x[at + c]);
      }
      double sum = 0;
      for (int c = 0; c < channels; c++) {
        y[at + c] = Math.exp(x[at + c] - max);
        sum += y[at + c];
      }
      for (int c = 0; c < channels; c++) {
        y[at + c] /= sum;
      }
    }
  }

  /** The gradient minus its mean weighted by y, times y. */
  public void backward(double[] dx, double[] dy, double[] y) {
    for (int at = 0; at < y.length; at += channels) {
      double mean = 0;
      for (int c = 0; c < channels; c++) {
        mean += dy[at + c] * y[at + c];
      }
      for (int c = 0; c < channels; c++) {
        dx[at + c] = y[at + c] * (dy[at + c] - mean);
      }
    }
  }

  @Override
  public void forward(Tensor y, Tensor x, Resources resources) {
    double[] result = new double[y.elements()];
    forward(result, Widened.of(x));
    Widened.narrow(y, result);
  }

  @Override
  public void backward(Tensor dx, Tensor dy, Tensor y, Resources resources) {
    double[] result = new double[dx.elements()];
    backward(result, Widened.of(dy), Widened.of(y));
    Widened.narrow(dx, result);
  }
}
