package io.fovea.kernel.vector.dense;

import static io.fovea.kernel.vector.machine.Lanes.SPECIES;

import io.fovea.kernel.vector.machine.Lanes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/**
 * Sums over W = {@link Lanes#WIDEST} lanes in one order at every width: each quarter in a chain
 * from 0, so that no sum is -0, then pairs of quarters and the two halves. The Vector API does not
 * define the order of its reductions.
 */
final class HorizontalSums {
  private static final int L = Lanes.COUNT;
  private static final int W = Lanes.WIDEST;

  /** Exchanges lanes whose numbers differ in one bit. */
  private static final VectorShuffle<Float> BY_1 = across(1);

  private static final VectorShuffle<Float> BY_2 = across(2);
  private static final VectorShuffle<Float> BY_4 = across(4);
  private static final VectorShuffle<Float> BY_8 = across(8);

  /** Lanes whose numbers have this bit. */
  private static final VectorMask<Float> BIT_1 = lanes(1);

  private static final VectorMask<Float> BIT_2 = lanes(2);
  private static final VectorMask<Float> BIT_4 = lanes(4);
  private static final VectorMask<Float> BIT_8 = lanes(8);

  private HorizontalSums() {}

  private static VectorShuffle<Float> across(int bit) {
    return VectorShuffle.fromOp(SPECIES, lane -> (lane ^ bit) < L ? lane ^ bit : lane);
  }

  private static VectorMask<Float> lanes(int bit) {
    boolean[] lanes = new boolean[L];
    for (int lane = 0; lane < L; lane++) {
      lanes[lane] = (lane & bit) != 0;
    }
    return VectorMask.fromArray(SPECIES, lanes, 0);
  }

  /** values[at + i] = the sum of the W lanes from values[at + i * W] on, for so many sums. */
  static void inPlace(float[] values, int at, int sums) {
    int i = 0;
    if (L == W) {
      for (; i + W <= sums; i += W) {
        for (int four = 0; four < W; four += 4) {
          int from = at + (i + four) * W;
          quarters(values, from).intoArray(values, from);
        }
        sixteen(values, at + i * W, at + i);
      }
    } else if (L == W / 2) {
      for (; i + 4 <= sums; i += 4) {
        FloatVector low = quarters(values, at + i * W);
        FloatVector high = quarters(values, at + i * W + L);
        low = low.add(low.rearrange(BY_4));
        low.add(high.add(high.rearrange(BY_4))).intoArray(values, at + i);
      }
    }
    // The same order in scalars: sums that fill no vector, and vectors of 128 bits.
    for (; i < sums; i++) {
      int from = at + i * W;
      float low = quarter(values, from) + quarter(values, from + 4);
      values[at + i] = low + (quarter(values, from + 8) + quarter(values, from + 12));
    }
  }

  private static float quarter(float[] values, int at) {
    return 0 + values[at] + values[at + 1] + values[at + 2] + values[at + 3];
  }

  /**
   * The chains of quarters of a vector's lanes of four sums a, b, c and d: each four lanes of the
   * result are that quarter's chains of a, b, c and d.
   */
  private static FloatVector quarters(float[] values, int at) {
    FloatVector a = FloatVector.fromArray(SPECIES, values, at);
    FloatVector b = FloatVector.fromArray(SPECIES, values, at + W);
    FloatVector c = FloatVector.fromArray(SPECIES, values, at + 2 * W);
    FloatVector d = FloatVector.fromArray(SPECIES, values, at + 3 * W);
    // Transposes the four lanes of each quarter: by one lane, then by two.
    FloatVector evenOfAb = a.blend(b.rearrange(BY_1), BIT_1);
    FloatVector oddOfAb = a.rearrange(BY_1).blend(b, BIT_1);
    FloatVector evenOfCd = c.blend(d.rearrange(BY_1), BIT_1);
    FloatVector oddOfCd = c.rearrange(BY_1).blend(d, BIT_1);
    FloatVector first = evenOfAb.blend(evenOfCd.rearrange(BY_2), BIT_2);
    FloatVector second = oddOfAb.blend(oddOfCd.rearrange(BY_2), BIT_2);
    FloatVector third = evenOfAb.rearrange(BY_2).blend(evenOfCd, BIT_2);
    FloatVector fourth = oddOfAb.rearrange(BY_2).blend(oddOfCd, BIT_2);
    // From 0, so that four of -0 give 0, as in quarter().
    return first.add(0).add(second).add(third).add(fourth);
  }

  /** The sums of 16 vectors of 16 lanes, whose quarters are 64 floats apart. */
  private static void sixteen(float[] values, int at, int to) {
    FloatVector a = FloatVector.fromArray(SPECIES, values, at);
    FloatVector b = FloatVector.fromArray(SPECIES, values, at + 64);
    FloatVector c = FloatVector.fromArray(SPECIES, values, at + 128);
    FloatVector d = FloatVector.fromArray(SPECIES, values, at + 192);
    // Quarters 0 + 1 and 2 + 3, then both halves: the order of the scalars above.
    FloatVector ab = a.blend(b, BIT_4).add(b.blend(a, BIT_4).rearrange(BY_4));
    FloatVector cd = c.blend(d, BIT_4).add(d.blend(c, BIT_4).rearrange(BY_4));
    ab.blend(cd, BIT_8).add(cd.blend(ab, BIT_8).rearrange(BY_8)).intoArray(values, to);
  }
}
