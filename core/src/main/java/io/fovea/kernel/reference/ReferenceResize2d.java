package io.fovea.kernel.reference;

import io.fovea.kernel.geometry.Interpolation;
import java.util.Arrays;

/**
 * Bilinear maps of another size, in double: each y is a mean of four x, weighted by the shares of
 * its row and its column; dx is the sum of dy by the same weights.
 */
public record ReferenceResize2d(int channels, Interpolation rows, Interpolation columns)
    implements ReferenceUnary {
  @Override
  public void forward(double[] y, double[] x) {
    for (int at = 0; at < y.length; at++) {
      y[at] = 0;
      for (int corner = 0; corner < 4; corner++) {
        y[at] += weight(at, corner) * x[place(at, corner)];
      }
    }
  }

  @Override
  public void backward(double[] dx, double[] dy, double[] x) {
    Arrays.fill(dx, 0);
    for (int at = 0; at < dy.length; at++) {
      for (int corner = 0; corner < 4; corner++) {
        dx[place(at, corner)] += weight(at, corner) * dy[at];
      }
    }
  }

  private int row(int at) {
    return at / channels / columns.out() % rows.out();
  }

  private int column(int at) {
    return at / channels % columns.out();
  }

  /** Corners are numbered by row, then column. */
  private double weight(int at, int corner) {
    double down = rows.share(row(at));
    double right = columns.share(column(at));
    return (corner < 2 ? 1 - down : down) * (corner % 2 == 0 ? 1 - right : right);
  }

  private int place(int at, int corner) {
    int n = at / channels / columns.out() / rows.out();
    int i = corner < 2 ? rows.low(row(at)) : rows.high(row(at));
    int j = corner % 2 == 0 ? columns.low(column(at)) : columns.high(column(at));
    return ((n * rows.in() + i) * columns.in() + j) * channels + at % channels;
  }
}
