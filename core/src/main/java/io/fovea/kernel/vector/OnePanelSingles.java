package io.fovea.kernel.vector;

import static io.fovea.kernel.vector.Lanes.HALF;
import static io.fovea.kernel.vector.Lanes.SPECIES;
import static io.fovea.kernel.vector.Lanes.UPPER_HALF;
import static io.fovea.kernel.vector.Lanes.UPWARD;
import static jdk.incubator.vector.VectorOperators.FMA;

import jdk.incubator.vector.FloatVector;

/** The blocks of {@link OnePanelProducts} that are one vector wide, whole or in two halves. */
final class OnePanelSingles {
  private static final int L = Lanes.COUNT;

  private static final int H = L / 2;

  private OnePanelSingles() {}

  /** All rows of the vector v. */
  static void run(TileProducts t, int rows, int v) {
    int row = 0;
    if (rows % 8 != 0 && rows % 7 == 0) {
      for (; row < rows; row += 7) {
        if (t.splits) {
          halves7x1(t, row, v);
        } else {
          block7x1(t, row, v);
        }
      }
    }
    for (; row < rows; row += 8) {
      if (t.splits) {
        halves8x1(t, row, v);
      } else {
        block8x1(t, row, v);
      }
    }
  }

  private static void block8x1(TileProducts t, int row, int vector) {
    float[] left = t.a;
    float[] right = t.b;
    float[] sums = t.c;
    for (int p = 0; p < t.points; p++) {
      int to = t.cAt + p * t.cPoint + vector * t.cPanel + row * L;
      FloatVector c00 = FloatVector.zero(SPECIES);
      FloatVector c10 = FloatVector.zero(SPECIES);
      FloatVector c20 = FloatVector.zero(SPECIES);
      FloatVector c30 = FloatVector.zero(SPECIES);
      FloatVector c40 = FloatVector.zero(SPECIES);
      FloatVector c50 = FloatVector.zero(SPECIES);
      FloatVector c60 = FloatVector.zero(SPECIES);
      FloatVector c70 = FloatVector.zero(SPECIES);
      int x = t.aAt + p * t.aPoint + row * L;
      int from = t.bAt + p * t.bPoint + vector * t.bPanel;
      for (int k = 0; k < L; k++) {
        FloatVector b0 = FloatVector.fromArray(SPECIES, right, from + k * L);
        FloatVector a0 = FloatVector.broadcast(SPECIES, left[x + k]);
        c00 = a0.fma(b0, c00);
        FloatVector a1 = FloatVector.broadcast(SPECIES, left[x + L + k]);
        c10 = a1.fma(b0, c10);
        FloatVector a2 = FloatVector.broadcast(SPECIES, left[x + 2 * L + k]);
        c20 = a2.fma(b0, c20);
        FloatVector a3 = FloatVector.broadcast(SPECIES, left[x + 3 * L + k]);
        c30 = a3.fma(b0, c30);
        FloatVector a4 = FloatVector.broadcast(SPECIES, left[x + 4 * L + k]);
        c40 = a4.fma(b0, c40);
        FloatVector a5 = FloatVector.broadcast(SPECIES, left[x + 5 * L + k]);
        c50 = a5.fma(b0, c50);
        FloatVector a6 = FloatVector.broadcast(SPECIES, left[x + 6 * L + k]);
        c60 = a6.fma(b0, c60);
        FloatVector a7 = FloatVector.broadcast(SPECIES, left[x + 7 * L + k]);
        c70 = a7.fma(b0, c70);
      }
      c00.intoArray(sums, to);
      c10.intoArray(sums, to + L);
      c20.intoArray(sums, to + 2 * L);
      c30.intoArray(sums, to + 3 * L);
      c40.intoArray(sums, to + 4 * L);
      c50.intoArray(sums, to + 5 * L);
      c60.intoArray(sums, to + 6 * L);
      c70.intoArray(sums, to + 7 * L);
    }
  }

