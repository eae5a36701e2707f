package io.fovea.kernel.vector;

import static io.fovea.kernel.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * Two panels of {@link RowMajorProduct} at once: 5 rows by 4 vectors, 20 sums in 32 registers. A
 * multiply-add has 0.45 loads so, where a block of 8 rows by 2 vectors has 0.63 and, with the
 * addresses that do not fit into registers, 0.8. A core that computes 512 bits at once is bound by
 * those; one that computes them in halves has time for either (docs/decisions/0003). Six rows are
 * no faster, and compiling them takes more memory than anything else of ours.
 *
 * <p>The same bits as the panels one by one: an element is one chain over k.
 */
final class RowMajorQuads {
  /** Whether there are registers enough. */
  static final boolean ARE_THERE = BlockProduct.WIDE;

  private static final int L = Lanes.COUNT;

  private RowMajorQuads() {}

  /**
   * Computes so many rows by two panels of two vectors, the first at p.bAt, the other at {@code
   * second}: in blocks of 5 and 4 rows, which any number from 12 on is a sum of; of fewer, what
   * fills no block comes row by row.
   */
  static void run(RowMajorProduct p, int rows, int second) {
    int fours = (5 - rows % 5) % 5;
    int fives = 4 * fours <= rows ? (rows - 4 * fours) / 5 : rows / 5;
    int row = 0;
    for (; row < 5 * fives; row += 5) {
      block5x4(p, row, second);
    }
    for (; row + 4 <= rows; row += 4) {
      block4x4(p, row, second);
    }
    for (; row < rows; row++) {
      row1x4(p, row, second);
    }
  }

