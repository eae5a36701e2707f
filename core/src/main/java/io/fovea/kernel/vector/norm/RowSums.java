package io.fovea.kernel.vector.norm;

import static io.fovea.kernel.vector.machine.Lanes.SPECIES;

import io.fovea.kernel.vector.machine.Lanes;
import jdk.incubator.vector.FloatVector;

/**
 * Sums over a few rows of C floats each, one sum a channel, in float; channels that do not fill a
 * vector are added one by one. The rows of a call are in the L1 cache, so a separate loop over them
 * for each vector of channels is cheap.
 */
final class RowSums {
  private static final int L = Lanes.COUNT;

  private RowSums() {}

  /** sums[c] = the sum of x. */
  static void plain(float[] sums, float[] x, int xAt, int rows, int channels) {
    int end = xAt + rows * channels;
    int c = 0;
    for (; c < SPECIES.loopBound(channels); c += L) {
      FloatVector sum = FloatVector.zero(SPECIES);
      for (int i = xAt + c; i < end; i += channels) {
        sum = sum.add(FloatVector.fromArray(SPECIES, x, i));
      }
      sum.intoArray(sums, c);
    }
    for (; c < channels; c++) {
      float sum = 0;
      for (int i = xAt + c; i < end; i += channels) {
        sum += x[i];
      }
      sums[c] = sum;
    }
  }

  /** sums[c] = the sum of d, sums[C + c] = that of d * d, d = x - centre. */
  static void centred(float[] sums, float[] x, int xAt, int rows, float[] centres, int channels) {
    int end = xAt + rows * channels;
    int c = 0;
    for (; c < SPECIES.loopBound(channels); c += L) {
      FloatVector centre = FloatVector.fromArray(SPECIES, centres, c);
      FloatVector sum = FloatVector.zero(SPECIES);
      FloatVector squares = sum;
      for (int i = xAt + c; i < end; i += channels) {
        FloatVector d = FloatVector.fromArray(SPECIES, x, i).sub(centre);
        sum = sum.add(d);
        squares = d.fma(d, squares);
      }
      sum.intoArray(sums, c);
      squares.intoArray(sums, channels + c);
    }
    for (; c < channels; c++) {
      float sum = 0;
      float squares = 0;
      for (int i = xAt + c; i < end; i += channels) {
        float d = x[i] - centres[c];
        sum += d;
        squares = Math.fma(d, d, squares);
      }
      sums[c] = sum;
      sums[channels + c] = squares;
    }
  }

  /** Adds the sum of dy to sums[at + c], that of dy * (x - centre) to sums[at + C + c]. */
  static void addProducts(
      float[] sums,
      int at,
      float[] dy,
      int dyAt,
      float[] x,
      int xAt,
      int rows,
      float[] centres,
      int channels) {
    int c = 0;
    for (; c < SPECIES.loopBound(channels); c += L) {
      FloatVector centre = FloatVector.fromArray(SPECIES, centres, c);
      FloatVector sum = FloatVector.zero(SPECIES);
      FloatVector products = sum;
      for (int i = c; i < rows * channels; i += channels) {
        FloatVector gradient = FloatVector.fromArray(SPECIES, dy, dyAt + i);
        FloatVector d = FloatVector.fromArray(SPECIES, x, xAt + i).sub(centre);
        sum = sum.add(gradient);
        products = d.fma(gradient, products);
      }
      FloatVector.fromArray(SPECIES, sums, at + c).add(sum).intoArray(sums, at + c);
      int behind = at + channels + c;
      FloatVector.fromArray(SPECIES, sums, behind).add(products).intoArray(sums, behind);
    }
    for (; c < channels; c++) {
      float sum = 0;
      float products = 0;
      for (int i = c; i < rows * channels; i += channels) {
        sum += dy[dyAt + i];
        products = Math.fma(x[xAt + i] - centres[c], dy[dyAt + i], products);
      }
      sums[at + c] += sum;
      sums[at + channels + c] += products;
    }
  }
}
