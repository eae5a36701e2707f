package io.fovea.kernel.vector.dense;

import static io.fovea.kernel.vector.machine.Lanes.SPECIES;

import io.fovea.kernel.vector.machine.Lanes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/**
 * Sums over the lanes of vectors in a fixed order: each quarter in a chain, then pairs of quarters
 * and the two halves. The Vector API does not define the order of its reductions, and results must
 * not depend on whether the code has been compiled.
 */
final class HorizontalSums {
  private static final int L = Lanes.COUNT;

  private static final VectorShuffle<Float> ONE_ON = neighbours(1);
  private static final VectorShuffle<Float> TWO_ON = neighbours(2);
  private static final VectorShuffle<Float> THREE_ON = neighbours(3);
  private static final VectorShuffle<Float> QUARTER_ON = neighbours(L / 4);
  private static final VectorShuffle<Float> HALF_ON = neighbours(L / 2);

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

  /** Moves each lane by {@code lanes} lanes. */
  private static VectorShuffle<Float> neighbours(int lanes) {
    return VectorShuffle.iota(SPECIES, lanes, 1, true);
  }

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

  /** values[at + i] = the sum of the vector values[at + i * L ...], for {@code vectors} vectors. */
  static void inPlace(float[] values, int at, int vectors) {
    int i = 0;
    if (L == 16) {
      for (; i + 16 <= vectors; i += 16) {
        for (int four = 0; four < 16; four += 4) {
          int from = at + (i + four) * 16;
          fours(values, from, from);
        }
        sixteen(values, at + i * 16, at + i);
      }
    }
    for (; i < vectors; i++) {
      int from = at + i * L;
      values[at + i] = L == 4 || L == 8 || L == 16 ? one(values, from) : oneByOne(values, from);
    }
  }

  private static float one(float[] values, int at) {
    FloatVector lanes = FloatVector.fromArray(SPECIES, values, at);
    FloatVector quarters = lanes.add(0); // chains start at 0, so that no sum is -0
    if (L > 4) {
      quarters = quarters.add(lanes.rearrange(ONE_ON));
    }
    if (L > 8) {
      quarters = quarters.add(lanes.rearrange(TWO_ON)).add(lanes.rearrange(THREE_ON));
    }
    FloatVector halves = quarters.add(quarters.rearrange(QUARTER_ON));
    return halves.add(halves.rearrange(HALF_ON)).lane(0);
  }

  /** The sum of a vector of another length. */
  private static float oneByOne(float[] values, int at) {
    float sum = 0;
    for (int lane = 0; lane < L; lane++) {
      sum += values[at + lane];
    }
    return sum;
  }

  /**
   * Sums the quarters of four vectors a, b, c and d of 16 lanes: each four lanes of the result are
   * that quarter's chains of a, b, c and d.
   */
  private static void fours(float[] values, int at, int to) {
    FloatVector a = FloatVector.fromArray(SPECIES, values, at);
    FloatVector b = FloatVector.fromArray(SPECIES, values, at + 16);
    FloatVector c = FloatVector.fromArray(SPECIES, values, at + 32);
    FloatVector d = FloatVector.fromArray(SPECIES, values, at + 48);
    FloatVector evenOfAb = a.blend(b.rearrange(BY_1), BIT_1);
    FloatVector oddOfAb = a.rearrange(BY_1).blend(b, BIT_1);
    FloatVector evenOfCd = c.blend(d.rearrange(BY_1), BIT_1);
    FloatVector oddOfCd = c.rearrange(BY_1).blend(d, BIT_1);
    FloatVector first = evenOfAb.blend(evenOfCd.rearrange(BY_2), BIT_2);
    FloatVector second = oddOfAb.blend(oddOfCd.rearrange(BY_2), BIT_2);
    FloatVector third = evenOfAb.rearrange(BY_2).blend(evenOfCd, BIT_2);
    FloatVector fourth = oddOfAb.rearrange(BY_2).blend(oddOfCd, BIT_2);
    first.add(0).add(second).add(third).add(fourth).intoArray(values, to);
  }

  /** The sums of 16 vectors of 16 lanes, whose quarters are 64 floats apart. */
  private static void sixteen(float[] values, int at, int to) {
    FloatVector a = FloatVector.fromArray(SPECIES, values, at);
    FloatVector b = FloatVector.fromArray(SPECIES, values, at + 64);
    FloatVector c = FloatVector.fromArray(SPECIES, values, at + 128);
    FloatVector d = FloatVector.fromArray(SPECIES, values, at + 192);
    FloatVector ab = a.blend(b, BIT_4).add(b.blend(a, BIT_4).rearrange(BY_4));
    FloatVector cd = c.blend(d, BIT_4).add(d.blend(c, BIT_4).rearrange(BY_4));
    ab.blend(cd, BIT_8).add(cd.blend(ab, BIT_8).rearrange(BY_8)).intoArray(values, to);
  }
}
