package io.fovea.kernel.vector;

import static io.fovea.kernel.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * Dot products of rows of x with rows of w, both running along the features: the forward pass of
 * the dense layer. A block of 4 images by 5 outputs keeps 20 sums in registers.
 *
 * <pre>
 * sums[n][o][lane] += sum over panels and blocks of x[n][panel][block][lane] * w[panel][o][block][lane]
 * </pre>
 *
 * Sums stay vectors from piece to piece of the features; {@link #addLanes} ends them. That is plain
 * code in an order of its own, since the Vector API leaves the order of its reduction open, and
 * answers must not depend on whether the code has been compiled yet.
 */
final class Dots {
  private static final int L = Lanes.COUNT;

  // x[xAt + n * xRow + block * L ...]
  float[] x = {};
  int xAt;
  int xRow;
  int panels;
  int blocks;

  // w[wAt + ((panel * outputs + o) * blocks + block) * L ...]
  float[] w = {};
  int wAt;

  // sums[sumsAt + ((n * outputs) + o) * L ...]
  float[] sums = {};
  int sumsAt;
  int outputs;

  // of these outputs
  int first;
  int end;

  /**
   * Adds this piece of the features to the sums of so many images. Five rows of w go past all
   * images before the next five: they stay in the first cache, where rows of x come in order.
   */
  void add(int images) {
    int o = first;
    for (; o + 5 <= end; o += 5) {
      int n = 0;
      for (; n + 4 <= images; n += 4) {
        dots4x5(n, o);
      }
      for (; n < images; n++) {
        dots1x5(n, o);
      }
    }
    for (; o < end; o++) {
      for (int n = 0; n < images; n++) {
        dots1x1(n, o);
      }
    }
  }

  /**
   * target[at + i] = the sum over the lanes of vector i of sums, a quarter of them in a chain of
   * its own each.
   */
  static void addLanes(float[] target, int at, float[] sums, int sumsAt, int count) {
    int quarter = Math.max(1, L / 4);
    for (int i = 0; i < count; i++) {
      float a = 0;
      float b = 0;
      float c = 0;
      float d = 0;
      int from = sumsAt + i * L;
      for (int lane = from; lane < from + quarter; lane++) {
        a += sums[lane];
        b += sums[lane + quarter % L];
        c += sums[lane + 2 * quarter % L];
        d += sums[lane + 3 * quarter % L];
      }
      target[at + i] = L < 4 ? twoLanes(sums, from) : (a + b) + (c + d);
    }
  }

  /** Vectors of fewer than four lanes. */
  private static float twoLanes(float[] sums, int at) {
    return L == 1 ? sums[at] : sums[at] + sums[at + 1];
  }

  private void dots4x5(int n, int output) {
    int to = sumsAt + (n * outputs + output) * L;
    int next = outputs * L;
    int run = blocks * L;
    FloatVector s00 = FloatVector.fromArray(SPECIES, sums, to);
    FloatVector s01 = FloatVector.fromArray(SPECIES, sums, to + L);
    FloatVector s02 = FloatVector.fromArray(SPECIES, sums, to + 2 * L);
    FloatVector s03 = FloatVector.fromArray(SPECIES, sums, to + 3 * L);
    FloatVector s04 = FloatVector.fromArray(SPECIES, sums, to + 4 * L);
    FloatVector s10 = FloatVector.fromArray(SPECIES, sums, to + next);
    FloatVector s11 = FloatVector.fromArray(SPECIES, sums, to + next + L);
    FloatVector s12 = FloatVector.fromArray(SPECIES, sums, to + next + 2 * L);
    FloatVector s13 = FloatVector.fromArray(SPECIES, sums, to + next + 3 * L);
    FloatVector s14 = FloatVector.fromArray(SPECIES, sums, to + next + 4 * L);
    FloatVector s20 = FloatVector.fromArray(SPECIES, sums, to + 2 * next);
    FloatVector s21 = FloatVector.fromArray(SPECIES, sums, to + 2 * next + L);
    FloatVector s22 = FloatVector.fromArray(SPECIES, sums, to + 2 * next + 2 * L);
    FloatVector s23 = FloatVector.fromArray(SPECIES, sums, to + 2 * next + 3 * L);
    FloatVector s24 = FloatVector.fromArray(SPECIES, sums, to + 2 * next + 4 * L);
    FloatVector s30 = FloatVector.fromArray(SPECIES, sums, to + 3 * next);
    FloatVector s31 = FloatVector.fromArray(SPECIES, sums, to + 3 * next + L);
    FloatVector s32 = FloatVector.fromArray(SPECIES, sums, to + 3 * next + 2 * L);
    FloatVector s33 = FloatVector.fromArray(SPECIES, sums, to + 3 * next + 3 * L);
    FloatVector s34 = FloatVector.fromArray(SPECIES, sums, to + 3 * next + 4 * L);
    for (int panel = 0; panel < panels; panel++) {
      int from = wAt + (panel * outputs + output) * run;
      int row = xAt + n * xRow + panel * run;
      for (int q = 0; q < run; q += L) {
        FloatVector x0 = FloatVector.fromArray(SPECIES, x, row + q);
        FloatVector x1 = FloatVector.fromArray(SPECIES, x, row + xRow + q);
        FloatVector x2 = FloatVector.fromArray(SPECIES, x, row + 2 * xRow + q);
        FloatVector x3 = FloatVector.fromArray(SPECIES, x, row + 3 * xRow + q);
        FloatVector w0 = FloatVector.fromArray(SPECIES, w, from + q);
        s00 = x0.fma(w0, s00);
        s10 = x1.fma(w0, s10);
        s20 = x2.fma(w0, s20);
        s30 = x3.fma(w0, s30);
        FloatVector w1 = FloatVector.fromArray(SPECIES, w, from + run + q);
        s01 = x0.fma(w1, s01);
        s11 = x1.fma(w1, s11);
        s21 = x2.fma(w1, s21);
        s31 = x3.fma(w1, s31);
        FloatVector w2 = FloatVector.fromArray(SPECIES, w, from + 2 * run + q);
        s02 = x0.fma(w2, s02);
        s12 = x1.fma(w2, s12);
        s22 = x2.fma(w2, s22);
        s32 = x3.fma(w2, s32);
        FloatVector w3 = FloatVector.fromArray(SPECIES, w, from + 3 * run + q);
        s03 = x0.fma(w3, s03);
        s13 = x1.fma(w3, s13);
        s23 = x2.fma(w3, s23);
        s33 = x3.fma(w3, s33);
        FloatVector w4 = FloatVector.fromArray(SPECIES, w, from + 4 * run + q);
        s04 = x0.fma(w4, s04);
        s14 = x1.fma(w4, s14);
        s24 = x2.fma(w4, s24);
        s34 = x3.fma(w4, s34);
      }
    }
    s00.intoArray(sums, to);
    s01.intoArray(sums, to + L);
    s02.intoArray(sums, to + 2 * L);
    s03.intoArray(sums, to + 3 * L);
    s04.intoArray(sums, to + 4 * L);
    s10.intoArray(sums, to + next);
    s11.intoArray(sums, to + next + L);
    s12.intoArray(sums, to + next + 2 * L);
    s13.intoArray(sums, to + next + 3 * L);
    s14.intoArray(sums, to + next + 4 * L);
    s20.intoArray(sums, to + 2 * next);
    s21.intoArray(sums, to + 2 * next + L);
    s22.intoArray(sums, to + 2 * next + 2 * L);
    s23.intoArray(sums, to + 2 * next + 3 * L);
    s24.intoArray(sums, to + 2 * next + 4 * L);
    s30.intoArray(sums, to + 3 * next);
    s31.intoArray(sums, to + 3 * next + L);
    s32.intoArray(sums, to + 3 * next + 2 * L);
    s33.intoArray(sums, to + 3 * next + 3 * L);
    s34.intoArray(sums, to + 3 * next + 4 * L);
  }

  private void dots1x5(int n, int output) {
    float[] left = x;
    float[] right = w;
    int at = xAt + n * xRow;
    int to = sumsAt + (n * outputs + output) * L;
    int run = blocks * L;
    FloatVector s00 = FloatVector.fromArray(SPECIES, sums, to);
    FloatVector s01 = FloatVector.fromArray(SPECIES, sums, to + L);
    FloatVector s02 = FloatVector.fromArray(SPECIES, sums, to + 2 * L);
    FloatVector s03 = FloatVector.fromArray(SPECIES, sums, to + 3 * L);
    FloatVector s04 = FloatVector.fromArray(SPECIES, sums, to + 4 * L);
    for (int panel = 0; panel < panels; panel++) {
      int from = wAt + (panel * outputs + output) * run;
      int row = at + panel * run;
      for (int q = 0; q < run; q += L) {
        FloatVector x0 = FloatVector.fromArray(SPECIES, left, row + q);
        FloatVector w0 = FloatVector.fromArray(SPECIES, right, from + q);
        s00 = x0.fma(w0, s00);
        FloatVector w1 = FloatVector.fromArray(SPECIES, right, from + run + q);
        s01 = x0.fma(w1, s01);
        FloatVector w2 = FloatVector.fromArray(SPECIES, right, from + 2 * run + q);
        s02 = x0.fma(w2, s02);
        FloatVector w3 = FloatVector.fromArray(SPECIES, right, from + 3 * run + q);
        s03 = x0.fma(w3, s03);
        FloatVector w4 = FloatVector.fromArray(SPECIES, right, from + 4 * run + q);
        s04 = x0.fma(w4, s04);
      }
    }
    s00.intoArray(sums, to);
    s01.intoArray(sums, to + L);
    s02.intoArray(sums, to + 2 * L);
    s03.intoArray(sums, to + 3 * L);
    s04.intoArray(sums, to + 4 * L);
  }

  private void dots1x1(int n, int output) {
    float[] left = x;
    float[] right = w;
    int at = xAt + n * xRow;
    int to = sumsAt + (n * outputs + output) * L;
    int run = blocks * L;
    FloatVector s00 = FloatVector.fromArray(SPECIES, sums, to);
    for (int panel = 0; panel < panels; panel++) {
      int from = wAt + (panel * outputs + output) * run;
      int row = at + panel * run;
      for (int q = 0; q < run; q += L) {
        FloatVector x0 = FloatVector.fromArray(SPECIES, left, row + q);
        FloatVector w0 = FloatVector.fromArray(SPECIES, right, from + q);
        s00 = x0.fma(w0, s00);
      }
    }
    s00.intoArray(sums, to);
  }
}