  private static void halves8x1(TileProducts t, int row, int vector) {
    float[] left = t.a;
    float[] right = t.b;
    float[] sums = t.c;
    for (int p = 0; p < t.points; p++) {
      int to = t.cAt + p * t.cPoint + vector * t.cPanel + row * L;
      FloatVector c00 = FloatVector.zero(HALF);
      FloatVector c01 = FloatVector.zero(HALF);
      FloatVector c10 = FloatVector.zero(HALF);
      FloatVector c11 = FloatVector.zero(HALF);
      FloatVector c20 = FloatVector.zero(HALF);
      FloatVector c21 = FloatVector.zero(HALF);
      FloatVector c30 = FloatVector.zero(HALF);
      FloatVector c31 = FloatVector.zero(HALF);
      FloatVector c40 = FloatVector.zero(HALF);
      FloatVector c41 = FloatVector.zero(HALF);
      FloatVector c50 = FloatVector.zero(HALF);
      FloatVector c51 = FloatVector.zero(HALF);
      FloatVector c60 = FloatVector.zero(HALF);
      FloatVector c61 = FloatVector.zero(HALF);
      FloatVector c70 = FloatVector.zero(HALF);
      FloatVector c71 = FloatVector.zero(HALF);
      int x = t.aAt + p * t.aPoint + row * L;
      int from = t.bAt + p * t.bPoint + vector * t.bPanel;
      for (int k = 0; k < L; k++) {
        FloatVector b0 = FloatVector.fromArray(HALF, right, from + k * L);
        FloatVector b1 = FloatVector.fromArray(HALF, right, from + k * L + H);
        FloatVector a0 = FloatVector.broadcast(HALF, left[x + k]);
        c00 = a0.lanewise(FMA, b0, c00);
        c01 = a0.lanewise(FMA, b1, c01);
        FloatVector a1 = FloatVector.broadcast(HALF, left[x + L + k]);
        c10 = a1.lanewise(FMA, b0, c10);
        c11 = a1.lanewise(FMA, b1, c11);
        FloatVector a2 = FloatVector.broadcast(HALF, left[x + 2 * L + k]);
        c20 = a2.lanewise(FMA, b0, c20);
        c21 = a2.lanewise(FMA, b1, c21);
        FloatVector a3 = FloatVector.broadcast(HALF, left[x + 3 * L + k]);
        c30 = a3.lanewise(FMA, b0, c30);
        c31 = a3.lanewise(FMA, b1, c31);
        FloatVector a4 = FloatVector.broadcast(HALF, left[x + 4 * L + k]);
        c40 = a4.lanewise(FMA, b0, c40);
        c41 = a4.lanewise(FMA, b1, c41);
        FloatVector a5 = FloatVector.broadcast(HALF, left[x + 5 * L + k]);
        c50 = a5.lanewise(FMA, b0, c50);
        c51 = a5.lanewise(FMA, b1, c51);
        FloatVector a6 = FloatVector.broadcast(HALF, left[x + 6 * L + k]);
        c60 = a6.lanewise(FMA, b0, c60);
        c61 = a6.lanewise(FMA, b1, c61);
        FloatVector a7 = FloatVector.broadcast(HALF, left[x + 7 * L + k]);
        c70 = a7.lanewise(FMA, b0, c70);
        c71 = a7.lanewise(FMA, b1, c71);
      }
      ((FloatVector) c00.reinterpretShape(SPECIES, 0))
          .blend(c01.reinterpretShape(SPECIES, 0).rearrange(UPWARD), UPPER_HALF)
          .intoArray(sums, to);
      ((FloatVector) c10.reinterpretShape(SPECIES, 0))
          .blend(c11.reinterpretShape(SPECIES, 0).rearrange(UPWARD), UPPER_HALF)
          .intoArray(sums, to + L);
      ((FloatVector) c20.reinterpretShape(SPECIES, 0))
          .blend(c21.reinterpretShape(SPECIES, 0).rearrange(UPWARD), UPPER_HALF)
          .intoArray(sums, to + 2 * L);
      ((FloatVector) c30.reinterpretShape(SPECIES, 0))
          .blend(c31.reinterpretShape(SPECIES, 0).rearrange(UPWARD), UPPER_HALF)
          .intoArray(sums, to + 3 * L);
      ((FloatVector) c40.reinterpretShape(SPECIES, 0))
          .blend(c41.reinterpretShape(SPECIES, 0).rearrange(UPWARD), UPPER_HALF)
          .intoArray(sums, to + 4 * L);
      ((FloatVector) c50.reinterpretShape(SPECIES, 0))
          .blend(c51.reinterpretShape(SPECIES, 0).rearrange(UPWARD), UPPER_HALF)
          .intoArray(sums, to + 5 * L);
      ((FloatVector) c60.reinterpretShape(SPECIES, 0))
          .blend(c61.reinterpretShape(SPECIES, 0).rearrange(UPWARD), UPPER_HALF)
          .intoArray(sums, to + 6 * L);
      ((FloatVector) c70.reinterpretShape(SPECIES, 0))
          .blend(c71.reinterpretShape(SPECIES, 0).rearrange(UPWARD), UPPER_HALF)
          .intoArray(sums, to + 7 * L);
    }
  }

