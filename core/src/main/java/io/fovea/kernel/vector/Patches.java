package io.fovea.kernel.vector;

import static io.fovea.kernel.vector.Lanes.SPECIES;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * The windows of a phase's pixels, unrolled into rows of a matrix ("im2col"), a few pixels and a
 * few terms at a time. Term (t*KV + v)*C + c of a pixel is channel c of tap (t, v) of its window,
 * zero outside of the map; C, KV: channels of a group and tap columns.
 *
 * <p>What lies side by side in the source is copied as one run: all tap columns of a row, where
 * they are neighbours and there is one group; else the channels of one tap. Runs are copied in
 * whole vectors, in order: what is too much is overwritten by the next run, or lies behind the
 * row's last term, where nobody looks.
 */
final class Patches {
  private final FeatureMap source;
  private final Phase phase;
  private final int run;
  private final int[] runRows; // source row of each run, from the window's first
  private final int[] runStarts; // float in the source row

  Patches(FeatureMap source, Phase phase) {
    this.source = source;
    this.phase = phase;
    boolean joined = source.groups() == 1 && phase.columns().isContiguous();
    this.run = joined ? phase.columns().taps() * source.channels() : source.groupChannels();
    int columns = joined ? 1 : phase.columns().taps();
    this.runRows = new int[phase.rows().taps() * columns];
    this.runStarts = new int[runRows.length];
    for (int r = 0; r < runRows.length; r++) {
      runRows[r] = phase.rows().offset(r / columns);
      runStarts[r] = phase.columns().offset(r % columns) * source.channels();
    }
  }

  /** Terms of a pixel. */
  int terms() {
    return phase.taps() * source.groupChannels();
  }

  /**
   * The floats to leave for a row of so many terms: a vector too much, and an odd number of cache
   * lines, so that rows share no cache sets.
   */
  static int row(int terms) {
    return ((terms + Lanes.COUNT + 15) / 16 | 1) * 16;
  }

  /**
   * Copies terms from (inclusive) to (exclusive) of some pixels, the one at {@code first} and those
   * behind it.
   *
   * @param target [pixel][row(to - from)]
   * @param x the source's array
   * @param image where the image begins in x
   */
  void copy(
      float[] target, float[] x, int image, int group, int first, int pixels, int from, int to) {
    int width = phase.columns().count();
    int step = row(to - from);
    Runs runs = new Runs(target, step, x, phase.columns().stride() * source.channels());
    for (int r = from / run; r * run < to; r++) {
      int term = Math.max(from, r * run);
      int length = Math.min(to, (r + 1) * run) - term;
      int channel = group * source.groupChannels() + term - r * run;
      int count;
      for (int pixel = 0; pixel < pixels; pixel += count) {
        int i = (first + pixel) / width;
        int j = (first + pixel) % width;
        count = Math.min(pixels - pixel, width - j);
        int row = i * phase.rows().stride() + runRows[r];
        int start = j * phase.columns().stride() * source.channels() + runStarts[r] + channel;
        int at = pixel * step + term - from;
        if (row < 0 || row >= source.height()) {
          runs.clear(at, count, length);
        } else {
          runs.copy(at, image + row * source.row(), start, count, length);
        }
      }
    }
  }

  /**
   * The way back: adds terms from (inclusive) to (exclusive) of some pixels' patches to the map's
   * pixels that they came from, as far as these lie in rows top to bottom (exclusive). Pixels are
   * taken in order, and so are the terms of a row of the kernel; that is the order of any element's
   * sum.
   *
   * @param x the map's array, the image from {@code image} on
   * @param rows [pixel][step], its first element term {@code from}
   */
  void add(
      float[] x,
      int image,
      int top,
      int bottom,
      float[] rows,
      int step,
      int group,
      int first,
      int pixels,
      int from,
      int to) {
    int width = phase.columns().count();
    int columns = runRows.length / phase.rows().taps();
    for (int u = from / run / columns; u * columns * run < to; u++) {
      for (int pixel = 0; pixel < pixels; pixel++) {
        int i = (first + pixel) / width;
        int j = (first + pixel) % width;
        int row = i * phase.rows().stride() + phase.rows().offset(u);
        if (row < top || row >= bottom) {
          continue;
        }
        int start =
            j * phase.columns().stride() * source.channels() + group * source.groupChannels();
        for (int r = u * columns; r < (u + 1) * columns; r++) {
          int term = Math.max(from, r * run);
          int length = Math.min(to, (r + 1) * run) - term;
          addRun(
              x,
              image + row * source.row(),
              start + runStarts[r] + term - r * run,
              rows,
              pixel * step + term - from,
              length);
        }
      }
    }
  }

  /** Adds so many floats to those from {@code start} of the row on, as far as they lie in it. */
  private void addRun(float[] x, int rowAt, int start, float[] rows, int at, int length) {
    int to = Math.min(length, source.row() - start);
    int k = Math.max(0, -start);
    for (; k + Lanes.COUNT <= to; k += Lanes.COUNT) {
      FloatVector.fromArray(SPECIES, x, rowAt + start + k)
          .add(FloatVector.fromArray(SPECIES, rows, at + k))
          .intoArray(x, rowAt + start + k);
    }
    for (; k < to; k++) {
      x[rowAt + start + k] += rows[at + k];
    }
  }

  /** One run of neighbouring pixels of a row. */
  private final class Runs {
    private final float[] target;
    private final int targetStep;
    private final float[] x;
    private final int step;

    Runs(float[] target, int targetStep, float[] x, int step) {
      this.target = target;
      this.targetStep = targetStep;
      this.x = x;
      this.step = step;
    }

    /** Zeros, above and below the map. */
    void clear(int at, int count, int length) {
      for (int q = 0; q < count; q++) {
        Arrays.fill(target, at + q * targetStep, at + q * targetStep + length, 0);
      }
    }

    /** So many runs from float {@code start} of the source row on; zeros before and behind it. */
    void copy(int at, int rowAt, int start, int count, int length) {
      int last = Math.min(source.row() - length, x.length - Lanes.roundUp(length) - rowAt);
      int from = Math.clamp(Math.ceilDiv(-start, step), 0, count);
      int to = Math.clamp(Math.floorDiv(last - start, step) + 1, from, count);
      for (int q = 0; q < from; q++) {
        clip(at + q * targetStep, rowAt, start + q * step, length);
      }
      inside(at + from * targetStep, rowAt + start + from * step, to - from, length);
      for (int q = to; q < count; q++) {
        clip(at + q * targetStep, rowAt, start + q * step, length);
      }
    }

    private void inside(int at, int start, int count, int length) {
      for (int q = 0; q < count; q++) {
        for (int k = 0; k < length; k += Lanes.COUNT) {
          FloatVector.fromArray(SPECIES, x, start + k).intoArray(target, at + k);
        }
        start += step;
        at += targetStep;
      }
    }

    private void clip(int at, int rowAt, int start, int length) {
      Arrays.fill(target, at, at + length, 0);
      int from = Math.max(0, start);
      int to = Math.min(source.row(), start + length);
      if (from < to) {
        System.arraycopy(x, rowAt + from, target, at + from - start, to - from);
      }
    }
  }
}
