package io.fovea.kernel.vector.conv;

import static io.fovea.kernel.vector.machine.Lanes.SPECIES;

import io.fovea.kernel.vector.machine.Lanes;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * The windows of a phase's pixels as rows of a matrix ("im2col"), a few pixels and a few terms at a
 * time. Term (t*KV + v)*C + c of a pixel is channel c of tap (t, v) of its window, zero outside of
 * the map; C, KV: channels of a group and tap columns.
 *
 * <p>Contiguous floats of the source are copied as one run: all tap columns of a row, where they
 * are neighbours and there is one group; else the channels of one tap. Runs are copied in full
 * vectors, in order: the surplus is overwritten by the next run, or is behind the row's last term
 * and never read.
 */
final class Patches {
  private final FeatureMap source;
  private final StridePhase phase;
  private final int run;
  private final int[] runRows; // source row of each run, relative to the window's first
  private final int[] runStarts; // index in the source row

  Patches(FeatureMap source, StridePhase phase) {
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
   * The floats of a row of {@code terms} terms: with a spare vector, and an odd number of cache
   * lines, so that rows do not share cache sets.
   */
  static int row(int terms) {
    // | 1 makes the number of lines of 16 floats odd.
    return ((terms + Lanes.COUNT + 15) / 16 | 1) * 16;
  }

  /** The index in its row at which a pixel's window begins, in the group's first channel. */
  private int start(int j, int group) {
    return j * phase.columns().stride() * source.channels() + group * source.groupChannels();
  }

  /** Copies patches of one image into rows, so that they can be multiplied. */
  final class Unfold {
    private final float[] x;
    private final int image;
    private final float[] rows;

    /**
     * The image begins at x[image].
     *
     * @param rows [pixel][{@link #row} floats]
     */
    Unfold(float[] x, int image, float[] rows) {
      this.x = x;
      this.image = image;
      this.rows = rows;
    }

    /**
     * Terms from (inclusive) to (exclusive) of {@code pixels} pixels, the one at {@code first} and
     * on.
     */
    void copy(int group, int first, int pixels, int from, int to) {
      int width = phase.columns().count();
      int step = row(to - from);
      for (int r = from / run; r * run < to; r++) {
        // A slice of the terms may begin in the middle of a run.
        int term = Math.max(from, r * run);
        int length = Math.min(to, (r + 1) * run) - term;
        int shift = runStarts[r] + term - r * run;
        int count;
        for (int pixel = 0; pixel < pixels; pixel += count) {
          int i = (first + pixel) / width;
          int j = (first + pixel) % width;
          count = Math.min(pixels - pixel, width - j);
          int row = i * phase.rows().stride() + runRows[r];
          int at = pixel * step + term - from;
          if (row < 0 || row >= source.height()) {
            clear(at, step, count, length);
          } else {
            copyRuns(at, step, image + row * source.row(), start(j, group) + shift, count, length);
          }
        }
      }
    }

    /** Writes zeros for taps above and below the map. */
    private void clear(int at, int step, int count, int length) {
      for (int q = 0; q < count; q++) {
        Arrays.fill(rows, at + q * step, at + q * step + length, 0);
      }
    }

    /**
     * Copies neighbouring pixels' runs, the first from index {@code start} of the source row on.
     */
    private void copyRuns(int at, int step, int rowAt, int start, int count, int length) {
      int stride = phase.columns().stride() * source.channels();
      // A run ends inside its row, and its last full vector inside the array.
      int last = Math.min(source.row() - length, x.length - Lanes.roundUp(length) - rowAt);
      int from = Math.clamp(Math.ceilDiv(-start, stride), 0, count);
      int to = Math.clamp(Math.floorDiv(last - start, stride) + 1, from, count);
      for (int q = 0; q < from; q++) {
        clip(at + q * step, rowAt, start + q * stride, length);
      }
      for (int q = from; q < to; q++) {
        int source = rowAt + start + q * stride;
        int target = at + q * step;
        for (int k = 0; k < length; k += Lanes.COUNT) {
          FloatVector.fromArray(SPECIES, x, source + k).intoArray(rows, target + k);
        }
      }
      for (int q = to; q < count; q++) {
        clip(at + q * step, rowAt, start + q * stride, length);
      }
    }

    /** Copies one run of exactly this length, with zeros before and behind the source row. */
    private void clip(int at, int rowAt, int start, int length) {
      Arrays.fill(rows, at, at + length, 0);
      int from = Math.max(0, start);
      int to = Math.min(source.row(), start + length);
      if (from < to) {
        System.arraycopy(x, rowAt + from, rows, at + from - start, to - from);
      }
    }
  }

  /** Adds rows to the pixels of one image's band that they come from ("col2im"). */
  final class Fold {
    private final float[] x;
    private final int image;
    private final int top;
    private final int bottom;
    private final float[] rows;
    private final int step;

    /**
     * For the image that begins at x[image]; its rows top to bottom (exclusive) are added to.
     *
     * @param rows [pixel][step]
     */
    Fold(float[] x, int image, int top, int bottom, float[] rows, int step) {
      this.x = x;
      this.image = image;
      this.top = top;
      this.bottom = bottom;
      this.rows = rows;
      this.step = step;
    }

    /**
     * Terms from (inclusive) to (exclusive) of {@code pixels} pixels, the one at {@code first} and
     * on. In each row of taps, pixels and a pixel's terms are added in order, so the order of an
     * element's sum does not depend on the band.
     */
    void add(int group, int first, int pixels, int from, int to) {
      int width = phase.columns().count();
      int columns = runRows.length / phase.rows().taps();
      for (int u = from / run / columns; u * columns * run < to; u++) {
        for (int pixel = 0; pixel < pixels; pixel++) {
          int i = (first + pixel) / width;
          int row = i * phase.rows().stride() + phase.rows().offset(u);
          if (row < top || row >= bottom) {
            continue;
          }
          int start = start((first + pixel) % width, group);
          for (int r = u * columns; r < (u + 1) * columns; r++) {
            int term = Math.max(from, r * run);
            int shift = runStarts[r] + term - r * run;
            int length = Math.min(to, (r + 1) * run) - term;
            addRun(image + row * source.row(), start + shift, pixel * step + term - from, length);
          }
        }
      }
    }

    /** Adds {@code length} floats to a row from {@code start} on, as far as they are inside it. */
    private void addRun(int rowAt, int start, int at, int length) {
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
  }
}
