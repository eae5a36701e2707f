package io.fovea.format.onnx.operator;

import io.fovea.parallel.Workers;

/**
 * c = a b, row-major, in floats with fused multiply-adds. Chunks depend only on the shapes, and
 * each element is summed in the order of the inner index, so the bits do not depend on threads.
 */
final class MatrixProduct {
  /** Columns of a block: four rows of b and one of c stay in the L1 cache. */
  private static final int COLUMNS = 1024;

  /** Rows of the result in a chunk. */
  private static final int ROWS = 32;

  private MatrixProduct() {}

  /**
   * The offsets of the matrices in their arrays, and GEMM's sizes: c (m, n) += a (m, k) b (k, n).
   */
  record Layout(int aOffset, int bOffset, int cOffset, int m, int k, int n) {}

  /** c += a b. */
  static void add(Workers workers, float[] a, float[] b, float[] c, Layout layout) {
    int blocks = (layout.n() + COLUMNS - 1) / COLUMNS;
    int bands = (layout.m() + ROWS - 1) / ROWS;
    workers.run(
        Math.multiplyExact(blocks, bands),
        (chunk, worker) -> {
          int column = chunk / bands * COLUMNS;
          int width = Math.min(COLUMNS, layout.n() - column);
          int row = chunk % bands * ROWS;
          int last = Math.min(layout.m(), row + ROWS);
          for (int i = row; i < last; i++) {
            row(
                a,
                layout.aOffset() + i * layout.k(),
                b,
                layout.bOffset() + column,
                layout.n(),
                c,
                layout.cOffset() + i * layout.n() + column,
                layout.k(),
                width);
          }
        });
  }

  /** One row of c: c[j] += sum over k of a[k] b[k][j]. */
  static void row(
      float[] a,
      int aOffset,
      float[] b,
      int bOffset,
      int bStride,
      float[] c,
      int cOffset,
      int inner,
      int width) {
    int k = 0;
    for (; k + 4 <= inner; k += 4) {
      float a0 = a[aOffset + k];
      float a1 = a[aOffset + k + 1];
      float a2 = a[aOffset + k + 2];
      float a3 = a[aOffset + k + 3];
      int b0 = bOffset + k * bStride;
      int b1 = b0 + bStride;
      int b2 = b1 + bStride;
      int b3 = b2 + bStride;
      for (int j = 0; j < width; j++) {
        float sum = Math.fma(a0, b[b0 + j], c[cOffset + j]);
        sum = Math.fma(a1, b[b1 + j], sum);
        sum = Math.fma(a2, b[b2 + j], sum);
        c[cOffset + j] = Math.fma(a3, b[b3 + j], sum);
      }
    }
    for (; k < inner; k++) {
      float a0 = a[aOffset + k];
      int b0 = bOffset + k * bStride;
      for (int j = 0; j < width; j++) {
        c[cOffset + j] = Math.fma(a0, b[b0 + j], c[cOffset + j]);
      }
    }
  }

  /** c += a b with b given as its transpose (columns, inner): each element is a dot product. */
  static void addTransposed(Workers workers, float[] a, float[] b, float[] c, Layout layout) {
    int bands = (layout.n() + ROWS - 1) / ROWS;
    workers.run(
        bands,
        (chunk, worker) -> {
          int begin = chunk * ROWS;
          int end = Math.min(layout.n(), begin + ROWS);
          for (int j = begin; j < end; j++) {
            for (int i = 0; i < layout.m(); i++) {
              c[layout.cOffset() + i * layout.n() + j] +=
                  dot(
                      a,
                      layout.aOffset() + i * layout.k(),
                      b,
                      layout.bOffset() + j * layout.k(),
                      layout.k());
            }
          }
        });
  }

  /** The dot product, in eight independent sums, which hide the latency of additions. */
  private static float dot(float[] a, int aOffset, float[] b, int bOffset, int inner) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    float s4 = 0;
    float s5 = 0;
    float s6 = 0;
    float s7 = 0;
    int k = 0;
    for (; k + 8 <= inner; k += 8) {
      s0 = Math.fma(a[aOffset + k], b[bOffset + k], s0);
      s1 = Math.fma(a[aOffset + k + 1], b[bOffset + k + 1], s1);
      s2 = Math.fma(a[aOffset + k + 2], b[bOffset + k + 2], s2);
      s3 = Math.fma(a[aOffset + k + 3], b[bOffset + k + 3], s3);
      s4 = Math.fma(a[aOffset + k + 4], b[bOffset + k + 4], s4);
      s5 = Math.fma(a[aOffset + k + 5], b[bOffset + k + 5], s5);
      s6 = Math.fma(a[aOffset + k + 6], b[bOffset + k + 6], s6);
      s7 = Math.fma(a[aOffset + k + 7], b[bOffset + k + 7], s7);
    }
    for (; k < inner; k++) {
      s0 = Math.fma(a[aOffset + k], b[bOffset + k], s0);
    }
    return ((s0 + s4) + (s1 + s5)) + ((s2 + s6) + (s3 + s7));
  }
}
