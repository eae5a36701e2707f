package io.fovea.kernel.vector;

import static io.fovea.kernel.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * The inner loop of a direct convolution's weight gradient: a small matrix of vectors, taps by
 * filters, kept in registers while the pixels of the output go by.
 *
 * <pre>
 * sums[t][v] += sum over p of a[taps[t] + pixels[p]] * b[p][v]
 * </pre>
 *
 * a, a padded map, is read one number at a time and broadcast; b, the gradient of the output, and
 * sums are read and written a vector at a time.
 *
 * <p>Each element is one chain of fused multiply-adds over the pixels in order, whatever block it
 * falls into. Blocks are as {@link WindowProduct}'s where their taps are neighbours in a, so that
 * one index and one pair of bounds checks serve them all, else of 4 taps; written out, a pixel an
 * iteration, for the reasons that stand there.
 */
final class TapProduct {
  private static final int L = Lanes.COUNT;

  /** Taps of a block of 2 vectors, where they are neighbours. */
  private static final int PAIRS = BlockProduct.ROWS;

  /** Taps of a block of 1 vector, where they are neighbours. */
  private static final int SINGLES = 8;

  /** Taps of a block where they are not. */
  private static final int FEW = 4;

  // a[aAt + taps[t] + pixels[p]], ascending
  float[] a = {};
  int aAt;
  int[] taps = {};
  int[] pixels = {};

  // b[bAt + p * bStep + v * L ...]
  float[] b = {};
  int bAt;
  int bStep;

  // sums[sumsAt + v * sumsVector + t * L ...]
  float[] sums = {};
  int sumsAt;
  int sumsVector;

  /** Adds all taps' sums, so many vectors of filters each. */
  void run(int vectors) {
    for (int v = 0; v + 2 <= vectors; v += 2) {
      pairs(v);
    }
    if (vectors % 2 == 1) {
      singles(vectors - 1);
    }
  }

  private void pairs(int v) {
    int t = 0;
    while (t < taps.length) {
      if (areNeighbours(t, PAIRS)) {
        if (BlockProduct.WIDE) {
          near8x2(t, v);
        } else {
          near6x2(t, v);
        }
        t += PAIRS;
      } else if (t + FEW <= taps.length) {
        far4x2(t, v);
        t += FEW;
      } else {
        far1x1(t, v);
        far1x1(t, v + 1);
        t++;
      }
    }
  }

  private void singles(int v) {
    int t = 0;
    while (t < taps.length) {
      if (areNeighbours(t, SINGLES)) {
        near8x1(t, v);
        t += SINGLES;
      } else if (t + FEW <= taps.length) {
        far4x1(t, v);
        t += FEW;
      } else {
        far1x1(t, v);
        t++;
      }
    }
  }

  /** Whether so many taps from t on are neighbours. */
  private boolean areNeighbours(int t, int count) {
    return t + count <= taps.length && taps[t + count - 1] - taps[t] == count - 1;
  }

