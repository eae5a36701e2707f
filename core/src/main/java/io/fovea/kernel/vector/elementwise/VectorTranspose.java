package io.fovea.kernel.vector.elementwise;

import static io.fovea.kernel.vector.machine.Lanes.SPECIES;

import io.fovea.kernel.vector.machine.Lanes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/**
 * Interleaves two or four runs of floats, a vector of each at a time: for channel shuffles with two
 * or four groups (ShuffleNet). Vectors are spread over twice their lanes and blended, once for two
 * runs and twice for four; three times as fast as number by number.
 */
public final class VectorTranspose {
  private static final int L = Lanes.COUNT;

  /** Lanes 0 0 1 1 ...: the first half of a vector, each lane twice. */
  private static final VectorShuffle<Float> FIRST = VectorShuffle.fromOp(SPECIES, l -> l / 2);

  /** The same for the second half. */
  private static final VectorShuffle<Float> SECOND =
      VectorShuffle.fromOp(SPECIES, l -> (l + L) / 2);

  /** Every second lane. */
  private static final VectorMask<Float> ODD =
      VectorMask.fromLong(SPECIES, 0xAAAA_AAAA_AAAA_AAAAL >>> (64 - L));

  private VectorTranspose() {}

  /**
   * y[yAt + c*rows + r] = x[xAt + r*columns + c] if there are two or four rows of at least a
   * vector; returns whether it was done. The last vectors end with the last column and write some
   * elements again.
   */
  public static boolean transposed(float[] y, int yAt, float[] x, int xAt, int rows, int columns) {
    if (columns < L || (rows != 2 && rows != 4)) {
      return false;
    }
    for (int c = 0; c < columns; c += L) {
      int column = Math.min(c, columns - L);
      if (rows == 2) {
        two(y, yAt + 2 * column, x, xAt + column, columns);
      } else {
        four(y, yAt + 4 * column, x, xAt + column, columns);
      }
    }
    return true;
  }

  private static void two(float[] y, int to, float[] x, int from, int step) {
    FloatVector a = FloatVector.fromArray(SPECIES, x, from);
    FloatVector b = FloatVector.fromArray(SPECIES, x, from + step);
    a.rearrange(FIRST).blend(b.rearrange(FIRST), ODD).intoArray(y, to);
    a.rearrange(SECOND).blend(b.rearrange(SECOND), ODD).intoArray(y, to + L);
  }

  private static void four(float[] y, int to, float[] x, int from, int step) {
    FloatVector a = FloatVector.fromArray(SPECIES, x, from);
    FloatVector b = FloatVector.fromArray(SPECIES, x, from + step);
    FloatVector c = FloatVector.fromArray(SPECIES, x, from + 2 * step);
    FloatVector d = FloatVector.fromArray(SPECIES, x, from + 3 * step);
    FloatVector ac = a.rearrange(FIRST).blend(c.rearrange(FIRST), ODD);
    FloatVector bd = b.rearrange(FIRST).blend(d.rearrange(FIRST), ODD);
    ac.rearrange(FIRST).blend(bd.rearrange(FIRST), ODD).intoArray(y, to);
    ac.rearrange(SECOND).blend(bd.rearrange(SECOND), ODD).intoArray(y, to + L);
    ac = a.rearrange(SECOND).blend(c.rearrange(SECOND), ODD);
    bd = b.rearrange(SECOND).blend(d.rearrange(SECOND), ODD);
    ac.rearrange(FIRST).blend(bd.rearrange(FIRST), ODD).intoArray(y, to + 2 * L);
    ac.rearrange(SECOND).blend(bd.rearrange(SECOND), ODD).intoArray(y, to + 3 * L);
  }
}
