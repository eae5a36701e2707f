package io.fovea.kernel.vector;

import static io.fovea.kernel.vector.Lanes.HALF;
import static io.fovea.kernel.vector.Lanes.SPECIES;
import static io.fovea.kernel.vector.Lanes.UPPER_HALF;
import static io.fovea.kernel.vector.Lanes.UPWARD;
import static jdk.incubator.vector.VectorOperators.FMA;

import jdk.incubator.vector.FloatVector;

/**
 * {@link TileRowProducts} whose terms are two panels, 2 L of them, and whose result is one vector
 * wide: loops of constant length, see {@link OnePanelProducts}. 7 x 32 by 32 x 16 reach 71 % of the
 * peak on Zen 4, 64 % without them, and in halves ({@link Lanes#SPLIT}) 89 %; a loop over the two
 * panels would leave 78 % of that. Blocks of 8 rows stay whole: in halves they made pooled 2 %
 * faster in some processes and 6 to 8 % slower in others. Whole blocks of 14 rows take 8 % less
 * time than those of 7 on a core that is bound by loads.
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
      for (; !splits && row + 14 <= rows; row += 14) {
        block14x1(row, v);
      }
      for (; row < rows; row += 7) {
        if (splits) {
          halves7x1(row, v);
        } else {
          block7x1(row, v);
        }
      }
    }
    for (; row < rows; row += 8) {
      block8x1(row, v);
    }
  }

  private void block14x1(int row, int vector) {
    float[] left = a;
    float[] right = b;
    float[] sums = c;
    for (int p = 0; p < points; p++) {
      int to = cAt + p * cPoint + vector * cPanel + row * L;
      FloatVector c0 = FloatVector.zero(SPECIES);
      FloatVector c1 = FloatVector.zero(SPECIES);
      FloatVector c2 = FloatVector.zero(SPECIES);
      FloatVector c3 = FloatVector.zero(SPECIES);
      FloatVector c4 = FloatVector.zero(SPECIES);
      FloatVector c5 = FloatVector.zero(SPECIES);
      FloatVector c6 = FloatVector.zero(SPECIES);
      FloatVector c7 = FloatVector.zero(SPECIES);
      FloatVector c8 = FloatVector.zero(SPECIES);
      FloatVector c9 = FloatVector.zero(SPECIES);
      FloatVector c10 = FloatVector.zero(SPECIES);
      FloatVector c11 = FloatVector.zero(SPECIES);
      FloatVector c12 = FloatVector.zero(SPECIES);
      FloatVector c13 = FloatVector.zero(SPECIES);
      int x = aAt + p * aPoint + row * L;
      int from = bAt + p * bPoint + vector * bPanel;
      for (int k = 0; k < L; k++) {
        FloatVector b0 = FloatVector.fromArray(SPECIES, right, from + k * L);
        FloatVector a0 = FloatVector.broadcast(SPECIES, left[x + k]);
        c0 = a0.fma(b0, c0);
        FloatVector a1 = FloatVector.broadcast(SPECIES, left[x + L + k]);
        c1 = a1.fma(b0, c1);
        FloatVector a2 = FloatVector.broadcast(SPECIES, left[x + 2 * L + k]);
        c2 = a2.fma(b0, c2);
        FloatVector a3 = FloatVector.broadcast(SPECIES, left[x + 3 * L + k]);
        c3 = a3.fma(b0, c3);
        FloatVector a4 = FloatVector.broadcast(SPECIES, left[x + 4 * L + k]);
        c4 = a4.fma(b0, c4);
        FloatVector a5 = FloatVector.broadcast(SPECIES, left[x + 5 * L + k]);
        c5 = a5.fma(b0, c5);
        FloatVector a6 = FloatVector.broadcast(SPECIES, left[x + 6 * L + k]);
        c6 = a6.fma(b0, c6);
        FloatVector a7 = FloatVector.broadcast(SPECIES, left[x + 7 * L + k]);
        c7 = a7.fma(b0, c7);
        FloatVector a8 = FloatVector.broadcast(SPECIES, left[x + 8 * L + k]);
        c8 = a8.fma(b0, c8);
        FloatVector a9 = FloatVector.broadcast(SPECIES, left[x + 9 * L + k]);
        c9 = a9.fma(b0, c9);
        FloatVector a10 = FloatVector.broadcast(SPECIES, left[x + 10 * L + k]);
        c10 = a10.fma(b0, c10);
        FloatVector a11 = FloatVector.broadcast(SPECIES, left[x + 11 * L + k]);
        c11 = a11.fma(b0, c11);
        FloatVector a12 = FloatVector.broadcast(SPECIES, left[x + 12 * L + k]);
        c12 = a12.fma(b0, c12);
        FloatVector a13 = FloatVector.broadcast(SPECIES, left[x + 13 * L + k]);
        c13 = a13.fma(b0, c13);
      }
      int y = x + aPanel;
      int then = from + L * L;
      for (int k = 0; k < L; k++) {
        FloatVector b0 = FloatVector.fromArray(SPECIES, right, then + k * L);
        FloatVector a0 = FloatVector.broadcast(SPECIES, left[y + k]);
        c0 = a0.fma(b0, c0);
        FloatVector a1 = FloatVector.broadcast(SPECIES, left[y + L + k]);
        c1 = a1.fma(b0, c1);
        FloatVector a2 = FloatVector.broadcast(SPECIES, left[y + 2 * L + k]);
        c2 = a2.fma(b0, c2);
        FloatVector a3 = FloatVector.broadcast(SPECIES, left[y + 3 * L + k]);
        c3 = a3.fma(b0, c3);
        FloatVector a4 = FloatVector.broadcast(SPECIES, left[y + 4 * L + k]);
        c4 = a4.fma(b0, c4);
        FloatVector a5 = FloatVector.broadcast(SPECIES, left[y + 5 * L + k]);
        c5 = a5.fma(b0, c5);
        FloatVector a6 = FloatVector.broadcast(SPECIES, left[y + 6 * L + k]);
        c6 = a6.fma(b0, c6);
        FloatVector a7 = FloatVector.broadcast(SPECIES, left[y + 7 * L + k]);
        c7 = a7.fma(b0, c7);
        FloatVector a8 = FloatVector.broadcast(SPECIES, left[y + 8 * L + k]);
        c8 = a8.fma(b0, c8);
        FloatVector a9 = FloatVector.broadcast(SPECIES, left[y + 9 * L + k]);
        c9 = a9.fma(b0, c9);
        FloatVector a10 = FloatVector.broadcast(SPECIES, left[y + 10 * L + k]);
        c10 = a10.fma(b0, c10);
        FloatVector a11 = FloatVector.broadcast(SPECIES, left[y + 11 * L + k]);
        c11 = a11.fma(b0, c11);
        FloatVector a12 = FloatVector.broadcast(SPECIES, left[y + 12 * L + k]);
        c12 = a12.fma(b0, c12);
        FloatVector a13 = FloatVector.broadcast(SPECIES, left[y + 13 * L + k]);
        c13 = a13.fma(b0, c13);
      }
      c0.intoArray(sums, to);
      c1.intoArray(sums, to + L);
      c2.intoArray(sums, to + 2 * L);
      c3.intoArray(sums, to + 3 * L);
      c4.intoArray(sums, to + 4 * L);
      c5.intoArray(sums, to + 5 * L);
      c6.intoArray(sums, to + 6 * L);
      c7.intoArray(sums, to + 7 * L);
      c8.intoArray(sums, to + 8 * L);
      c9.intoArray(sums, to + 9 * L);
      c10.intoArray(sums, to + 10 * L);
      c11.intoArray(sums, to + 11 * L);
      c12.intoArray(sums, to + 12 * L);
      c13.intoArray(sums, to + 13 * L);
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

  private void halves7x1(int row, int vector) {
    float[] left = a;
    float[] right = b;
    float[] sums = c;
    for (int p = 0; p < points; p++) {
      int to = cAt + p * cPoint + vector * cPanel + row * L;
      FloatVector c00 = FloatVector.zero(HALF);
      FloatVector c01 = FloatVector.zero(HALF);
      FloatVector c10 = FloatVector.zero(HALF);
      FloatVector c11 = FloatVector.zero(HALF);
      FloatVector c20 = FloatVector.zero(HALF);
      FloatVector c21 = FloatVector.zero(HALF);
      FloatVector c30 = FloatVector.zero(HALF);
      FloatVector c31 = FloatVector.zero(HALF);
      FloatVector c40 = FloatVector.zero(HALF);
      FloatVector c41 = FloatVector.zero(HALF);
      FloatVector c50 = FloatVector.zero(HALF);
      FloatVector c51 = FloatVector.zero(HALF);
      FloatVector c60 = FloatVector.zero(HALF);
      FloatVector c61 = FloatVector.zero(HALF);
      int x = aAt + p * aPoint + row * L;
      int from = bAt + p * bPoint + vector * bPanel;
      for (int k = 0; k < L; k++) {
        FloatVector b0 = FloatVector.fromArray(HALF, right, from + k * L);
        FloatVector b1 = FloatVector.fromArray(HALF, right, from + k * L + H);
        FloatVector a0 = FloatVector.broadcast(HALF, left[x + k]);
        c00 = a0.lanewise(FMA, b0, c00);
        c01 = a0.lanewise(FMA, b1, c01);
        FloatVector a1 = FloatVector.broadcast(HALF, left[x + L + k]);
        c10 = a1.lanewise(FMA, b0, c10);
        c11 = a1.lanewise(FMA, b1, c11);
        FloatVector a2 = FloatVector.broadcast(HALF, left[x + 2 * L + k]);
        c20 = a2.lanewise(FMA, b0, c20);
        c21 = a2.lanewise(FMA, b1, c21);
        FloatVector a3 = FloatVector.broadcast(HALF, left[x + 3 * L + k]);
        c30 = a3.lanewise(FMA, b0, c30);
        c31 = a3.lanewise(FMA, b1, c31);
        FloatVector a4 = FloatVector.broadcast(HALF, left[x + 4 * L + k]);
        c40 = a4.lanewise(FMA, b0, c40);
        c41 = a4.lanewise(FMA, b1, c41);
        FloatVector a5 = FloatVector.broadcast(HALF, left[x + 5 * L + k]);
        c50 = a5.lanewise(FMA, b0, c50);
        c51 = a5.lanewise(FMA, b1, c51);
        FloatVector a6 = FloatVector.broadcast(HALF, left[x + 6 * L + k]);
        c60 = a6.lanewise(FMA, b0, c60);
        c61 = a6.lanewise(FMA, b1, c61);
      }
      int y = x + aPanel;
      int then = from + L * L;
      for (int k = 0; k < L; k++) {
        FloatVector b0 = FloatVector.fromArray(HALF, right, then + k * L);
        FloatVector b1 = FloatVector.fromArray(HALF, right, then + k * L + H);
        FloatVector a0 = FloatVector.broadcast(HALF, left[y + k]);
        c00 = a0.lanewise(FMA, b0, c00);
        c01 = a0.lanewise(FMA, b1, c01);
        FloatVector a1 = FloatVector.broadcast(HALF, left[y + L + k]);
        c10 = a1.lanewise(FMA, b0, c10);
        c11 = a1.lanewise(FMA, b1, c11);
        FloatVector a2 = FloatVector.broadcast(HALF, left[y + 2 * L + k]);
        c20 = a2.lanewise(FMA, b0, c20);
        c21 = a2.lanewise(FMA, b1, c21);
        FloatVector a3 = FloatVector.broadcast(HALF, left[y + 3 * L + k]);
        c30 = a3.lanewise(FMA, b0, c30);
        c31 = a3.lanewise(FMA, b1, c31);
        FloatVector a4 = FloatVector.broadcast(HALF, left[y + 4 * L + k]);
        c40 = a4.lanewise(FMA, b0, c40);
        c41 = a4.lanewise(FMA, b1, c41);
        FloatVector a5 = FloatVector.broadcast(HALF, left[y + 5 * L + k]);
        c50 = a5.lanewise(FMA, b0, c50);
        c51 = a5.lanewise(FMA, b1, c51);
        FloatVector a6 = FloatVector.broadcast(HALF, left[y + 6 * L + k]);
        c60 = a6.lanewise(FMA, b0, c60);
        c61 = a6.lanewise(FMA, b1, c61);
      }
      ((FloatVector) c00.reinterpretShape(SPECIES, 0))
          .blend(c01.reinterpretShape(SPECIES, 0).rearrange(UPWARD), UPPER_HALF)
          .intoArray(sums, to);
      ((FloatVector) c10.reinterpretShape(SPECIES, 0))
          .blend(c11.reinterpretShape(SPECIES, 0).rearrange(UPWARD), UPPER_HALF)
          .intoArray(sums, to + L);
      ((FloatVector) c20.reinterpretShape(SPECIES, 0))
          .blend(c21.reinterpretShape(SPECIES, 0).rearrange(UPWARD), UPPER_HALF)
          .intoArray(sums, to + 2 * L);
      ((FloatVector) c30.reinterpretShape(SPECIES, 0))
          .blend(c31.reinterpretShape(SPECIES, 0).rearrange(UPWARD), UPPER_HALF)
          .intoArray(sums, to + 3 * L);
      ((FloatVector) c40.reinterpretShape(SPECIES, 0))
          .blend(c41.reinterpretShape(SPECIES, 0).rearrange(UPWARD), UPPER_HALF)
          .intoArray(sums, to + 4 * L);
      ((FloatVector) c50.reinterpretShape(SPECIES, 0))
          .blend(c51.reinterpretShape(SPECIES, 0).rearrange(UPWARD), UPPER_HALF)
          .intoArray(sums, to + 5 * L);
      ((FloatVector) c60.reinterpretShape(SPECIES, 0))
          .blend(c61.reinterpretShape(SPECIES, 0).rearrange(UPWARD), UPPER_HALF)
          .intoArray(sums, to + 6 * L);
    }
  }
}
