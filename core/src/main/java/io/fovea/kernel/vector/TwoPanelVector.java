package io.fovea.kernel.vector;

import static io.fovea.kernel.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * {@link TileRowProducts} whose terms are two panels, 2 L of them, and whose result is one vector
 * wide: loops of constant length, see {@link OnePanelProducts}. 7 x 32 by 32 x 16 reach 80 GFLOP/s
 * instead of 76; where each broadcast serves one multiply-add, more is not to be had.
 */
final class TwoPanelVector extends TileProducts {
  @Override
  void pairs(int rows, int v) {
    throw new AssertionError("one vector wide");
  }

  @Override
  void singles(int rows, int v) {
    int row = 0;
    if (rows % 8 != 0 && rows % 7 == 0) {
      for (; row < rows; row += 7) {
        block7x1(row, v);
      }
    }
    for (; row < rows; row += 8) {
      block8x1(row, v);
    }
  }

  private void block8x1(int row, int vector) {
    float[] left = a;
    float[] right = b;
    float[] sums = c;
    for (int p = 0; p < points; p++) {
      int to = cAt + p * cPoint + vector * cPanel + row * L;
      FloatVector c00 = FloatVector.zero(SPECIES);
      FloatVector c10 = FloatVector.zero(SPECIES);
      FloatVector c20 = FloatVector.zero(SPECIES);
      FloatVector c30 = FloatVector.zero(SPECIES);
      FloatVector c40 = FloatVector.zero(SPECIES);
      FloatVector c50 = FloatVector.zero(SPECIES);
      FloatVector c60 = FloatVector.zero(SPECIES);
      FloatVector c70 = FloatVector.zero(SPECIES);
      int x = aAt + p * aPoint + row * L;
      int from = bAt + p * bPoint + vector * bPanel;
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
      int y = x + aPanel;
      int then = from + L * L;
      for (int k = 0; k < L; k++) {
        FloatVector b0 = FloatVector.fromArray(SPECIES, right, then + k * L);
        FloatVector a0 = FloatVector.broadcast(SPECIES, left[y + k]);
        c00 = a0.fma(b0, c00);
        FloatVector a1 = FloatVector.broadcast(SPECIES, left[y + L + k]);
        c10 = a1.fma(b0, c10);
        FloatVector a2 = FloatVector.broadcast(SPECIES, left[y + 2 * L + k]);
        c20 = a2.fma(b0, c20);
        FloatVector a3 = FloatVector.broadcast(SPECIES, left[y + 3 * L + k]);
        c30 = a3.fma(b0, c30);
        FloatVector a4 = FloatVector.broadcast(SPECIES, left[y + 4 * L + k]);
        c40 = a4.fma(b0, c40);
        FloatVector a5 = FloatVector.broadcast(SPECIES, left[y + 5 * L + k]);
        c50 = a5.fma(b0, c50);
        FloatVector a6 = FloatVector.broadcast(SPECIES, left[y + 6 * L + k]);
        c60 = a6.fma(b0, c60);
        FloatVector a7 = FloatVector.broadcast(SPECIES, left[y + 7 * L + k]);
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

  private void block7x1(int row, int vector) {
    float[] left = a;
    float[] right = b;
    float[] sums = c;
    for (int p = 0; p < points; p++) {
      int to = cAt + p * cPoint + vector * cPanel + row * L;
      FloatVector c00 = FloatVector.zero(SPECIES);
      FloatVector c10 = FloatVector.zero(SPECIES);
      FloatVector c20 = FloatVector.zero(SPECIES);
      FloatVector c30 = FloatVector.zero(SPECIES);
      FloatVector c40 = FloatVector.zero(SPECIES);
      FloatVector c50 = FloatVector.zero(SPECIES);
      FloatVector c60 = FloatVector.zero(SPECIES);
      int x = aAt + p * aPoint + row * L;
      int from = bAt + p * bPoint + vector * bPanel;
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
      int y = x + aPanel;
      int then = from + L * L;
      for (int k = 0; k < L; k++) {
        FloatVector b0 = FloatVector.fromArray(SPECIES, right, then + k * L);
        FloatVector a0 = FloatVector.broadcast(SPECIES, left[y + k]);
        c00 = a0.fma(b0, c00);
        FloatVector a1 = FloatVector.broadcast(SPECIES, left[y + L + k]);
        c10 = a1.fma(b0, c10);
        FloatVector a2 = FloatVector.broadcast(SPECIES, left[y + 2 * L + k]);
        c20 = a2.fma(b0, c20);
        FloatVector a3 = FloatVector.broadcast(SPECIES, left[y + 3 * L + k]);
        c30 = a3.fma(b0, c30);
        FloatVector a4 = FloatVector.broadcast(SPECIES, left[y + 4 * L + k]);
        c40 = a4.fma(b0, c40);
        FloatVector a5 = FloatVector.broadcast(SPECIES, left[y + 5 * L + k]);
        c50 = a5.fma(b0, c50);
        FloatVector a6 = FloatVector.broadcast(SPECIES, left[y + 6 * L + k]);
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
}
