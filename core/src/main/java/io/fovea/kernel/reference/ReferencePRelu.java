package io.fovea.kernel.reference;

import java.util.Arrays;

/**
 * y = x where x &gt; 0, w[c] * x elsewhere, in double; dx = dy or w[c] * dy, dw[c] = the sum of dy
 * * min(x, 0). The channel of a memory position is its remainder by C; there may be one slope for
 * all channels.
 */
public record ReferencePRelu(int channels) {
  /** Fills y. */
  public void forward(double[] y, double[] x, double[] w) {
    for (int i = 0; i < y.length; i++) {
      y[i] = x[i] > 0 ? x[i] : w[slope(i, w)] * x[i];
    }
  }

  public void backward(double[] dx, double[] dw, double[] x, double[] w, double[] dy) {
    Arrays.fill(dw, 0);
    for (int i = 0; i < dx.length; i++) {
      dx[i] = x[i] > 0 ? dy[i] : w[slope(i, w)] * dy[i];
      dw[slope(i, w)] += dy[i] * Math.min(x[i], 0);
    }
  }

  private int slope(int i, double[] w) {
    return w.length == 1 ? 0 : i % channels;
  }
}
