package io.fovea.kernel.vector;

import static io.fovea.kernel.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * The one inner loop behind convolution and its gradients and behind the dense layer's gradients: a
 * small matrix of vectors kept in registers.
 *
 * <pre>
 * c[r][v] = init[r][v] + sum over k of a[rows[r] + steps[k]] * b[k][v]
 * </pre>
 *
 * a is read one number at a time and broadcast; b, init and c are read and written a vector at a
 * time. The two tables say where row r and term k lie in a, so that a convolution needs no copy of
 * its windows: a term is a kernel tap (forward) or a pixel (weight gradient).
 *
 * <p>Each element is one chain of fused multiply-adds over k in order, whatever block it falls
 * into, so results do not depend on the partition. Where destinations are not read back ({@code
 * mayOverlap}), the last rows are covered by a full block that computes some rows twice, to the
 * same bits.
 *
 * <p>Blocks are 8 or 7 rows by 2 vectors: 16 accumulators hide the latency of the multiply-add, and
 * more rows made no difference (98 % of the peak either way). The loop body takes one k at a time:
 * unrolling it by hand made C2 spill registers (92 % to 35 %). Blocks are written out because a
 * vector must never cross a method of ours: past an inlining limit it would be boxed.
 */
final class Product {
  // a[aAt + rows[r] + steps[k]]
  float[] a = {};
  int aAt;
  int[] rows = {};
  int[] steps = {};
  int terms;

  // b[bAt + k * bStep + v * bVector ...]
  float[] b = {};
  int bAt;
  int bStep;
  int bVector;

  // init[initAt + r * initRow + v * initVector ...]
  float[] init = {};
  int initAt;
  int initRow;
  int initVector;

  // c[cAt + r * cRow + v * cVector ...]
  float[] c = {};
  int cAt;
  int cRow;
  int cVector;

  /** Computes {@code count} rows of {@code vectors} vectors. */
  void run(int count, int vectors, boolean mayOverlap) {
    for (int v = 0; v + 2 <= vectors; v += 2) {
      pairs(count, v, mayOverlap);
    }
    if (vectors % 2 == 1) {
      singles(count, vectors - 1, mayOverlap);
    }
  }

  private void pairs(int count, int v, boolean mayOverlap) {
    int row = 0;
    if (count % 7 == 0 && count % 8 != 0) {
      for (; row < count; row += 7) {
        block7x2(row, v);
      }
      return;
    }
    for (; row + 8 <= count; row += 8) {
      block8x2(row, v);
    }
    if (mayOverlap && row < count && count >= 8) {
      block8x2(count - 8, v);
      return;
    }
    for (; row < count; row++) {
      block1x2(row, v);
    }
  }

  private void singles(int count, int v, boolean mayOverlap) {
    int row = 0;
    if (count % 7 == 0 && count % 8 != 0) {
      for (; row < count; row += 7) {
        block7x1(row, v);
      }
      return;
    }
    for (; row + 8 <= count; row += 8) {
      block8x1(row, v);
    }
    if (mayOverlap && row < count && count >= 8) {
      block8x1(count - 8, v);
      return;
    }
    for (; row < count; row++) {
      block1x1(row, v);
    }
  }

