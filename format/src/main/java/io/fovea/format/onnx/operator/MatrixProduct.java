package io.fovea.format.onnx.operator;

import io.fovea.parallel.Workers;

/**
 * c = a b, row-major, in floats with fused multiply-adds. Chunks depend on the shapes alone, and
 * each element is summed in the order of the inner index, so the bits do not depend on threads.
 */
final class MatrixProduct {
  /** Columns computed together: four rows of b and one of c stay in the first cache. */
  private static final int COLUMNS = 1024;

  /** Rows of the result that are a chunk. */
  private static final int ROWS = 32;

  private MatrixProduct() {}

  /**
   * Where the matrices begin in their arrays, and their sizes: (rows, inner) x (inner, columns).
   */
  record Place(int a, int b, int c, int rows, int inner, int columns) {}

  /** c += a b. */
  static void add(Workers workers, float[] a, float[] b, float[] c, Place p) {
    int blocks = (p.columns() + COLUMNS - 1) / COLUMNS;
    int bands = (p.rows() + ROWS - 1) / ROWS;
    workers.run(
        Math.multiplyExact(blocks, bands),
        (chunk, worker) -> {
          int column = chunk / bands * COLUMNS;
          int width = Math.min(COLUMNS, p.columns() - column);
          int row = chunk % bands * ROWS;
          int last = Math.min(p.rows(), row + ROWS);
          for (int i = row; i < last; i++) {
            row(
                a,
                p.a() + i * p.inner(),
                b,
                p.b() + column,
                p.columns(),
                c,
                p.c() + i * p.columns() + column,
                p.inner(),
                width);
          }
        });
  }

  /** One row of c: c[j] += sum over k of a[k] b[k][j]. */
  static void row(
      float[] a, int atA, float[] b, int atB, int pitch, float[] c, int atC, int inner, int width) {
    int k = 0;
    for (; k + 4 <= inner; k += 4) {
      float a0 = a[atA + k];
      float a1 = a[atA + k + 1];
      float a2 = a[atA + k + 2];
      float a3 = a[atA + k + 3];
      int b0 = atB + k * pitch;
      int b1 = b0 + pitch;
      int b2 = b1 + pitch;
      int b3 = b2 + pitch;
      for (int j = 0; j < width; j++) {
        float sum = Math.fma(a0, b[b0 + j], c[atC + j]);
        sum = Math.fma(a1, b[b1 + j], sum);
        sum = Math.fma(a2, b[b2 + j], sum);
        c[atC + j] = Math.fma(a3, b[b3 + j], sum);
      }
    }
    for (; k < inner; k++) {
      float a0 = a[atA + k];
      int b0 = atB + k * pitch;
      for (int j = 0; j < width; j++) {
        c[atC + j] = Math.fma(a0, b[b0 + j], c[atC + j]);
      }
    }
  }

  /** c += a b with b given as its transpose (columns, inner): each element is a dot product. */
  static void addTransposed(Workers workers, float[] a, float[] b, float[] c, Place p) {
    int bands = (p.columns() + ROWS - 1) / ROWS;
    workers.run(
        bands,
        (chunk, worker) -> {
          int from = chunk * ROWS;
          int to = Math.min(p.columns(), from + ROWS);
          for (int j = from; j < to; j++) {
            for (int i = 0; i < p.rows(); i++) {
              c[p.c() + i * p.columns() + j] +=
                  dot(a, p.a() + i * p.inner(), b, p.b() + j * p.inner(), p.inner());
            }
          }
        });
  }

  /** Eight sums side by side: the processor need not wait for one addition before the next. */
  private static float dot(float[] a, int atA, float[] b, int atB, int inner) {
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
      s0 = Math.fma(a[atA + k], b[atB + k], s0);
      s1 = Math.fma(a[atA + k + 1], b[atB + k + 1], s1);
      s2 = Math.fma(a[atA + k + 2], b[atB + k + 2], s2);
      s3 = Math.fma(a[atA + k + 3], b[atB + k + 3], s3);
      s4 = Math.fma(a[atA + k + 4], b[atB + k + 4], s4);
      s5 = Math.fma(a[atA + k + 5], b[atB + k + 5], s5);
      s6 = Math.fma(a[atA + k + 6], b[atB + k + 6], s6);
      s7 = Math.fma(a[atA + k + 7], b[atB + k + 7], s7);
    }
    for (; k < inner; k++) {
      s0 = Math.fma(a[atA + k], b[atB + k], s0);
    }
    return ((s0 + s4) + (s1 + s5)) + ((s2 + s6) + (s3 + s7));
  }
}
