package io.fovea.kernel.reference;

import io.fovea.tensor.Shape;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/**
 * Layers that copy, in double: y[k] = x[source(k)], or 0 where the source is negative; dx is the
 * sum of dy over the copies.
 */
public record ReferenceCopy(IntUnaryOperator source) implements ReferenceUnary {
  /** Maps whose row i and column j come from those of the input, or from outside of it. */
  public static ReferenceCopy ofMaps(
      Shape in, Shape out, IntUnaryOperator row, IntUnaryOperator column) {
    int channels = out.size(0);
    return new ReferenceCopy(
        k -> {
          int pixel = k / channels;
          int n = pixel / out.size(2) / out.size(1);
          int i = row.applyAsInt(pixel / out.size(2) % out.size(1));
          int j = column.applyAsInt(pixel % out.size(2));
          boolean isInside = i >= 0 && i < in.size(1) && j >= 0 && j < in.size(2);
          return isInside ? ((n * in.size(1) + i) * in.size(2) + j) * channels + k % channels : -1;
        });
  }

  @Override
  public void forward(double[] y, double[] x) {
    for (int k = 0; k < y.length; k++) {
      int from = source.applyAsInt(k);
      y[k] = from < 0 ? 0 : x[from];
    }
  }

  @Override
  public void backward(double[] dx, double[] dy, double[] x) {
    Arrays.fill(dx, 0);
    for (int k = 0; k < dy.length; k++) {
      int from = source.applyAsInt(k);
      if (from >= 0) {
        dx[from] += dy[k];
      }
    }
  }
}
