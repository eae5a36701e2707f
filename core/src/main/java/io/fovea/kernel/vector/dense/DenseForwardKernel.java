package io.fovea.kernel.vector.dense;

import static io.fovea.kernel.vector.machine.Lanes.SPECIES;

import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.kernel.vector.machine.Prefetch;
import io.fovea.kernel.vector.machine.Processor;
import jdk.incubator.vector.FloatVector;

/**
 * Dot products of rows of x with rows of w, both running along the features: the forward pass of
 * the dense layer. Each is a sum of W = {@link Lanes#WIDEST} lanes, whatever the width: a shorter
 * vector has some of the lanes at a time, and reads the rows, which are in the L1 cache by then,
 * again for the next ones. A block of 4 images by 4 outputs keeps 16 sums in registers: with 5
 * outputs, C2 passes its limit of inlined nodes inside the loop, and in one process of three the
 * last sums stayed objects, 20 times slower.
 *
 * <pre>
 * sums[n][o][lane] += sum over panels and blocks of x[n][panel][block][lane] * w[panel][o][block][lane]
 * </pre>
 *
 * Sums stay vectors from piece to piece of the features; {@link #addLanes} reduces them, by {@link
 * HorizontalSums}. The sums of a block, 4 images by 4 outputs, are contiguous, so that they need
 * one address and two bounds checks instead of as many for each image: 93 % of the FMA peak for 45
 * blocks in a cache instead of 86.
 */
final class DenseForwardKernel {
  private static final int L = Lanes.COUNT;
  private static final int W = Lanes.WIDEST;

  /** Outputs whose rows of w are prefetched at once, at most 144 KB: a multiple of four. */
  private static final int AHEAD = 48;

  /**
   * The most floats of w that are prefetched during the products, since they must stay in the L2
   * cache until they are used: a quarter of it. With 288 KB of two-layer's weights and 1 MB of
   * cache, prefetching makes the forward pass a fifth slower (Zen 4).
   */
  private static final int MOST_TOUCHED = Processor.SECOND_CACHE / 4 / Float.BYTES;

  /** The initial sums of a block. */
  private static final float[] ZEROS = new float[16 * W];

  /** Outputs whose sums are contiguous. */
  private static final int OUTPUTS = 4;

  // x[xAt + n * xRow + block * W ...]
  float[] x = {};
  int xAt;
  int xRow;
  int panels;
  int blocks;

  // w[wAt + ((panel * outputs + o) * blocks + block) * W ...]
  float[] w = {};
  int wAt;

  // sums[sumsAt + at(n, o) * W ...], sumsAt > 0
  float[] sums = {};
  int sumsAt;
  int images;
  int outputs;

  // the range of outputs
  int first;
  int end;

  /** Whether sums start at zero, whatever {@code sums} contains. */
  boolean begins;

  /** Whether w is not in a cache. */
  boolean far;

  /** The index of the next piece's w, or -1. */
  int wNext = -1;

  private final Prefetch next = new Prefetch();

  /** Whether this piece's w was prefetched during the piece before. */
  private boolean touched;

  /** The number of sums, of W floats each. */
  int count() {
    return images * (end - first);
  }

  /** Outputs with contiguous sums from output o on: four, or one of the last few. */
  private int together(int o) {
    return o + OUTPUTS <= end ? OUTPUTS : 1;
  }

  /** The index of the sum of image n and output o, the first of its contiguous ones. */
  private int at(int n, int o) {
    return (o - first) * images + n * together(o);
  }

  /**
   * Adds this piece of the features to the sums. Four rows of w are used for all images before the
   * next four: they stay in the L1 cache, while rows of x are read in order. The w of the next
   * piece is prefetched meanwhile; a w that is in no cache and was not prefetched is first read
   * into the L2 cache, some rows at a time, so that sums and x stay there.
   */
  void add() {
    boolean touches = touches();
    boolean reads = far && !touched;
    int run = blocks * W;
    next.over(w, wNext + first * run, touches ? wNext + end * run : 0);
    int o = first;
    for (; o + OUTPUTS <= end; o += OUTPUTS) {
      if (reads && (o - first) % AHEAD == 0) {
        sums[0] = readAhead(o, Math.min(end, o + AHEAD));
      }
      int n = 0;
      for (; n + 4 <= images; n += 4) {
        dots4x4(n, o);
        next.next();
      }
      for (; n < images; n++) {
        dots1x4(n, o);
      }
    }
    for (; o < end; o++) {
      for (int n = 0; n < images; n++) {
        dots1x1(n, o);
      }
    }
    sums[0] = next.sum();
    touched = touches;
  }

