package io.fovea.data.jpeg;

import java.util.Arrays;

/**
 * The inverse discrete cosine transform in integers (Loeffler, Ligtenberg and Moschytz, 1989, with
 * constants of 13 bits), as libjpeg computes it: {@code jidctint.c} for 8x8 samples, {@code
 * jidctred.c} for 4x4 and 2x2. Columns come first and keep 2 more bits, rows follow; each result is
 * rounded half up. Not for several threads.
 */
final class InverseDct {
  private static final int BITS = 13;
  private static final int MORE = 2;

  /** What a row has more than a column: the factor 8 of the transform is taken away there. */
  private static final int EIGHTH = 3;

  private final int[] work = new int[64];

  /**
   * Writes the samples of a block.
   *
   * @param size samples a side: 8, 4, 2 or 1
   * @param b 64 coefficients in natural order from {@code from} on
   * @param q their quantisation factors
   * @param last the place in zigzag order of the last coefficient that may differ from 0
   * @param out the samples, row by row, at {@code at}, {@code at + stride} ...
   */
  void block(int size, short[] b, int from, int[] q, int last, byte[] out, int at, int stride) {
    if (last == 0 || size == 1) {
      byte flat = sample((b[from] * q[0] + 4) >> 3);
      for (int y = 0; y < size; y++) {
        Arrays.fill(out, at + y * stride, at + y * stride + size, flat);
      }
    } else if (size == 8) {
      full(b, from, q);
      for (int y = 0; y < 8; y++) {
        for (int x = 0; x < 8; x++) {
          out[at + y * stride + x] = sample(work[y * 8 + x]);
        }
      }
    } else if (size == 4) {
      half(b, from, q, out, at, stride);
    } else {
      quarter(b, from, q, out, at, stride);
    }
  }

  /** A result, -128 to 127 in intact files, as a sample. */
  private static byte sample(int result) {
    return (byte) Math.clamp(result + 128, 0, 255);
  }

  private void full(short[] b, int from, int[] q) {
    int[] w = work;
    for (int c = 0; c < 8; c++) {
      int i = from + c;
      int first = b[i] * q[c];
      if ((b[i + 8] | b[i + 16] | b[i + 24] | b[i + 32] | b[i + 40] | b[i + 48] | b[i + 56]) == 0) {
        int flat = first << MORE;
        for (int k = c; k < 64; k += 8) {
          w[k] = flat;
        }
        continue;
      }
      for (int k = 0; k < 64; k += 8) {
        w[c + k] = b[i + k] * q[c + k];
      }
      transform(w, c, 8, BITS - MORE);
    }
    for (int r = 0; r < 64; r += 8) {
      transform(w, r, 1, BITS + MORE + EIGHTH);
    }
  }

  /** Transforms 8 numbers, {@code step} apart, in place, and takes {@code down} bits away. */
  private static void transform(int[] w, int at, int step, int down) {
    int s0 = w[at];
    int s1 = w[at + step];
    int s2 = w[at + 2 * step];
    int s3 = w[at + 3 * step];
    int s4 = w[at + 4 * step];
    int s5 = w[at + 5 * step];
    int s6 = w[at + 6 * step];
    int s7 = w[at + 7 * step];
    int half = 1 << (down - 1);
    int z = (s2 + s6) * 4433;
    int e2 = z - s6 * 15137;
    int e3 = z + s2 * 6270;
    int e0 = ((s0 + s4) << BITS) + half;
    int e1 = ((s0 - s4) << BITS) + half;
    int z5 = (s1 + s3 + s5 + s7) * 9633;
    int z1 = (s7 + s1) * -7373;
    int z2 = (s5 + s3) * -20995;
    int z3 = (s7 + s3) * -16069 + z5;
    int z4 = (s5 + s1) * -3196 + z5;
    int o0 = s7 * 2446 + z1 + z3;
    int o1 = s5 * 16819 + z2 + z4;
    int o2 = s3 * 25172 + z2 + z3;
    int o3 = s1 * 12299 + z1 + z4;
    w[at] = (e0 + e3 + o3) >> down;
    w[at + step] = (e1 + e2 + o2) >> down;
    w[at + 2 * step] = (e1 - e2 + o1) >> down;
    w[at + 3 * step] = (e0 - e3 + o0) >> down;
    w[at + 4 * step] = (e0 - e3 - o0) >> down;
    w[at + 5 * step] = (e1 - e2 - o1) >> down;
    w[at + 6 * step] = (e1 + e2 - o2) >> down;
    w[at + 7 * step] = (e0 + e3 - o3) >> down;
  }

