package io.fovea.kernel.vector.elementwise;

import static io.fovea.kernel.vector.machine.Lanes.SPECIES;

import io.fovea.kernel.vector.machine.Lanes;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sums of squares of floats, in double: each vector of floats becomes two of doubles. There are W =
 * {@link Lanes#WIDEST} sums at every width, added in one order.
 */
public final class Squares {
  private static final int W = Lanes.WIDEST;

  private static final VectorSpecies<Double> DOUBLES =
      VectorSpecies.of(double.class, SPECIES.vectorShape());

  /** Floats that narrower vectors read again from the L1 cache. */
  private static final int BLOCK = 1 << 12;

  private Squares() {}

  public static double sum(float[] a, int from, int to) {
    double[] sums = new double[W];
    int whole = to - (to - from) % W;
    for (int block = from; block < whole; block += BLOCK) {
      int end = Math.min(whole, block + BLOCK);
      for (int lane = 0; lane < W; lane += Lanes.COUNT) {
        add(sums, lane, a, block + lane, end);
      }
    }
    double sum = 0;
    for (int lane = 0; lane < W / 2; lane++) {
      sum += sums[lane] + sums[W / 2 + lane];
    }
    for (int i = whole; i < to; i++) {
      sum += (double) a[i] * a[i];
    }
    return sum;
  }

  /** Adds the squares of a vector of each W floats. */
  private static void add(double[] sums, int lane, float[] a, int from, int end) {
    int half = DOUBLES.length();
    DoubleVector low = DoubleVector.fromArray(DOUBLES, sums, lane);
    DoubleVector high = DoubleVector.fromArray(DOUBLES, sums, lane + half);
    for (int i = from; i < end; i += W) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, i);
      DoubleVector first = (DoubleVector) x.convertShape(VectorOperators.F2D, DOUBLES, 0);
      DoubleVector second = (DoubleVector) x.convertShape(VectorOperators.F2D, DOUBLES, 1);
      low = first.fma(first, low);
      high = second.fma(second, high);
    }
    low.intoArray(sums, lane);
    high.intoArray(sums, lane + half);
  }
}