  /** Whether the next piece is prefetched: a contiguous run of w, with enough blocks. */
  private boolean touches() {
    int length = (end - first) * blocks * W;
    return wNext >= 0
        && panels == 1
        && length <= MOST_TOUCHED
        && images / 4 * ((end - first) / OUTPUTS) >= Prefetch.steps(length);
  }

  /** Prefetches rows; the returned number is meaningless, see {@link Prefetch}. */
  private float readAhead(int from, int to) {
    float read = 0;
    for (int panel = 0; panel < panels; panel++) {
      int row = wAt + panel * outputs * blocks * W;
      read += Prefetch.range(w, row + from * blocks * W, row + to * blocks * W);
    }
    return read;
  }

  /**
   * target[at + n * outputs + o] = the sum over the lanes of the sum of image n and output o. The
   * vectors are overwritten.
   */
  void addLanes(float[] target, int at) {
    int width;
    for (int o = first; o < end; o += width) {
      width = together(o);
      int from = sumsAt + at(0, o) * W;
      HorizontalSums.inPlace(sums, from, images * width);
      for (int n = 0; n < images; n++) {
        for (int i = 0; i < width; i++) {
          target[at + n * outputs + o + i] = sums[from + n * width + i];
        }
      }
    }
  }

  private void dots4x4(int n, int output) {
    for (int lane = 0; lane < W; lane += L) {
      dots4x4(n, output, lane);
    }
  }