  /** 4x4 samples; row and column 4 of the coefficients are of no use for them. */
  private void half(short[] b, int from, int[] q, byte[] out, int at, int stride) {
    int[] w = work;
    int down = BITS - MORE + 1;
    for (int c = 0; c < 8; c++) {
      if (c != 4) {
        int i = from + c;
        int s1 = b[i + 8] * q[c + 8];
        int s2 = b[i + 16] * q[c + 16];
        int s3 = b[i + 24] * q[c + 24];
        int s5 = b[i + 40] * q[c + 40];
        int s6 = b[i + 48] * q[c + 48];
        int s7 = b[i + 56] * q[c + 56];
        int e0 = ((b[i] * q[c]) << (BITS + 1)) + (1 << (down - 1));
        int e2 = s2 * 15137 - s6 * 6270;
        int o0 = s7 * -1730 + s5 * 11893 - s3 * 17799 + s1 * 8697;
        int o2 = s7 * -4176 - s5 * 4926 + s3 * 7373 + s1 * 20995;
        w[c] = (e0 + e2 + o2) >> down;
        w[c + 8] = (e0 - e2 + o0) >> down;
        w[c + 16] = (e0 - e2 - o0) >> down;
        w[c + 24] = (e0 + e2 - o2) >> down;
      }
    }
    int down2 = BITS + MORE + EIGHTH + 1;
    for (int r = 0; r < 4; r++) {
      int i = r * 8;
      int row = at + r * stride;
      int e0 = (w[i] << (BITS + 1)) + (1 << (down2 - 1));
      int e2 = w[i + 2] * 15137 - w[i + 6] * 6270;
      int o0 = w[i + 7] * -1730 + w[i + 5] * 11893 - w[i + 3] * 17799 + w[i + 1] * 8697;
      int o2 = w[i + 7] * -4176 - w[i + 5] * 4926 + w[i + 3] * 7373 + w[i + 1] * 20995;
      out[row] = sample((e0 + e2 + o2) >> down2);
      out[row + 1] = sample((e0 - e2 + o0) >> down2);
      out[row + 2] = sample((e0 - e2 - o0) >> down2);
      out[row + 3] = sample((e0 + e2 - o2) >> down2);
    }
  }

  /** 2x2 samples, from rows and columns 0, 1, 3, 5 and 7. */
  private void quarter(short[] b, int from, int[] q, byte[] out, int at, int stride) {
    int[] w = work;
    int down = BITS - MORE + 2;
    for (int c = 0; c < 8; c += c == 0 ? 1 : 2) {
      int i = from + c;
      int e0 = ((b[i] * q[c]) << (BITS + 2)) + (1 << (down - 1));
      int o0 =
          b[i + 8] * q[c + 8] * 29692
              - b[i + 24] * q[c + 24] * 10426
              + b[i + 40] * q[c + 40] * 6967
              - b[i + 56] * q[c + 56] * 5906;
      w[c] = (e0 + o0) >> down;
      w[c + 8] = (e0 - o0) >> down;
    }
    int down2 = BITS + MORE + EIGHTH + 2;
    for (int r = 0; r < 2; r++) {
      int i = r * 8;
      int e0 = (w[i] << (BITS + 2)) + (1 << (down2 - 1));
      int o0 = w[i + 1] * 29692 - w[i + 3] * 10426 + w[i + 5] * 6967 - w[i + 7] * 5906;
      out[at + r * stride] = sample((e0 + o0) >> down2);
      out[at + r * stride + 1] = sample((e0 - o0) >> down2);
    }
  }
}