  private void block8x2(int row, int vector) {
    float[] left = a;
    float[] right = b;
    int[] offsets = steps;
    int at = bAt + vector * bVector;
    int next = at + bVector;
    int start = initAt + row * initRow + vector * initVector;
    int x0 = aAt + rows[row];
    int x1 = aAt + rows[row + 1];
    int x2 = aAt + rows[row + 2];
    int x3 = aAt + rows[row + 3];
    int x4 = aAt + rows[row + 4];
    int x5 = aAt + rows[row + 5];
    int x6 = aAt + rows[row + 6];
    int x7 = aAt + rows[row + 7];
    FloatVector c00 = FloatVector.fromArray(SPECIES, init, start);
    FloatVector c01 = FloatVector.fromArray(SPECIES, init, start + initVector);
    FloatVector c10 = FloatVector.fromArray(SPECIES, init, start + initRow);
    FloatVector c11 = FloatVector.fromArray(SPECIES, init, start + initRow + initVector);
    FloatVector c20 = FloatVector.fromArray(SPECIES, init, start + 2 * initRow);
    FloatVector c21 = FloatVector.fromArray(SPECIES, init, start + 2 * initRow + initVector);
    FloatVector c30 = FloatVector.fromArray(SPECIES, init, start + 3 * initRow);
    FloatVector c31 = FloatVector.fromArray(SPECIES, init, start + 3 * initRow + initVector);
    FloatVector c40 = FloatVector.fromArray(SPECIES, init, start + 4 * initRow);
    FloatVector c41 = FloatVector.fromArray(SPECIES, init, start + 4 * initRow + initVector);
    FloatVector c50 = FloatVector.fromArray(SPECIES, init, start + 5 * initRow);
    FloatVector c51 = FloatVector.fromArray(SPECIES, init, start + 5 * initRow + initVector);
    FloatVector c60 = FloatVector.fromArray(SPECIES, init, start + 6 * initRow);
    FloatVector c61 = FloatVector.fromArray(SPECIES, init, start + 6 * initRow + initVector);
    FloatVector c70 = FloatVector.fromArray(SPECIES, init, start + 7 * initRow);
    FloatVector c71 = FloatVector.fromArray(SPECIES, init, start + 7 * initRow + initVector);
    for (int k = 0; k < terms; k++) {
      int step = offsets[k];
      FloatVector b0 = FloatVector.fromArray(SPECIES, right, at + k * bStep);
      FloatVector b1 = FloatVector.fromArray(SPECIES, right, next + k * bStep);
      FloatVector a0 = FloatVector.broadcast(SPECIES, left[x0 + step]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector a1 = FloatVector.broadcast(SPECIES, left[x1 + step]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      FloatVector a2 = FloatVector.broadcast(SPECIES, left[x2 + step]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      FloatVector a3 = FloatVector.broadcast(SPECIES, left[x3 + step]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      FloatVector a4 = FloatVector.broadcast(SPECIES, left[x4 + step]);
      c40 = a4.fma(b0, c40);
      c41 = a4.fma(b1, c41);
      FloatVector a5 = FloatVector.broadcast(SPECIES, left[x5 + step]);
      c50 = a5.fma(b0, c50);
      c51 = a5.fma(b1, c51);
      FloatVector a6 = FloatVector.broadcast(SPECIES, left[x6 + step]);
      c60 = a6.fma(b0, c60);
      c61 = a6.fma(b1, c61);
      FloatVector a7 = FloatVector.broadcast(SPECIES, left[x7 + step]);
      c70 = a7.fma(b0, c70);
      c71 = a7.fma(b1, c71);
    }
    int end = cAt + row * cRow + vector * cVector;
    c00.intoArray(c, end);
    c01.intoArray(c, end + cVector);
    c10.intoArray(c, end + cRow);
    c11.intoArray(c, end + cRow + cVector);
    c20.intoArray(c, end + 2 * cRow);
    c21.intoArray(c, end + 2 * cRow + cVector);
    c30.intoArray(c, end + 3 * cRow);
    c31.intoArray(c, end + 3 * cRow + cVector);
    c40.intoArray(c, end + 4 * cRow);
    c41.intoArray(c, end + 4 * cRow + cVector);
    c50.intoArray(c, end + 5 * cRow);
    c51.intoArray(c, end + 5 * cRow + cVector);
    c60.intoArray(c, end + 6 * cRow);
    c61.intoArray(c, end + 6 * cRow + cVector);
    c70.intoArray(c, end + 7 * cRow);
    c71.intoArray(c, end + 7 * cRow + cVector);
  }

  private void block7x2(int row, int vector) {
    float[] left = a;
    float[] right = b;
    int[] offsets = steps;
    int at = bAt + vector * bVector;
    int next = at + bVector;
    int start = initAt + row * initRow + vector * initVector;
    int x0 = aAt + rows[row];
    int x1 = aAt + rows[row + 1];
    int x2 = aAt + rows[row + 2];
    int x3 = aAt + rows[row + 3];
    int x4 = aAt + rows[row + 4];
    int x5 = aAt + rows[row + 5];
    int x6 = aAt + rows[row + 6];
    FloatVector c00 = FloatVector.fromArray(SPECIES, init, start);
    FloatVector c01 = FloatVector.fromArray(SPECIES, init, start + initVector);
    FloatVector c10 = FloatVector.fromArray(SPECIES, init, start + initRow);
    FloatVector c11 = FloatVector.fromArray(SPECIES, init, start + initRow + initVector);
    FloatVector c20 = FloatVector.fromArray(SPECIES, init, start + 2 * initRow);
    FloatVector c21 = FloatVector.fromArray(SPECIES, init, start + 2 * initRow + initVector);
    FloatVector c30 = FloatVector.fromArray(SPECIES, init, start + 3 * initRow);
    FloatVector c31 = FloatVector.fromArray(SPECIES, init, start + 3 * initRow + initVector);
    FloatVector c40 = FloatVector.fromArray(SPECIES, init, start + 4 * initRow);
    FloatVector c41 = FloatVector.fromArray(SPECIES, init, start + 4 * initRow + initVector);
    FloatVector c50 = FloatVector.fromArray(SPECIES, init, start + 5 * initRow);
    FloatVector c51 = FloatVector.fromArray(SPECIES, init, start + 5 * initRow + initVector);
    FloatVector c60 = FloatVector.fromArray(SPECIES, init, start + 6 * initRow);
    FloatVector c61 = FloatVector.fromArray(SPECIES, init, start + 6 * initRow + initVector);
    for (int k = 0; k < terms; k++) {
      int step = offsets[k];
      FloatVector b0 = FloatVector.fromArray(SPECIES, right, at + k * bStep);
      FloatVector b1 = FloatVector.fromArray(SPECIES, right, next + k * bStep);
      FloatVector a0 = FloatVector.broadcast(SPECIES, left[x0 + step]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector a1 = FloatVector.broadcast(SPECIES, left[x1 + step]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      FloatVector a2 = FloatVector.broadcast(SPECIES, left[x2 + step]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      FloatVector a3 = FloatVector.broadcast(SPECIES, left[x3 + step]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      FloatVector a4 = FloatVector.broadcast(SPECIES, left[x4 + step]);
      c40 = a4.fma(b0, c40);
      c41 = a4.fma(b1, c41);
      FloatVector a5 = FloatVector.broadcast(SPECIES, left[x5 + step]);
      c50 = a5.fma(b0, c50);
      c51 = a5.fma(b1, c51);
      FloatVector a6 = FloatVector.broadcast(SPECIES, left[x6 + step]);
      c60 = a6.fma(b0, c60);
      c61 = a6.fma(b1, c61);
    }
    int end = cAt + row * cRow + vector * cVector;
    c00.intoArray(c, end);
    c01.intoArray(c, end + cVector);
    c10.intoArray(c, end + cRow);
    c11.intoArray(c, end + cRow + cVector);
    c20.intoArray(c, end + 2 * cRow);
    c21.intoArray(c, end + 2 * cRow + cVector);
    c30.intoArray(c, end + 3 * cRow);
    c31.intoArray(c, end + 3 * cRow + cVector);
    c40.intoArray(c, end + 4 * cRow);
    c41.intoArray(c, end + 4 * cRow + cVector);
    c50.intoArray(c, end + 5 * cRow);
    c51.intoArray(c, end + 5 * cRow + cVector);
    c60.intoArray(c, end + 6 * cRow);
    c61.intoArray(c, end + 6 * cRow + cVector);
  }

  private void block1x2(int row, int vector) {
    float[] left = a;
    float[] right = b;
    int[] offsets = steps;
    int at = bAt + vector * bVector;
    int next = at + bVector;
    int start = initAt + row * initRow + vector * initVector;
    int x0 = aAt + rows[row];
    FloatVector c00 = FloatVector.fromArray(SPECIES, init, start);
    FloatVector c01 = FloatVector.fromArray(SPECIES, init, start + initVector);
    for (int k = 0; k < terms; k++) {
      int step = offsets[k];
      FloatVector b0 = FloatVector.fromArray(SPECIES, right, at + k * bStep);
      FloatVector b1 = FloatVector.fromArray(SPECIES, right, next + k * bStep);
      FloatVector a0 = FloatVector.broadcast(SPECIES, left[x0 + step]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
    }
    int end = cAt + row * cRow + vector * cVector;
    c00.intoArray(c, end);
    c01.intoArray(c, end + cVector);
  }

  private void block8x1(int row, int vector) {
    float[] left = a;
    float[] right = b;
    int[] offsets = steps;
    int at = bAt + vector * bVector;
    int start = initAt + row * initRow + vector * initVector;
    int x0 = aAt + rows[row];
    int x1 = aAt + rows[row + 1];
    int x2 = aAt + rows[row + 2];
    int x3 = aAt + rows[row + 3];
    int x4 = aAt + rows[row + 4];
    int x5 = aAt + rows[row + 5];
    int x6 = aAt + rows[row + 6];
    int x7 = aAt + rows[row + 7];
    FloatVector c00 = FloatVector.fromArray(SPECIES, init, start);
    FloatVector c10 = FloatVector.fromArray(SPECIES, init, start + initRow);
    FloatVector c20 = FloatVector.fromArray(SPECIES, init, start + 2 * initRow);
    FloatVector c30 = FloatVector.fromArray(SPECIES, init, start + 3 * initRow);
    FloatVector c40 = FloatVector.fromArray(SPECIES, init, start + 4 * initRow);
    FloatVector c50 = FloatVector.fromArray(SPECIES, init, start + 5 * initRow);
    FloatVector c60 = FloatVector.fromArray(SPECIES, init, start + 6 * initRow);
    FloatVector c70 = FloatVector.fromArray(SPECIES, init, start + 7 * initRow);
    for (int k = 0; k < terms; k++) {
      int step = offsets[k];
      FloatVector b0 = FloatVector.fromArray(SPECIES, right, at + k * bStep);
      FloatVector a0 = FloatVector.broadcast(SPECIES, left[x0 + step]);
      c00 = a0.fma(b0, c00);
      FloatVector a1 = FloatVector.broadcast(SPECIES, left[x1 + step]);
      c10 = a1.fma(b0, c10);
      FloatVector a2 = FloatVector.broadcast(SPECIES, left[x2 + step]);
      c20 = a2.fma(b0, c20);
      FloatVector a3 = FloatVector.broadcast(SPECIES, left[x3 + step]);
      c30 = a3.fma(b0, c30);
      FloatVector a4 = FloatVector.broadcast(SPECIES, left[x4 + step]);
      c40 = a4.fma(b0, c40);
      FloatVector a5 = FloatVector.broadcast(SPECIES, left[x5 + step]);
      c50 = a5.fma(b0, c50);
      FloatVector a6 = FloatVector.broadcast(SPECIES, left[x6 + step]);
      c60 = a6.fma(b0, c60);
      FloatVector a7 = FloatVector.broadcast(SPECIES, left[x7 + step]);
      c70 = a7.fma(b0, c70);
    }
    int end = cAt + row * cRow + vector * cVector;
    c00.intoArray(c, end);
    c10.intoArray(c, end + cRow);
    c20.intoArray(c, end + 2 * cRow);
    c30.intoArray(c, end + 3 * cRow);
    c40.intoArray(c, end + 4 * cRow);
    c50.intoArray(c, end + 5 * cRow);
    c60.intoArray(c, end + 6 * cRow);
    c70.intoArray(c, end + 7 * cRow);
  }

  private void block7x1(int row, int vector) {
    float[] left = a;
    float[] right = b;
    int[] offsets = steps;
    int at = bAt + vector * bVector;
    int start = initAt + row * initRow + vector * initVector;
    int x0 = aAt + rows[row];
    int x1 = aAt + rows[row + 1];
    int x2 = aAt + rows[row + 2];
    int x3 = aAt + rows[row + 3];
    int x4 = aAt + rows[row + 4];
    int x5 = aAt + rows[row + 5];
    int x6 = aAt + rows[row + 6];
    FloatVector c00 = FloatVector.fromArray(SPECIES, init, start);
    FloatVector c10 = FloatVector.fromArray(SPECIES, init, start + initRow);
    FloatVector c20 = FloatVector.fromArray(SPECIES, init, start + 2 * initRow);
    FloatVector c30 = FloatVector.fromArray(SPECIES, init, start + 3 * initRow);
    FloatVector c40 = FloatVector.fromArray(SPECIES, init, start + 4 * initRow);
    FloatVector c50 = FloatVector.fromArray(SPECIES, init, start + 5 * initRow);
    FloatVector c60 = FloatVector.fromArray(SPECIES, init, start + 6 * initRow);
    for (int k = 0; k < terms; k++) {
      int step = offsets[k];
      FloatVector b0 = FloatVector.fromArray(SPECIES, right, at + k * bStep);
      FloatVector a0 = FloatVector.broadcast(SPECIES, left[x0 + step]);
      c00 = a0.fma(b0, c00);
      FloatVector a1 = FloatVector.broadcast(SPECIES, left[x1 + step]);
      c10 = a1.fma(b0, c10);
      FloatVector a2 = FloatVector.broadcast(SPECIES, left[x2 + step]);
      c20 = a2.fma(b0, c20);
      FloatVector a3 = FloatVector.broadcast(SPECIES, left[x3 + step]);
      c30 = a3.fma(b0, c30);
      FloatVector a4 = FloatVector.broadcast(SPECIES, left[x4 + step]);
      c40 = a4.fma(b0, c40);
      FloatVector a5 = FloatVector.broadcast(SPECIES, left[x5 + step]);
      c50 = a5.fma(b0, c50);
      FloatVector a6 = FloatVector.broadcast(SPECIES, left[x6 + step]);
      c60 = a6.fma(b0, c60);
    }
    int end = cAt + row * cRow + vector * cVector;
    c00.intoArray(c, end);
    c10.intoArray(c, end + cRow);
    c20.intoArray(c, end + 2 * cRow);
    c30.intoArray(c, end + 3 * cRow);
    c40.intoArray(c, end + 4 * cRow);
    c50.intoArray(c, end + 5 * cRow);
    c60.intoArray(c, end + 6 * cRow);
  }

  private void block1x1(int row, int vector) {
    float[] left = a;
    float[] right = b;
    int[] offsets = steps;
    int at = bAt + vector * bVector;
    int start = initAt + row * initRow + vector * initVector;
    int x0 = aAt + rows[row];
    FloatVector c00 = FloatVector.fromArray(SPECIES, init, start);
    for (int k = 0; k < terms; k++) {
      int step = offsets[k];
      FloatVector b0 = FloatVector.fromArray(SPECIES, right, at + k * bStep);
      FloatVector a0 = FloatVector.broadcast(SPECIES, left[x0 + step]);
      c00 = a0.fma(b0, c00);
    }
    int end = cAt + row * cRow + vector * cVector;
    c00.intoArray(c, end);
  }
}
