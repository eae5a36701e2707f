package io.fovea.kernel.vector.pool;

import static io.fovea.kernel.vector.machine.Lanes.SPECIES;

import io.fovea.kernel.geometry.Pool2dGeometry;
import io.fovea.kernel.op.ImageMaxPool2dKernel;
import io.fovea.kernel.op.OutputView;
import io.fovea.kernel.op.Resources;
import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.parallel.Bands;
import io.fovea.tensor.Tensor;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * Max pooling a vector of channels at a time; a last vector ends with the last channel and computes
 * some again: 24 channels by 3x3 at 112x112 take 0.10 ms on two threads so, and took 1.42 with the
 * last 8 channels one by one. A piece of work is a band of rows. The comparisons are those of the
 * reference, so values and winners are equal.
 *
 * <p>Where windows tile the map, backward writes each input once: the gradient if it won, zero if
 * not. Elsewhere gradients are added to the winners one by one.
 */
public final class VectorMaxPool2d implements ImageMaxPool2dKernel {
  private static final int L = Lanes.COUNT;
  private static final VectorSpecies<Integer> INTS =
      VectorSpecies.of(int.class, SPECIES.vectorShape());
  private static final IntVector LANES = IntVector.zero(INTS).addIndex(1);

  private final Pool2dGeometry g;
  private final int channels;
  private final int inputs;
  private final int outputs;
  private final boolean tiled;
  private final boolean twoByTwo;
  private final Bands bands;

  public VectorMaxPool2d(Pool2dGeometry geometry) {
    this.g = geometry;
    this.channels = g.channels();
    this.inputs = channels * g.height() * g.width();
    this.outputs = channels * g.outputHeight() * g.outputWidth();
    this.tiled =
        g.window().strideHeight() == g.window().kernelHeight()
            && g.window().strideWidth() == g.window().kernelWidth()
            && g.rowStep() == 1
            && g.columnStep() == 1
            && g.endRow(g.outputHeight() - 1) == g.height()
            && g.endColumn(g.outputWidth() - 1) == g.width();
    // windows of 2x2 that tile the map without padding, channels in full vectors
    this.twoByTwo =
        tiled
            && g.window().kernelHeight() == 2
            && g.window().kernelWidth() == 2
            && g.height() == 2 * g.outputHeight()
            && g.width() == 2 * g.outputWidth()
            && channels % L == 0;
    long window = (long) g.window().kernelHeight() * g.window().kernelWidth();
    this.bands = Bands.of(g.outputHeight(), window * g.outputWidth() * channels);
  }

  @Override
  public Pool2dGeometry geometry() {
    return g;
  }

  @Override
  public void forward(Tensor y, int @Nullable [] winners, Tensor x, Resources resources) {
    bands.run(
        resources.workers(),
        x.count(),
        (n, from, to, worker) ->
            forwardRows(
                OutputView.of(y), winners, n, x.array(), x.offset() + n * inputs, from, to));
  }

  @Override
  public void forwardRows(
      OutputView y, int @Nullable [] winners, int n, float[] x, int xAt, int from, int to) {
    if (winners == null) {
      new MaxPoolValues(g, x, xAt).rows(y, n, from, to);
    } else {
      rows(y, winners, n, x, xAt, from, to);
    }
  }

  private void rows(OutputView y, int[] winners, int n, float[] x, int xAt, int from, int to) {
    int at = n * outputs + from * g.outputWidth() * channels;
    for (int i = from; i < to; i++) {
      if (twoByTwo) {
        bestOfFour(y.array(), y.at() + at, winners, at, x, xAt, i);
        at += g.outputWidth() * channels;
        continue;
      }
      for (int j = 0; j < g.outputWidth(); j++) {
        if (channels >= L) {
          vectors(y.array(), y.at() + at, winners, at, x, xAt, i, j);
        } else {
          scalars(y.array(), y.at() + at, winners, at, x, xAt, i, j);
        }
        at += channels;
      }
    }
  }

