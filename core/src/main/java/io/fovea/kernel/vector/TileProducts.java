package io.fovea.kernel.vector;

import static io.fovea.kernel.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * Many small matrix products of one size, one for each point of a Winograd transform:
 *
 * <pre>
 * c[p][r][v] = sum over k of a[p][r][k] * b[p][k][v]      (added to c where adds)
 * </pre>
 *
 * a is read one number at a time and broadcast; b and c are read and written a vector at a time.
 * The loop over the points lies inside the block, since a product of 7 x 16 by 16 x 32 takes less
 * time than some calls would.
 *
 * <p>Each element is one chain of fused multiply-adds over k, whatever block it falls into. Blocks
 * follow the registers: with 512 bits 8, 7 or 4 rows by 2 vectors, with narrower vectors, whose
 * machines may have 16 registers, 4 rows by 2. See {@link Product} for why they are written out.
 */
final class TileProducts {
  private static final int L = Lanes.COUNT;

  /** Rows that arrays must have room for where {@code rows} are computed. */
  static int room(int rows) {
    return (rows + 7) / 8 * 8;
  }

  private static final boolean WIDE = L >= 16;

  // a[aAt + p * aPoint + r * aRow + k * aStep]
  float[] a = {};
  int aAt;
  int aPoint;
  int aRow;
  int aStep;

  // b[bAt + p * bPoint + k * bStep + v * L ...]
  float[] b = {};
  int bAt;
  int bPoint;
  int bStep;

  // c[cAt + p * cPoint + r * cRow + v * L ...]
  float[] c = {};
  int cAt;
  int cPoint;
  int cRow;

  int points;
  int terms;

  /** Whether the sums go on from what c holds, or begin at zero. */
  private boolean adds;

  private static final float[] ZEROS = new float[L];
  private float[] init = ZEROS;

  /**
   * Computes {@code rows} rows of {@code vectors} vectors. Blocks may reach over the last row: a
   * and c have {@link #room} for that, and what lies there is of no account.
   */
  void run(int rows, int vectors) {
    init = ZEROS;
    adds = false;
    blocks(rows, vectors);
  }

  /** The same, added to what c holds. */
  void add(int rows, int vectors) {
    init = c;
    adds = true;
    blocks(rows, vectors);
  }

  private void blocks(int rows, int vectors) {
    for (int v = 0; v + 2 <= vectors; v += 2) {
      pairs(rows, v);
    }
    if (vectors % 2 == 1) {
      singles(rows, vectors - 1);
    }
  }

