package io.fovea.kernel.vector.norm;

import static io.fovea.kernel.vector.machine.Lanes.SPECIES;

import io.fovea.kernel.op.Clamp;
import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.kernel.vector.machine.Prefetch;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * Sums over rows of C floats each, one sum a channel. So that any number of channels fills full
 * vectors, several rows are read as one of {@code period} floats, the least common multiple of C
 * and W = {@link Lanes#WIDEST}; their sums are folded at the end. Remaining rows are added one by
 * one.
 *
 * <p>x is read in the order of memory, which the processor prefetches: a few rows at a time, whose
 * sums stay in registers for a vector of channels and otherwise in an array in the L1 cache. Going
 * down a column of vectors through a block of 16 KB instead is what made these sums twice as slow
 * (decision 35).
 */
final class ChannelSums {
  private static final int L = Lanes.COUNT;

  /** Periods of a group of rows. */
  private static final int GROUP = 8;

  /** From this period on, two tensors are read a period at a time. */
  private static final int WIDE = 64;

  /** About how many floats a block of rows has. */
  private static final int BLOCK = 1 << 12;

  /** The fewest periods of a block: with fewer, combining blocks took most of the time. */
  private static final int LEAST = 64;

  /** Periods of the rows whose mean is the centre. */
  private static final int FEW = 4;

  private final int channels;
  private final int period;

  ChannelSums(int channels) {
    this.channels = channels;
    int a = channels;
    int b = Lanes.WIDEST;
    // Euclid's algorithm: a becomes the greatest common divisor.
    while (b != 0) {
      int rest = a % b;
      a = b;
      b = rest;
    }
    this.period = Math.multiplyExact(channels / a, Lanes.WIDEST);
  }

  /** The least common multiple of channels and W. */
  int period() {
    return period;
  }

  /**
   * Rows of a block: sums over more rows are combined in double, which limits the additions in
   * float.
   */
  int blockRows() {
    return Math.max(LEAST, BLOCK / period) * (period / channels);
  }

  /** Repeats the C floats at {@code at} until a period is full. */
  void repeat(float[] pattern, int at) {
    for (int i = at + channels; i < at + period; i++) {
      pattern[i] = pattern[i - channels];
    }
  }

  /**
   * sums[c] = a centre, sums[C + c] = the sum of d, sums[2C + c] = that of d * d, d = x - centre.
   * The centre is the mean of the first rows.
   *
   * @param work four periods of floats to work in
   */
  void moments(float[] sums, int at, float[] x, int xAt, int rows, float[] work) {
    int centres = 2 * period;
    Arrays.fill(work, 0, 4 * period, 0);
    // A centre near the mean: squares of small distances do not cancel.
    int few = Math.min(rows, FEW * period / channels);
    for (int i = 0; i < few * channels; i += channels) {
      for (int c = 0; c < channels; c++) {
        work[centres + c] += x[xAt + i + c];
      }
    }
    for (int c = 0; c < channels; c++) {
      work[centres + c] /= few;
    }
    System.arraycopy(work, centres, sums, at, channels);
    repeat(work, centres);
    int whole = rows * channels / period * period;
    int i = 0;
    for (; i + (GROUP - 1) * period < whole; i += GROUP * period) {
      work[3 * period] = Prefetch.range(x, xAt + i, xAt + i + GROUP * period);
      addSquares(x, xAt + i, GROUP * period, work);
    }
    for (; i < whole; i += period) {
      addSquares(x, xAt + i, period, work);
    }
    fold(sums, at + channels, work, 0);
    fold(sums, at + 2 * channels, work, period);
    for (int k = whole, c = 0; k < rows * channels; k++) {
      float d = x[xAt + k] - work[centres + c];
      sums[at + channels + c] += d;
      sums[at + 2 * channels + c] += d * d;
      c = c + 1 == channels ? 0 : c + 1;
    }
  }

  /** Adds some periods of x to the sums in work, a vector of channels after the other. */
  private void addSquares(float[] x, int at, int length, float[] work) {
    for (int v = 0; v < period; v += L) {
      FloatVector centre = FloatVector.fromArray(SPECIES, work, 2 * period + v);
      FloatVector sum = FloatVector.fromArray(SPECIES, work, v);
      FloatVector squares = FloatVector.fromArray(SPECIES, work, period + v);
      for (int k = at + v; k < at + length; k += period) {
        FloatVector d = FloatVector.fromArray(SPECIES, x, k).sub(centre);
        sum = sum.add(d);
        squares = d.fma(d, squares);
      }
      sum.intoArray(work, v);
      squares.intoArray(work, period + v);
    }
  }

  /**
   * sums[c] = the sum of dz, sums[C + c] = that of dz * (x - high), where dz is dy where the bounds
   * let it pass, and otherwise 0.
   *
   * @param pattern periods of high and, if there are bounds, scale and shift: see {@link NormLoops}
   * @param work two periods of floats to work in
   */
  void products(
      float[] sums,
      int at,
      float[] dy,
      int dyAt,
      float[] x,
      int xAt,
      int rows,
      float[] pattern,
      Clamp clamp,
      float[] work) {
    Arrays.fill(work, 0, 2 * period, 0);
    int whole = rows * channels / period * period;
    int group = period < WIDE ? GROUP * period : period;
    for (int i = 0; i < whole; ) {
      int length = i + group <= whole ? group : period;
      if (clamp.isNone()) {
        addProducts(dy, dyAt + i, x, xAt + i, length, pattern, work);
      } else {
        addGated(dy, dyAt + i, x, xAt + i, length, pattern, clamp.gate(), clamp.high(), work);
      }
      i += length;
    }
    fold(sums, at, work, 0);
    fold(sums, at + channels, work, period);
    for (int k = whole, c = 0; k < rows * channels; k++) {
      float d = x[xAt + k] - pattern[c];
      float dz = dy[dyAt + k];
      if (!clamp.isNone()) {
        dz = clamp.passes(Math.fma(d, pattern[period + c], pattern[2 * period + c])) ? dz : 0;
      }
      sums[at + c] += dz;
      sums[at + channels + c] += dz * d;
      c = c + 1 == channels ? 0 : c + 1;
    }
  }

  private void addProducts(
      float[] dy, int dyAt, float[] x, int xAt, int length, float[] centres, float[] work) {
    for (int v = 0; v < period; v += L) {
      FloatVector centre = FloatVector.fromArray(SPECIES, centres, v);
      FloatVector sum = FloatVector.fromArray(SPECIES, work, v);
      FloatVector products = FloatVector.fromArray(SPECIES, work, period + v);
      for (int k = v; k < length; k += period) {
        FloatVector dz = FloatVector.fromArray(SPECIES, dy, dyAt + k);
        sum = sum.add(dz);
        products = FloatVector.fromArray(SPECIES, x, xAt + k).sub(centre).fma(dz, products);
      }
      sum.intoArray(work, v);
      products.intoArray(work, period + v);
    }
  }

  private void addGated(
      float[] dy,
      int dyAt,
      float[] x,
      int xAt,
      int length,
      float[] pattern,
      float gate,
      float most,
      float[] work) {
    for (int v = 0; v < period; v += L) {
      FloatVector high = FloatVector.fromArray(SPECIES, pattern, v);
      FloatVector scale = FloatVector.fromArray(SPECIES, pattern, period + v);
      FloatVector shift = FloatVector.fromArray(SPECIES, pattern, 2 * period + v);
      FloatVector sum = FloatVector.fromArray(SPECIES, work, v);
      FloatVector products = FloatVector.fromArray(SPECIES, work, period + v);
      for (int k = v; k < length; k += period) {
        FloatVector d = FloatVector.fromArray(SPECIES, x, xAt + k).sub(high);
        FloatVector dz =
            NormLoops.gated(
                FloatVector.fromArray(SPECIES, dy, dyAt + k), d.fma(scale, shift), gate, most);
        sum = sum.add(dz);
        products = d.fma(dz, products);
      }
      sum.intoArray(work, v);
      products.intoArray(work, period + v);
    }
  }

  /** sums[c] = the sum of a period's floats of channel c, in order. */
  private void fold(float[] sums, int sumsAt, float[] work, int workAt) {
    System.arraycopy(work, workAt, sums, sumsAt, channels);
    for (int i = channels; i < period; i += channels) {
      for (int c = 0; c < channels; c++) {
        sums[sumsAt + c] += work[workAt + i + c];
      }
    }
  }
}
