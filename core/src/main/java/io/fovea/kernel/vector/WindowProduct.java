package io.fovea.kernel.vector;

import static io.fovea.kernel.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * The inner loop of a direct convolution: a small matrix of vectors, windows by filters, kept in
 * registers while the kernel's taps go by.
 *
 * <pre>
 * c[p][v] = init[v] + sum over i, k of a[windows[p] + runs[i] + k] * b[i * run + k][v]
 * </pre>
 *
 * a, a padded map, is read one number at a time and broadcast; b, init and c are read and written a
 * vector at a time. The tables say where the windows begin and where, from there, runs of
 * neighbouring taps do, so that a convolution needs no copy of its windows. Runs, and not a table
 * of all the taps: an index that is the loop's counter and something that stays needs no bounds
 * check in the loop (second layer of the exercise: 90 to 94 % of the peak instead of 71 to 96, as
 * the registers happened to suffice or not).
 *
 * <p>Each element is one chain of fused multiply-adds over the taps in order, whatever block it
 * falls into, so results do not depend on the partition. The last windows are covered by a full
 * block that computes some twice, to the same bits.
 *
 * <p>Blocks are of 8 windows by 2 vectors (6 where there are 16 registers), or 8 by 1: enough
 * accumulators to hide the latency of the multiply-add. The loop body takes one tap at a time:
 * unrolling it by hand made C2 spill registers (92 % to 35 %). Blocks are written out because a
 * vector must never cross a method of ours: past an inlining limit it would be boxed.
 */
final class WindowProduct {
  private static final int L = Lanes.COUNT;

  /** Windows of a block of 2 vectors. */
  private static final int PAIRS = BlockProduct.ROWS;

  // a[aAt + windows[p] + runs[i] + k], k < run
  float[] a = {};
  int aAt;
  int[] windows = {};
  int[] runs = {};
  int run;

  // b[bAt + v * bVector + (i * run + k) * L ...]
  float[] b = {};
  int bAt;
  int bVector;

  // init[initAt + v * L ...]
  float[] init = {};
  int initAt;

  /** Whether blocks one vector wide compute it in halves, see {@link Lanes#SPLIT}. */
  boolean splits = Lanes.SPLIT;

  /** Lanes that are wanted of an odd last vector; to c go these, or all L. */
  int lanes = L;

  // c[cAt + (p - first) * cRow + v * L ...]
  float[] c = {};
  int cAt;
  int cRow;

  /** Computes windows first (inclusive) to end (exclusive), so many vectors of filters each. */
  void run(int first, int end, int vectors) {
    for (int v = 0; v + 2 <= vectors; v += 2) {
      pairs(first, end, v);
    }
    if (vectors % 2 == 1) {
      singles(first, end, vectors - 1);
    }
  }

  private void pairs(int first, int end, int v) {
    int count = end - first;
    if (count < PAIRS) {
      for (int p = 0; p < count; p++) {
        block1x2(first + p, cAt + p * cRow, v);
      }
      return;
    }
    for (int p = 0; p < count; p += PAIRS) {
      int at = Math.min(p, count - PAIRS);
      if (BlockProduct.WIDE) {
        block8x2(first + at, cAt + at * cRow, v);
      } else {
        block6x2(first + at, cAt + at * cRow, v);
      }
    }
  }

  private void singles(int first, int end, int v) {
    int count = end - first;
    if (count < WindowSingles.WINDOWS) {
      for (int p = 0; p < count; p++) {
        block1x1(first + p, cAt + p * cRow, v);
      }
      return;
    }
    for (int p = 0; p < count; p += WindowSingles.WINDOWS) {
      int at = Math.min(p, count - WindowSingles.WINDOWS);
      WindowSingles.block(this, first + at, cAt + at * cRow, v);
    }
  }

