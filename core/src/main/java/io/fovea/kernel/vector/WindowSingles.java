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
 * The blocks of {@link WindowProduct} that are one vector wide. Each broadcast serves one
 * multiply-add there, so it matters how wide the vector is: see {@link Lanes#SPLIT}, and where only
 * a few lanes are wanted, as of 34 filters in a group, a quarter of a vector does.
 *
 * <p>All give the same bits: an element is one chain over the taps.
 */
final class WindowSingles {
  private static final int L = Lanes.COUNT;

  private static final int H = L / 2;

  /** Windows of a block. */
  static final int WINDOWS = 8;

  private WindowSingles() {}

  /**
   * Whether so few lanes are wanted of the last of so many vectors that of so many windows these
   * are written and no others.
   */
  static boolean writesNoMore(int vectors, int lanes, int windows) {
    return BlockProduct.WIDE && vectors % 2 == 1 && lanes <= H && windows >= WINDOWS;
  }

  /** The block of 8 windows that is fastest here; only {@code p.lanes} lanes are wanted. */
  static void block(WindowProduct p, int row, int to, int vector) {
    if (BlockProduct.WIDE && p.lanes <= L / 4) {
      quarter8(p, row, to, vector);
    } else if (BlockProduct.WIDE && p.lanes <= H) {
      half8(p, row, to, vector);
    } else if (p.splits) {
      halves8(p, row, to, vector);
    } else {
      block8(p, row, to, vector);
    }
  }

  /** 8 windows. */
  private static void block8(WindowProduct p, int row, int to, int vector) {
    float[] left = p.a;
    float[] right = p.b;
    float[] init = p.init;
    float[] c = p.c;
    int length = p.run;
    int cRow = p.cRow;
    int from = p.bAt + vector * p.bVector;
    int start = p.initAt + vector * L;
    int x0 = p.aAt + p.windows[row];
    int x1 = p.aAt + p.windows[row + 1];
    int x2 = p.aAt + p.windows[row + 2];
    int x3 = p.aAt + p.windows[row + 3];
    int x4 = p.aAt + p.windows[row + 4];
    int x5 = p.aAt + p.windows[row + 5];
    int x6 = p.aAt + p.windows[row + 6];
    int x7 = p.aAt + p.windows[row + 7];
    FloatVector c0 = FloatVector.fromArray(SPECIES, init, start);
    FloatVector c1 = c0;
    FloatVector c2 = c0;
    FloatVector c3 = c0;
    FloatVector c4 = c0;
    FloatVector c5 = c0;
    FloatVector c6 = c0;
    FloatVector c7 = c0;
    for (int base : p.runs) {
      for (int k = 0; k < length; k++) {
        FloatVector b = FloatVector.fromArray(SPECIES, right, from + k * L);
        FloatVector a0 = FloatVector.broadcast(SPECIES, left[x0 + base + k]);
        c0 = a0.fma(b, c0);
        FloatVector a1 = FloatVector.broadcast(SPECIES, left[x1 + base + k]);
        c1 = a1.fma(b, c1);
        FloatVector a2 = FloatVector.broadcast(SPECIES, left[x2 + base + k]);
        c2 = a2.fma(b, c2);
        FloatVector a3 = FloatVector.broadcast(SPECIES, left[x3 + base + k]);
        c3 = a3.fma(b, c3);
        FloatVector a4 = FloatVector.broadcast(SPECIES, left[x4 + base + k]);
        c4 = a4.fma(b, c4);
        FloatVector a5 = FloatVector.broadcast(SPECIES, left[x5 + base + k]);
        c5 = a5.fma(b, c5);
        FloatVector a6 = FloatVector.broadcast(SPECIES, left[x6 + base + k]);
        c6 = a6.fma(b, c6);
        FloatVector a7 = FloatVector.broadcast(SPECIES, left[x7 + base + k]);
        c7 = a7.fma(b, c7);
      }
      from += length * L;
    }
    int end = to + vector * L;
    c0.intoArray(c, end);
    c1.intoArray(c, end + cRow);
    c2.intoArray(c, end + 2 * cRow);
    c3.intoArray(c, end + 3 * cRow);
    c4.intoArray(c, end + 4 * cRow);
    c5.intoArray(c, end + 5 * cRow);
    c6.intoArray(c, end + 6 * cRow);
    c7.intoArray(c, end + 7 * cRow);
  }

  /** 8 windows, a vector in two halves. */
  private static void halves8(WindowProduct p, int row, int to, int vector) {
    float[] left = p.a;
    float[] right = p.b;
    float[] init = p.init;
    float[] c = p.c;
    int length = p.run;
    int cRow = p.cRow;
    int from = p.bAt + vector * p.bVector;
    int start = p.initAt + vector * L;
    int x0 = p.aAt + p.windows[row];
    int x1 = p.aAt + p.windows[row + 1];
    int x2 = p.aAt + p.windows[row + 2];
    int x3 = p.aAt + p.windows[row + 3];
    int x4 = p.aAt + p.windows[row + 4];
    int x5 = p.aAt + p.windows[row + 5];
    int x6 = p.aAt + p.windows[row + 6];
    int x7 = p.aAt + p.windows[row + 7];
    FloatVector c00 = FloatVector.fromArray(HALF, init, start);
    FloatVector c01 = FloatVector.fromArray(HALF, init, start + H);
    FloatVector c10 = c00;
    FloatVector c11 = c01;
    FloatVector c20 = c00;
    FloatVector c21 = c01;
    FloatVector c30 = c00;
    FloatVector c31 = c01;
    FloatVector c40 = c00;
    FloatVector c41 = c01;
    FloatVector c50 = c00;
    FloatVector c51 = c01;
    FloatVector c60 = c00;
    FloatVector c61 = c01;
    FloatVector c70 = c00;
    FloatVector c71 = c01;
    for (int base : p.runs) {
      for (int k = 0; k < length; k++) {
        FloatVector b0 = FloatVector.fromArray(HALF, right, from + k * L);
        FloatVector b1 = FloatVector.fromArray(HALF, right, from + k * L + H);
        FloatVector a0 = FloatVector.broadcast(HALF, left[x0 + base + k]);
        c00 = a0.lanewise(FMA, b0, c00);
        c01 = a0.lanewise(FMA, b1, c01);
        FloatVector a1 = FloatVector.broadcast(HALF, left[x1 + base + k]);
        c10 = a1.lanewise(FMA, b0, c10);
        c11 = a1.lanewise(FMA, b1, c11);
        FloatVector a2 = FloatVector.broadcast(HALF, left[x2 + base + k]);
        c20 = a2.lanewise(FMA, b0, c20);
        c21 = a2.lanewise(FMA, b1, c21);
        FloatVector a3 = FloatVector.broadcast(HALF, left[x3 + base + k]);
        c30 = a3.lanewise(FMA, b0, c30);
        c31 = a3.lanewise(FMA, b1, c31);
        FloatVector a4 = FloatVector.broadcast(HALF, left[x4 + base + k]);
        c40 = a4.lanewise(FMA, b0, c40);
        c41 = a4.lanewise(FMA, b1, c41);
        FloatVector a5 = FloatVector.broadcast(HALF, left[x5 + base + k]);
        c50 = a5.lanewise(FMA, b0, c50);
        c51 = a5.lanewise(FMA, b1, c51);
        FloatVector a6 = FloatVector.broadcast(HALF, left[x6 + base + k]);
        c60 = a6.lanewise(FMA, b0, c60);
        c61 = a6.lanewise(FMA, b1, c61);
        FloatVector a7 = FloatVector.broadcast(HALF, left[x7 + base + k]);
        c70 = a7.lanewise(FMA, b0, c70);
        c71 = a7.lanewise(FMA, b1, c71);
      }
      from += length * L;
    }
    int end = to + vector * L;
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

  /** 8 windows, no more than half a vector; other lanes of c stay as they are. */
  private static void half8(WindowProduct p, int row, int to, int vector) {
    float[] left = p.a;
    float[] right = p.b;
    float[] init = p.init;
    float[] c = p.c;
    int length = p.run;
    int cRow = p.cRow;
    int from = p.bAt + vector * p.bVector;
    int start = p.initAt + vector * L;
    int x0 = p.aAt + p.windows[row];
    int x1 = p.aAt + p.windows[row + 1];
    int x2 = p.aAt + p.windows[row + 2];
    int x3 = p.aAt + p.windows[row + 3];
    int x4 = p.aAt + p.windows[row + 4];
    int x5 = p.aAt + p.windows[row + 5];
    int x6 = p.aAt + p.windows[row + 6];
    int x7 = p.aAt + p.windows[row + 7];
    FloatVector c0 = FloatVector.fromArray(HALF, init, start);
    FloatVector c1 = c0;
    FloatVector c2 = c0;
    FloatVector c3 = c0;
    FloatVector c4 = c0;
    FloatVector c5 = c0;
    FloatVector c6 = c0;
    FloatVector c7 = c0;
    for (int base : p.runs) {
      for (int k = 0; k < length; k++) {
        FloatVector b = FloatVector.fromArray(HALF, right, from + k * L);
        FloatVector a0 = FloatVector.broadcast(HALF, left[x0 + base + k]);
        c0 = a0.lanewise(FMA, b, c0);
        FloatVector a1 = FloatVector.broadcast(HALF, left[x1 + base + k]);
        c1 = a1.lanewise(FMA, b, c1);
        FloatVector a2 = FloatVector.broadcast(HALF, left[x2 + base + k]);
        c2 = a2.lanewise(FMA, b, c2);
        FloatVector a3 = FloatVector.broadcast(HALF, left[x3 + base + k]);
        c3 = a3.lanewise(FMA, b, c3);
        FloatVector a4 = FloatVector.broadcast(HALF, left[x4 + base + k]);
        c4 = a4.lanewise(FMA, b, c4);
        FloatVector a5 = FloatVector.broadcast(HALF, left[x5 + base + k]);
        c5 = a5.lanewise(FMA, b, c5);
        FloatVector a6 = FloatVector.broadcast(HALF, left[x6 + base + k]);
        c6 = a6.lanewise(FMA, b, c6);
        FloatVector a7 = FloatVector.broadcast(HALF, left[x7 + base + k]);
        c7 = a7.lanewise(FMA, b, c7);
      }
      from += length * L;
    }
    int end = to + vector * L;
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

  /** 8 windows, no more than a quarter of a vector; other lanes of c stay as they are. */
  private static void quarter8(WindowProduct p, int row, int to, int vector) {
    float[] left = p.a;
    float[] right = p.b;
    float[] init = p.init;
    float[] c = p.c;
    int length = p.run;
    int cRow = p.cRow;
    int from = p.bAt + vector * p.bVector;
    int start = p.initAt + vector * L;
    int x0 = p.aAt + p.windows[row];
    int x1 = p.aAt + p.windows[row + 1];
    int x2 = p.aAt + p.windows[row + 2];
    int x3 = p.aAt + p.windows[row + 3];
    int x4 = p.aAt + p.windows[row + 4];
    int x5 = p.aAt + p.windows[row + 5];
    int x6 = p.aAt + p.windows[row + 6];
    int x7 = p.aAt + p.windows[row + 7];
    FloatVector c0 = FloatVector.fromArray(QUARTER, init, start);
    FloatVector c1 = c0;
    FloatVector c2 = c0;
    FloatVector c3 = c0;
    FloatVector c4 = c0;
    FloatVector c5 = c0;
    FloatVector c6 = c0;
    FloatVector c7 = c0;
    for (int base : p.runs) {
      for (int k = 0; k < length; k++) {
        FloatVector b = FloatVector.fromArray(QUARTER, right, from + k * L);
        FloatVector a0 = FloatVector.broadcast(QUARTER, left[x0 + base + k]);
        c0 = a0.lanewise(FMA, b, c0);
        FloatVector a1 = FloatVector.broadcast(QUARTER, left[x1 + base + k]);
        c1 = a1.lanewise(FMA, b, c1);
        FloatVector a2 = FloatVector.broadcast(QUARTER, left[x2 + base + k]);
        c2 = a2.lanewise(FMA, b, c2);
        FloatVector a3 = FloatVector.broadcast(QUARTER, left[x3 + base + k]);
        c3 = a3.lanewise(FMA, b, c3);
        FloatVector a4 = FloatVector.broadcast(QUARTER, left[x4 + base + k]);
        c4 = a4.lanewise(FMA, b, c4);
        FloatVector a5 = FloatVector.broadcast(QUARTER, left[x5 + base + k]);
        c5 = a5.lanewise(FMA, b, c5);
        FloatVector a6 = FloatVector.broadcast(QUARTER, left[x6 + base + k]);
        c6 = a6.lanewise(FMA, b, c6);
        FloatVector a7 = FloatVector.broadcast(QUARTER, left[x7 + base + k]);
        c7 = a7.lanewise(FMA, b, c7);
      }
      from += length * L;
    }
    int end = to + vector * L;
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
