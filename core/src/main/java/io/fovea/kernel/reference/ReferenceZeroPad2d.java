package io.fovea.kernel.reference;

import io.fovea.tensor.Shape;

/**
 * A rim of zeros in double: y[n,c,i,j] = x[n, c, i - top, j - left], and 0 outside; dx is the inner
 * part of dy.
 */
public record ReferenceZeroPad2d(Shape input, Shape output, int top, int left)
    implements ReferenceUnary {
  @Override
  public void forward(double[] y, double[] x) {
    for (int at = 0; at < x.length; at++) {
      y[place(at)] = x[at];
    }
  }

  @Override
  public void backward(double[] dx, double[] dy, double[] x) {
    for (int at = 0; at < dx.length; at++) {
      dx[at] = dy[place(at)];
    }
  }

  /** The index in y of an element of x. */
  private int place(int at) {
    int c = at % input.size(0);
    int pixel = at / input.size(0);
    int j = pixel % input.size(2) + left;
    int i = pixel / input.size(2) % input.size(1) + top;
    int n = pixel / input.size(2) / input.size(1);
    return ((n * output.size(1) + i) * output.size(2) + j) * output.size(0) + c;
  }
}