  private static void block5x4(RowMajorProduct p, int row, int second) {
    float[] left = p.a;
    float[] right = p.b;
    int at = p.bAt;
    int x0 = p.aAt + row * p.aStep;
    int x1 = x0 + p.aStep;
    int x2 = x1 + p.aStep;
    int x3 = x2 + p.aStep;
    int x4 = x3 + p.aStep;
    float[] init = p.init;
    int start = p.initAt + row * p.initRow;
    FloatVector c00 = FloatVector.fromArray(SPECIES, init, start);
    FloatVector c01 = FloatVector.fromArray(SPECIES, init, start + L);
    FloatVector c02 = FloatVector.fromArray(SPECIES, init, start + 2 * L);
    FloatVector c03 = FloatVector.fromArray(SPECIES, init, start + 3 * L);
    start += p.initRow;
    FloatVector c10 = FloatVector.fromArray(SPECIES, init, start);
    FloatVector c11 = FloatVector.fromArray(SPECIES, init, start + L);
    FloatVector c12 = FloatVector.fromArray(SPECIES, init, start + 2 * L);
    FloatVector c13 = FloatVector.fromArray(SPECIES, init, start + 3 * L);
    start += p.initRow;
    FloatVector c20 = FloatVector.fromArray(SPECIES, init, start);
    FloatVector c21 = FloatVector.fromArray(SPECIES, init, start + L);
    FloatVector c22 = FloatVector.fromArray(SPECIES, init, start + 2 * L);
    FloatVector c23 = FloatVector.fromArray(SPECIES, init, start + 3 * L);
    start += p.initRow;
    FloatVector c30 = FloatVector.fromArray(SPECIES, init, start);
    FloatVector c31 = FloatVector.fromArray(SPECIES, init, start + L);
    FloatVector c32 = FloatVector.fromArray(SPECIES, init, start + 2 * L);
    FloatVector c33 = FloatVector.fromArray(SPECIES, init, start + 3 * L);
    start += p.initRow;
    FloatVector c40 = FloatVector.fromArray(SPECIES, init, start);
    FloatVector c41 = FloatVector.fromArray(SPECIES, init, start + L);
    FloatVector c42 = FloatVector.fromArray(SPECIES, init, start + 2 * L);
    FloatVector c43 = FloatVector.fromArray(SPECIES, init, start + 3 * L);
    for (int k = 0; k < p.terms; k++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, right, at + k * 2 * L);
      FloatVector b1 = FloatVector.fromArray(SPECIES, right, at + k * 2 * L + L);
      FloatVector b2 = FloatVector.fromArray(SPECIES, right, second + k * 2 * L);
      FloatVector b3 = FloatVector.fromArray(SPECIES, right, second + k * 2 * L + L);
      FloatVector a0 = FloatVector.broadcast(SPECIES, left[x0 + k]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      c02 = a0.fma(b2, c02);
      c03 = a0.fma(b3, c03);
      FloatVector a1 = FloatVector.broadcast(SPECIES, left[x1 + k]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      c12 = a1.fma(b2, c12);
      c13 = a1.fma(b3, c13);
      FloatVector a2 = FloatVector.broadcast(SPECIES, left[x2 + k]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      c22 = a2.fma(b2, c22);
      c23 = a2.fma(b3, c23);
      FloatVector a3 = FloatVector.broadcast(SPECIES, left[x3 + k]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      c32 = a3.fma(b2, c32);
      c33 = a3.fma(b3, c33);
      FloatVector a4 = FloatVector.broadcast(SPECIES, left[x4 + k]);
      c40 = a4.fma(b0, c40);
      c41 = a4.fma(b1, c41);
      c42 = a4.fma(b2, c42);
      c43 = a4.fma(b3, c43);
    }
    float[] c = p.c;
    int end = p.cAt + row * p.cRow;
    c00.intoArray(c, end);
    c01.intoArray(c, end + L);
    c02.intoArray(c, end + 2 * L);
    c03.intoArray(c, end + 3 * L);
    end += p.cRow;
    c10.intoArray(c, end);
    c11.intoArray(c, end + L);
    c12.intoArray(c, end + 2 * L);
    c13.intoArray(c, end + 3 * L);
    end += p.cRow;
    c20.intoArray(c, end);
    c21.intoArray(c, end + L);
    c22.intoArray(c, end + 2 * L);
    c23.intoArray(c, end + 3 * L);
    end += p.cRow;
    c30.intoArray(c, end);
    c31.intoArray(c, end + L);
    c32.intoArray(c, end + 2 * L);
    c33.intoArray(c, end + 3 * L);
    end += p.cRow;
    c40.intoArray(c, end);
    c41.intoArray(c, end + L);
    c42.intoArray(c, end + 2 * L);
    c43.intoArray(c, end + 3 * L);
  }

  private static void block4x4(RowMajorProduct p, int row, int second) {
    float[] left = p.a;
    float[] right = p.b;
    int at = p.bAt;
    int x0 = p.aAt + row * p.aStep;
    int x1 = x0 + p.aStep;
    int x2 = x1 + p.aStep;
    int x3 = x2 + p.aStep;
    float[] init = p.init;
    int start = p.initAt + row * p.initRow;
    FloatVector c00 = FloatVector.fromArray(SPECIES, init, start);
    FloatVector c01 = FloatVector.fromArray(SPECIES, init, start + L);
    FloatVector c02 = FloatVector.fromArray(SPECIES, init, start + 2 * L);
    FloatVector c03 = FloatVector.fromArray(SPECIES, init, start + 3 * L);
    start += p.initRow;
    FloatVector c10 = FloatVector.fromArray(SPECIES, init, start);
    FloatVector c11 = FloatVector.fromArray(SPECIES, init, start + L);
    FloatVector c12 = FloatVector.fromArray(SPECIES, init, start + 2 * L);
    FloatVector c13 = FloatVector.fromArray(SPECIES, init, start + 3 * L);
    start += p.initRow;
    FloatVector c20 = FloatVector.fromArray(SPECIES, init, start);
    FloatVector c21 = FloatVector.fromArray(SPECIES, init, start + L);
    FloatVector c22 = FloatVector.fromArray(SPECIES, init, start + 2 * L);
    FloatVector c23 = FloatVector.fromArray(SPECIES, init, start + 3 * L);
    start += p.initRow;
    FloatVector c30 = FloatVector.fromArray(SPECIES, init, start);
    FloatVector c31 = FloatVector.fromArray(SPECIES, init, start + L);
    FloatVector c32 = FloatVector.fromArray(SPECIES, init, start + 2 * L);
    FloatVector c33 = FloatVector.fromArray(SPECIES, init, start + 3 * L);
    for (int k = 0; k < p.terms; k++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, right, at + k * 2 * L);
      FloatVector b1 = FloatVector.fromArray(SPECIES, right, at + k * 2 * L + L);
      FloatVector b2 = FloatVector.fromArray(SPECIES, right, second + k * 2 * L);
      FloatVector b3 = FloatVector.fromArray(SPECIES, right, second + k * 2 * L + L);
      FloatVector a0 = FloatVector.broadcast(SPECIES, left[x0 + k]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      c02 = a0.fma(b2, c02);
      c03 = a0.fma(b3, c03);
      FloatVector a1 = FloatVector.broadcast(SPECIES, left[x1 + k]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      c12 = a1.fma(b2, c12);
      c13 = a1.fma(b3, c13);
      FloatVector a2 = FloatVector.broadcast(SPECIES, left[x2 + k]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      c22 = a2.fma(b2, c22);
      c23 = a2.fma(b3, c23);
      FloatVector a3 = FloatVector.broadcast(SPECIES, left[x3 + k]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      c32 = a3.fma(b2, c32);
      c33 = a3.fma(b3, c33);
    }
    float[] c = p.c;
    int end = p.cAt + row * p.cRow;
    c00.intoArray(c, end);
    c01.intoArray(c, end + L);
    c02.intoArray(c, end + 2 * L);
    c03.intoArray(c, end + 3 * L);
    end += p.cRow;
    c10.intoArray(c, end);
    c11.intoArray(c, end + L);
    c12.intoArray(c, end + 2 * L);
    c13.intoArray(c, end + 3 * L);
    end += p.cRow;
    c20.intoArray(c, end);
    c21.intoArray(c, end + L);
    c22.intoArray(c, end + 2 * L);
    c23.intoArray(c, end + 3 * L);
    end += p.cRow;
    c30.intoArray(c, end);
    c31.intoArray(c, end + L);
    c32.intoArray(c, end + 2 * L);
    c33.intoArray(c, end + 3 * L);
  }

  private static void row1x4(RowMajorProduct p, int row, int second) {
    float[] left = p.a;
    float[] right = p.b;
    int at = p.bAt;
    int x0 = p.aAt + row * p.aStep;
    float[] init = p.init;
    int start = p.initAt + row * p.initRow;
    FloatVector c00 = FloatVector.fromArray(SPECIES, init, start);
    FloatVector c01 = FloatVector.fromArray(SPECIES, init, start + L);
    FloatVector c02 = FloatVector.fromArray(SPECIES, init, start + 2 * L);
    FloatVector c03 = FloatVector.fromArray(SPECIES, init, start + 3 * L);
    for (int k = 0; k < p.terms; k++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, right, at + k * 2 * L);
      FloatVector b1 = FloatVector.fromArray(SPECIES, right, at + k * 2 * L + L);
      FloatVector b2 = FloatVector.fromArray(SPECIES, right, second + k * 2 * L);
      FloatVector b3 = FloatVector.fromArray(SPECIES, right, second + k * 2 * L + L);
      FloatVector a0 = FloatVector.broadcast(SPECIES, left[x0 + k]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      c02 = a0.fma(b2, c02);
      c03 = a0.fma(b3, c03);
    }
    float[] c = p.c;
    int end = p.cAt + row * p.cRow;
    c00.intoArray(c, end);
    c01.intoArray(c, end + L);
    c02.intoArray(c, end + 2 * L);
    c03.intoArray(c, end + 3 * L);
  }
}