  private void dots4x4(int n, int output, int lane) {
    float[] left = x;
    float[] right = w;
    int run = blocks * W;
    int to = sumsAt + at(n, output) * W + lane;
    float[] begin = begins ? ZEROS : sums;
    int start = begins ? lane : to;
    FloatVector s00 = FloatVector.fromArray(SPECIES, begin, start);
    FloatVector s01 = FloatVector.fromArray(SPECIES, begin, start + W);
    FloatVector s02 = FloatVector.fromArray(SPECIES, begin, start + 2 * W);
    FloatVector s03 = FloatVector.fromArray(SPECIES, begin, start + 3 * W);
    FloatVector s10 = FloatVector.fromArray(SPECIES, begin, start + 4 * W);
    FloatVector s11 = FloatVector.fromArray(SPECIES, begin, start + 5 * W);
    FloatVector s12 = FloatVector.fromArray(SPECIES, begin, start + 6 * W);
    FloatVector s13 = FloatVector.fromArray(SPECIES, begin, start + 7 * W);
    FloatVector s20 = FloatVector.fromArray(SPECIES, begin, start + 8 * W);
    FloatVector s21 = FloatVector.fromArray(SPECIES, begin, start + 9 * W);
    FloatVector s22 = FloatVector.fromArray(SPECIES, begin, start + 10 * W);
    FloatVector s23 = FloatVector.fromArray(SPECIES, begin, start + 11 * W);
    FloatVector s30 = FloatVector.fromArray(SPECIES, begin, start + 12 * W);
    FloatVector s31 = FloatVector.fromArray(SPECIES, begin, start + 13 * W);
    FloatVector s32 = FloatVector.fromArray(SPECIES, begin, start + 14 * W);
    FloatVector s33 = FloatVector.fromArray(SPECIES, begin, start + 15 * W);
    for (int panel = 0; panel < panels; panel++) {
      int from = wAt + (panel * outputs + output) * run;
      int row = xAt + n * xRow + panel * run;
      for (int q = lane; q < run; q += W) {
        FloatVector x0 = FloatVector.fromArray(SPECIES, left, row + q);
        FloatVector x1 = FloatVector.fromArray(SPECIES, left, row + xRow + q);
        FloatVector x2 = FloatVector.fromArray(SPECIES, left, row + 2 * xRow + q);
        FloatVector x3 = FloatVector.fromArray(SPECIES, left, row + 3 * xRow + q);
        FloatVector w0 = FloatVector.fromArray(SPECIES, right, from + q);
        s00 = x0.fma(w0, s00);
        s10 = x1.fma(w0, s10);
        s20 = x2.fma(w0, s20);
        s30 = x3.fma(w0, s30);
        FloatVector w1 = FloatVector.fromArray(SPECIES, right, from + run + q);
        s01 = x0.fma(w1, s01);
        s11 = x1.fma(w1, s11);
        s21 = x2.fma(w1, s21);
        s31 = x3.fma(w1, s31);
        FloatVector w2 = FloatVector.fromArray(SPECIES, right, from + 2 * run + q);
        s02 = x0.fma(w2, s02);
        s12 = x1.fma(w2, s12);
        s22 = x2.fma(w2, s22);
        s32 = x3.fma(w2, s32);
        FloatVector w3 = FloatVector.fromArray(SPECIES, right, from + 3 * run + q);
        s03 = x0.fma(w3, s03);
        s13 = x1.fma(w3, s13);
        s23 = x2.fma(w3, s23);
        s33 = x3.fma(w3, s33);
      }
    }
    s00.intoArray(sums, to);
    s01.intoArray(sums, to + W);
    s02.intoArray(sums, to + 2 * W);
    s03.intoArray(sums, to + 3 * W);
    s10.intoArray(sums, to + 4 * W);
    s11.intoArray(sums, to + 5 * W);
    s12.intoArray(sums, to + 6 * W);
    s13.intoArray(sums, to + 7 * W);
    s20.intoArray(sums, to + 8 * W);
    s21.intoArray(sums, to + 9 * W);
    s22.intoArray(sums, to + 10 * W);
    s23.intoArray(sums, to + 11 * W);
    s30.intoArray(sums, to + 12 * W);
    s31.intoArray(sums, to + 13 * W);
    s32.intoArray(sums, to + 14 * W);
    s33.intoArray(sums, to + 15 * W);
  }

  /** One image has too few chains for a core, so a short vector is not alone. */
  private void dots1x4(int n, int output) {
    if (L == W) {
      dots1x4(n, output, 0);
    } else {
      for (int lane = 0; lane < W; lane += 2 * L) {
        dots1x4of2(n, output, lane);
      }
    }
  }

  private void dots1x4(int n, int output, int lane) {
    float[] left = x;
    float[] right = w;
    int run = blocks * W;
    int at = xAt + n * xRow;
    int to = sumsAt + at(n, output) * W + lane;
    float[] begin = begins ? ZEROS : sums;
    int start = begins ? lane : to;
    FloatVector s00 = FloatVector.fromArray(SPECIES, begin, start);
    FloatVector s01 = FloatVector.fromArray(SPECIES, begin, start + W);
    FloatVector s02 = FloatVector.fromArray(SPECIES, begin, start + 2 * W);
    FloatVector s03 = FloatVector.fromArray(SPECIES, begin, start + 3 * W);
    for (int panel = 0; panel < panels; panel++) {
      int from = wAt + (panel * outputs + output) * run;
      int row = at + panel * run;
      for (int q = lane; q < run; q += W) {
        FloatVector x0 = FloatVector.fromArray(SPECIES, left, row + q);
        FloatVector w0 = FloatVector.fromArray(SPECIES, right, from + q);
        s00 = x0.fma(w0, s00);
        FloatVector w1 = FloatVector.fromArray(SPECIES, right, from + run + q);
        s01 = x0.fma(w1, s01);
        FloatVector w2 = FloatVector.fromArray(SPECIES, right, from + 2 * run + q);
        s02 = x0.fma(w2, s02);
        FloatVector w3 = FloatVector.fromArray(SPECIES, right, from + 3 * run + q);
        s03 = x0.fma(w3, s03);
      }
    }
    s00.intoArray(sums, to);
    s01.intoArray(sums, to + W);
    s02.intoArray(sums, to + 2 * W);
    s03.intoArray(sums, to + 3 * W);
  }

