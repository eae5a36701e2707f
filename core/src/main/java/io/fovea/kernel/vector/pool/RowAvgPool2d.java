package io.fovea.kernel.vector.pool;

import static io.fovea.kernel.vector.machine.Lanes.SPECIES;

import io.fovea.kernel.geometry.Pool2dGeometry;
import io.fovea.kernel.op.AvgPool2dKernel;
import io.fovea.kernel.op.Resources;
import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.parallel.Bands;
import io.fovea.tensor.Tensor;
import jdk.incubator.vector.FloatVector;

/**
 * Average pooling a vector of channels at a time; a last vector ends with the last channel and
 * computes some again. A piece of work is a band of rows. The backward pass has plain loops, one
 * image a piece of work.
 */
public final class RowAvgPool2d implements AvgPool2dKernel {
  private static final int L = Lanes.COUNT;

  /** Channels that are summed at once. */
  private static final int AT_ONCE = 4 * L;

  private final Pool2dGeometry g;
  private final int inputs;
  private final int outputs;
  private final Bands bands;
  private final boolean byChannels; // a single row, as of a global mean, has no bands of rows

  public RowAvgPool2d(Pool2dGeometry geometry) {
    this.g = geometry;
    this.inputs = g.channels() * g.height() * g.width();
    this.outputs = g.channels() * g.outputHeight() * g.outputWidth();
    long window = (long) g.window().kernelHeight() * g.window().kernelWidth();
    long pixels = window * g.outputWidth();
    this.byChannels = g.outputHeight() == 1 && g.channels() >= L;
    this.bands =
        byChannels
            ? Bands.of(Math.ceilDiv(g.channels(), AT_ONCE), pixels * AT_ONCE)
            : Bands.of(g.outputHeight(), pixels * g.channels());
  }

  @Override
  public void forward(Tensor y, Tensor x, Resources resources) {
    int channels = g.channels();
    bands.run(
        resources.workers(),
        x.count(),
        (n, from, to, worker) -> {
          if (byChannels) {
            rows(y, x, n, 0, 1, from * AT_ONCE, Math.min(channels, to * AT_ONCE));
          } else {
            rows(y, x, n, from, to, 0, channels);
          }
        });
  }

  /**
   * Computes output rows from (inclusive) to (exclusive) of image n, channels first to end
   * (exclusive).
   */
  private void rows(Tensor y, Tensor x, int n, int from, int to, int first, int end) {
    for (int i = from; i < to; i++) {
      for (int j = 0; j < g.outputWidth(); j++) {
        if (g.channels() >= L) {
          int at = outputAt(y, n, i, j);
          means(y.array(), at, x.array(), inputAt(x, n, 0, 0), i, j, first, end);
        } else {
          mean(y, x, n, i, j);
        }
      }
    }
  }

  /**
   * Computes one window, vectors of channels from first (inclusive) to end (exclusive): a few at
   * once, whose additions are independent, then one by one. A last vector ends with the last
   * channel and computes some again, to the same bits.
   */
  private void means(float[] y, int yAt, float[] x, int xAt, int i, int j, int first, int end) {
    int channels = g.channels();
    int left = g.firstColumn(j);
    int right = g.endColumn(j);
    float size = g.divisor(i, j);
    int begin = first;
    for (; begin + AT_ONCE <= end; begin += AT_ONCE) {
      FloatVector s0 = FloatVector.zero(SPECIES);
      FloatVector s1 = FloatVector.zero(SPECIES);
      FloatVector s2 = FloatVector.zero(SPECIES);
      FloatVector s3 = FloatVector.zero(SPECIES);
      for (int p = g.firstRow(i); p < g.endRow(i); p += g.rowStep()) {
        for (int q = left; q < right; q += g.columnStep()) {
          int here = xAt + (p * g.width() + q) * channels + begin;
          s0 = s0.add(FloatVector.fromArray(SPECIES, x, here));
          s1 = s1.add(FloatVector.fromArray(SPECIES, x, here + L));
          s2 = s2.add(FloatVector.fromArray(SPECIES, x, here + 2 * L));
          s3 = s3.add(FloatVector.fromArray(SPECIES, x, here + 3 * L));
        }
      }
      s0.div(size).intoArray(y, yAt + begin);
      s1.div(size).intoArray(y, yAt + begin + L);
      s2.div(size).intoArray(y, yAt + begin + 2 * L);
      s3.div(size).intoArray(y, yAt + begin + 3 * L);
    }
    for (; begin < end; begin += L) {
      int c = Math.min(begin, channels - L);
      FloatVector sum = FloatVector.zero(SPECIES);
      for (int p = g.firstRow(i); p < g.endRow(i); p += g.rowStep()) {
        for (int q = left; q < right; q += g.columnStep()) {
          int here = xAt + (p * g.width() + q) * channels + c;
          sum = sum.add(FloatVector.fromArray(SPECIES, x, here));
        }
      }
      sum.div(size).intoArray(y, yAt + c);
    }
  }

  private void mean(Tensor y, Tensor x, int n, int i, int j) {
    int at = outputAt(y, n, i, j);
    java.util.Arrays.fill(y.array(), at, at + g.channels(), 0);
    for (int p = g.firstRow(i); p < g.endRow(i); p += g.rowStep()) {
      for (int q = g.firstColumn(j); q < g.endColumn(j); q += g.columnStep()) {
        int pixel = inputAt(x, n, p, q);
        for (int c = 0; c < g.channels(); c++) {
          y.array()[at + c] += x.array()[pixel + c];
        }
      }
    }
    float size = g.divisor(i, j);
    for (int c = 0; c < g.channels(); c++) {
      y.array()[at + c] /= size;
    }
  }

  @Override
  public void backward(Tensor dx, Tensor dy, Resources resources) {
    resources.run(
        dy.count(),
        (n, worker) -> {
          int first = inputAt(dx, n, 0, 0);
          java.util.Arrays.fill(dx.array(), first, first + inputs, 0);
          for (int i = 0; i < g.outputHeight(); i++) {
            for (int j = 0; j < g.outputWidth(); j++) {
              share(dx, dy, n, i, j);
            }
          }
        });
  }

  private void share(Tensor dx, Tensor dy, int n, int i, int j) {
    int at = outputAt(dy, n, i, j);
    float size = g.divisor(i, j);
    for (int p = g.firstRow(i); p < g.endRow(i); p += g.rowStep()) {
      for (int q = g.firstColumn(j); q < g.endColumn(j); q += g.columnStep()) {
        int pixel = inputAt(dx, n, p, q);
        for (int c = 0; c < g.channels(); c++) {
          dx.array()[pixel + c] += dy.array()[at + c] / size;
        }
      }
    }
  }

  private int inputAt(Tensor x, int n, int p, int q) {
    return x.offset() + n * inputs + (p * g.width() + q) * g.channels();
  }

  private int outputAt(Tensor y, int n, int i, int j) {
    return y.offset() + n * outputs + (i * g.outputWidth() + j) * g.channels();
  }
}
