package io.fovea.kernel.vector.pool;

import static io.fovea.kernel.vector.machine.Lanes.SPECIES;

import io.fovea.kernel.geometry.Pool2dGeometry;
import io.fovea.kernel.op.OutputView;
import io.fovea.kernel.vector.machine.Lanes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Max pooling of one image without the positions of the maxima: the values have the bits of {@link
 * VectorMaxPool2d}.
 */
final class MaxPoolValues {
  private static final int L = Lanes.COUNT;

  private final Pool2dGeometry g;
  private final int channels;
  private final float[] x;
  private final int xAt;

  /** For the map that would begin at x[xAt] if its first rows were there. */
  MaxPoolValues(Pool2dGeometry geometry, float[] x, int xAt) {
    this.g = geometry;
    this.channels = g.channels();
    this.x = x;
    this.xAt = xAt;
  }

  /** Computes output rows from (inclusive) to (exclusive) of image n of y. */
  void rows(OutputView y, int n, int from, int to) {
    int at = y.at() + (n * g.outputHeight() + from) * g.outputWidth() * channels;
    for (int i = from; i < to; i++) {
      for (int j = 0; j < g.outputWidth(); j++) {
        if (channels >= L) {
          vectors(y.array(), at, i, j);
        } else {
          scalars(y.array(), at, i, j, 0, channels);
        }
        at += channels;
      }
    }
  }

  /**
   * Computes one window; a last vector ends with the last channel and computes some again. A NaN,
   * which wins, makes the sum of the window NaN and selects the plain loops, so that a step is a
   * single comparison otherwise.
   */
  private void vectors(float[] y, int yAt, int i, int j) {
    float[] from = x;
    int row = g.rowStep() * g.width() * channels;
    int column = g.columnStep() * channels;
    int begin = xAt + (g.firstRow(i) * g.width() + g.firstColumn(j)) * channels;
    int rows = (g.endRow(i) - g.firstRow(i) + g.rowStep() - 1) / g.rowStep();
    int columns = (g.endColumn(j) - g.firstColumn(j) + g.columnStep() - 1) / g.columnStep();
    for (int v = 0; v < channels; v += L) {
      int c = Math.min(v, channels - L);
      FloatVector best = FloatVector.fromArray(SPECIES, from, begin + c);
      FloatVector sum = FloatVector.zero(SPECIES);
      for (int p = 0; p < rows; p++) {
        for (int q = 0; q < columns; q++) {
          FloatVector value =
              FloatVector.fromArray(SPECIES, from, begin + p * row + q * column + c);
          sum = sum.add(value);
          best = best.blend(value, value.compare(VectorOperators.GT, best));
        }
      }
      if (sum.compare(VectorOperators.NE, sum).anyTrue()) {
        scalars(y, yAt, i, j, c, c + L);
      } else {
        best.intoArray(y, yAt + c);
      }
    }
  }

  private void scalars(float[] y, int yAt, int i, int j, int first, int end) {
    for (int c = first; c < end; c++) {
      float best = x[xAt + (g.firstRow(i) * g.width() + g.firstColumn(j)) * channels + c];
      for (int p = g.firstRow(i); p < g.endRow(i); p += g.rowStep()) {
        for (int q = g.firstColumn(j); q < g.endColumn(j); q += g.columnStep()) {
          float value = x[xAt + (p * g.width() + q) * channels + c];
          if (value > best || (Float.isNaN(value) && !Float.isNaN(best))) {
            best = value;
          }
        }
      }
      y[yAt + c] = best;
    }
  }
}
