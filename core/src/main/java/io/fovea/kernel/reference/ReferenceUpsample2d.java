package io.fovea.kernel.reference;

import io.fovea.tensor.Shape;
import java.util.Arrays;

/**
 * Larger maps from the nearest pixel, in double: y[n,c,i,j] = x[n, c, i/factor, j/factor]; dx is
 * the sum of dy over the square that a pixel became.
 */
public record ReferenceUpsample2d(Shape input, int factor) implements ReferenceUnary {
  @Override
  public void forward(double[] y, double[] x) {
    for (int at = 0; at < y.length; at++) {
      y[at] = x[place(at)];
    }
  }

  @Override
  public void backward(double[] dx, double[] dy, double[] x) {
    Arrays.fill(dx, 0);
    for (int at = 0; at < dy.length; at++) {
      dx[place(at)] += dy[at];
    }
  }

  /** The index in x of an element of y. */
  private int place(int at) {
    int c = at % input.size(0);
    int pixel = at / input.size(0);
    int width = input.size(2) * factor;
    int height = input.size(1) * factor;
    int j = pixel % width / factor;
    int i = pixel / width % height / factor;
    int n = pixel / width / height;
    return ((n * input.size(1) + i) * input.size(2) + j) * input.size(0) + c;
  }
}