  private void near8x2(int row, int vector) {
    float[] left = a;
    float[] right = b;
    int[] offsets = pixels;
    int step = bStep;
    int from = bAt + vector * L;
    int start = sumsAt + row * L + vector * sumsVector;
    int second = start + sumsVector;
    int x = aAt + taps[row];
    FloatVector s00 = FloatVector.fromArray(SPECIES, sums, start);
    FloatVector s01 = FloatVector.fromArray(SPECIES, sums, second);
    FloatVector s10 = FloatVector.fromArray(SPECIES, sums, start + L);
    FloatVector s11 = FloatVector.fromArray(SPECIES, sums, second + L);
    FloatVector s20 = FloatVector.fromArray(SPECIES, sums, start + 2 * L);
    FloatVector s21 = FloatVector.fromArray(SPECIES, sums, second + 2 * L);
    FloatVector s30 = FloatVector.fromArray(SPECIES, sums, start + 3 * L);
    FloatVector s31 = FloatVector.fromArray(SPECIES, sums, second + 3 * L);
    FloatVector s40 = FloatVector.fromArray(SPECIES, sums, start + 4 * L);
    FloatVector s41 = FloatVector.fromArray(SPECIES, sums, second + 4 * L);
    FloatVector s50 = FloatVector.fromArray(SPECIES, sums, start + 5 * L);
    FloatVector s51 = FloatVector.fromArray(SPECIES, sums, second + 5 * L);
    FloatVector s60 = FloatVector.fromArray(SPECIES, sums, start + 6 * L);
    FloatVector s61 = FloatVector.fromArray(SPECIES, sums, second + 6 * L);
    FloatVector s70 = FloatVector.fromArray(SPECIES, sums, start + 7 * L);
    FloatVector s71 = FloatVector.fromArray(SPECIES, sums, second + 7 * L);
    for (int k = 0; k < offsets.length; k++) {
      int at = x + offsets[k];
      FloatVector b0 = FloatVector.fromArray(SPECIES, right, from);
      FloatVector b1 = FloatVector.fromArray(SPECIES, right, from + L);
      from += step;
      FloatVector a0 = FloatVector.broadcast(SPECIES, left[at]);
      s00 = a0.fma(b0, s00);
      s01 = a0.fma(b1, s01);
      FloatVector a1 = FloatVector.broadcast(SPECIES, left[at + 1]);
      s10 = a1.fma(b0, s10);
      s11 = a1.fma(b1, s11);
      FloatVector a2 = FloatVector.broadcast(SPECIES, left[at + 2]);
      s20 = a2.fma(b0, s20);
      s21 = a2.fma(b1, s21);
      FloatVector a3 = FloatVector.broadcast(SPECIES, left[at + 3]);
      s30 = a3.fma(b0, s30);
      s31 = a3.fma(b1, s31);
      FloatVector a4 = FloatVector.broadcast(SPECIES, left[at + 4]);
      s40 = a4.fma(b0, s40);
      s41 = a4.fma(b1, s41);
      FloatVector a5 = FloatVector.broadcast(SPECIES, left[at + 5]);
      s50 = a5.fma(b0, s50);
      s51 = a5.fma(b1, s51);
      FloatVector a6 = FloatVector.broadcast(SPECIES, left[at + 6]);
      s60 = a6.fma(b0, s60);
      s61 = a6.fma(b1, s61);
      FloatVector a7 = FloatVector.broadcast(SPECIES, left[at + 7]);
      s70 = a7.fma(b0, s70);
      s71 = a7.fma(b1, s71);
    }
    s00.intoArray(sums, start);
    s01.intoArray(sums, second);
    s10.intoArray(sums, start + L);
    s11.intoArray(sums, second + L);
    s20.intoArray(sums, start + 2 * L);
    s21.intoArray(sums, second + 2 * L);
    s30.intoArray(sums, start + 3 * L);
    s31.intoArray(sums, second + 3 * L);
    s40.intoArray(sums, start + 4 * L);
    s41.intoArray(sums, second + 4 * L);
    s50.intoArray(sums, start + 5 * L);
    s51.intoArray(sums, second + 5 * L);
    s60.intoArray(sums, start + 6 * L);
    s61.intoArray(sums, second + 6 * L);
    s70.intoArray(sums, start + 7 * L);
    s71.intoArray(sums, second + 7 * L);
  }

  private void near6x2(int row, int vector) {
    float[] left = a;
    float[] right = b;
    int[] offsets = pixels;
    int step = bStep;
    int from = bAt + vector * L;
    int start = sumsAt + row * L + vector * sumsVector;
    int second = start + sumsVector;
    int x = aAt + taps[row];
    FloatVector s00 = FloatVector.fromArray(SPECIES, sums, start);
    FloatVector s01 = FloatVector.fromArray(SPECIES, sums, second);
    FloatVector s10 = FloatVector.fromArray(SPECIES, sums, start + L);
    FloatVector s11 = FloatVector.fromArray(SPECIES, sums, second + L);
    FloatVector s20 = FloatVector.fromArray(SPECIES, sums, start + 2 * L);
    FloatVector s21 = FloatVector.fromArray(SPECIES, sums, second + 2 * L);
    FloatVector s30 = FloatVector.fromArray(SPECIES, sums, start + 3 * L);
    FloatVector s31 = FloatVector.fromArray(SPECIES, sums, second + 3 * L);
    FloatVector s40 = FloatVector.fromArray(SPECIES, sums, start + 4 * L);
    FloatVector s41 = FloatVector.fromArray(SPECIES, sums, second + 4 * L);
    FloatVector s50 = FloatVector.fromArray(SPECIES, sums, start + 5 * L);
    FloatVector s51 = FloatVector.fromArray(SPECIES, sums, second + 5 * L);
    for (int k = 0; k < offsets.length; k++) {
      int at = x + offsets[k];
      FloatVector b0 = FloatVector.fromArray(SPECIES, right, from);
      FloatVector b1 = FloatVector.fromArray(SPECIES, right, from + L);
      from += step;
      FloatVector a0 = FloatVector.broadcast(SPECIES, left[at]);
      s00 = a0.fma(b0, s00);
      s01 = a0.fma(b1, s01);
      FloatVector a1 = FloatVector.broadcast(SPECIES, left[at + 1]);
      s10 = a1.fma(b0, s10);
      s11 = a1.fma(b1, s11);
      FloatVector a2 = FloatVector.broadcast(SPECIES, left[at + 2]);
      s20 = a2.fma(b0, s20);
      s21 = a2.fma(b1, s21);
      FloatVector a3 = FloatVector.broadcast(SPECIES, left[at + 3]);
      s30 = a3.fma(b0, s30);
      s31 = a3.fma(b1, s31);
      FloatVector a4 = FloatVector.broadcast(SPECIES, left[at + 4]);
      s40 = a4.fma(b0, s40);
      s41 = a4.fma(b1, s41);
      FloatVector a5 = FloatVector.broadcast(SPECIES, left[at + 5]);
      s50 = a5.fma(b0, s50);
      s51 = a5.fma(b1, s51);
    }
    s00.intoArray(sums, start);
    s01.intoArray(sums, second);
    s10.intoArray(sums, start + L);
    s11.intoArray(sums, second + L);
    s20.intoArray(sums, start + 2 * L);
    s21.intoArray(sums, second + 2 * L);
    s30.intoArray(sums, start + 3 * L);
    s31.intoArray(sums, second + 3 * L);
    s40.intoArray(sums, start + 4 * L);
    s41.intoArray(sums, second + 4 * L);
    s50.intoArray(sums, start + 5 * L);
    s51.intoArray(sums, second + 5 * L);
  }

