package io.fovea.kernel.vector;

import static io.fovea.kernel.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * {@link BlockProduct} with a's rows in memory: a[r][k] = a[aAt + r*aStep + k], so patches and
 * images can be multiplied as they lie.
 */
final class RowMajorProduct extends BlockProduct {
  /** Lanes that are wanted of a panel one vector wide; to c go these, or all L. */
  int lanes = L;

  @Override
  void pair(int from, int start, int end) {
    if (WIDE) {
      block8x2(from, start, end);
    } else {
      block6x2(from, start, end);
    }
  }

  @Override
  void single(int from, int start, int end) {
    RowMajorSingles.block(this, from, start, end);
  }

  /** Computes so few rows, one by one: a row by itself takes a quarter of a block's time. */
  void rows(int count, int vectors) {
    bStep = vectors * L;
    for (int r = 0; r < count; r++) {
      int from = aAt + r * aStep;
      int start = initAt + r * initRow;
      int end = cAt + r * cRow;
      if (vectors == 2) {
        row1x2(from, start, end);
      } else {
        row1x1(from, start, end);
      }
    }
  }

  private void row1x2(int from, int start, int end) {
    float[] left = a;
    float[] right = b;
    int first = bAt;
    int second = bAt + L;
    FloatVector c00 = FloatVector.fromArray(SPECIES, init, start);
    FloatVector c01 = FloatVector.fromArray(SPECIES, init, start + L);
    for (int k = 0; k < terms; k++) {
      FloatVector a0 = FloatVector.broadcast(SPECIES, left[from + k]);
      c00 = a0.fma(FloatVector.fromArray(SPECIES, right, first + k * 2 * L), c00);
      c01 = a0.fma(FloatVector.fromArray(SPECIES, right, second + k * 2 * L), c01);
    }
    c00.intoArray(c, end);
    c01.intoArray(c, end + L);
  }

  private void row1x1(int from, int start, int end) {
    float[] left = a;
    float[] right = b;
    int first = bAt;
    FloatVector c00 = FloatVector.fromArray(SPECIES, init, start);
    for (int k = 0; k < terms; k++) {
      FloatVector a0 = FloatVector.broadcast(SPECIES, left[from + k]);
      c00 = a0.fma(FloatVector.fromArray(SPECIES, right, first + k * L), c00);
    }
    c00.intoArray(c, end);
  }

