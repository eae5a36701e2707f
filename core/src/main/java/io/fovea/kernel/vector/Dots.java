package io.fovea.kernel.vector;

import static io.fovea.kernel.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * Dot products of a few rows of x with many rows of w, both running along the features: the forward
 * pass of the dense layer. A block of 4 images by 5 outputs keeps 20 sums in registers.
 *
 * <pre>
 * sums[n][o] = sum over blocks and lanes of x[n][block][lane] * w[block][o][lane]
 * </pre>
 *
 * Lanes are added in index order by plain code: the Vector API leaves the order of its own
 * reduction open, and answers must not depend on whether the code has been compiled yet.
 */
final class Dots {
  /** Floats of the tile that a caller lends. */
  static final int TILE = 20 * Lanes.COUNT;

  private static final int L = Lanes.COUNT;

  // x[xAt + n * xRow + block * L ...]
  float[] x = {};
  int xAt;
  int xRow;
  int blocks;

  // w[wAt + block * wBlock + o * L ...]
  float[] w = {};
  int wAt;
  int wBlock;

  // sums[sumsAt + n * sumsRow + o]
  float[] sums = {};
  int sumsAt;
  int sumsRow;

  float[] tile = {};

  /** Computes {@code images} rows (1 to 4) of {@code outputs} sums. */
  void run(int images, int outputs) {
    if (images == 4) {
      int o = 0;
      for (; o + 5 <= outputs; o += 5) {
        dots4x5(o);
      }
      for (; o < outputs; o++) {
        dots4x1(o);
      }
      return;
    }
    int firstX = xAt;
    int firstSum = sumsAt;
    for (int n = 0; n < images; n++) {
      xAt = firstX + n * xRow;
      sumsAt = firstSum + n * sumsRow;
      int o = 0;
      for (; o + 5 <= outputs; o += 5) {
        dots1x5(o);
      }
      for (; o < outputs; o++) {
        dots1x1(o);
      }
    }
  }

  private void addLanes(int output, int images, int outputs) {
    int at = 0;
    for (int n = 0; n < images; n++) {
      for (int o = 0; o < outputs; o++) {
        float sum = 0;
        for (int lane = 0; lane < L; lane++) {
          sum += tile[at + lane];
        }
        sums[sumsAt + n * sumsRow + output + o] = sum;
        at += L;
      }
    }
  }

  private void dots4x5(int output) {
    float[] left = x;
    float[] right = w;
    int row = xRow;
    int at = xAt;
    int wBase = wAt + output * L;
    FloatVector s00 = FloatVector.zero(SPECIES);
    FloatVector s01 = FloatVector.zero(SPECIES);
    FloatVector s02 = FloatVector.zero(SPECIES);
    FloatVector s03 = FloatVector.zero(SPECIES);
    FloatVector s04 = FloatVector.zero(SPECIES);
    FloatVector s10 = FloatVector.zero(SPECIES);
    FloatVector s11 = FloatVector.zero(SPECIES);
    FloatVector s12 = FloatVector.zero(SPECIES);
    FloatVector s13 = FloatVector.zero(SPECIES);
    FloatVector s14 = FloatVector.zero(SPECIES);
    FloatVector s20 = FloatVector.zero(SPECIES);
    FloatVector s21 = FloatVector.zero(SPECIES);
    FloatVector s22 = FloatVector.zero(SPECIES);
    FloatVector s23 = FloatVector.zero(SPECIES);
    FloatVector s24 = FloatVector.zero(SPECIES);
    FloatVector s30 = FloatVector.zero(SPECIES);
    FloatVector s31 = FloatVector.zero(SPECIES);
    FloatVector s32 = FloatVector.zero(SPECIES);
    FloatVector s33 = FloatVector.zero(SPECIES);
    FloatVector s34 = FloatVector.zero(SPECIES);
    for (int block = 0; block < blocks; block++) {
      int from = wBase + block * wBlock;
      FloatVector x0 = FloatVector.fromArray(SPECIES, left, at + block * L);
      FloatVector x1 = FloatVector.fromArray(SPECIES, left, at + row + block * L);
      FloatVector x2 = FloatVector.fromArray(SPECIES, left, at + 2 * row + block * L);
      FloatVector x3 = FloatVector.fromArray(SPECIES, left, at + 3 * row + block * L);
      FloatVector w0 = FloatVector.fromArray(SPECIES, right, from);
      s00 = x0.fma(w0, s00);
      s10 = x1.fma(w0, s10);
      s20 = x2.fma(w0, s20);
      s30 = x3.fma(w0, s30);
      FloatVector w1 = FloatVector.fromArray(SPECIES, right, from + L);
      s01 = x0.fma(w1, s01);
      s11 = x1.fma(w1, s11);
      s21 = x2.fma(w1, s21);
      s31 = x3.fma(w1, s31);
      FloatVector w2 = FloatVector.fromArray(SPECIES, right, from + 2 * L);
      s02 = x0.fma(w2, s02);
      s12 = x1.fma(w2, s12);
      s22 = x2.fma(w2, s22);
      s32 = x3.fma(w2, s32);
      FloatVector w3 = FloatVector.fromArray(SPECIES, right, from + 3 * L);
      s03 = x0.fma(w3, s03);
      s13 = x1.fma(w3, s13);
      s23 = x2.fma(w3, s23);
      s33 = x3.fma(w3, s33);
      FloatVector w4 = FloatVector.fromArray(SPECIES, right, from + 4 * L);
      s04 = x0.fma(w4, s04);
      s14 = x1.fma(w4, s14);
      s24 = x2.fma(w4, s24);
      s34 = x3.fma(w4, s34);
    }
    s00.intoArray(tile, 0);
    s01.intoArray(tile, L);
    s02.intoArray(tile, 2 * L);
    s03.intoArray(tile, 3 * L);
    s04.intoArray(tile, 4 * L);
    s10.intoArray(tile, 5 * L);
    s11.intoArray(tile, 6 * L);
    s12.intoArray(tile, 7 * L);
    s13.intoArray(tile, 8 * L);
    s14.intoArray(tile, 9 * L);
    s20.intoArray(tile, 10 * L);
    s21.intoArray(tile, 11 * L);
    s22.intoArray(tile, 12 * L);
    s23.intoArray(tile, 13 * L);
    s24.intoArray(tile, 14 * L);
    s30.intoArray(tile, 15 * L);
    s31.intoArray(tile, 16 * L);
    s32.intoArray(tile, 17 * L);
    s33.intoArray(tile, 18 * L);
    s34.intoArray(tile, 19 * L);
    addLanes(output, 4, 5);
  }

