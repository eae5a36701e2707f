package io.fovea.kernel.vector;

import static io.fovea.kernel.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * {@link TileRowProducts} whose terms are one panel, L of them: the loop over k then has a constant
 * length, and C2 prepares it with less. Products this short have no time for preparations: 7 x 16
 * by 16 x 32 reach 103 GFLOP/s of 118 instead of 87, in the first cache (Zen 4).
 *
 * <p>Blocks of 14 rows have 16 loads for 28 multiply-adds where those of 7 have 18: 13 % faster on
 * a core that is bound by loads.
 */
final class OnePanelProducts extends TileProducts {
  /** Whether products of so many terms are computed so. */
  static boolean fit(int terms) {
    return WIDE && terms == L;
  }

  @Override
  void pairs(int rows, int v) {
    int row = 0;
    if (rows % 14 == 0 || (rows % 8 != 0 && rows % 7 == 0)) {
      for (; row + 14 <= rows; row += 14) {
        block14x2(row, v);
      }
      for (; row < rows; row += 7) {
        block7x2(row, v);
      }
    }
    for (; row + 8 <= rows; row += 8) {
      block8x2(row, v);
    }
    for (; row < rows; row += 4) {
      block4x2(row, v);
    }
  }

  @Override
  void singles(int rows, int v) {
    OnePanelSingles.run(this, rows, v);
  }

