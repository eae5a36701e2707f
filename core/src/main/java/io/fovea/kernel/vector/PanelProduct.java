package io.fovea.kernel.vector;

import static io.fovea.kernel.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * {@link BlockProduct} with a in panels of R rows, as {@link Panels} packs them: a[r][k] = a[aAt +
 * k*R + r].
 *
 * <p>The index of a is k times a constant and something that stays, so C2 takes its bounds checks
 * out of the loop. They are what tables and variable steps cost: on a core that computes addresses
 * where it multiplies (Intel), blocks of 8 x 2 reach 120 of 190 GFLOP/s with a table, 134 with a
 * variable step and 178 so; where it does not (Zen 4), there is little between them.
 *
 * <p>Where vectors are wide a block may have three: 24 sums for 11 loads instead of 16 for 10. The
 * gradients of the dense layer take 2.35 and 2.49 ms so instead of 2.72 and 2.87 (Intel), and 3 to
 * 5 % less time on Zen 4. Matrix products are 5 to 8 % faster so, on Zen 4 3 %.
 */
final class PanelProduct extends BlockProduct {
  /** The most vectors of a block: three where there are 32 registers, 24 of them for sums. */
  static final int MOST_VECTORS = WIDE ? 3 : 2;

  @Override
  void block(int vectors, int from, int start, int end) {
    if (vectors == 3) {
      block8x3(from, start, end);
    } else {
      super.block(vectors, from, start, end);
    }
  }

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

