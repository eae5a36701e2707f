package io.fovea.kernel.reference;

import java.util.Arrays;

/**
 * Channels in another order, or some of them, in double: y[n,c,i,j] = x[n,source[c],i,j]; dx is dy
 * where it came from, 0 elsewhere.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record ReferenceChannels(int channels, int[] source) implements ReferenceUnary {
  @Override
  public void forward(double[] y, double[] x) {
    for (int i = 0; i < y.length; i++) {
      y[i] = x[place(i)];
    }
  }

  @Override
  public void backward(double[] dx, double[] dy, double[] x) {
    Arrays.fill(dx, 0);
    for (int i = 0; i < dy.length; i++) {
      dx[place(i)] += dy[i];
    }
  }

  private int place(int i) {
    return i / source.length * channels + source[i % source.length];
  }
}