  private static void block7x1(TileProducts t, int row, int vector) {
    float[] left = t.a;
    float[] right = t.b;
    float[] sums = t.c;
    for (int p = 0; p < t.points; p++) {
      int to = t.cAt + p * t.cPoint + vector * t.cPanel + row * L;
      FloatVector c00 = FloatVector.zero(SPECIES);
      FloatVector c10 = FloatVector.zero(SPECIES);
      FloatVector c20 = FloatVector.zero(SPECIES);
      FloatVector c30 = FloatVector.zero(SPECIES);
      FloatVector c40 = FloatVector.zero(SPECIES);
      FloatVector c50 = FloatVector.zero(SPECIES);
      FloatVector c60 = FloatVector.zero(SPECIES);
      int x = t.aAt + p * t.aPoint + row * L;
      int from = t.bAt + p * t.bPoint + vector * t.bPanel;
      for (int k = 0; k < L; k++) {
        FloatVector b0 = FloatVector.fromArray(SPECIES, right, from + k * L);
        FloatVector a0 = FloatVector.broadcast(SPECIES, left[x + k]);
        c00 = a0.fma(b0, c00);
        FloatVector a1 = FloatVector.broadcast(SPECIES, left[x + L + k]);
        c10 = a1.fma(b0, c10);
        FloatVector a2 = FloatVector.broadcast(SPECIES, left[x + 2 * L + k]);
        c20 = a2.fma(b0, c20);
        FloatVector a3 = FloatVector.broadcast(SPECIES, left[x + 3 * L + k]);
        c30 = a3.fma(b0, c30);
        FloatVector a4 = FloatVector.broadcast(SPECIES, left[x + 4 * L + k]);
        c40 = a4.fma(b0, c40);
        FloatVector a5 = FloatVector.broadcast(SPECIES, left[x + 5 * L + k]);
        c50 = a5.fma(b0, c50);
        FloatVector a6 = FloatVector.broadcast(SPECIES, left[x + 6 * L + k]);
        c60 = a6.fma(b0, c60);
      }
      c00.intoArray(sums, to);
      c10.intoArray(sums, to + L);
      c20.intoArray(sums, to + 2 * L);
      c30.intoArray(sums, to + 3 * L);
      c40.intoArray(sums, to + 4 * L);
      c50.intoArray(sums, to + 5 * L);
      c60.intoArray(sums, to + 6 * L);
    }
  }