  private void block8x2(int from, int start, int end) {
    float[] left = a;
    float[] right = b;
    int x0 = from;
    int x1 = x0 + aStep;
    int x2 = x1 + aStep;
    int x3 = x2 + aStep;
    int x4 = x3 + aStep;
    int x5 = x4 + aStep;
    int x6 = x5 + aStep;
    int x7 = x6 + aStep;
    int at = bAt;
    FloatVector c00 = FloatVector.fromArray(SPECIES, init, start);
    FloatVector c01 = FloatVector.fromArray(SPECIES, init, start + L);
    FloatVector c10 = FloatVector.fromArray(SPECIES, init, start + initRow);
    FloatVector c11 = FloatVector.fromArray(SPECIES, init, start + initRow + L);
    FloatVector c20 = FloatVector.fromArray(SPECIES, init, start + 2 * initRow);
    FloatVector c21 = FloatVector.fromArray(SPECIES, init, start + 2 * initRow + L);
    FloatVector c30 = FloatVector.fromArray(SPECIES, init, start + 3 * initRow);
    FloatVector c31 = FloatVector.fromArray(SPECIES, init, start + 3 * initRow + L);
    FloatVector c40 = FloatVector.fromArray(SPECIES, init, start + 4 * initRow);
    FloatVector c41 = FloatVector.fromArray(SPECIES, init, start + 4 * initRow + L);
    FloatVector c50 = FloatVector.fromArray(SPECIES, init, start + 5 * initRow);
    FloatVector c51 = FloatVector.fromArray(SPECIES, init, start + 5 * initRow + L);
    FloatVector c60 = FloatVector.fromArray(SPECIES, init, start + 6 * initRow);
    FloatVector c61 = FloatVector.fromArray(SPECIES, init, start + 6 * initRow + L);
    FloatVector c70 = FloatVector.fromArray(SPECIES, init, start + 7 * initRow);
    FloatVector c71 = FloatVector.fromArray(SPECIES, init, start + 7 * initRow + L);
    for (int k = 0; k < terms; k++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, right, at + k * 2 * L);
      FloatVector b1 = FloatVector.fromArray(SPECIES, right, at + k * 2 * L + L);
      FloatVector a0 = FloatVector.broadcast(SPECIES, left[x0 + k]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector a1 = FloatVector.broadcast(SPECIES, left[x1 + k]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      FloatVector a2 = FloatVector.broadcast(SPECIES, left[x2 + k]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      FloatVector a3 = FloatVector.broadcast(SPECIES, left[x3 + k]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      FloatVector a4 = FloatVector.broadcast(SPECIES, left[x4 + k]);
      c40 = a4.fma(b0, c40);
      c41 = a4.fma(b1, c41);
      FloatVector a5 = FloatVector.broadcast(SPECIES, left[x5 + k]);
      c50 = a5.fma(b0, c50);
      c51 = a5.fma(b1, c51);
      FloatVector a6 = FloatVector.broadcast(SPECIES, left[x6 + k]);
      c60 = a6.fma(b0, c60);
      c61 = a6.fma(b1, c61);
      FloatVector a7 = FloatVector.broadcast(SPECIES, left[x7 + k]);
      c70 = a7.fma(b0, c70);
      c71 = a7.fma(b1, c71);
    }
    c00.intoArray(c, end);
    c01.intoArray(c, end + L);
    c10.intoArray(c, end + cRow);
    c11.intoArray(c, end + cRow + L);
    c20.intoArray(c, end + 2 * cRow);
    c21.intoArray(c, end + 2 * cRow + L);
    c30.intoArray(c, end + 3 * cRow);
    c31.intoArray(c, end + 3 * cRow + L);
    c40.intoArray(c, end + 4 * cRow);
    c41.intoArray(c, end + 4 * cRow + L);
    c50.intoArray(c, end + 5 * cRow);
    c51.intoArray(c, end + 5 * cRow + L);
    c60.intoArray(c, end + 6 * cRow);
    c61.intoArray(c, end + 6 * cRow + L);
    c70.intoArray(c, end + 7 * cRow);
    c71.intoArray(c, end + 7 * cRow + L);
  }

  private void block6x2(int from, int start, int end) {
    float[] left = a;
    float[] right = b;
    int x0 = from;
    int x1 = x0 + aStep;
    int x2 = x1 + aStep;
    int x3 = x2 + aStep;
    int x4 = x3 + aStep;
    int x5 = x4 + aStep;
    int at = bAt;
    FloatVector c00 = FloatVector.fromArray(SPECIES, init, start);
    FloatVector c01 = FloatVector.fromArray(SPECIES, init, start + L);
    FloatVector c10 = FloatVector.fromArray(SPECIES, init, start + initRow);
    FloatVector c11 = FloatVector.fromArray(SPECIES, init, start + initRow + L);
    FloatVector c20 = FloatVector.fromArray(SPECIES, init, start + 2 * initRow);
    FloatVector c21 = FloatVector.fromArray(SPECIES, init, start + 2 * initRow + L);
    FloatVector c30 = FloatVector.fromArray(SPECIES, init, start + 3 * initRow);
    FloatVector c31 = FloatVector.fromArray(SPECIES, init, start + 3 * initRow + L);
    FloatVector c40 = FloatVector.fromArray(SPECIES, init, start + 4 * initRow);
    FloatVector c41 = FloatVector.fromArray(SPECIES, init, start + 4 * initRow + L);
    FloatVector c50 = FloatVector.fromArray(SPECIES, init, start + 5 * initRow);
    FloatVector c51 = FloatVector.fromArray(SPECIES, init, start + 5 * initRow + L);
    for (int k = 0; k < terms; k++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, right, at + k * 2 * L);
      FloatVector b1 = FloatVector.fromArray(SPECIES, right, at + k * 2 * L + L);
      FloatVector a0 = FloatVector.broadcast(SPECIES, left[x0 + k]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector a1 = FloatVector.broadcast(SPECIES, left[x1 + k]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      FloatVector a2 = FloatVector.broadcast(SPECIES, left[x2 + k]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      FloatVector a3 = FloatVector.broadcast(SPECIES, left[x3 + k]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      FloatVector a4 = FloatVector.broadcast(SPECIES, left[x4 + k]);
      c40 = a4.fma(b0, c40);
      c41 = a4.fma(b1, c41);
      FloatVector a5 = FloatVector.broadcast(SPECIES, left[x5 + k]);
      c50 = a5.fma(b0, c50);
      c51 = a5.fma(b1, c51);
    }
    c00.intoArray(c, end);
    c01.intoArray(c, end + L);
    c10.intoArray(c, end + cRow);
    c11.intoArray(c, end + cRow + L);
    c20.intoArray(c, end + 2 * cRow);
    c21.intoArray(c, end + 2 * cRow + L);
    c30.intoArray(c, end + 3 * cRow);
    c31.intoArray(c, end + 3 * cRow + L);
    c40.intoArray(c, end + 4 * cRow);
    c41.intoArray(c, end + 4 * cRow + L);
    c50.intoArray(c, end + 5 * cRow);
    c51.intoArray(c, end + 5 * cRow + L);
  }
}
