package io.fovea.kernel.vector;

import static io.fovea.kernel.vector.Lanes.HALF;
import static io.fovea.kernel.vector.Lanes.SPECIES;
import static io.fovea.kernel.vector.Lanes.UPPER_HALF;
import static io.fovea.kernel.vector.Lanes.UPWARD;
import static jdk.incubator.vector.VectorOperators.FMA;

import jdk.incubator.vector.FloatVector;

/**
 * {@link TileProducts} whose rows are a's columns, and whose terms are a's rows: a sum over tiles,
 * which may go on from what c holds.
 */
final class TileColumnProducts extends TileProducts {
  private static final float[] ZEROS = new float[L];

  /** Whether the sums go on from what c holds, or begin at zero. */
  boolean adds;

  @Override
  void pairs(int rows, int v) {
    int row = 0;
    for (; WIDE && row + 8 <= rows; row += 8) {
      block8x2(row, v);
    }
    for (; row < rows; row += 4) {
      block4x2(row, v);
    }
  }

  @Override
  void singles(int rows, int v) {
    int row = 0;
    for (; L >= 8 && row < rows; row += 8) {
      if (splits) {
        halves8x1(row, v);
      } else {
        block8x1(row, v);
      }
    }
    for (; row < rows; row += 4) {
      block4x1(row, v);
    }
  }

  private void block8x2(int row, int vector) {
    float[] left = a;
    float[] right = b;
    float[] sums = c;
    float[] begin = adds ? c : ZEROS;
    int down = adds ? L : 0;
    int aside = adds ? cPanel : 0;
    for (int p = 0; p < points; p++) {
      int to = cAt + p * cPoint + vector * cPanel + row * L;
      int start = adds ? to : 0;
      FloatVector c00 = FloatVector.fromArray(SPECIES, begin, start);
      FloatVector c01 = FloatVector.fromArray(SPECIES, begin, start + aside);
      FloatVector c10 = FloatVector.fromArray(SPECIES, begin, start + down);
      FloatVector c11 = FloatVector.fromArray(SPECIES, begin, start + aside + down);
      FloatVector c20 = FloatVector.fromArray(SPECIES, begin, start + 2 * down);
      FloatVector c21 = FloatVector.fromArray(SPECIES, begin, start + aside + 2 * down);
      FloatVector c30 = FloatVector.fromArray(SPECIES, begin, start + 3 * down);
      FloatVector c31 = FloatVector.fromArray(SPECIES, begin, start + aside + 3 * down);
      FloatVector c40 = FloatVector.fromArray(SPECIES, begin, start + 4 * down);
      FloatVector c41 = FloatVector.fromArray(SPECIES, begin, start + aside + 4 * down);
      FloatVector c50 = FloatVector.fromArray(SPECIES, begin, start + 5 * down);
      FloatVector c51 = FloatVector.fromArray(SPECIES, begin, start + aside + 5 * down);
      FloatVector c60 = FloatVector.fromArray(SPECIES, begin, start + 6 * down);
      FloatVector c61 = FloatVector.fromArray(SPECIES, begin, start + aside + 6 * down);
      FloatVector c70 = FloatVector.fromArray(SPECIES, begin, start + 7 * down);
      FloatVector c71 = FloatVector.fromArray(SPECIES, begin, start + aside + 7 * down);
      int x = aAt + p * aPoint + row / L * aPanel + row % L;
      int from = bAt + p * bPoint + vector * bPanel;
      int next = from + bPanel;
      for (int k = 0; k < terms; k++) {
        FloatVector b0 = FloatVector.fromArray(SPECIES, right, from + k * L);
        FloatVector b1 = FloatVector.fromArray(SPECIES, right, next + k * L);
        FloatVector a0 = FloatVector.broadcast(SPECIES, left[x + k * L]);
        c00 = a0.fma(b0, c00);
        c01 = a0.fma(b1, c01);
        FloatVector a1 = FloatVector.broadcast(SPECIES, left[x + k * L + 1]);
        c10 = a1.fma(b0, c10);
        c11 = a1.fma(b1, c11);
        FloatVector a2 = FloatVector.broadcast(SPECIES, left[x + k * L + 2]);
        c20 = a2.fma(b0, c20);
        c21 = a2.fma(b1, c21);
        FloatVector a3 = FloatVector.broadcast(SPECIES, left[x + k * L + 3]);
        c30 = a3.fma(b0, c30);
        c31 = a3.fma(b1, c31);
        FloatVector a4 = FloatVector.broadcast(SPECIES, left[x + k * L + 4]);
        c40 = a4.fma(b0, c40);
        c41 = a4.fma(b1, c41);
        FloatVector a5 = FloatVector.broadcast(SPECIES, left[x + k * L + 5]);
        c50 = a5.fma(b0, c50);
        c51 = a5.fma(b1, c51);
        FloatVector a6 = FloatVector.broadcast(SPECIES, left[x + k * L + 6]);
        c60 = a6.fma(b0, c60);
        c61 = a6.fma(b1, c61);
        FloatVector a7 = FloatVector.broadcast(SPECIES, left[x + k * L + 7]);
        c70 = a7.fma(b0, c70);
        c71 = a7.fma(b1, c71);
      }
      c00.intoArray(sums, to);
      c01.intoArray(sums, to + cPanel);
      c10.intoArray(sums, to + L);
      c11.intoArray(sums, to + cPanel + L);
      c20.intoArray(sums, to + 2 * L);
      c21.intoArray(sums, to + cPanel + 2 * L);
      c30.intoArray(sums, to + 3 * L);
      c31.intoArray(sums, to + cPanel + 3 * L);
      c40.intoArray(sums, to + 4 * L);
      c41.intoArray(sums, to + cPanel + 4 * L);
      c50.intoArray(sums, to + 5 * L);
      c51.intoArray(sums, to + cPanel + 5 * L);
      c60.intoArray(sums, to + 6 * L);
      c61.intoArray(sums, to + cPanel + 6 * L);
      c70.intoArray(sums, to + 7 * L);
      c71.intoArray(sums, to + cPanel + 7 * L);
    }
  }