  private void block8x3(int from, int start, int end) {
    float[] left = a;
    float[] right = b;
    int at = bAt;
    int next = bStep;
    FloatVector c00 = FloatVector.fromArray(SPECIES, init, start);
    FloatVector c01 = FloatVector.fromArray(SPECIES, init, start + L);
    FloatVector c02 = FloatVector.fromArray(SPECIES, init, start + 2 * L);
    FloatVector c10 = FloatVector.fromArray(SPECIES, init, start + initRow);
    FloatVector c11 = FloatVector.fromArray(SPECIES, init, start + initRow + L);
    FloatVector c12 = FloatVector.fromArray(SPECIES, init, start + initRow + 2 * L);
    FloatVector c20 = FloatVector.fromArray(SPECIES, init, start + 2 * initRow);
    FloatVector c21 = FloatVector.fromArray(SPECIES, init, start + 2 * initRow + L);
    FloatVector c22 = FloatVector.fromArray(SPECIES, init, start + 2 * initRow + 2 * L);
    FloatVector c30 = FloatVector.fromArray(SPECIES, init, start + 3 * initRow);
    FloatVector c31 = FloatVector.fromArray(SPECIES, init, start + 3 * initRow + L);
    FloatVector c32 = FloatVector.fromArray(SPECIES, init, start + 3 * initRow + 2 * L);
    FloatVector c40 = FloatVector.fromArray(SPECIES, init, start + 4 * initRow);
    FloatVector c41 = FloatVector.fromArray(SPECIES, init, start + 4 * initRow + L);
    FloatVector c42 = FloatVector.fromArray(SPECIES, init, start + 4 * initRow + 2 * L);
    FloatVector c50 = FloatVector.fromArray(SPECIES, init, start + 5 * initRow);
    FloatVector c51 = FloatVector.fromArray(SPECIES, init, start + 5 * initRow + L);
    FloatVector c52 = FloatVector.fromArray(SPECIES, init, start + 5 * initRow + 2 * L);
    FloatVector c60 = FloatVector.fromArray(SPECIES, init, start + 6 * initRow);
    FloatVector c61 = FloatVector.fromArray(SPECIES, init, start + 6 * initRow + L);
    FloatVector c62 = FloatVector.fromArray(SPECIES, init, start + 6 * initRow + 2 * L);
    FloatVector c70 = FloatVector.fromArray(SPECIES, init, start + 7 * initRow);
    FloatVector c71 = FloatVector.fromArray(SPECIES, init, start + 7 * initRow + L);
    FloatVector c72 = FloatVector.fromArray(SPECIES, init, start + 7 * initRow + 2 * L);
    for (int k = 0; k < terms; k++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, right, at + k * next);
      FloatVector b1 = FloatVector.fromArray(SPECIES, right, at + k * next + L);
      FloatVector b2 = FloatVector.fromArray(SPECIES, right, at + k * next + 2 * L);
      FloatVector a0 = FloatVector.broadcast(SPECIES, left[from + k * 8]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      c02 = a0.fma(b2, c02);
      FloatVector a1 = FloatVector.broadcast(SPECIES, left[from + k * 8 + 1]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      c12 = a1.fma(b2, c12);
      FloatVector a2 = FloatVector.broadcast(SPECIES, left[from + k * 8 + 2]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      c22 = a2.fma(b2, c22);
      FloatVector a3 = FloatVector.broadcast(SPECIES, left[from + k * 8 + 3]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      c32 = a3.fma(b2, c32);
      FloatVector a4 = FloatVector.broadcast(SPECIES, left[from + k * 8 + 4]);
      c40 = a4.fma(b0, c40);
      c41 = a4.fma(b1, c41);
      c42 = a4.fma(b2, c42);
      FloatVector a5 = FloatVector.broadcast(SPECIES, left[from + k * 8 + 5]);
      c50 = a5.fma(b0, c50);
      c51 = a5.fma(b1, c51);
      c52 = a5.fma(b2, c52);
      FloatVector a6 = FloatVector.broadcast(SPECIES, left[from + k * 8 + 6]);
      c60 = a6.fma(b0, c60);
      c61 = a6.fma(b1, c61);
      c62 = a6.fma(b2, c62);
      FloatVector a7 = FloatVector.broadcast(SPECIES, left[from + k * 8 + 7]);
      c70 = a7.fma(b0, c70);
      c71 = a7.fma(b1, c71);
      c72 = a7.fma(b2, c72);
    }
    c00.intoArray(c, end);
    c01.intoArray(c, end + L);
    c02.intoArray(c, end + 2 * L);
    c10.intoArray(c, end + cRow);
    c11.intoArray(c, end + cRow + L);
    c12.intoArray(c, end + cRow + 2 * L);
    c20.intoArray(c, end + 2 * cRow);
    c21.intoArray(c, end + 2 * cRow + L);
    c22.intoArray(c, end + 2 * cRow + 2 * L);
    c30.intoArray(c, end + 3 * cRow);
    c31.intoArray(c, end + 3 * cRow + L);
    c32.intoArray(c, end + 3 * cRow + 2 * L);
    c40.intoArray(c, end + 4 * cRow);
    c41.intoArray(c, end + 4 * cRow + L);
    c42.intoArray(c, end + 4 * cRow + 2 * L);
    c50.intoArray(c, end + 5 * cRow);
    c51.intoArray(c, end + 5 * cRow + L);
    c52.intoArray(c, end + 5 * cRow + 2 * L);
    c60.intoArray(c, end + 6 * cRow);
    c61.intoArray(c, end + 6 * cRow + L);
    c62.intoArray(c, end + 6 * cRow + 2 * L);
    c70.intoArray(c, end + 7 * cRow);
    c71.intoArray(c, end + 7 * cRow + L);
    c72.intoArray(c, end + 7 * cRow + 2 * L);
  }

  private void block8x2(int from, int start, int end) {
    float[] left = a;
    float[] right = b;
    int at = bAt;
    int next = bStep;
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
      FloatVector b0 = FloatVector.fromArray(SPECIES, right, at + k * next);
      FloatVector b1 = FloatVector.fromArray(SPECIES, right, at + k * next + L);
      FloatVector a0 = FloatVector.broadcast(SPECIES, left[from + k * 8]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector a1 = FloatVector.broadcast(SPECIES, left[from + k * 8 + 1]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      FloatVector a2 = FloatVector.broadcast(SPECIES, left[from + k * 8 + 2]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      FloatVector a3 = FloatVector.broadcast(SPECIES, left[from + k * 8 + 3]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      FloatVector a4 = FloatVector.broadcast(SPECIES, left[from + k * 8 + 4]);
      c40 = a4.fma(b0, c40);
      c41 = a4.fma(b1, c41);
      FloatVector a5 = FloatVector.broadcast(SPECIES, left[from + k * 8 + 5]);
      c50 = a5.fma(b0, c50);
      c51 = a5.fma(b1, c51);
      FloatVector a6 = FloatVector.broadcast(SPECIES, left[from + k * 8 + 6]);
      c60 = a6.fma(b0, c60);
      c61 = a6.fma(b1, c61);
      FloatVector a7 = FloatVector.broadcast(SPECIES, left[from + k * 8 + 7]);
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

  /** With running sums, for the reason in {@link ColumnMajorProduct}: 72 % of the peak without. */
  private void block6x2(int from, int start, int end) {
    float[] left = a;
    float[] right = b;
    int x = from;
    int count = terms;
    int at = bAt;
    int next = bStep;
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
      x += 6;
      at += next;
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
    int at = bAt;
    int next = bStep;
    FloatVector c00 = FloatVector.fromArray(SPECIES, init, start);
    FloatVector c10 = FloatVector.fromArray(SPECIES, init, start + initRow);
    FloatVector c20 = FloatVector.fromArray(SPECIES, init, start + 2 * initRow);
    FloatVector c30 = FloatVector.fromArray(SPECIES, init, start + 3 * initRow);
    FloatVector c40 = FloatVector.fromArray(SPECIES, init, start + 4 * initRow);
    FloatVector c50 = FloatVector.fromArray(SPECIES, init, start + 5 * initRow);
    FloatVector c60 = FloatVector.fromArray(SPECIES, init, start + 6 * initRow);
    FloatVector c70 = FloatVector.fromArray(SPECIES, init, start + 7 * initRow);
    for (int k = 0; k < terms; k++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, right, at + k * next);
      FloatVector a0 = FloatVector.broadcast(SPECIES, left[from + k * 8]);
      c00 = a0.fma(b0, c00);
      FloatVector a1 = FloatVector.broadcast(SPECIES, left[from + k * 8 + 1]);
      c10 = a1.fma(b0, c10);
      FloatVector a2 = FloatVector.broadcast(SPECIES, left[from + k * 8 + 2]);
      c20 = a2.fma(b0, c20);
      FloatVector a3 = FloatVector.broadcast(SPECIES, left[from + k * 8 + 3]);
      c30 = a3.fma(b0, c30);
      FloatVector a4 = FloatVector.broadcast(SPECIES, left[from + k * 8 + 4]);
      c40 = a4.fma(b0, c40);
      FloatVector a5 = FloatVector.broadcast(SPECIES, left[from + k * 8 + 5]);
      c50 = a5.fma(b0, c50);
      FloatVector a6 = FloatVector.broadcast(SPECIES, left[from + k * 8 + 6]);
      c60 = a6.fma(b0, c60);
      FloatVector a7 = FloatVector.broadcast(SPECIES, left[from + k * 8 + 7]);
      c70 = a7.fma(b0, c70);
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
    int at = bAt;
    int next = bStep;
    FloatVector c00 = FloatVector.fromArray(SPECIES, init, start);
    FloatVector c10 = FloatVector.fromArray(SPECIES, init, start + initRow);
    FloatVector c20 = FloatVector.fromArray(SPECIES, init, start + 2 * initRow);
    FloatVector c30 = FloatVector.fromArray(SPECIES, init, start + 3 * initRow);
    FloatVector c40 = FloatVector.fromArray(SPECIES, init, start + 4 * initRow);
    FloatVector c50 = FloatVector.fromArray(SPECIES, init, start + 5 * initRow);
    for (int k = 0; k < terms; k++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, right, at + k * next);
      FloatVector a0 = FloatVector.broadcast(SPECIES, left[from + k * 6]);
      c00 = a0.fma(b0, c00);
      FloatVector a1 = FloatVector.broadcast(SPECIES, left[from + k * 6 + 1]);
      c10 = a1.fma(b0, c10);
      FloatVector a2 = FloatVector.broadcast(SPECIES, left[from + k * 6 + 2]);
      c20 = a2.fma(b0, c20);
      FloatVector a3 = FloatVector.broadcast(SPECIES, left[from + k * 6 + 3]);
      c30 = a3.fma(b0, c30);
      FloatVector a4 = FloatVector.broadcast(SPECIES, left[from + k * 6 + 4]);
      c40 = a4.fma(b0, c40);
      FloatVector a5 = FloatVector.broadcast(SPECIES, left[from + k * 6 + 5]);
      c50 = a5.fma(b0, c50);
    }
    c00.intoArray(c, end);
    c10.intoArray(c, end + cRow);
    c20.intoArray(c, end + 2 * cRow);
    c30.intoArray(c, end + 3 * cRow);
    c40.intoArray(c, end + 4 * cRow);
    c50.intoArray(c, end + 5 * cRow);
  }
}