  private void pairs(int rows, int v) {
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

  private void singles(int rows, int v) {
    int row = 0;
    for (; rows % 7 == 0 && row < rows; row += 7) {
      block7x1(row, v);
    }
    for (; row < rows; row += 8) {
      block8x1(row, v);
    }
  }

  private void block8x2(int row, int vector) {
    float[] left = a;
    float[] right = b;
    float[] first = init;
    float[] sums = c;
    int step = aStep;
    int next = bStep;
    int down = cRow;
    int firstDown = adds ? cRow : 0;
    int firstNext = adds ? L : 0;
    for (int p = 0; p < points; p++) {
      int x0 = aAt + p * aPoint + row * aRow;
      int x1 = x0 + aRow;
      int x2 = x1 + aRow;
      int x3 = x2 + aRow;
      int x4 = x3 + aRow;
      int x5 = x4 + aRow;
      int x6 = x5 + aRow;
      int x7 = x6 + aRow;
      int from = bAt + p * bPoint + vector * L;
      int to = cAt + p * cPoint + row * down + vector * L;
      int start = adds ? to : 0;
      FloatVector c00 = FloatVector.fromArray(SPECIES, first, start);
      FloatVector c01 = FloatVector.fromArray(SPECIES, first, start + firstNext);
      FloatVector c10 = FloatVector.fromArray(SPECIES, first, start + firstDown);
      FloatVector c11 = FloatVector.fromArray(SPECIES, first, start + firstDown + firstNext);
      FloatVector c20 = FloatVector.fromArray(SPECIES, first, start + 2 * firstDown);
      FloatVector c21 = FloatVector.fromArray(SPECIES, first, start + 2 * firstDown + firstNext);
      FloatVector c30 = FloatVector.fromArray(SPECIES, first, start + 3 * firstDown);
      FloatVector c31 = FloatVector.fromArray(SPECIES, first, start + 3 * firstDown + firstNext);
      FloatVector c40 = FloatVector.fromArray(SPECIES, first, start + 4 * firstDown);
      FloatVector c41 = FloatVector.fromArray(SPECIES, first, start + 4 * firstDown + firstNext);
      FloatVector c50 = FloatVector.fromArray(SPECIES, first, start + 5 * firstDown);
      FloatVector c51 = FloatVector.fromArray(SPECIES, first, start + 5 * firstDown + firstNext);
      FloatVector c60 = FloatVector.fromArray(SPECIES, first, start + 6 * firstDown);
      FloatVector c61 = FloatVector.fromArray(SPECIES, first, start + 6 * firstDown + firstNext);
      FloatVector c70 = FloatVector.fromArray(SPECIES, first, start + 7 * firstDown);
      FloatVector c71 = FloatVector.fromArray(SPECIES, first, start + 7 * firstDown + firstNext);
      for (int k = 0; k < terms; k++) {
        FloatVector b0 = FloatVector.fromArray(SPECIES, right, from + k * next);
        FloatVector b1 = FloatVector.fromArray(SPECIES, right, from + k * next + L);
        FloatVector a0 = FloatVector.broadcast(SPECIES, left[x0 + k * step]);
        c00 = a0.fma(b0, c00);
        c01 = a0.fma(b1, c01);
        FloatVector a1 = FloatVector.broadcast(SPECIES, left[x1 + k * step]);
        c10 = a1.fma(b0, c10);
        c11 = a1.fma(b1, c11);
        FloatVector a2 = FloatVector.broadcast(SPECIES, left[x2 + k * step]);
        c20 = a2.fma(b0, c20);
        c21 = a2.fma(b1, c21);
        FloatVector a3 = FloatVector.broadcast(SPECIES, left[x3 + k * step]);
        c30 = a3.fma(b0, c30);
        c31 = a3.fma(b1, c31);
        FloatVector a4 = FloatVector.broadcast(SPECIES, left[x4 + k * step]);
        c40 = a4.fma(b0, c40);
        c41 = a4.fma(b1, c41);
        FloatVector a5 = FloatVector.broadcast(SPECIES, left[x5 + k * step]);
        c50 = a5.fma(b0, c50);
        c51 = a5.fma(b1, c51);
        FloatVector a6 = FloatVector.broadcast(SPECIES, left[x6 + k * step]);
        c60 = a6.fma(b0, c60);
        c61 = a6.fma(b1, c61);
        FloatVector a7 = FloatVector.broadcast(SPECIES, left[x7 + k * step]);
        c70 = a7.fma(b0, c70);
        c71 = a7.fma(b1, c71);
      }
      c00.intoArray(sums, to);
      c01.intoArray(sums, to + L);
      c10.intoArray(sums, to + down);
      c11.intoArray(sums, to + down + L);
      c20.intoArray(sums, to + 2 * down);
      c21.intoArray(sums, to + 2 * down + L);
      c30.intoArray(sums, to + 3 * down);
      c31.intoArray(sums, to + 3 * down + L);
      c40.intoArray(sums, to + 4 * down);
      c41.intoArray(sums, to + 4 * down + L);
      c50.intoArray(sums, to + 5 * down);
      c51.intoArray(sums, to + 5 * down + L);
      c60.intoArray(sums, to + 6 * down);
      c61.intoArray(sums, to + 6 * down + L);
      c70.intoArray(sums, to + 7 * down);
      c71.intoArray(sums, to + 7 * down + L);
    }
  }

  private void block7x2(int row, int vector) {
    float[] left = a;
    float[] right = b;
    float[] first = init;
    float[] sums = c;
    int step = aStep;
    int next = bStep;
    int down = cRow;
    int firstDown = adds ? cRow : 0;
    int firstNext = adds ? L : 0;
    for (int p = 0; p < points; p++) {
      int x0 = aAt + p * aPoint + row * aRow;
      int x1 = x0 + aRow;
      int x2 = x1 + aRow;
      int x3 = x2 + aRow;
      int x4 = x3 + aRow;
      int x5 = x4 + aRow;
      int x6 = x5 + aRow;
      int from = bAt + p * bPoint + vector * L;
      int to = cAt + p * cPoint + row * down + vector * L;
      int start = adds ? to : 0;
      FloatVector c00 = FloatVector.fromArray(SPECIES, first, start);
      FloatVector c01 = FloatVector.fromArray(SPECIES, first, start + firstNext);
      FloatVector c10 = FloatVector.fromArray(SPECIES, first, start + firstDown);
      FloatVector c11 = FloatVector.fromArray(SPECIES, first, start + firstDown + firstNext);
      FloatVector c20 = FloatVector.fromArray(SPECIES, first, start + 2 * firstDown);
      FloatVector c21 = FloatVector.fromArray(SPECIES, first, start + 2 * firstDown + firstNext);
      FloatVector c30 = FloatVector.fromArray(SPECIES, first, start + 3 * firstDown);
      FloatVector c31 = FloatVector.fromArray(SPECIES, first, start + 3 * firstDown + firstNext);
      FloatVector c40 = FloatVector.fromArray(SPECIES, first, start + 4 * firstDown);
      FloatVector c41 = FloatVector.fromArray(SPECIES, first, start + 4 * firstDown + firstNext);
      FloatVector c50 = FloatVector.fromArray(SPECIES, first, start + 5 * firstDown);
      FloatVector c51 = FloatVector.fromArray(SPECIES, first, start + 5 * firstDown + firstNext);
      FloatVector c60 = FloatVector.fromArray(SPECIES, first, start + 6 * firstDown);
      FloatVector c61 = FloatVector.fromArray(SPECIES, first, start + 6 * firstDown + firstNext);
      for (int k = 0; k < terms; k++) {
        FloatVector b0 = FloatVector.fromArray(SPECIES, right, from + k * next);
        FloatVector b1 = FloatVector.fromArray(SPECIES, right, from + k * next + L);
        FloatVector a0 = FloatVector.broadcast(SPECIES, left[x0 + k * step]);
        c00 = a0.fma(b0, c00);
        c01 = a0.fma(b1, c01);
        FloatVector a1 = FloatVector.broadcast(SPECIES, left[x1 + k * step]);
        c10 = a1.fma(b0, c10);
        c11 = a1.fma(b1, c11);
        FloatVector a2 = FloatVector.broadcast(SPECIES, left[x2 + k * step]);
        c20 = a2.fma(b0, c20);
        c21 = a2.fma(b1, c21);
        FloatVector a3 = FloatVector.broadcast(SPECIES, left[x3 + k * step]);
        c30 = a3.fma(b0, c30);
        c31 = a3.fma(b1, c31);
        FloatVector a4 = FloatVector.broadcast(SPECIES, left[x4 + k * step]);
        c40 = a4.fma(b0, c40);
        c41 = a4.fma(b1, c41);
        FloatVector a5 = FloatVector.broadcast(SPECIES, left[x5 + k * step]);
        c50 = a5.fma(b0, c50);
        c51 = a5.fma(b1, c51);
        FloatVector a6 = FloatVector.broadcast(SPECIES, left[x6 + k * step]);
        c60 = a6.fma(b0, c60);
        c61 = a6.fma(b1, c61);
      }
      c00.intoArray(sums, to);
      c01.intoArray(sums, to + L);
      c10.intoArray(sums, to + down);
      c11.intoArray(sums, to + down + L);
      c20.intoArray(sums, to + 2 * down);
      c21.intoArray(sums, to + 2 * down + L);
      c30.intoArray(sums, to + 3 * down);
      c31.intoArray(sums, to + 3 * down + L);
      c40.intoArray(sums, to + 4 * down);
      c41.intoArray(sums, to + 4 * down + L);
      c50.intoArray(sums, to + 5 * down);
      c51.intoArray(sums, to + 5 * down + L);
      c60.intoArray(sums, to + 6 * down);
      c61.intoArray(sums, to + 6 * down + L);
    }
  }

  private void block4x2(int row, int vector) {
    float[] left = a;
    float[] right = b;
    float[] first = init;
    float[] sums = c;
    int step = aStep;
    int next = bStep;
    int down = cRow;
    int firstDown = adds ? cRow : 0;
    int firstNext = adds ? L : 0;
    for (int p = 0; p < points; p++) {
      int x0 = aAt + p * aPoint + row * aRow;
      int x1 = x0 + aRow;
      int x2 = x1 + aRow;
      int x3 = x2 + aRow;
      int from = bAt + p * bPoint + vector * L;
      int to = cAt + p * cPoint + row * down + vector * L;
      int start = adds ? to : 0;
      FloatVector c00 = FloatVector.fromArray(SPECIES, first, start);
      FloatVector c01 = FloatVector.fromArray(SPECIES, first, start + firstNext);
      FloatVector c10 = FloatVector.fromArray(SPECIES, first, start + firstDown);
      FloatVector c11 = FloatVector.fromArray(SPECIES, first, start + firstDown + firstNext);
      FloatVector c20 = FloatVector.fromArray(SPECIES, first, start + 2 * firstDown);
      FloatVector c21 = FloatVector.fromArray(SPECIES, first, start + 2 * firstDown + firstNext);
      FloatVector c30 = FloatVector.fromArray(SPECIES, first, start + 3 * firstDown);
      FloatVector c31 = FloatVector.fromArray(SPECIES, first, start + 3 * firstDown + firstNext);
      for (int k = 0; k < terms; k++) {
        FloatVector b0 = FloatVector.fromArray(SPECIES, right, from + k * next);
        FloatVector b1 = FloatVector.fromArray(SPECIES, right, from + k * next + L);
        FloatVector a0 = FloatVector.broadcast(SPECIES, left[x0 + k * step]);
        c00 = a0.fma(b0, c00);
        c01 = a0.fma(b1, c01);
        FloatVector a1 = FloatVector.broadcast(SPECIES, left[x1 + k * step]);
        c10 = a1.fma(b0, c10);
        c11 = a1.fma(b1, c11);
        FloatVector a2 = FloatVector.broadcast(SPECIES, left[x2 + k * step]);
        c20 = a2.fma(b0, c20);
        c21 = a2.fma(b1, c21);
        FloatVector a3 = FloatVector.broadcast(SPECIES, left[x3 + k * step]);
        c30 = a3.fma(b0, c30);
        c31 = a3.fma(b1, c31);
      }
      c00.intoArray(sums, to);
      c01.intoArray(sums, to + L);
      c10.intoArray(sums, to + down);
      c11.intoArray(sums, to + down + L);
      c20.intoArray(sums, to + 2 * down);
      c21.intoArray(sums, to + 2 * down + L);
      c30.intoArray(sums, to + 3 * down);
      c31.intoArray(sums, to + 3 * down + L);
    }
  }

  private void block8x1(int row, int vector) {
    float[] left = a;
    float[] right = b;
    float[] first = init;
    float[] sums = c;
    int step = aStep;
    int next = bStep;
    int down = cRow;
    int firstDown = adds ? cRow : 0;
    for (int p = 0; p < points; p++) {
      int x0 = aAt + p * aPoint + row * aRow;
      int x1 = x0 + aRow;
      int x2 = x1 + aRow;
      int x3 = x2 + aRow;
      int x4 = x3 + aRow;
      int x5 = x4 + aRow;
      int x6 = x5 + aRow;
      int x7 = x6 + aRow;
      int from = bAt + p * bPoint + vector * L;
      int to = cAt + p * cPoint + row * down + vector * L;
      int start = adds ? to : 0;
      FloatVector c00 = FloatVector.fromArray(SPECIES, first, start);
      FloatVector c10 = FloatVector.fromArray(SPECIES, first, start + firstDown);
      FloatVector c20 = FloatVector.fromArray(SPECIES, first, start + 2 * firstDown);
      FloatVector c30 = FloatVector.fromArray(SPECIES, first, start + 3 * firstDown);
      FloatVector c40 = FloatVector.fromArray(SPECIES, first, start + 4 * firstDown);
      FloatVector c50 = FloatVector.fromArray(SPECIES, first, start + 5 * firstDown);
      FloatVector c60 = FloatVector.fromArray(SPECIES, first, start + 6 * firstDown);
      FloatVector c70 = FloatVector.fromArray(SPECIES, first, start + 7 * firstDown);
      for (int k = 0; k < terms; k++) {
        FloatVector b0 = FloatVector.fromArray(SPECIES, right, from + k * next);
        FloatVector a0 = FloatVector.broadcast(SPECIES, left[x0 + k * step]);
        c00 = a0.fma(b0, c00);
        FloatVector a1 = FloatVector.broadcast(SPECIES, left[x1 + k * step]);
        c10 = a1.fma(b0, c10);
        FloatVector a2 = FloatVector.broadcast(SPECIES, left[x2 + k * step]);
        c20 = a2.fma(b0, c20);
        FloatVector a3 = FloatVector.broadcast(SPECIES, left[x3 + k * step]);
        c30 = a3.fma(b0, c30);
        FloatVector a4 = FloatVector.broadcast(SPECIES, left[x4 + k * step]);
        c40 = a4.fma(b0, c40);
        FloatVector a5 = FloatVector.broadcast(SPECIES, left[x5 + k * step]);
        c50 = a5.fma(b0, c50);
        FloatVector a6 = FloatVector.broadcast(SPECIES, left[x6 + k * step]);
        c60 = a6.fma(b0, c60);
        FloatVector a7 = FloatVector.broadcast(SPECIES, left[x7 + k * step]);
        c70 = a7.fma(b0, c70);
      }
      c00.intoArray(sums, to);
      c10.intoArray(sums, to + down);
      c20.intoArray(sums, to + 2 * down);
      c30.intoArray(sums, to + 3 * down);
      c40.intoArray(sums, to + 4 * down);
      c50.intoArray(sums, to + 5 * down);
      c60.intoArray(sums, to + 6 * down);
      c70.intoArray(sums, to + 7 * down);
    }
  }

  private void block7x1(int row, int vector) {
    float[] left = a;
    float[] right = b;
    float[] first = init;
    float[] sums = c;
    int step = aStep;
    int next = bStep;
    int down = cRow;
    int firstDown = adds ? cRow : 0;
    for (int p = 0; p < points; p++) {
      int x0 = aAt + p * aPoint + row * aRow;
      int x1 = x0 + aRow;
      int x2 = x1 + aRow;
      int x3 = x2 + aRow;
      int x4 = x3 + aRow;
      int x5 = x4 + aRow;
      int x6 = x5 + aRow;
      int from = bAt + p * bPoint + vector * L;
      int to = cAt + p * cPoint + row * down + vector * L;
      int start = adds ? to : 0;
      FloatVector c00 = FloatVector.fromArray(SPECIES, first, start);
      FloatVector c10 = FloatVector.fromArray(SPECIES, first, start + firstDown);
      FloatVector c20 = FloatVector.fromArray(SPECIES, first, start + 2 * firstDown);
      FloatVector c30 = FloatVector.fromArray(SPECIES, first, start + 3 * firstDown);
      FloatVector c40 = FloatVector.fromArray(SPECIES, first, start + 4 * firstDown);
      FloatVector c50 = FloatVector.fromArray(SPECIES, first, start + 5 * firstDown);
      FloatVector c60 = FloatVector.fromArray(SPECIES, first, start + 6 * firstDown);
      for (int k = 0; k < terms; k++) {
        FloatVector b0 = FloatVector.fromArray(SPECIES, right, from + k * next);
        FloatVector a0 = FloatVector.broadcast(SPECIES, left[x0 + k * step]);
        c00 = a0.fma(b0, c00);
        FloatVector a1 = FloatVector.broadcast(SPECIES, left[x1 + k * step]);
        c10 = a1.fma(b0, c10);
        FloatVector a2 = FloatVector.broadcast(SPECIES, left[x2 + k * step]);
        c20 = a2.fma(b0, c20);
        FloatVector a3 = FloatVector.broadcast(SPECIES, left[x3 + k * step]);
        c30 = a3.fma(b0, c30);
        FloatVector a4 = FloatVector.broadcast(SPECIES, left[x4 + k * step]);
        c40 = a4.fma(b0, c40);
        FloatVector a5 = FloatVector.broadcast(SPECIES, left[x5 + k * step]);
        c50 = a5.fma(b0, c50);
        FloatVector a6 = FloatVector.broadcast(SPECIES, left[x6 + k * step]);
        c60 = a6.fma(b0, c60);
      }
      c00.intoArray(sums, to);
      c10.intoArray(sums, to + down);
      c20.intoArray(sums, to + 2 * down);
      c30.intoArray(sums, to + 3 * down);
      c40.intoArray(sums, to + 4 * down);
      c50.intoArray(sums, to + 5 * down);
      c60.intoArray(sums, to + 6 * down);
    }
  }
}
