package io.fovea.kernel.vector;

import static io.fovea.kernel.vector.Lanes.HALF;
import static io.fovea.kernel.vector.Lanes.QUARTER;
import static io.fovea.kernel.vector.Lanes.SPECIES;
import static io.fovea.kernel.vector.Lanes.UPPER_HALF;
import static io.fovea.kernel.vector.Lanes.UPWARD;
import static jdk.incubator.vector.VectorOperators.FMA;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * The blocks of {@link RowMajorProduct} that are one vector wide. Each broadcast serves one
 * multiply-add there, so it matters how wide the vector is: see {@link Lanes#SPLIT}, and where only
 * a few lanes are wanted, as of 34 filters in a group, a quarter of a vector does.
 *
 * <p>All give the same bits: an element is one chain over k.
 */
final class RowMajorSingles {
  private static final int L = Lanes.COUNT;

  private static final int H = L / 2;

  private RowMajorSingles() {}

  /** Whether of so few lanes these are written and no others. */
  static boolean writesNoMore(int lanes) {
    return BlockProduct.WIDE && lanes <= H;
  }

  /** The block that is fastest here for so many rows; only {@code p.lanes} lanes are wanted. */
  static void block(RowMajorProduct p, int from, int start, int end) {
    if (!BlockProduct.WIDE) {
      block6(p, from, start, end);
    } else if (p.lanes <= L / 4) {
      quarter8(p, from, start, end);
    } else if (p.lanes <= H) {
      half8(p, from, start, end);
    } else if (p.splits) {
      halves8(p, from, start, end);
    } else {
      block8(p, from, start, end);
    }
  }

  /** 6 rows. */
  private static void block6(RowMajorProduct p, int from, int start, int end) {
    float[] left = p.a;
    float[] right = p.b;
    float[] init = p.init;
    float[] c = p.c;
    int terms = p.terms;
    int initRow = p.initRow;
    int cRow = p.cRow;
    int x0 = from;
    int x1 = x0 + p.aStep;
    int x2 = x1 + p.aStep;
    int x3 = x2 + p.aStep;
    int x4 = x3 + p.aStep;
    int x5 = x4 + p.aStep;
    int at = p.bAt;
    FloatVector c0 = FloatVector.fromArray(SPECIES, init, start);
    FloatVector c1 = FloatVector.fromArray(SPECIES, init, start + initRow);
    FloatVector c2 = FloatVector.fromArray(SPECIES, init, start + 2 * initRow);
    FloatVector c3 = FloatVector.fromArray(SPECIES, init, start + 3 * initRow);
    FloatVector c4 = FloatVector.fromArray(SPECIES, init, start + 4 * initRow);
    FloatVector c5 = FloatVector.fromArray(SPECIES, init, start + 5 * initRow);
    for (int k = 0; k < terms; k++) {
      FloatVector b = FloatVector.fromArray(SPECIES, right, at + k * L);
      FloatVector a0 = FloatVector.broadcast(SPECIES, left[x0 + k]);
      c0 = a0.fma(b, c0);
      FloatVector a1 = FloatVector.broadcast(SPECIES, left[x1 + k]);
      c1 = a1.fma(b, c1);
      FloatVector a2 = FloatVector.broadcast(SPECIES, left[x2 + k]);
      c2 = a2.fma(b, c2);
      FloatVector a3 = FloatVector.broadcast(SPECIES, left[x3 + k]);
      c3 = a3.fma(b, c3);
      FloatVector a4 = FloatVector.broadcast(SPECIES, left[x4 + k]);
      c4 = a4.fma(b, c4);
      FloatVector a5 = FloatVector.broadcast(SPECIES, left[x5 + k]);
      c5 = a5.fma(b, c5);
    }
    c0.intoArray(c, end);
    c1.intoArray(c, end + cRow);
    c2.intoArray(c, end + 2 * cRow);
    c3.intoArray(c, end + 3 * cRow);
    c4.intoArray(c, end + 4 * cRow);
    c5.intoArray(c, end + 5 * cRow);
  }

  /** 8 rows. */
  private static void block8(RowMajorProduct p, int from, int start, int end) {
    float[] left = p.a;
    float[] right = p.b;
    float[] init = p.init;
    float[] c = p.c;
    int terms = p.terms;
    int initRow = p.initRow;
    int cRow = p.cRow;
    int x0 = from;
    int x1 = x0 + p.aStep;
    int x2 = x1 + p.aStep;
    int x3 = x2 + p.aStep;
    int x4 = x3 + p.aStep;
    int x5 = x4 + p.aStep;
    int x6 = x5 + p.aStep;
    int x7 = x6 + p.aStep;
    int at = p.bAt;
    FloatVector c0 = FloatVector.fromArray(SPECIES, init, start);
    FloatVector c1 = FloatVector.fromArray(SPECIES, init, start + initRow);
    FloatVector c2 = FloatVector.fromArray(SPECIES, init, start + 2 * initRow);
    FloatVector c3 = FloatVector.fromArray(SPECIES, init, start + 3 * initRow);
    FloatVector c4 = FloatVector.fromArray(SPECIES, init, start + 4 * initRow);
    FloatVector c5 = FloatVector.fromArray(SPECIES, init, start + 5 * initRow);
    FloatVector c6 = FloatVector.fromArray(SPECIES, init, start + 6 * initRow);
    FloatVector c7 = FloatVector.fromArray(SPECIES, init, start + 7 * initRow);
    for (int k = 0; k < terms; k++) {
      FloatVector b = FloatVector.fromArray(SPECIES, right, at + k * L);
      FloatVector a0 = FloatVector.broadcast(SPECIES, left[x0 + k]);
      c0 = a0.fma(b, c0);
      FloatVector a1 = FloatVector.broadcast(SPECIES, left[x1 + k]);
      c1 = a1.fma(b, c1);
      FloatVector a2 = FloatVector.broadcast(SPECIES, left[x2 + k]);
      c2 = a2.fma(b, c2);
      FloatVector a3 = FloatVector.broadcast(SPECIES, left[x3 + k]);
      c3 = a3.fma(b, c3);
      FloatVector a4 = FloatVector.broadcast(SPECIES, left[x4 + k]);
      c4 = a4.fma(b, c4);
      FloatVector a5 = FloatVector.broadcast(SPECIES, left[x5 + k]);
      c5 = a5.fma(b, c5);
      FloatVector a6 = FloatVector.broadcast(SPECIES, left[x6 + k]);
      c6 = a6.fma(b, c6);
      FloatVector a7 = FloatVector.broadcast(SPECIES, left[x7 + k]);
      c7 = a7.fma(b, c7);
    }
    c0.intoArray(c, end);
    c1.intoArray(c, end + cRow);
    c2.intoArray(c, end + 2 * cRow);
    c3.intoArray(c, end + 3 * cRow);
    c4.intoArray(c, end + 4 * cRow);
    c5.intoArray(c, end + 5 * cRow);
    c6.intoArray(c, end + 6 * cRow);
    c7.intoArray(c, end + 7 * cRow);
  }

  /** 8 rows, a vector in two halves. */
  private static void halves8(RowMajorProduct p, int from, int start, int end) {
    float[] left = p.a;
    float[] right = p.b;
    float[] init = p.init;
    float[] c = p.c;
    int terms = p.terms;
    int initRow = p.initRow;
    int cRow = p.cRow;
    int x0 = from;
    int x1 = x0 + p.aStep;
    int x2 = x1 + p.aStep;
    int x3 = x2 + p.aStep;
    int x4 = x3 + p.aStep;
    int x5 = x4 + p.aStep;
    int x6 = x5 + p.aStep;
    int x7 = x6 + p.aStep;
    int at = p.bAt;
    FloatVector c00 = FloatVector.fromArray(HALF, init, start);
    FloatVector c01 = FloatVector.fromArray(HALF, init, start + H);
    FloatVector c10 = FloatVector.fromArray(HALF, init, start + initRow);
    FloatVector c11 = FloatVector.fromArray(HALF, init, start + initRow + H);
    FloatVector c20 = FloatVector.fromArray(HALF, init, start + 2 * initRow);
    FloatVector c21 = FloatVector.fromArray(HALF, init, start + 2 * initRow + H);
    FloatVector c30 = FloatVector.fromArray(HALF, init, start + 3 * initRow);
    FloatVector c31 = FloatVector.fromArray(HALF, init, start + 3 * initRow + H);
    FloatVector c40 = FloatVector.fromArray(HALF, init, start + 4 * initRow);
    FloatVector c41 = FloatVector.fromArray(HALF, init, start + 4 * initRow + H);
    FloatVector c50 = FloatVector.fromArray(HALF, init, start + 5 * initRow);
    FloatVector c51 = FloatVector.fromArray(HALF, init, start + 5 * initRow + H);
    FloatVector c60 = FloatVector.fromArray(HALF, init, start + 6 * initRow);
    FloatVector c61 = FloatVector.fromArray(HALF, init, start + 6 * initRow + H);
    FloatVector c70 = FloatVector.fromArray(HALF, init, start + 7 * initRow);
    FloatVector c71 = FloatVector.fromArray(HALF, init, start + 7 * initRow + H);
    for (int k = 0; k < terms; k++) {
      FloatVector b0 = FloatVector.fromArray(HALF, right, at + k * L);
      FloatVector b1 = FloatVector.fromArray(HALF, right, at + k * L + H);
      FloatVector a0 = FloatVector.broadcast(HALF, left[x0 + k]);
      c00 = a0.lanewise(FMA, b0, c00);
      c01 = a0.lanewise(FMA, b1, c01);
      FloatVector a1 = FloatVector.broadcast(HALF, left[x1 + k]);
      c10 = a1.lanewise(FMA, b0, c10);
      c11 = a1.lanewise(FMA, b1, c11);
      FloatVector a2 = FloatVector.broadcast(HALF, left[x2 + k]);
      c20 = a2.lanewise(FMA, b0, c20);
      c21 = a2.lanewise(FMA, b1, c21);
      FloatVector a3 = FloatVector.broadcast(HALF, left[x3 + k]);
      c30 = a3.lanewise(FMA, b0, c30);
      c31 = a3.lanewise(FMA, b1, c31);
      FloatVector a4 = FloatVector.broadcast(HALF, left[x4 + k]);
      c40 = a4.lanewise(FMA, b0, c40);
      c41 = a4.lanewise(FMA, b1, c41);
      FloatVector a5 = FloatVector.broadcast(HALF, left[x5 + k]);
      c50 = a5.lanewise(FMA, b0, c50);
      c51 = a5.lanewise(FMA, b1, c51);
      FloatVector a6 = FloatVector.broadcast(HALF, left[x6 + k]);
      c60 = a6.lanewise(FMA, b0, c60);
      c61 = a6.lanewise(FMA, b1, c61);
      FloatVector a7 = FloatVector.broadcast(HALF, left[x7 + k]);
      c70 = a7.lanewise(FMA, b0, c70);
      c71 = a7.lanewise(FMA, b1, c71);
    }
    ((FloatVector) c00.reinterpretShape(SPECIES, 0))
        .blend(c01.reinterpretShape(SPECIES, 0).rearrange(UPWARD), UPPER_HALF)
        .intoArray(c, end);
    ((FloatVector) c10.reinterpretShape(SPECIES, 0))
        .blend(c11.reinterpretShape(SPECIES, 0).rearrange(UPWARD), UPPER_HALF)
        .intoArray(c, end + cRow);
    ((FloatVector) c20.reinterpretShape(SPECIES, 0))
        .blend(c21.reinterpretShape(SPECIES, 0).rearrange(UPWARD), UPPER_HALF)
        .intoArray(c, end + 2 * cRow);
    ((FloatVector) c30.reinterpretShape(SPECIES, 0))
        .blend(c31.reinterpretShape(SPECIES, 0).rearrange(UPWARD), UPPER_HALF)
        .intoArray(c, end + 3 * cRow);
    ((FloatVector) c40.reinterpretShape(SPECIES, 0))
        .blend(c41.reinterpretShape(SPECIES, 0).rearrange(UPWARD), UPPER_HALF)
        .intoArray(c, end + 4 * cRow);
    ((FloatVector) c50.reinterpretShape(SPECIES, 0))
        .blend(c51.reinterpretShape(SPECIES, 0).rearrange(UPWARD), UPPER_HALF)
        .intoArray(c, end + 5 * cRow);
    ((FloatVector) c60.reinterpretShape(SPECIES, 0))
        .blend(c61.reinterpretShape(SPECIES, 0).rearrange(UPWARD), UPPER_HALF)
        .intoArray(c, end + 6 * cRow);
    ((FloatVector) c70.reinterpretShape(SPECIES, 0))
        .blend(c71.reinterpretShape(SPECIES, 0).rearrange(UPWARD), UPPER_HALF)
        .intoArray(c, end + 7 * cRow);
  }

  /** 8 rows, no more than half a vector; other lanes of c stay as they are. */
  private static void half8(RowMajorProduct p, int from, int start, int end) {
    float[] left = p.a;
    float[] right = p.b;
    float[] init = p.init;
    float[] c = p.c;
    int terms = p.terms;
    int initRow = p.initRow;
    int cRow = p.cRow;
    int x0 = from;
    int x1 = x0 + p.aStep;
    int x2 = x1 + p.aStep;
    int x3 = x2 + p.aStep;
    int x4 = x3 + p.aStep;
    int x5 = x4 + p.aStep;
    int x6 = x5 + p.aStep;
    int x7 = x6 + p.aStep;
    int at = p.bAt;
    FloatVector c0 = FloatVector.fromArray(HALF, init, start);
    FloatVector c1 = FloatVector.fromArray(HALF, init, start + initRow);
    FloatVector c2 = FloatVector.fromArray(HALF, init, start + 2 * initRow);
    FloatVector c3 = FloatVector.fromArray(HALF, init, start + 3 * initRow);
    FloatVector c4 = FloatVector.fromArray(HALF, init, start + 4 * initRow);
    FloatVector c5 = FloatVector.fromArray(HALF, init, start + 5 * initRow);
    FloatVector c6 = FloatVector.fromArray(HALF, init, start + 6 * initRow);
    FloatVector c7 = FloatVector.fromArray(HALF, init, start + 7 * initRow);
    for (int k = 0; k < terms; k++) {
      FloatVector b = FloatVector.fromArray(HALF, right, at + k * L);
      FloatVector a0 = FloatVector.broadcast(HALF, left[x0 + k]);
      c0 = a0.lanewise(FMA, b, c0);
      FloatVector a1 = FloatVector.broadcast(HALF, left[x1 + k]);
      c1 = a1.lanewise(FMA, b, c1);
      FloatVector a2 = FloatVector.broadcast(HALF, left[x2 + k]);
      c2 = a2.lanewise(FMA, b, c2);
      FloatVector a3 = FloatVector.broadcast(HALF, left[x3 + k]);
      c3 = a3.lanewise(FMA, b, c3);
      FloatVector a4 = FloatVector.broadcast(HALF, left[x4 + k]);
      c4 = a4.lanewise(FMA, b, c4);
      FloatVector a5 = FloatVector.broadcast(HALF, left[x5 + k]);
      c5 = a5.lanewise(FMA, b, c5);
      FloatVector a6 = FloatVector.broadcast(HALF, left[x6 + k]);
      c6 = a6.lanewise(FMA, b, c6);
      FloatVector a7 = FloatVector.broadcast(HALF, left[x7 + k]);
      c7 = a7.lanewise(FMA, b, c7);
    }
    VectorMask<Float> used = SPECIES.indexInRange(0, p.lanes);
    ((FloatVector) c0.reinterpretShape(SPECIES, 0)).intoArray(c, end, used);
    ((FloatVector) c1.reinterpretShape(SPECIES, 0)).intoArray(c, end + cRow, used);
    ((FloatVector) c2.reinterpretShape(SPECIES, 0)).intoArray(c, end + 2 * cRow, used);
    ((FloatVector) c3.reinterpretShape(SPECIES, 0)).intoArray(c, end + 3 * cRow, used);
    ((FloatVector) c4.reinterpretShape(SPECIES, 0)).intoArray(c, end + 4 * cRow, used);
    ((FloatVector) c5.reinterpretShape(SPECIES, 0)).intoArray(c, end + 5 * cRow, used);
    ((FloatVector) c6.reinterpretShape(SPECIES, 0)).intoArray(c, end + 6 * cRow, used);
    ((FloatVector) c7.reinterpretShape(SPECIES, 0)).intoArray(c, end + 7 * cRow, used);
  }

  /** 8 rows, no more than a quarter of a vector; other lanes of c stay as they are. */
  private static void quarter8(RowMajorProduct p, int from, int start, int end) {
    float[] left = p.a;
    float[] right = p.b;
    float[] init = p.init;
    float[] c = p.c;
    int terms = p.terms;
    int initRow = p.initRow;
    int cRow = p.cRow;
    int x0 = from;
    int x1 = x0 + p.aStep;
    int x2 = x1 + p.aStep;
    int x3 = x2 + p.aStep;
    int x4 = x3 + p.aStep;
    int x5 = x4 + p.aStep;
    int x6 = x5 + p.aStep;
    int x7 = x6 + p.aStep;
    int at = p.bAt;
    FloatVector c0 = FloatVector.fromArray(QUARTER, init, start);
    FloatVector c1 = FloatVector.fromArray(QUARTER, init, start + initRow);
    FloatVector c2 = FloatVector.fromArray(QUARTER, init, start + 2 * initRow);
    FloatVector c3 = FloatVector.fromArray(QUARTER, init, start + 3 * initRow);
    FloatVector c4 = FloatVector.fromArray(QUARTER, init, start + 4 * initRow);
    FloatVector c5 = FloatVector.fromArray(QUARTER, init, start + 5 * initRow);
    FloatVector c6 = FloatVector.fromArray(QUARTER, init, start + 6 * initRow);
    FloatVector c7 = FloatVector.fromArray(QUARTER, init, start + 7 * initRow);
    for (int k = 0; k < terms; k++) {
      FloatVector b = FloatVector.fromArray(QUARTER, right, at + k * L);
      FloatVector a0 = FloatVector.broadcast(QUARTER, left[x0 + k]);
      c0 = a0.lanewise(FMA, b, c0);
      FloatVector a1 = FloatVector.broadcast(QUARTER, left[x1 + k]);
      c1 = a1.lanewise(FMA, b, c1);
      FloatVector a2 = FloatVector.broadcast(QUARTER, left[x2 + k]);
      c2 = a2.lanewise(FMA, b, c2);
      FloatVector a3 = FloatVector.broadcast(QUARTER, left[x3 + k]);
      c3 = a3.lanewise(FMA, b, c3);
      FloatVector a4 = FloatVector.broadcast(QUARTER, left[x4 + k]);
      c4 = a4.lanewise(FMA, b, c4);
      FloatVector a5 = FloatVector.broadcast(QUARTER, left[x5 + k]);
      c5 = a5.lanewise(FMA, b, c5);
      FloatVector a6 = FloatVector.broadcast(QUARTER, left[x6 + k]);
      c6 = a6.lanewise(FMA, b, c6);
      FloatVector a7 = FloatVector.broadcast(QUARTER, left[x7 + k]);
      c7 = a7.lanewise(FMA, b, c7);
    }
    VectorMask<Float> used = SPECIES.indexInRange(0, p.lanes);
    ((FloatVector) c0.reinterpretShape(SPECIES, 0)).intoArray(c, end, used);
    ((FloatVector) c1.reinterpretShape(SPECIES, 0)).intoArray(c, end + cRow, used);
    ((FloatVector) c2.reinterpretShape(SPECIES, 0)).intoArray(c, end + 2 * cRow, used);
    ((FloatVector) c3.reinterpretShape(SPECIES, 0)).intoArray(c, end + 3 * cRow, used);
    ((FloatVector) c4.reinterpretShape(SPECIES, 0)).intoArray(c, end + 4 * cRow, used);
    ((FloatVector) c5.reinterpretShape(SPECIES, 0)).intoArray(c, end + 5 * cRow, used);
    ((FloatVector) c6.reinterpretShape(SPECIES, 0)).intoArray(c, end + 6 * cRow, used);
    ((FloatVector) c7.reinterpretShape(SPECIES, 0)).intoArray(c, end + 7 * cRow, used);
  }
}
