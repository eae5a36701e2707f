package io.fovea.kernel.vector;

import static io.fovea.kernel.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/** {@link TileProducts} whose rows are a's rows, and whose terms are a's columns. */
final class TileRowProducts extends TileProducts {
  @Override
  void pairs(int rows, int v) {
    int row = 0;
    if (WIDE && rows % 8 != 0 && rows % 7 == 0) {
      for (; row < rows; row += 7) {
        block7x2(row, v);
      }
    }
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
    if (rows % 7 == 0) {
      for (; WIDE && row + 14 <= rows; row += 14) {
        block14x1(row, v);
      }
      for (; row < rows; row += 7) {
        block7x1(row, v);
      }
    }
    for (; row < rows; row += 8) {
      block8x1(row, v);
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
      for (int first = 0; first < terms; first += L) {
        int x = aAt + p * aPoint + first / L * aPanel + row * L;
        int from = bAt + p * bPoint + vector * bPanel + first * L;
        int next = from + bPanel;
        int count = Math.min(L, terms - first);
        for (int k = 0; k < count; k++) {
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
      for (int first = 0; first < terms; first += L) {
        int x = aAt + p * aPoint + first / L * aPanel + row * L;
        int from = bAt + p * bPoint + vector * bPanel + first * L;
        int next = from + bPanel;
        int count = Math.min(L, terms - first);
        for (int k = 0; k < count; k++) {
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
      for (int first = 0; first < terms; first += L) {
        int x = aAt + p * aPoint + first / L * aPanel + row * L;
        int from = bAt + p * bPoint + vector * bPanel + first * L;
        int next = from + bPanel;
        int count = Math.min(L, terms - first);
        for (int k = 0; k < count; k++) {
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

  private void block14x1(int row, int vector) {
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
      FloatVector c80 = FloatVector.zero(SPECIES);
      FloatVector c90 = FloatVector.zero(SPECIES);
      FloatVector ca0 = FloatVector.zero(SPECIES);
      FloatVector cb0 = FloatVector.zero(SPECIES);
      FloatVector cc0 = FloatVector.zero(SPECIES);
      FloatVector cd0 = FloatVector.zero(SPECIES);
      for (int first = 0; first < terms; first += L) {
        int x = aAt + p * aPoint + first / L * aPanel + row * L;
        int from = bAt + p * bPoint + vector * bPanel + first * L;
        int count = Math.min(L, terms - first);
        for (int k = 0; k < count; k++) {
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
          FloatVector a8 = FloatVector.broadcast(SPECIES, left[x + 8 * L + k]);
          c80 = a8.fma(b0, c80);
          FloatVector a9 = FloatVector.broadcast(SPECIES, left[x + 9 * L + k]);
          c90 = a9.fma(b0, c90);
          FloatVector aa = FloatVector.broadcast(SPECIES, left[x + 10 * L + k]);
          ca0 = aa.fma(b0, ca0);
          FloatVector ab = FloatVector.broadcast(SPECIES, left[x + 11 * L + k]);
          cb0 = ab.fma(b0, cb0);
          FloatVector ac = FloatVector.broadcast(SPECIES, left[x + 12 * L + k]);
          cc0 = ac.fma(b0, cc0);
          FloatVector ad = FloatVector.broadcast(SPECIES, left[x + 13 * L + k]);
          cd0 = ad.fma(b0, cd0);
        }
      }
      c00.intoArray(sums, to);
      c10.intoArray(sums, to + L);
      c20.intoArray(sums, to + 2 * L);
      c30.intoArray(sums, to + 3 * L);
      c40.intoArray(sums, to + 4 * L);
      c50.intoArray(sums, to + 5 * L);
      c60.intoArray(sums, to + 6 * L);
      c70.intoArray(sums, to + 7 * L);
      c80.intoArray(sums, to + 8 * L);
      c90.intoArray(sums, to + 9 * L);
      ca0.intoArray(sums, to + 10 * L);
      cb0.intoArray(sums, to + 11 * L);
      cc0.intoArray(sums, to + 12 * L);
      cd0.intoArray(sums, to + 13 * L);
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
      for (int first = 0; first < terms; first += L) {
        int x = aAt + p * aPoint + first / L * aPanel + row * L;
        int from = bAt + p * bPoint + vector * bPanel + first * L;
        int count = Math.min(L, terms - first);
        for (int k = 0; k < count; k++) {
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
      for (int first = 0; first < terms; first += L) {
        int x = aAt + p * aPoint + first / L * aPanel + row * L;
        int from = bAt + p * bPoint + vector * bPanel + first * L;
        int count = Math.min(L, terms - first);
        for (int k = 0; k < count; k++) {
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
