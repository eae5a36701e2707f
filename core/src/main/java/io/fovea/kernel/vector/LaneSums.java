package io.fovea.kernel.vector;

import static io.fovea.kernel.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/**
 * Sums over the lanes of vectors, in an order of their own: neighbours, then pairs of them, then
 * fours and so on. The Vector API leaves the order of its reduction open, and answers must not
 * depend on whether the code has been compiled yet.
 */
final class LaneSums {
  private static final int L = Lanes.COUNT;

  /** Whether lanes can be halved down to one. */
  private static final boolean HALVES = Integer.bitCount(L) == 1 && L <= 16;

  /** Lane i of the others: i with one bit turned. */
  private static final VectorShuffle<Float> BY_1 = across(1);

  private static final VectorShuffle<Float> BY_2 = across(2);
  private static final VectorShuffle<Float> BY_4 = across(4);
  private static final VectorShuffle<Float> BY_8 = across(8);

  /** Lanes that have that bit. */
  private static final VectorMask<Float> BIT_1 = lanes(1);

  private static final VectorMask<Float> BIT_2 = lanes(2);
  private static final VectorMask<Float> BIT_4 = lanes(4);
  private static final VectorMask<Float> BIT_8 = lanes(8);

  private LaneSums() {}

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

  /** values[at + i] = the sum of vector i, values[at + i * L ...], for so many vectors. */
  static void inPlace(float[] values, int at, int vectors) {
    int i = 0;
    if (L == 16) {
      for (; i + 16 <= vectors; i += 16) {
        sixteen(values, at + i * L, at + i);
      }
    }
    for (; i < vectors; i++) {
      values[at + i] = HALVES ? one(values, at + i * L) : oneByOne(values, at + i * L);
    }
  }

  private static float one(float[] values, int at) {
    FloatVector sum = FloatVector.fromArray(SPECIES, values, at);
    sum = sum.add(sum.rearrange(BY_1));
    if (L > 2) {
      sum = sum.add(sum.rearrange(BY_2));
    }
    if (L > 4) {
      sum = sum.add(sum.rearrange(BY_4));
    }
    if (L > 8) {
      sum = sum.add(sum.rearrange(BY_8));
    }
    return sum.lane(0) + 0f; // no sum is -0
  }

  /** Vectors of other lengths. */
  private static float oneByOne(float[] values, int at) {
    float sum = 0;
    for (int lane = 0; lane < L; lane++) {
      sum += values[at + lane];
    }
    return sum;
  }

  /**
   * The same sums, of 16 vectors of 16 lanes at once: of two vectors, even lanes take one's pairs
   * and odd lanes the other's; of two of these pairs of pairs, and so on.
   */
  private static void sixteen(float[] values, int at, int to) {
    FloatVector s0 = FloatVector.fromArray(SPECIES, values, at);
    FloatVector s1 = FloatVector.fromArray(SPECIES, values, at + 16);
    FloatVector s2 = FloatVector.fromArray(SPECIES, values, at + 32);
    FloatVector s3 = FloatVector.fromArray(SPECIES, values, at + 48);
    FloatVector s4 = FloatVector.fromArray(SPECIES, values, at + 64);
    FloatVector s5 = FloatVector.fromArray(SPECIES, values, at + 80);
    FloatVector s6 = FloatVector.fromArray(SPECIES, values, at + 96);
    FloatVector s7 = FloatVector.fromArray(SPECIES, values, at + 112);
    FloatVector s8 = FloatVector.fromArray(SPECIES, values, at + 128);
    FloatVector s9 = FloatVector.fromArray(SPECIES, values, at + 144);
    FloatVector s10 = FloatVector.fromArray(SPECIES, values, at + 160);
    FloatVector s11 = FloatVector.fromArray(SPECIES, values, at + 176);
    FloatVector s12 = FloatVector.fromArray(SPECIES, values, at + 192);
    FloatVector s13 = FloatVector.fromArray(SPECIES, values, at + 208);
    FloatVector s14 = FloatVector.fromArray(SPECIES, values, at + 224);
    FloatVector s15 = FloatVector.fromArray(SPECIES, values, at + 240);
    FloatVector a0 = s0.blend(s1, BIT_1).add(s1.blend(s0, BIT_1).rearrange(BY_1));
    FloatVector a1 = s2.blend(s3, BIT_1).add(s3.blend(s2, BIT_1).rearrange(BY_1));
    FloatVector a2 = s4.blend(s5, BIT_1).add(s5.blend(s4, BIT_1).rearrange(BY_1));
    FloatVector a3 = s6.blend(s7, BIT_1).add(s7.blend(s6, BIT_1).rearrange(BY_1));
    FloatVector a4 = s8.blend(s9, BIT_1).add(s9.blend(s8, BIT_1).rearrange(BY_1));
    FloatVector a5 = s10.blend(s11, BIT_1).add(s11.blend(s10, BIT_1).rearrange(BY_1));
    FloatVector a6 = s12.blend(s13, BIT_1).add(s13.blend(s12, BIT_1).rearrange(BY_1));
    FloatVector a7 = s14.blend(s15, BIT_1).add(s15.blend(s14, BIT_1).rearrange(BY_1));
    FloatVector b0 = a0.blend(a1, BIT_2).add(a1.blend(a0, BIT_2).rearrange(BY_2));
    FloatVector b1 = a2.blend(a3, BIT_2).add(a3.blend(a2, BIT_2).rearrange(BY_2));
    FloatVector b2 = a4.blend(a5, BIT_2).add(a5.blend(a4, BIT_2).rearrange(BY_2));
    FloatVector b3 = a6.blend(a7, BIT_2).add(a7.blend(a6, BIT_2).rearrange(BY_2));
    FloatVector c0 = b0.blend(b1, BIT_4).add(b1.blend(b0, BIT_4).rearrange(BY_4));
    FloatVector c1 = b2.blend(b3, BIT_4).add(b3.blend(b2, BIT_4).rearrange(BY_4));
    c0.blend(c1, BIT_8)
        .add(c1.blend(c0, BIT_8).rearrange(BY_8))
        .add(0) // no sum is -0
        .intoArray(values, to);
  }
}