  /**
   * Computes a row of 2x2 windows: the larger of the upper two against the larger of the lower two,
   * which keeps the first of equals in reading order.
   */
  private void bestOfFour(
      float[] y, int yAt, int[] winners, int winnersAt, float[] x, int xAt, int i) {
    int down = g.width() * channels;
    int length = g.outputWidth() * channels;
    int next = channels;
    IntVector right = IntVector.broadcast(INTS, next);
    for (int from = 0; from < length; from += next) {
      for (int c = 0; c < next; c += L) {
        int here = 2 * (i * down + from) + c;
        FloatVector upper = FloatVector.fromArray(SPECIES, x, xAt + here);
        FloatVector upperRight = FloatVector.fromArray(SPECIES, x, xAt + here + next);
        FloatVector lower = FloatVector.fromArray(SPECIES, x, xAt + here + down);
        FloatVector lowerRight = FloatVector.fromArray(SPECIES, x, xAt + here + down + next);
        // Greater, or NaN where the other is a number, so that the first of equals stays.
        VectorMask<Float> inUpper =
            upperRight
                .compare(VectorOperators.LE, upper)
                .not()
                .and(upper.compare(VectorOperators.EQ, upper));
        VectorMask<Float> inLower =
            lowerRight
                .compare(VectorOperators.LE, lower)
                .not()
                .and(lower.compare(VectorOperators.EQ, lower));
        upper = upper.blend(upperRight, inUpper);
        lower = lower.blend(lowerRight, inLower);
        VectorMask<Float> below =
            lower
                .compare(VectorOperators.LE, upper)
                .not()
                .and(upper.compare(VectorOperators.EQ, upper));
        upper.blend(lower, below).intoArray(y, yAt + from + c);
        IntVector position = IntVector.zero(INTS).blend(right, inUpper.cast(INTS));
        IntVector positionBelow = IntVector.zero(INTS).blend(right, inLower.cast(INTS)).add(down);
        position
            .blend(positionBelow, below.cast(INTS))
            .add(LANES)
            .add(here)
            .intoArray(winners, winnersAt + from + c);
      }
    }
  }

  /** Computes one window, in vectors of channels. */
  private void vectors(
      float[] y, int yAt, int[] winners, int winnersAt, float[] x, int xAt, int i, int j) {
    int left = g.firstColumn(j);
    int right = g.endColumn(j);
    for (int begin = 0; begin < channels; begin += L) {
      int c = Math.min(begin, channels - L);
      int pixel = (g.firstRow(i) * g.width() + left) * channels + c;
      FloatVector best = FloatVector.fromArray(SPECIES, x, xAt + pixel);
      IntVector winner = IntVector.broadcast(INTS, pixel);
      for (int p = g.firstRow(i); p < g.endRow(i); p += g.rowStep()) {
        for (int q = left; q < right; q += g.columnStep()) {
          int here = (p * g.width() + q) * channels + c;
          FloatVector value = FloatVector.fromArray(SPECIES, x, xAt + here);
          // Greater, or NaN where the best is a number, so that the first of equals stays.
          VectorMask<Float> wins =
              value
                  .compare(VectorOperators.LE, best)
                  .not()
                  .and(best.compare(VectorOperators.EQ, best));
          best = best.blend(value, wins);
          winner = winner.blend(here, wins.cast(INTS));
        }
      }
      best.intoArray(y, yAt + c);
      winner.add(LANES).intoArray(winners, winnersAt + c);
    }
  }

  /** Computes one window, channels one by one. */
  private void scalars(
      float[] y, int yAt, int[] winners, int winnersAt, float[] x, int xAt, int i, int j) {
    for (int c = 0; c < channels; c++) {
      int winner = (g.firstRow(i) * g.width() + g.firstColumn(j)) * channels + c;
      float best = x[xAt + winner];
      for (int p = g.firstRow(i); p < g.endRow(i); p += g.rowStep()) {
        for (int q = g.firstColumn(j); q < g.endColumn(j); q += g.columnStep()) {
          int here = (p * g.width() + q) * channels + c;
          float value = x[xAt + here];
          if (value > best || (Float.isNaN(value) && !Float.isNaN(best))) {
            best = value;
            winner = here;
          }
        }
      }
      y[yAt + c] = best;
      winners[winnersAt + c] = winner;
    }
  }