  private void block4x2(int row, int vector) {
    float[] left = a;
    float[] right = b;
    float[] sums = c;
    float[] begin = adds ? c : ZEROS;
    int down = adds ? L : 0;
    int aside = adds ? cPanel : 0;
    for (int p = 0; p < points; p++) {
      int to = cAt + p * cPoint + vector * cPanel + row * L;
      int start = adds ? to : 0;
      FloatVector c00 = FloatVector.fromArray(SPECIES, begin, start);
      FloatVector c01 = FloatVector.fromArray(SPECIES, begin, start + aside);
      FloatVector c10 = FloatVector.fromArray(SPECIES, begin, start + down);
      FloatVector c11 = FloatVector.fromArray(SPECIES, begin, start + aside + down);
      FloatVector c20 = FloatVector.fromArray(SPECIES, begin, start + 2 * down);
      FloatVector c21 = FloatVector.fromArray(SPECIES, begin, start + aside + 2 * down);
      FloatVector c30 = FloatVector.fromArray(SPECIES, begin, start + 3 * down);
      FloatVector c31 = FloatVector.fromArray(SPECIES, begin, start + aside + 3 * down);
      int x = aAt + p * aPoint + row / L * aPanel + row % L;
      int from = bAt + p * bPoint + vector * bPanel;
      int next = from + bPanel;
      for (int k = 0; k < terms; k++) {
        FloatVector b0 = FloatVector.fromArray(SPECIES, right, from + k * L);
        FloatVector b1 = FloatVector.fromArray(SPECIES, right, next + k * L);
        FloatVector a0 = FloatVector.broadcast(SPECIES, left[x + k * L]);
        c00 = a0.fma(b0, c00);
        c01 = a0.fma(b1, c01);
        FloatVector a1 = FloatVector.broadcast(SPECIES, left[x + k * L + 1]);
        c10 = a1.fma(b0, c10);
        c11 = a1.fma(b1, c11);
        FloatVector a2 = FloatVector.broadcast(SPECIES, left[x + k * L + 2]);
        c20 = a2.fma(b0, c20);
        c21 = a2.fma(b1, c21);
        FloatVector a3 = FloatVector.broadcast(SPECIES, left[x + k * L + 3]);
        c30 = a3.fma(b0, c30);
        c31 = a3.fma(b1, c31);
      }
      c00.intoArray(sums, to);
      c01.intoArray(sums, to + cPanel);
      c10.intoArray(sums, to + L);
      c11.intoArray(sums, to + cPanel + L);
      c20.intoArray(sums, to + 2 * L);
      c21.intoArray(sums, to + cPanel + 2 * L);
      c30.intoArray(sums, to + 3 * L);
      c31.intoArray(sums, to + cPanel + 3 * L);
    }
  }

