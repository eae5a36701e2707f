package io.fovea.kernel.vector;

import static io.fovea.kernel.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/** The blocks of {@link SlidingProduct} that are one vector wide. */
final class SlidingSingles {
  private static final int L = Lanes.COUNT;

  private SlidingSingles() {}

  /** 7 pixels by 1 vector, kernel rows of 5 taps. */
  static void block7x1Of5(SlidingProduct p, int j) {
    float[] left = p.a;
    float[] right = p.w;
    float[] init = p.init;
    float[] c = p.c;
    int[] lines = p.lines;
    int step = p.aStep;
    int first = p.aAt + j * step;
    int w = p.wAt;
    int start = p.initAt;
    FloatVector c0 = FloatVector.fromArray(SPECIES, init, start);
    FloatVector c1 = c0;
    FloatVector c2 = c0;
    FloatVector c3 = c0;
    FloatVector c4 = c0;
    FloatVector c5 = c0;
    FloatVector c6 = c0;
    for (int line : lines) {
      int at = first + line;
      FloatVector w0 = FloatVector.fromArray(SPECIES, right, w);
      FloatVector w1 = FloatVector.fromArray(SPECIES, right, w + L);
      FloatVector w2 = FloatVector.fromArray(SPECIES, right, w + 2 * L);
      FloatVector w3 = FloatVector.fromArray(SPECIES, right, w + 3 * L);
      FloatVector w4 = FloatVector.fromArray(SPECIES, right, w + 4 * L);
      FloatVector x0 = FloatVector.broadcast(SPECIES, left[at]);
      c0 = x0.fma(w0, c0);
      at += step;
      FloatVector x1 = FloatVector.broadcast(SPECIES, left[at]);
      c0 = x1.fma(w1, c0);
      c1 = x1.fma(w0, c1);
      at += step;
      FloatVector x2 = FloatVector.broadcast(SPECIES, left[at]);
      c0 = x2.fma(w2, c0);
      c1 = x2.fma(w1, c1);
      c2 = x2.fma(w0, c2);
      at += step;
      FloatVector x3 = FloatVector.broadcast(SPECIES, left[at]);
      c0 = x3.fma(w3, c0);
      c1 = x3.fma(w2, c1);
      c2 = x3.fma(w1, c2);
      c3 = x3.fma(w0, c3);
      at += step;
      FloatVector x4 = FloatVector.broadcast(SPECIES, left[at]);
      c0 = x4.fma(w4, c0);
      c1 = x4.fma(w3, c1);
      c2 = x4.fma(w2, c2);
      c3 = x4.fma(w1, c3);
      c4 = x4.fma(w0, c4);
      at += step;
      FloatVector x5 = FloatVector.broadcast(SPECIES, left[at]);
      c1 = x5.fma(w4, c1);
      c2 = x5.fma(w3, c2);
      c3 = x5.fma(w2, c3);
      c4 = x5.fma(w1, c4);
      c5 = x5.fma(w0, c5);
      at += step;
      FloatVector x6 = FloatVector.broadcast(SPECIES, left[at]);
      c2 = x6.fma(w4, c2);
      c3 = x6.fma(w3, c3);
      c4 = x6.fma(w2, c4);
      c5 = x6.fma(w1, c5);
      c6 = x6.fma(w0, c6);
      at += step;
      FloatVector x7 = FloatVector.broadcast(SPECIES, left[at]);
      c3 = x7.fma(w4, c3);
      c4 = x7.fma(w3, c4);
      c5 = x7.fma(w2, c5);
      c6 = x7.fma(w1, c6);
      at += step;
      FloatVector x8 = FloatVector.broadcast(SPECIES, left[at]);
      c4 = x8.fma(w4, c4);
      c5 = x8.fma(w3, c5);
      c6 = x8.fma(w2, c6);
      at += step;
      FloatVector x9 = FloatVector.broadcast(SPECIES, left[at]);
      c5 = x9.fma(w4, c5);
      c6 = x9.fma(w3, c6);
      at += step;
      FloatVector x10 = FloatVector.broadcast(SPECIES, left[at]);
      c6 = x10.fma(w4, c6);
      w += 5 * L;
    }
    int end = p.cAt + j * p.cStep;
    int cStep = p.cStep;
    c0.intoArray(c, end);
    c1.intoArray(c, end + cStep);
    c2.intoArray(c, end + 2 * cStep);
    c3.intoArray(c, end + 3 * cStep);
    c4.intoArray(c, end + 4 * cStep);
    c5.intoArray(c, end + 5 * cStep);
    c6.intoArray(c, end + 6 * cStep);
  }