  private void dots4x1(int output) {
    float[] left = x;
    float[] right = w;
    int row = xRow;
    int at = xAt;
    int wBase = wAt + output * L;
    FloatVector s00 = FloatVector.zero(SPECIES);
    FloatVector s10 = FloatVector.zero(SPECIES);
    FloatVector s20 = FloatVector.zero(SPECIES);
    FloatVector s30 = FloatVector.zero(SPECIES);
    for (int block = 0; block < blocks; block++) {
      int from = wBase + block * wBlock;
      FloatVector x0 = FloatVector.fromArray(SPECIES, left, at + block * L);
      FloatVector x1 = FloatVector.fromArray(SPECIES, left, at + row + block * L);
      FloatVector x2 = FloatVector.fromArray(SPECIES, left, at + 2 * row + block * L);
      FloatVector x3 = FloatVector.fromArray(SPECIES, left, at + 3 * row + block * L);
      FloatVector w0 = FloatVector.fromArray(SPECIES, right, from);
      s00 = x0.fma(w0, s00);
      s10 = x1.fma(w0, s10);
      s20 = x2.fma(w0, s20);
      s30 = x3.fma(w0, s30);
    }
    s00.intoArray(tile, 0);
    s10.intoArray(tile, L);
    s20.intoArray(tile, 2 * L);
    s30.intoArray(tile, 3 * L);
    addLanes(output, 4, 1);
  }

  private void dots1x5(int output) {
    float[] left = x;
    float[] right = w;
    int at = xAt;
    int wBase = wAt + output * L;
    FloatVector s00 = FloatVector.zero(SPECIES);
    FloatVector s01 = FloatVector.zero(SPECIES);
    FloatVector s02 = FloatVector.zero(SPECIES);
    FloatVector s03 = FloatVector.zero(SPECIES);
    FloatVector s04 = FloatVector.zero(SPECIES);
    for (int block = 0; block < blocks; block++) {
      int from = wBase + block * wBlock;
      FloatVector x0 = FloatVector.fromArray(SPECIES, left, at + block * L);
      FloatVector w0 = FloatVector.fromArray(SPECIES, right, from);
      s00 = x0.fma(w0, s00);
      FloatVector w1 = FloatVector.fromArray(SPECIES, right, from + L);
      s01 = x0.fma(w1, s01);
      FloatVector w2 = FloatVector.fromArray(SPECIES, right, from + 2 * L);
      s02 = x0.fma(w2, s02);
      FloatVector w3 = FloatVector.fromArray(SPECIES, right, from + 3 * L);
      s03 = x0.fma(w3, s03);
      FloatVector w4 = FloatVector.fromArray(SPECIES, right, from + 4 * L);
      s04 = x0.fma(w4, s04);
    }
    s00.intoArray(tile, 0);
    s01.intoArray(tile, L);
    s02.intoArray(tile, 2 * L);
    s03.intoArray(tile, 3 * L);
    s04.intoArray(tile, 4 * L);
    addLanes(output, 1, 5);
  }

  private void dots1x1(int output) {
    float[] left = x;
    float[] right = w;
    int at = xAt;
    int wBase = wAt + output * L;
    FloatVector s00 = FloatVector.zero(SPECIES);
    for (int block = 0; block < blocks; block++) {
      int from = wBase + block * wBlock;
      FloatVector x0 = FloatVector.fromArray(SPECIES, left, at + block * L);
      FloatVector w0 = FloatVector.fromArray(SPECIES, right, from);
      s00 = x0.fma(w0, s00);
    }
    s00.intoArray(tile, 0);
    addLanes(output, 1, 1);
  }
}