  private static void halves7x1(TileProducts t, int row, int vector) {
    float[] left = t.a;
    float[] right = t.b;
    float[] sums = t.c;
    for (int p = 0; p < t.points; p++) {
      int to = t.cAt + p * t.cPoint + vector * t.cPanel + row * L;
      FloatVector c00 = FloatVector.zero(HALF);
      FloatVector c01 = FloatVector.zero(HALF);
      FloatVector c10 = FloatVector.zero(HALF);
      FloatVector c11 = FloatVector.zero(HALF);
      FloatVector c20 = FloatVector.zero(HALF);
      FloatVector c21 = FloatVector.zero(HALF);
      FloatVector c30 = FloatVector.zero(HALF);
      FloatVector c31 = FloatVector.zero(HALF);
      FloatVector c40 = FloatVector.zero(HALF);
      FloatVector c41 = FloatVector.zero(HALF);
      FloatVector c50 = FloatVector.zero(HALF);
      FloatVector c51 = FloatVector.zero(HALF);
      FloatVector c60 = FloatVector.zero(HALF);
      FloatVector c61 = FloatVector.zero(HALF);
      int x = t.aAt + p * t.aPoint + row * L;
      int from = t.bAt + p * t.bPoint + vector * t.bPanel;
      for (int k = 0; k < L; k++) {
        FloatVector b0 = FloatVector.fromArray(HALF, right, from + k * L);
        FloatVector b1 = FloatVector.fromArray(HALF, right, from + k * L + H);
        FloatVector a0 = FloatVector.broadcast(HALF, left[x + k]);
        c00 = a0.lanewise(FMA, b0, c00);
        c01 = a0.lanewise(FMA, b1, c01);
        FloatVector a1 = FloatVector.broadcast(HALF, left[x + L + k]);
        c10 = a1.lanewise(FMA, b0, c10);
        c11 = a1.lanewise(FMA, b1, c11);
        FloatVector a2 = FloatVector.broadcast(HALF, left[x + 2 * L + k]);
        c20 = a2.lanewise(FMA, b0, c20);
        c21 = a2.lanewise(FMA, b1, c21);
        FloatVector a3 = FloatVector.broadcast(HALF, left[x + 3 * L + k]);
        c30 = a3.lanewise(FMA, b0, c30);
        c31 = a3.lanewise(FMA, b1, c31);
        FloatVector a4 = FloatVector.broadcast(HALF, left[x + 4 * L + k]);
        c40 = a4.lanewise(FMA, b0, c40);
        c41 = a4.lanewise(FMA, b1, c41);
        FloatVector a5 = FloatVector.broadcast(HALF, left[x + 5 * L + k]);
        c50 = a5.lanewise(FMA, b0, c50);
        c51 = a5.lanewise(FMA, b1, c51);
        FloatVector a6 = FloatVector.broadcast(HALF, left[x + 6 * L + k]);
        c60 = a6.lanewise(FMA, b0, c60);
        c61 = a6.lanewise(FMA, b1, c61);
      }
      ((FloatVector) c00.reinterpretShape(SPECIES, 0))
          .blend(c01.reinterpretShape(SPECIES, 0).rearrange(UPWARD), UPPER_HALF)
          .intoArray(sums, to);
      ((FloatVector) c10.reinterpretShape(SPECIES, 0))
          .blend(c11.reinterpretShape(SPECIES, 0).rearrange(UPWARD), UPPER_HALF)
          .intoArray(sums, to + L);
      ((FloatVector) c20.reinterpretShape(SPECIES, 0))
          .blend(c21.reinterpretShape(SPECIES, 0).rearrange(UPWARD), UPPER_HALF)
          .intoArray(sums, to + 2 * L);
      ((FloatVector) c30.reinterpretShape(SPECIES, 0))
          .blend(c31.reinterpretShape(SPECIES, 0).rearrange(UPWARD), UPPER_HALF)
          .intoArray(sums, to + 3 * L);
      ((FloatVector) c40.reinterpretShape(SPECIES, 0))
          .blend(c41.reinterpretShape(SPECIES, 0).rearrange(UPWARD), UPPER_HALF)
          .intoArray(sums, to + 4 * L);
      ((FloatVector) c50.reinterpretShape(SPECIES, 0))
          .blend(c51.reinterpretShape(SPECIES, 0).rearrange(UPWARD), UPPER_HALF)
          .intoArray(sums, to + 5 * L);
      ((FloatVector) c60.reinterpretShape(SPECIES, 0))
          .blend(c61.reinterpretShape(SPECIES, 0).rearrange(UPWARD), UPPER_HALF)
          .intoArray(sums, to + 6 * L);
    }
  }
}