  private void near8x1(int row, int vector) {
    float[] left = a;
    float[] right = b;
    int[] offsets = pixels;
    int step = bStep;
    int from = bAt + vector * L;
    int start = sumsAt + row * L + vector * sumsVector;
    int x = aAt + taps[row];
    FloatVector s00 = FloatVector.fromArray(SPECIES, sums, start);
    FloatVector s10 = FloatVector.fromArray(SPECIES, sums, start + L);
    FloatVector s20 = FloatVector.fromArray(SPECIES, sums, start + 2 * L);
    FloatVector s30 = FloatVector.fromArray(SPECIES, sums, start + 3 * L);
    FloatVector s40 = FloatVector.fromArray(SPECIES, sums, start + 4 * L);
    FloatVector s50 = FloatVector.fromArray(SPECIES, sums, start + 5 * L);
    FloatVector s60 = FloatVector.fromArray(SPECIES, sums, start + 6 * L);
    FloatVector s70 = FloatVector.fromArray(SPECIES, sums, start + 7 * L);
    for (int k = 0; k < offsets.length; k++) {
      int at = x + offsets[k];
      FloatVector b0 = FloatVector.fromArray(SPECIES, right, from);
      from += step;
      FloatVector a0 = FloatVector.broadcast(SPECIES, left[at]);
      s00 = a0.fma(b0, s00);
      FloatVector a1 = FloatVector.broadcast(SPECIES, left[at + 1]);
      s10 = a1.fma(b0, s10);
      FloatVector a2 = FloatVector.broadcast(SPECIES, left[at + 2]);
      s20 = a2.fma(b0, s20);
      FloatVector a3 = FloatVector.broadcast(SPECIES, left[at + 3]);
      s30 = a3.fma(b0, s30);
      FloatVector a4 = FloatVector.broadcast(SPECIES, left[at + 4]);
      s40 = a4.fma(b0, s40);
      FloatVector a5 = FloatVector.broadcast(SPECIES, left[at + 5]);
      s50 = a5.fma(b0, s50);
      FloatVector a6 = FloatVector.broadcast(SPECIES, left[at + 6]);
      s60 = a6.fma(b0, s60);
      FloatVector a7 = FloatVector.broadcast(SPECIES, left[at + 7]);
      s70 = a7.fma(b0, s70);
    }
    s00.intoArray(sums, start);
    s10.intoArray(sums, start + L);
    s20.intoArray(sums, start + 2 * L);
    s30.intoArray(sums, start + 3 * L);
    s40.intoArray(sums, start + 4 * L);
    s50.intoArray(sums, start + 5 * L);
    s60.intoArray(sums, start + 6 * L);
    s70.intoArray(sums, start + 7 * L);
  }