  private void block14x2(int row, int vector) {
    float[] left = a;
    float[] right = b;
    float[] sums = c;
    for (int p = 0; p < points; p++) {
      int to = cAt + p * cPoint + vector * cPanel + row * L;
      FloatVector c00 = FloatVector.zero(SPECIES);
      FloatVector c01 = FloatVector.zero(SPECIES);
      FloatVector c10 = FloatVector.zero(SPECIES);
      FloatVector c11 = FloatVector.zero(SPECIES);
      FloatVector c20 = FloatVector.zero(SPECIES);
      FloatVector c21 = FloatVector.zero(SPECIES);
      FloatVector c30 = FloatVector.zero(SPECIES);
      FloatVector c31 = FloatVector.zero(SPECIES);
      FloatVector c40 = FloatVector.zero(SPECIES);
      FloatVector c41 = FloatVector.zero(SPECIES);
      FloatVector c50 = FloatVector.zero(SPECIES);
      FloatVector c51 = FloatVector.zero(SPECIES);
      FloatVector c60 = FloatVector.zero(SPECIES);
      FloatVector c61 = FloatVector.zero(SPECIES);
      FloatVector c70 = FloatVector.zero(SPECIES);
      FloatVector c71 = FloatVector.zero(SPECIES);
      FloatVector c80 = FloatVector.zero(SPECIES);
      FloatVector c81 = FloatVector.zero(SPECIES);
      FloatVector c90 = FloatVector.zero(SPECIES);
      FloatVector c91 = FloatVector.zero(SPECIES);
      FloatVector c10_0 = FloatVector.zero(SPECIES);
      FloatVector c10_1 = FloatVector.zero(SPECIES);
      FloatVector c11_0 = FloatVector.zero(SPECIES);
      FloatVector c11_1 = FloatVector.zero(SPECIES);
      FloatVector c12_0 = FloatVector.zero(SPECIES);
      FloatVector c12_1 = FloatVector.zero(SPECIES);
      FloatVector c13_0 = FloatVector.zero(SPECIES);
      FloatVector c13_1 = FloatVector.zero(SPECIES);
      int x = aAt + p * aPoint + row * L;
      int from = bAt + p * bPoint + vector * bPanel;
      int next = from + bPanel;
      for (int k = 0; k < L; k++) {
        FloatVector b0 = FloatVector.fromArray(SPECIES, right, from + k * L);
        FloatVector b1 = FloatVector.fromArray(SPECIES, right, next + k * L);
        FloatVector a0 = FloatVector.broadcast(SPECIES, left[x + k]);
        c00 = a0.fma(b0, c00);
        c01 = a0.fma(b1, c01);
        FloatVector a1 = FloatVector.broadcast(SPECIES, left[x + L + k]);
        c10 = a1.fma(b0, c10);
        c11 = a1.fma(b1, c11);
        FloatVector a2 = FloatVector.broadcast(SPECIES, left[x + 2 * L + k]);
        c20 = a2.fma(b0, c20);
        c21 = a2.fma(b1, c21);
        FloatVector a3 = FloatVector.broadcast(SPECIES, left[x + 3 * L + k]);
        c30 = a3.fma(b0, c30);
        c31 = a3.fma(b1, c31);
        FloatVector a4 = FloatVector.broadcast(SPECIES, left[x + 4 * L + k]);
        c40 = a4.fma(b0, c40);
        c41 = a4.fma(b1, c41);
        FloatVector a5 = FloatVector.broadcast(SPECIES, left[x + 5 * L + k]);
        c50 = a5.fma(b0, c50);
        c51 = a5.fma(b1, c51);
        FloatVector a6 = FloatVector.broadcast(SPECIES, left[x + 6 * L + k]);
        c60 = a6.fma(b0, c60);
        c61 = a6.fma(b1, c61);
        FloatVector a7 = FloatVector.broadcast(SPECIES, left[x + 7 * L + k]);
        c70 = a7.fma(b0, c70);
        c71 = a7.fma(b1, c71);
        FloatVector a8 = FloatVector.broadcast(SPECIES, left[x + 8 * L + k]);
        c80 = a8.fma(b0, c80);
        c81 = a8.fma(b1, c81);
        FloatVector a9 = FloatVector.broadcast(SPECIES, left[x + 9 * L + k]);
        c90 = a9.fma(b0, c90);
        c91 = a9.fma(b1, c91);
        FloatVector a10 = FloatVector.broadcast(SPECIES, left[x + 10 * L + k]);
        c10_0 = a10.fma(b0, c10_0);
        c10_1 = a10.fma(b1, c10_1);
        FloatVector a11 = FloatVector.broadcast(SPECIES, left[x + 11 * L + k]);
        c11_0 = a11.fma(b0, c11_0);
        c11_1 = a11.fma(b1, c11_1);
        FloatVector a12 = FloatVector.broadcast(SPECIES, left[x + 12 * L + k]);
        c12_0 = a12.fma(b0, c12_0);
        c12_1 = a12.fma(b1, c12_1);
        FloatVector a13 = FloatVector.broadcast(SPECIES, left[x + 13 * L + k]);
        c13_0 = a13.fma(b0, c13_0);
        c13_1 = a13.fma(b1, c13_1);
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
      c80.intoArray(sums, to + 8 * L);
      c81.intoArray(sums, to + cPanel + 8 * L);
      c90.intoArray(sums, to + 9 * L);
      c91.intoArray(sums, to + cPanel + 9 * L);
      c10_0.intoArray(sums, to + 10 * L);
      c10_1.intoArray(sums, to + cPanel + 10 * L);
      c11_0.intoArray(sums, to + 11 * L);
      c11_1.intoArray(sums, to + cPanel + 11 * L);
      c12_0.intoArray(sums, to + 12 * L);
      c12_1.intoArray(sums, to + cPanel + 12 * L);
      c13_0.intoArray(sums, to + 13 * L);
      c13_1.intoArray(sums, to + cPanel + 13 * L);
    }
  }

  private void block8x2(int row, int vector) {
    float[] left = a;
    float[] right = b;
    float[] sums = c;
    for (int p = 0; p < points; p++) {
      int to = cAt + p * cPoint + vector * cPanel + row * L;
      FloatVector c00 = FloatVector.zero(SPECIES);
      FloatVector c01 = FloatVector.zero(SPECIES);
      FloatVector c10 = FloatVector.zero(SPECIES);
      FloatVector c11 = FloatVector.zero(SPECIES);
      FloatVector c20 = FloatVector.zero(SPECIES);
      FloatVector c21 = FloatVector.zero(SPECIES);
      FloatVector c30 = FloatVector.zero(SPECIES);
      FloatVector c31 = FloatVector.zero(SPECIES);
      FloatVector c40 = FloatVector.zero(SPECIES);
      FloatVector c41 = FloatVector.zero(SPECIES);
      FloatVector c50 = FloatVector.zero(SPECIES);
      FloatVector c51 = FloatVector.zero(SPECIES);
      FloatVector c60 = FloatVector.zero(SPECIES);
      FloatVector c61 = FloatVector.zero(SPECIES);
      FloatVector c70 = FloatVector.zero(SPECIES);
      FloatVector c71 = FloatVector.zero(SPECIES);
      int x = aAt + p * aPoint + row * L;
      int from = bAt + p * bPoint + vector * bPanel;
      int next = from + bPanel;
      for (int k = 0; k < L; k++) {
        FloatVector b0 = FloatVector.fromArray(SPECIES, right, from + k * L);
        FloatVector b1 = FloatVector.fromArray(SPECIES, right, next + k * L);
        FloatVector a0 = FloatVector.broadcast(SPECIES, left[x + k]);
        c00 = a0.fma(b0, c00);
        c01 = a0.fma(b1, c01);
        FloatVector a1 = FloatVector.broadcast(SPECIES, left[x + L + k]);
        c10 = a1.fma(b0, c10);
        c11 = a1.fma(b1, c11);
        FloatVector a2 = FloatVector.broadcast(SPECIES, left[x + 2 * L + k]);
        c20 = a2.fma(b0, c20);
        c21 = a2.fma(b1, c21);
        FloatVector a3 = FloatVector.broadcast(SPECIES, left[x + 3 * L + k]);
        c30 = a3.fma(b0, c30);
        c31 = a3.fma(b1, c31);
        FloatVector a4 = FloatVector.broadcast(SPECIES, left[x + 4 * L + k]);
        c40 = a4.fma(b0, c40);
        c41 = a4.fma(b1, c41);
        FloatVector a5 = FloatVector.broadcast(SPECIES, left[x + 5 * L + k]);
        c50 = a5.fma(b0, c50);
        c51 = a5.fma(b1, c51);
        FloatVector a6 = FloatVector.broadcast(SPECIES, left[x + 6 * L + k]);
        c60 = a6.fma(b0, c60);
        c61 = a6.fma(b1, c61);
        FloatVector a7 = FloatVector.broadcast(SPECIES, left[x + 7 * L + k]);
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

  private void block7x2(int row, int vector) {
    float[] left = a;
    float[] right = b;
    float[] sums = c;
    for (int p = 0; p < points; p++) {
      int to = cAt + p * cPoint + vector * cPanel + row * L;
      FloatVector c00 = FloatVector.zero(SPECIES);
      FloatVector c01 = FloatVector.zero(SPECIES);
      FloatVector c10 = FloatVector.zero(SPECIES);
      FloatVector c11 = FloatVector.zero(SPECIES);
      FloatVector c20 = FloatVector.zero(SPECIES);
      FloatVector c21 = FloatVector.zero(SPECIES);
      FloatVector c30 = FloatVector.zero(SPECIES);
      FloatVector c31 = FloatVector.zero(SPECIES);
      FloatVector c40 = FloatVector.zero(SPECIES);
      FloatVector c41 = FloatVector.zero(SPECIES);
      FloatVector c50 = FloatVector.zero(SPECIES);
      FloatVector c51 = FloatVector.zero(SPECIES);
      FloatVector c60 = FloatVector.zero(SPECIES);
      FloatVector c61 = FloatVector.zero(SPECIES);
      int x = aAt + p * aPoint + row * L;
      int from = bAt + p * bPoint + vector * bPanel;
      int next = from + bPanel;
      for (int k = 0; k < L; k++) {
        FloatVector b0 = FloatVector.fromArray(SPECIES, right, from + k * L);
        FloatVector b1 = FloatVector.fromArray(SPECIES, right, next + k * L);
        FloatVector a0 = FloatVector.broadcast(SPECIES, left[x + k]);
        c00 = a0.fma(b0, c00);
        c01 = a0.fma(b1, c01);
        FloatVector a1 = FloatVector.broadcast(SPECIES, left[x + L + k]);
        c10 = a1.fma(b0, c10);
        c11 = a1.fma(b1, c11);
        FloatVector a2 = FloatVector.broadcast(SPECIES, left[x + 2 * L + k]);
        c20 = a2.fma(b0, c20);
        c21 = a2.fma(b1, c21);
        FloatVector a3 = FloatVector.broadcast(SPECIES, left[x + 3 * L + k]);
        c30 = a3.fma(b0, c30);
        c31 = a3.fma(b1, c31);
        FloatVector a4 = FloatVector.broadcast(SPECIES, left[x + 4 * L + k]);
        c40 = a4.fma(b0, c40);
        c41 = a4.fma(b1, c41);
        FloatVector a5 = FloatVector.broadcast(SPECIES, left[x + 5 * L + k]);
        c50 = a5.fma(b0, c50);
        c51 = a5.fma(b1, c51);
        FloatVector a6 = FloatVector.broadcast(SPECIES, left[x + 6 * L + k]);
        c60 = a6.fma(b0, c60);
        c61 = a6.fma(b1, c61);
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
    }
  }

  private void block4x2(int row, int vector) {
    float[] left = a;
    float[] right = b;
    float[] sums = c;
    for (int p = 0; p < points; p++) {
      int to = cAt + p * cPoint + vector * cPanel + row * L;
      FloatVector c00 = FloatVector.zero(SPECIES);
      FloatVector c01 = FloatVector.zero(SPECIES);
      FloatVector c10 = FloatVector.zero(SPECIES);
      FloatVector c11 = FloatVector.zero(SPECIES);
      FloatVector c20 = FloatVector.zero(SPECIES);
      FloatVector c21 = FloatVector.zero(SPECIES);
      FloatVector c30 = FloatVector.zero(SPECIES);
      FloatVector c31 = FloatVector.zero(SPECIES);
      int x = aAt + p * aPoint + row * L;
      int from = bAt + p * bPoint + vector * bPanel;
      int next = from + bPanel;
      for (int k = 0; k < L; k++) {
        FloatVector b0 = FloatVector.fromArray(SPECIES, right, from + k * L);
        FloatVector b1 = FloatVector.fromArray(SPECIES, right, next + k * L);
        FloatVector a0 = FloatVector.broadcast(SPECIES, left[x + k]);
        c00 = a0.fma(b0, c00);
        c01 = a0.fma(b1, c01);
        FloatVector a1 = FloatVector.broadcast(SPECIES, left[x + L + k]);
        c10 = a1.fma(b0, c10);
        c11 = a1.fma(b1, c11);
        FloatVector a2 = FloatVector.broadcast(SPECIES, left[x + 2 * L + k]);
        c20 = a2.fma(b0, c20);
        c21 = a2.fma(b1, c21);
        FloatVector a3 = FloatVector.broadcast(SPECIES, left[x + 3 * L + k]);
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
}
