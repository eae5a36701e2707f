package io.fovea.kernel.vector.elementwise;

import static io.fovea.kernel.vector.machine.Lanes.SPECIES;

import io.fovea.kernel.vector.machine.Lanes;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Sums of squares of floats, in double: each vector of floats becomes two of doubles. */
public final class Squares {
  private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;

  private Squares() {}

  public static double sum(float[] a, int from, int to) {
    DoubleVector low = DoubleVector.zero(DOUBLES);
    DoubleVector high = DoubleVector.zero(DOUBLES);
    int i = from;
    for (; i + Lanes.COUNT <= to; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, i);
      DoubleVector first = (DoubleVector) x.convertShape(VectorOperators.F2D, DOUBLES, 0);
      DoubleVector second = (DoubleVector) x.convertShape(VectorOperators.F2D, DOUBLES, 1);
      low = first.fma(first, low);
      high = second.fma(second, high);
    }
    double sum = 0;
    DoubleVector both = low.add(high);
    for (int lane = 0; lane < DOUBLES.length(); lane++) {
      sum += both.lane(lane);
    }
    for (; i < to; i++) {
      sum += (double) a[i] * a[i];
    }
    return sum;
  }
}