  private void far4x2(int row, int vector) {
    float[] left = a;
    float[] right = b;
    int[] offsets = pixels;
    int step = bStep;
    int from = bAt + vector * L;
    int start = sumsAt + row * L + vector * sumsVector;
    int second = start + sumsVector;
    int x0 = aAt + taps[row];
    int x1 = aAt + taps[row + 1];
    int x2 = aAt + taps[row + 2];
    int x3 = aAt + taps[row + 3];
    FloatVector s00 = FloatVector.fromArray(SPECIES, sums, start);
    FloatVector s01 = FloatVector.fromArray(SPECIES, sums, second);
    FloatVector s10 = FloatVector.fromArray(SPECIES, sums, start + L);
    FloatVector s11 = FloatVector.fromArray(SPECIES, sums, second + L);
    FloatVector s20 = FloatVector.fromArray(SPECIES, sums, start + 2 * L);
    FloatVector s21 = FloatVector.fromArray(SPECIES, sums, second + 2 * L);
    FloatVector s30 = FloatVector.fromArray(SPECIES, sums, start + 3 * L);
    FloatVector s31 = FloatVector.fromArray(SPECIES, sums, second + 3 * L);
    for (int k = 0; k < offsets.length; k++) {
      int pixel = offsets[k];
      FloatVector b0 = FloatVector.fromArray(SPECIES, right, from);
      FloatVector b1 = FloatVector.fromArray(SPECIES, right, from + L);
      from += step;
      FloatVector a0 = FloatVector.broadcast(SPECIES, left[x0 + pixel]);
      s00 = a0.fma(b0, s00);
      s01 = a0.fma(b1, s01);
      FloatVector a1 = FloatVector.broadcast(SPECIES, left[x1 + pixel]);
      s10 = a1.fma(b0, s10);
      s11 = a1.fma(b1, s11);
      FloatVector a2 = FloatVector.broadcast(SPECIES, left[x2 + pixel]);
      s20 = a2.fma(b0, s20);
      s21 = a2.fma(b1, s21);
      FloatVector a3 = FloatVector.broadcast(SPECIES, left[x3 + pixel]);
      s30 = a3.fma(b0, s30);
      s31 = a3.fma(b1, s31);
    }
    s00.intoArray(sums, start);
    s01.intoArray(sums, second);
    s10.intoArray(sums, start + L);
    s11.intoArray(sums, second + L);
    s20.intoArray(sums, start + 2 * L);
    s21.intoArray(sums, second + 2 * L);
    s30.intoArray(sums, start + 3 * L);
    s31.intoArray(sums, second + 3 * L);
  }

  private void far4x1(int row, int vector) {
    float[] left = a;
    float[] right = b;
    int[] offsets = pixels;
    int step = bStep;
    int from = bAt + vector * L;
    int start = sumsAt + row * L + vector * sumsVector;
    int x0 = aAt + taps[row];
    int x1 = aAt + taps[row + 1];
    int x2 = aAt + taps[row + 2];
    int x3 = aAt + taps[row + 3];
    FloatVector s00 = FloatVector.fromArray(SPECIES, sums, start);
    FloatVector s10 = FloatVector.fromArray(SPECIES, sums, start + L);
    FloatVector s20 = FloatVector.fromArray(SPECIES, sums, start + 2 * L);
    FloatVector s30 = FloatVector.fromArray(SPECIES, sums, start + 3 * L);
    for (int k = 0; k < offsets.length; k++) {
      int pixel = offsets[k];
      FloatVector b0 = FloatVector.fromArray(SPECIES, right, from);
      from += step;
      FloatVector a0 = FloatVector.broadcast(SPECIES, left[x0 + pixel]);
      s00 = a0.fma(b0, s00);
      FloatVector a1 = FloatVector.broadcast(SPECIES, left[x1 + pixel]);
      s10 = a1.fma(b0, s10);
      FloatVector a2 = FloatVector.broadcast(SPECIES, left[x2 + pixel]);
      s20 = a2.fma(b0, s20);
      FloatVector a3 = FloatVector.broadcast(SPECIES, left[x3 + pixel]);
      s30 = a3.fma(b0, s30);
    }
    s00.intoArray(sums, start);
    s10.intoArray(sums, start + L);
    s20.intoArray(sums, start + 2 * L);
    s30.intoArray(sums, start + 3 * L);
  }

  private void far1x1(int row, int vector) {
    float[] left = a;
    float[] right = b;
    int[] offsets = pixels;
    int step = bStep;
    int from = bAt + vector * L;
    int start = sumsAt + row * L + vector * sumsVector;
    int x0 = aAt + taps[row];
    FloatVector s00 = FloatVector.fromArray(SPECIES, sums, start);
    for (int k = 0; k < offsets.length; k++) {
      int pixel = offsets[k];
      FloatVector b0 = FloatVector.fromArray(SPECIES, right, from);
      from += step;
      FloatVector a0 = FloatVector.broadcast(SPECIES, left[x0 + pixel]);
      s00 = a0.fma(b0, s00);
    }
    s00.intoArray(sums, start);
  }
}