  /** 8 pixels by 1 vector, kernel rows of 3 taps. */
  static void block8x1Of3(SlidingProduct p, int j) {
    float[] left = p.a;
    float[] right = p.w;
    float[] init = p.init;
    float[] c = p.c;
    int[] lines = p.lines;
    int step = p.aStep;
    int first = p.aAt + j * step;
    int w = p.wAt;
    int start = p.initAt;
    FloatVector c0 = FloatVector.fromArray(SPECIES, init, start);
    FloatVector c1 = c0;
    FloatVector c2 = c0;
    FloatVector c3 = c0;
    FloatVector c4 = c0;
    FloatVector c5 = c0;
    FloatVector c6 = c0;
    FloatVector c7 = c0;
    for (int line : lines) {
      int at = first + line;
      FloatVector w0 = FloatVector.fromArray(SPECIES, right, w);
      FloatVector w1 = FloatVector.fromArray(SPECIES, right, w + L);
      FloatVector w2 = FloatVector.fromArray(SPECIES, right, w + 2 * L);
      FloatVector x0 = FloatVector.broadcast(SPECIES, left[at]);
      c0 = x0.fma(w0, c0);
      at += step;
      FloatVector x1 = FloatVector.broadcast(SPECIES, left[at]);
      c0 = x1.fma(w1, c0);
      c1 = x1.fma(w0, c1);
      at += step;
      FloatVector x2 = FloatVector.broadcast(SPECIES, left[at]);
      c0 = x2.fma(w2, c0);
      c1 = x2.fma(w1, c1);
      c2 = x2.fma(w0, c2);
      at += step;
      FloatVector x3 = FloatVector.broadcast(SPECIES, left[at]);
      c1 = x3.fma(w2, c1);
      c2 = x3.fma(w1, c2);
      c3 = x3.fma(w0, c3);
      at += step;
      FloatVector x4 = FloatVector.broadcast(SPECIES, left[at]);
      c2 = x4.fma(w2, c2);
      c3 = x4.fma(w1, c3);
      c4 = x4.fma(w0, c4);
      at += step;
      FloatVector x5 = FloatVector.broadcast(SPECIES, left[at]);
      c3 = x5.fma(w2, c3);
      c4 = x5.fma(w1, c4);
      c5 = x5.fma(w0, c5);
      at += step;
      FloatVector x6 = FloatVector.broadcast(SPECIES, left[at]);
      c4 = x6.fma(w2, c4);
      c5 = x6.fma(w1, c5);
      c6 = x6.fma(w0, c6);
      at += step;
      FloatVector x7 = FloatVector.broadcast(SPECIES, left[at]);
      c5 = x7.fma(w2, c5);
      c6 = x7.fma(w1, c6);
      c7 = x7.fma(w0, c7);
      at += step;
      FloatVector x8 = FloatVector.broadcast(SPECIES, left[at]);
      c6 = x8.fma(w2, c6);
      c7 = x8.fma(w1, c7);
      at += step;
      FloatVector x9 = FloatVector.broadcast(SPECIES, left[at]);
      c7 = x9.fma(w2, c7);
      w += 3 * L;
    }
    int end = p.cAt + j * p.cStep;
    int cStep = p.cStep;
    c0.intoArray(c, end);
    c1.intoArray(c, end + cStep);
    c2.intoArray(c, end + 2 * cStep);
    c3.intoArray(c, end + 3 * cStep);
    c4.intoArray(c, end + 4 * cStep);
    c5.intoArray(c, end + 5 * cStep);
    c6.intoArray(c, end + 6 * cStep);
    c7.intoArray(c, end + 7 * cStep);
  }
}