  private void block8x1(int row, int vector) {
    float[] left = a;
    float[] right = b;
    float[] sums = c;
    float[] begin = adds ? c : ZEROS;
    int down = adds ? L : 0;
    for (int p = 0; p < points; p++) {
      int to = cAt + p * cPoint + vector * cPanel + row * L;
      int start = adds ? to : 0;
      FloatVector c00 = FloatVector.fromArray(SPECIES, begin, start);
      FloatVector c10 = FloatVector.fromArray(SPECIES, begin, start + down);
      FloatVector c20 = FloatVector.fromArray(SPECIES, begin, start + 2 * down);
      FloatVector c30 = FloatVector.fromArray(SPECIES, begin, start + 3 * down);
      FloatVector c40 = FloatVector.fromArray(SPECIES, begin, start + 4 * down);
      FloatVector c50 = FloatVector.fromArray(SPECIES, begin, start + 5 * down);
      FloatVector c60 = FloatVector.fromArray(SPECIES, begin, start + 6 * down);
      FloatVector c70 = FloatVector.fromArray(SPECIES, begin, start + 7 * down);
      int x = aAt + p * aPoint + row / L * aPanel + row % L;
      int from = bAt + p * bPoint + vector * bPanel;
      for (int k = 0; k < terms; k++) {
        FloatVector b0 = FloatVector.fromArray(SPECIES, right, from + k * L);
        FloatVector a0 = FloatVector.broadcast(SPECIES, left[x + k * L]);
        c00 = a0.fma(b0, c00);
        FloatVector a1 = FloatVector.broadcast(SPECIES, left[x + k * L + 1]);
        c10 = a1.fma(b0, c10);
        FloatVector a2 = FloatVector.broadcast(SPECIES, left[x + k * L + 2]);
        c20 = a2.fma(b0, c20);
        FloatVector a3 = FloatVector.broadcast(SPECIES, left[x + k * L + 3]);
        c30 = a3.fma(b0, c30);
        FloatVector a4 = FloatVector.broadcast(SPECIES, left[x + k * L + 4]);
        c40 = a4.fma(b0, c40);
        FloatVector a5 = FloatVector.broadcast(SPECIES, left[x + k * L + 5]);
        c50 = a5.fma(b0, c50);
        FloatVector a6 = FloatVector.broadcast(SPECIES, left[x + k * L + 6]);
        c60 = a6.fma(b0, c60);
        FloatVector a7 = FloatVector.broadcast(SPECIES, left[x + k * L + 7]);
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

  private void halves8x1(int row, int vector) {
    float[] left = a;
    float[] right = b;
    float[] sums = c;
    float[] begin = adds ? c : ZEROS;
    int down = adds ? L : 0;
    for (int p = 0; p < points; p++) {
      int to = cAt + p * cPoint + vector * cPanel + row * L;
      int start = adds ? to : 0;
      FloatVector c00 = FloatVector.fromArray(HALF, begin, start);
      FloatVector c01 = FloatVector.fromArray(HALF, begin, start + H);
      FloatVector c10 = FloatVector.fromArray(HALF, begin, start + down);
      FloatVector c11 = FloatVector.fromArray(HALF, begin, start + down + H);
      FloatVector c20 = FloatVector.fromArray(HALF, begin, start + 2 * down);
      FloatVector c21 = FloatVector.fromArray(HALF, begin, start + 2 * down + H);
      FloatVector c30 = FloatVector.fromArray(HALF, begin, start + 3 * down);
      FloatVector c31 = FloatVector.fromArray(HALF, begin, start + 3 * down + H);
      FloatVector c40 = FloatVector.fromArray(HALF, begin, start + 4 * down);
      FloatVector c41 = FloatVector.fromArray(HALF, begin, start + 4 * down + H);
      FloatVector c50 = FloatVector.fromArray(HALF, begin, start + 5 * down);
      FloatVector c51 = FloatVector.fromArray(HALF, begin, start + 5 * down + H);
      FloatVector c60 = FloatVector.fromArray(HALF, begin, start + 6 * down);
      FloatVector c61 = FloatVector.fromArray(HALF, begin, start + 6 * down + H);
      FloatVector c70 = FloatVector.fromArray(HALF, begin, start + 7 * down);
      FloatVector c71 = FloatVector.fromArray(HALF, begin, start + 7 * down + H);
      int x = aAt + p * aPoint + row / L * aPanel + row % L;
      int from = bAt + p * bPoint + vector * bPanel;
      for (int k = 0; k < terms; k++) {
        FloatVector b0 = FloatVector.fromArray(HALF, right, from + k * L);
        FloatVector b1 = FloatVector.fromArray(HALF, right, from + k * L + H);
        FloatVector a0 = FloatVector.broadcast(HALF, left[x + k * L]);
        c00 = a0.lanewise(FMA, b0, c00);
        c01 = a0.lanewise(FMA, b1, c01);
        FloatVector a1 = FloatVector.broadcast(HALF, left[x + k * L + 1]);
        c10 = a1.lanewise(FMA, b0, c10);
        c11 = a1.lanewise(FMA, b1, c11);
        FloatVector a2 = FloatVector.broadcast(HALF, left[x + k * L + 2]);
        c20 = a2.lanewise(FMA, b0, c20);
        c21 = a2.lanewise(FMA, b1, c21);
        FloatVector a3 = FloatVector.broadcast(HALF, left[x + k * L + 3]);
        c30 = a3.lanewise(FMA, b0, c30);
        c31 = a3.lanewise(FMA, b1, c31);
        FloatVector a4 = FloatVector.broadcast(HALF, left[x + k * L + 4]);
        c40 = a4.lanewise(FMA, b0, c40);
        c41 = a4.lanewise(FMA, b1, c41);
        FloatVector a5 = FloatVector.broadcast(HALF, left[x + k * L + 5]);
        c50 = a5.lanewise(FMA, b0, c50);
        c51 = a5.lanewise(FMA, b1, c51);
        FloatVector a6 = FloatVector.broadcast(HALF, left[x + k * L + 6]);
        c60 = a6.lanewise(FMA, b0, c60);
        c61 = a6.lanewise(FMA, b1, c61);
        FloatVector a7 = FloatVector.broadcast(HALF, left[x + k * L + 7]);
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

  private void block4x1(int row, int vector) {
    float[] left = a;
    float[] right = b;
    float[] sums = c;
    float[] begin = adds ? c : ZEROS;
    int down = adds ? L : 0;
    for (int p = 0; p < points; p++) {
      int to = cAt + p * cPoint + vector * cPanel + row * L;
      int start = adds ? to : 0;
      FloatVector c00 = FloatVector.fromArray(SPECIES, begin, start);
      FloatVector c10 = FloatVector.fromArray(SPECIES, begin, start + down);
      FloatVector c20 = FloatVector.fromArray(SPECIES, begin, start + 2 * down);
      FloatVector c30 = FloatVector.fromArray(SPECIES, begin, start + 3 * down);
      int x = aAt + p * aPoint + row / L * aPanel + row % L;
      int from = bAt + p * bPoint + vector * bPanel;
      for (int k = 0; k < terms; k++) {
        FloatVector b0 = FloatVector.fromArray(SPECIES, right, from + k * L);
        FloatVector a0 = FloatVector.broadcast(SPECIES, left[x + k * L]);
        c00 = a0.fma(b0, c00);
        FloatVector a1 = FloatVector.broadcast(SPECIES, left[x + k * L + 1]);
        c10 = a1.fma(b0, c10);
        FloatVector a2 = FloatVector.broadcast(SPECIES, left[x + k * L + 2]);
        c20 = a2.fma(b0, c20);
        FloatVector a3 = FloatVector.broadcast(SPECIES, left[x + k * L + 3]);
        c30 = a3.fma(b0, c30);
      }
      c00.intoArray(sums, to);
      c10.intoArray(sums, to + L);
      c20.intoArray(sums, to + 2 * L);
      c30.intoArray(sums, to + 3 * L);
    }
  }
}
