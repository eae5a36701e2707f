package io.fovea.kernel.vector;

import static io.fovea.kernel.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * {@link BlockProduct} with a's columns in memory: a[r][k] = a[aAt + r + k*aStep].
 *
 * <p>In blocks of two vectors, x and at are running sums and their steps local variables. That
 * keeps C2 from unrolling the loop, for which it would need more than the 16 registers of a narrow
 * machine (6x2: 50 -> 115 GFLOP/s).
 */
final class ColumnMajorProduct extends BlockProduct {
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
    if (WIDE) {
      block8x1(from, start, end);
    } else {
      block6x1(from, start, end);
    }
  }

  private void block8x2(int from, int start, int end) {
    float[] left = a;
    float[] right = b;
    int x = from;
    int step = aStep;
    int count = terms;
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
    for (int k = 0; k < count; k++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, right, at);
      FloatVector b1 = FloatVector.fromArray(SPECIES, right, at + L);
      FloatVector a0 = FloatVector.broadcast(SPECIES, left[x]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector a1 = FloatVector.broadcast(SPECIES, left[x + 1]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      FloatVector a2 = FloatVector.broadcast(SPECIES, left[x + 2]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      FloatVector a3 = FloatVector.broadcast(SPECIES, left[x + 3]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      FloatVector a4 = FloatVector.broadcast(SPECIES, left[x + 4]);
      c40 = a4.fma(b0, c40);
      c41 = a4.fma(b1, c41);
      FloatVector a5 = FloatVector.broadcast(SPECIES, left[x + 5]);
      c50 = a5.fma(b0, c50);
      c51 = a5.fma(b1, c51);
      FloatVector a6 = FloatVector.broadcast(SPECIES, left[x + 6]);
      c60 = a6.fma(b0, c60);
      c61 = a6.fma(b1, c61);
      FloatVector a7 = FloatVector.broadcast(SPECIES, left[x + 7]);
      c70 = a7.fma(b0, c70);
      c71 = a7.fma(b1, c71);
      x += step;
      at += 2 * L;
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
    int x = from;
    int step = aStep;
    int count = terms;
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
    for (int k = 0; k < count; k++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, right, at);
      FloatVector b1 = FloatVector.fromArray(SPECIES, right, at + L);
      FloatVector a0 = FloatVector.broadcast(SPECIES, left[x]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector a1 = FloatVector.broadcast(SPECIES, left[x + 1]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      FloatVector a2 = FloatVector.broadcast(SPECIES, left[x + 2]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      FloatVector a3 = FloatVector.broadcast(SPECIES, left[x + 3]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      FloatVector a4 = FloatVector.broadcast(SPECIES, left[x + 4]);
      c40 = a4.fma(b0, c40);
      c41 = a4.fma(b1, c41);
      FloatVector a5 = FloatVector.broadcast(SPECIES, left[x + 5]);
      c50 = a5.fma(b0, c50);
      c51 = a5.fma(b1, c51);
      x += step;
      at += 2 * L;
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

  private void block8x1(int from, int start, int end) {
    float[] left = a;
    float[] right = b;
    int x = from;
    int at = bAt;
    FloatVector c00 = FloatVector.fromArray(SPECIES, init, start);
    FloatVector c10 = FloatVector.fromArray(SPECIES, init, start + initRow);
    FloatVector c20 = FloatVector.fromArray(SPECIES, init, start + 2 * initRow);
    FloatVector c30 = FloatVector.fromArray(SPECIES, init, start + 3 * initRow);
    FloatVector c40 = FloatVector.fromArray(SPECIES, init, start + 4 * initRow);
    FloatVector c50 = FloatVector.fromArray(SPECIES, init, start + 5 * initRow);
    FloatVector c60 = FloatVector.fromArray(SPECIES, init, start + 6 * initRow);
    FloatVector c70 = FloatVector.fromArray(SPECIES, init, start + 7 * initRow);
    for (int k = 0; k < terms; k++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, right, at + k * L);
      FloatVector a0 = FloatVector.broadcast(SPECIES, left[x]);
      c00 = a0.fma(b0, c00);
      FloatVector a1 = FloatVector.broadcast(SPECIES, left[x + 1]);
      c10 = a1.fma(b0, c10);
      FloatVector a2 = FloatVector.broadcast(SPECIES, left[x + 2]);
      c20 = a2.fma(b0, c20);
      FloatVector a3 = FloatVector.broadcast(SPECIES, left[x + 3]);
      c30 = a3.fma(b0, c30);
      FloatVector a4 = FloatVector.broadcast(SPECIES, left[x + 4]);
      c40 = a4.fma(b0, c40);
      FloatVector a5 = FloatVector.broadcast(SPECIES, left[x + 5]);
      c50 = a5.fma(b0, c50);
      FloatVector a6 = FloatVector.broadcast(SPECIES, left[x + 6]);
      c60 = a6.fma(b0, c60);
      FloatVector a7 = FloatVector.broadcast(SPECIES, left[x + 7]);
      c70 = a7.fma(b0, c70);
      x += aStep;
    }
    c00.intoArray(c, end);
    c10.intoArray(c, end + cRow);
    c20.intoArray(c, end + 2 * cRow);
    c30.intoArray(c, end + 3 * cRow);
    c40.intoArray(c, end + 4 * cRow);
    c50.intoArray(c, end + 5 * cRow);
    c60.intoArray(c, end + 6 * cRow);
    c70.intoArray(c, end + 7 * cRow);
  }

  private void block6x1(int from, int start, int end) {
    float[] left = a;
    float[] right = b;
    int x = from;
    int at = bAt;
    FloatVector c00 = FloatVector.fromArray(SPECIES, init, start);
    FloatVector c10 = FloatVector.fromArray(SPECIES, init, start + initRow);
    FloatVector c20 = FloatVector.fromArray(SPECIES, init, start + 2 * initRow);
    FloatVector c30 = FloatVector.fromArray(SPECIES, init, start + 3 * initRow);
    FloatVector c40 = FloatVector.fromArray(SPECIES, init, start + 4 * initRow);
    FloatVector c50 = FloatVector.fromArray(SPECIES, init, start + 5 * initRow);
    for (int k = 0; k < terms; k++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, right, at + k * L);
      FloatVector a0 = FloatVector.broadcast(SPECIES, left[x]);
      c00 = a0.fma(b0, c00);
      FloatVector a1 = FloatVector.broadcast(SPECIES, left[x + 1]);
      c10 = a1.fma(b0, c10);
      FloatVector a2 = FloatVector.broadcast(SPECIES, left[x + 2]);
      c20 = a2.fma(b0, c20);
      FloatVector a3 = FloatVector.broadcast(SPECIES, left[x + 3]);
      c30 = a3.fma(b0, c30);
      FloatVector a4 = FloatVector.broadcast(SPECIES, left[x + 4]);
      c40 = a4.fma(b0, c40);
      FloatVector a5 = FloatVector.broadcast(SPECIES, left[x + 5]);
      c50 = a5.fma(b0, c50);
      x += aStep;
    }
    c00.intoArray(c, end);
    c10.intoArray(c, end + cRow);
    c20.intoArray(c, end + 2 * cRow);
    c30.intoArray(c, end + 3 * cRow);
    c40.intoArray(c, end + 4 * cRow);
    c50.intoArray(c, end + 5 * cRow);
  }
}