  @Override
  public void backward(Tensor dx, Tensor dy, int[] winners, Resources resources) {
    resources.run(
        dy.count(),
        (n, worker) ->
            backwardImage(
                dx.array(),
                dx.offset() + n * inputs,
                dy.array(),
                dy.offset() + n * outputs,
                winners,
                n));
  }

  @Override
  public void backwardImage(float[] dx, int dxAt, float[] dy, int dyAt, int[] winners, int n) {
    int won = n * outputs;
    if (!tiled) {
      Arrays.fill(dx, dxAt, dxAt + inputs, 0);
      for (int k = 0; k < outputs; k++) {
        dx[dxAt + winners[won + k]] += dy[dyAt + k];
      }
      return;
    }
    for (int i = 0; i < g.outputHeight(); i++) {
      int row = i * g.outputWidth() * channels;
      if (twoByTwo) {
        spreadToFour(dx, dxAt, dy, dyAt + row, winners, won + row, i);
        continue;
      }
      for (int j = 0; j < g.outputWidth(); j++) {
        int at = row + j * channels;
        spread(dx, dxAt, dy, dyAt + at, winners, won + at, i, j);
      }
    }
  }

  /** Writes the gradients of the inputs of a row of 2x2 windows, each once. */
  private void spreadToFour(
      float[] dx, int dxAt, float[] dy, int dyAt, int[] winners, int winnersAt, int i) {
    int down = g.width() * channels;
    int length = g.outputWidth() * channels;
    int next = channels;
    FloatVector zero = FloatVector.zero(SPECIES);
    for (int from = 0; from < length; from += next) {
      for (int c = 0; c < next; c += L) {
        int here = 2 * (i * down + from) + c;
        int to = dxAt + here;
        IntVector winner =
            IntVector.fromArray(INTS, winners, winnersAt + from + c).sub(LANES).sub(here);
        FloatVector gradient = FloatVector.fromArray(SPECIES, dy, dyAt + from + c);
        zero.blend(gradient, winner.compare(VectorOperators.EQ, 0).cast(SPECIES)).intoArray(dx, to);
        zero.blend(gradient, winner.compare(VectorOperators.EQ, next).cast(SPECIES))
            .intoArray(dx, to + next);
        zero.blend(gradient, winner.compare(VectorOperators.EQ, down).cast(SPECIES))
            .intoArray(dx, to + down);
        zero.blend(gradient, winner.compare(VectorOperators.EQ, down + next).cast(SPECIES))
            .intoArray(dx, to + down + next);
      }
    }
  }

  /** Writes the gradients of the inputs of one window, each once. */
  private void spread(
      float[] dx, int dxAt, float[] dy, int dyAt, int[] winners, int winnersAt, int i, int j) {
    for (int p = g.firstRow(i); p < g.endRow(i); p += g.rowStep()) {
      for (int q = g.firstColumn(j); q < g.endColumn(j); q += g.columnStep()) {
        int pixel = (p * g.width() + q) * channels;
        int c = 0;
        for (; c + L <= channels; c += L) {
          IntVector winner = IntVector.fromArray(INTS, winners, winnersAt + c).sub(LANES);
          FloatVector gradient = FloatVector.fromArray(SPECIES, dy, dyAt + c);
          FloatVector.zero(SPECIES)
              .blend(gradient, winner.compare(VectorOperators.EQ, pixel + c).cast(SPECIES))
              .intoArray(dx, dxAt + pixel + c);
        }
        for (; c < channels; c++) {
          dx[dxAt + pixel + c] = winners[winnersAt + c] == pixel + c ? dy[dyAt + c] : 0;
        }
      }
    }
  }
}