  /** The same for two vectors of lanes, s and t. */
  private void dots1x4of2(int n, int output, int lane) {
    float[] left = x;
    float[] right = w;
    int run = blocks * W;
    int at = xAt + n * xRow;
    int to = sumsAt + at(n, output) * W + lane;
    float[] begin = begins ? ZEROS : sums;
    int start = begins ? lane : to;
    FloatVector s0 = FloatVector.fromArray(SPECIES, begin, start);
    FloatVector t0 = FloatVector.fromArray(SPECIES, begin, start + L);
    FloatVector s1 = FloatVector.fromArray(SPECIES, begin, start + W);
    FloatVector t1 = FloatVector.fromArray(SPECIES, begin, start + W + L);
    FloatVector s2 = FloatVector.fromArray(SPECIES, begin, start + 2 * W);
    FloatVector t2 = FloatVector.fromArray(SPECIES, begin, start + 2 * W + L);
    FloatVector s3 = FloatVector.fromArray(SPECIES, begin, start + 3 * W);
    FloatVector t3 = FloatVector.fromArray(SPECIES, begin, start + 3 * W + L);
    for (int panel = 0; panel < panels; panel++) {
      int from = wAt + (panel * outputs + output) * run;
      int row = at + panel * run;
      for (int q = lane; q < run; q += W) {
        FloatVector x0 = FloatVector.fromArray(SPECIES, left, row + q);
        FloatVector x1 = FloatVector.fromArray(SPECIES, left, row + q + L);
        s0 = x0.fma(FloatVector.fromArray(SPECIES, right, from + q), s0);
        t0 = x1.fma(FloatVector.fromArray(SPECIES, right, from + q + L), t0);
        s1 = x0.fma(FloatVector.fromArray(SPECIES, right, from + run + q), s1);
        t1 = x1.fma(FloatVector.fromArray(SPECIES, right, from + run + q + L), t1);
        s2 = x0.fma(FloatVector.fromArray(SPECIES, right, from + 2 * run + q), s2);
        t2 = x1.fma(FloatVector.fromArray(SPECIES, right, from + 2 * run + q + L), t2);
        s3 = x0.fma(FloatVector.fromArray(SPECIES, right, from + 3 * run + q), s3);
        t3 = x1.fma(FloatVector.fromArray(SPECIES, right, from + 3 * run + q + L), t3);
      }
    }
    s0.intoArray(sums, to);
    t0.intoArray(sums, to + L);
    s1.intoArray(sums, to + W);
    t1.intoArray(sums, to + W + L);
    s2.intoArray(sums, to + 2 * W);
    t2.intoArray(sums, to + 2 * W + L);
    s3.intoArray(sums, to + 3 * W);
    t3.intoArray(sums, to + 3 * W + L);
  }

  private void dots1x1(int n, int output) {
    for (int lane = 0; lane < W; lane += L) {
      dots1x1(n, output, lane);
    }
  }

  private void dots1x1(int n, int output, int lane) {
    float[] left = x;
    float[] right = w;
    int run = blocks * W;
    int at = xAt + n * xRow;
    int to = sumsAt + at(n, output) * W + lane;
    float[] begin = begins ? ZEROS : sums;
    int start = begins ? lane : to;
    FloatVector s00 = FloatVector.fromArray(SPECIES, begin, start);
    for (int panel = 0; panel < panels; panel++) {
      int from = wAt + (panel * outputs + output) * run;
      int row = at + panel * run;
      for (int q = lane; q < run; q += W) {
        FloatVector x0 = FloatVector.fromArray(SPECIES, left, row + q);
        FloatVector w0 = FloatVector.fromArray(SPECIES, right, from + q);
        s00 = x0.fma(w0, s00);
      }
    }
    s00.intoArray(sums, to);
  }
}