  private void block8x2(int row, int to, int vector) {
    float[] left = a;
    float[] right = b;
    int length = run;
    int from = bAt + vector * bVector;
    int start = initAt + vector * L;
    int x0 = aAt + windows[row];
    int x1 = aAt + windows[row + 1];
    int x2 = aAt + windows[row + 2];
    int x3 = aAt + windows[row + 3];
    int x4 = aAt + windows[row + 4];
    int x5 = aAt + windows[row + 5];
    int x6 = aAt + windows[row + 6];
    int x7 = aAt + windows[row + 7];
    FloatVector c00 = FloatVector.fromArray(SPECIES, init, start);
    FloatVector c01 = FloatVector.fromArray(SPECIES, init, start + L);
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
    for (int base : runs) {
      int next = from + bVector;
      for (int k = 0; k < length; k++) {
        FloatVector b0 = FloatVector.fromArray(SPECIES, right, from + k * L);
        FloatVector b1 = FloatVector.fromArray(SPECIES, right, next + k * L);
        FloatVector a0 = FloatVector.broadcast(SPECIES, left[x0 + base + k]);
        c00 = a0.fma(b0, c00);
        c01 = a0.fma(b1, c01);
        FloatVector a1 = FloatVector.broadcast(SPECIES, left[x1 + base + k]);
        c10 = a1.fma(b0, c10);
        c11 = a1.fma(b1, c11);
        FloatVector a2 = FloatVector.broadcast(SPECIES, left[x2 + base + k]);
        c20 = a2.fma(b0, c20);
        c21 = a2.fma(b1, c21);
        FloatVector a3 = FloatVector.broadcast(SPECIES, left[x3 + base + k]);
        c30 = a3.fma(b0, c30);
        c31 = a3.fma(b1, c31);
        FloatVector a4 = FloatVector.broadcast(SPECIES, left[x4 + base + k]);
        c40 = a4.fma(b0, c40);
        c41 = a4.fma(b1, c41);
        FloatVector a5 = FloatVector.broadcast(SPECIES, left[x5 + base + k]);
        c50 = a5.fma(b0, c50);
        c51 = a5.fma(b1, c51);
        FloatVector a6 = FloatVector.broadcast(SPECIES, left[x6 + base + k]);
        c60 = a6.fma(b0, c60);
        c61 = a6.fma(b1, c61);
        FloatVector a7 = FloatVector.broadcast(SPECIES, left[x7 + base + k]);
        c70 = a7.fma(b0, c70);
        c71 = a7.fma(b1, c71);
      }
      from += length * L;
    }
    int end = to + vector * L;
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

  private void block6x2(int row, int to, int vector) {
    float[] left = a;
    float[] right = b;
    int length = run;
    int from = bAt + vector * bVector;
    int start = initAt + vector * L;
    int x0 = aAt + windows[row];
    int x1 = aAt + windows[row + 1];
    int x2 = aAt + windows[row + 2];
    int x3 = aAt + windows[row + 3];
    int x4 = aAt + windows[row + 4];
    int x5 = aAt + windows[row + 5];
    FloatVector c00 = FloatVector.fromArray(SPECIES, init, start);
    FloatVector c01 = FloatVector.fromArray(SPECIES, init, start + L);
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
    for (int base : runs) {
      int next = from + bVector;
      for (int k = 0; k < length; k++) {
        FloatVector b0 = FloatVector.fromArray(SPECIES, right, from + k * L);
        FloatVector b1 = FloatVector.fromArray(SPECIES, right, next + k * L);
        FloatVector a0 = FloatVector.broadcast(SPECIES, left[x0 + base + k]);
        c00 = a0.fma(b0, c00);
        c01 = a0.fma(b1, c01);
        FloatVector a1 = FloatVector.broadcast(SPECIES, left[x1 + base + k]);
        c10 = a1.fma(b0, c10);
        c11 = a1.fma(b1, c11);
        FloatVector a2 = FloatVector.broadcast(SPECIES, left[x2 + base + k]);
        c20 = a2.fma(b0, c20);
        c21 = a2.fma(b1, c21);
        FloatVector a3 = FloatVector.broadcast(SPECIES, left[x3 + base + k]);
        c30 = a3.fma(b0, c30);
        c31 = a3.fma(b1, c31);
        FloatVector a4 = FloatVector.broadcast(SPECIES, left[x4 + base + k]);
        c40 = a4.fma(b0, c40);
        c41 = a4.fma(b1, c41);
        FloatVector a5 = FloatVector.broadcast(SPECIES, left[x5 + base + k]);
        c50 = a5.fma(b0, c50);
        c51 = a5.fma(b1, c51);
      }
      from += length * L;
    }
    int end = to + vector * L;
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

  private void block1x2(int row, int to, int vector) {
    float[] left = a;
    float[] right = b;
    int length = run;
    int from = bAt + vector * bVector;
    int start = initAt + vector * L;
    int x0 = aAt + windows[row];
    FloatVector c00 = FloatVector.fromArray(SPECIES, init, start);
    FloatVector c01 = FloatVector.fromArray(SPECIES, init, start + L);
    for (int base : runs) {
      int next = from + bVector;
      for (int k = 0; k < length; k++) {
        FloatVector b0 = FloatVector.fromArray(SPECIES, right, from + k * L);
        FloatVector b1 = FloatVector.fromArray(SPECIES, right, next + k * L);
        FloatVector a0 = FloatVector.broadcast(SPECIES, left[x0 + base + k]);
        c00 = a0.fma(b0, c00);
        c01 = a0.fma(b1, c01);
      }
      from += length * L;
    }
    int end = to + vector * L;
    c00.intoArray(c, end);
    c01.intoArray(c, end + L);
  }

  private void block1x1(int row, int to, int vector) {
    float[] left = a;
    float[] right = b;
    int length = run;
    int from = bAt + vector * bVector;
    int start = initAt + vector * L;
    int x0 = aAt + windows[row];
    FloatVector c00 = FloatVector.fromArray(SPECIES, init, start);
    for (int base : runs) {
      for (int k = 0; k < length; k++) {
        FloatVector b0 = FloatVector.fromArray(SPECIES, right, from + k * L);
        FloatVector a0 = FloatVector.broadcast(SPECIES, left[x0 + base + k]);
        c00 = a0.fma(b0, c00);
      }
      from += length * L;
    }
    int end = to + vector * L;
    c00.intoArray(c, end);
  }
}
