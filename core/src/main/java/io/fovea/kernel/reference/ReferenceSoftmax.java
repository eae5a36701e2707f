package io.fovea.kernel.reference;

/**
 * Softmax of each group of C neighbouring numbers, in double:
 *
 * <pre>
 * y[c] = exp(x[c] - m) / sum over k of exp(x[k] - m),   m = max x
 * dx[c] = y[c] * (dy[c] - sum over k of dy[k] * y[k])
 * </pre>
 */
public record ReferenceSoftmax(int channels) implements ReferenceUnary {
  @Override
  public void forward(double[] y, double[] x) {
    for (int at = 0; at < x.length; at += channels) {
      double max = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < channels; c++) {
        max = Math.max(max, x[at + c]);
      }
      double sum = 0;
      for (int c = 0; c < channels; c++) {
        y[at + c] = StrictMath.exp(x[at + c] - max);
        sum += y[at + c];
      }
      for (int c = 0; c < channels; c++) {
        y[at + c] /= sum;
      }
    }
  }

  @Override
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
}
