package io.fovea.kernel.vector;

import static io.fovea.kernel.CacheLines.FIRST;

import io.fovea.kernel.Resources;
import io.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * The weight gradient of a depthwise convolution: dw[tap][c] = sum over images and pixels of
 * x[pixel + tap][c] * dy[pixel][c], and db[c] = sum of dy[pixel][c].
 *
 * <p>The batch falls into bands of output rows. Fixed shares of the bands have sums of their own,
 * which are added in index order. A band's rows of x are copied with zeros around them ({@link
 * PaddedRows}), and its pixels are summed by {@link PixelSums}.
 */
final class DepthwiseWeightGradient {
  /** Multiply-adds of a band, about. */
  private static final int PIECE = 1 << 19;

  /**
   * Pixels summed at a time, about: one vector of each, and of its windows, stays in the first
   * cache.
   */
  private static final int PIXELS = 64;

  private static final int MOST_SHARES = 16;

  private final FeatureMap input;
  private final FeatureMap output;
  private final Axis rows;
  private final PaddedRows padded;
  private final PaddedRows plain; // of dy: nothing around it
  private final int[] taps;
  private final int[] pixels; // of a band
  private final int band;
  private final int biasAt;

  DepthwiseWeightGradient(FeatureMap input, FeatureMap output, Phase phase) {
    this.input = input;
    this.output = output;
    this.rows = phase.rows();
    this.padded = new PaddedRows(input, List.of(phase), Lanes.roundUp(input.channels()));
    this.plain = new PaddedRows(output, List.of(), Lanes.roundUp(output.channels()));
    this.taps = DepthwisePass.taps(phase, padded);
    for (int t = 0; t < taps.length; t++) {
      taps[t] += FIRST + padded.origin() - padded.distance(rows.offset(0), 0);
    }
    int width = output.width();
    this.band =
        Math.clamp(PIECE / ((long) taps.length * width * padded.channels()), 1, output.height());
    this.pixels = new int[band * width];
    for (int p = 0; p < pixels.length; p++) {
      pixels[p] = padded.distance(p / width * rows.stride(), p % width * phase.columns().stride());
    }
    this.biasAt = taps.length * padded.channels();
  }

  /** dw [tap][channels in whole vectors] and db. */
  void run(float[] dw, float[] db, Tensor x, Tensor dy, Resources resources) {
    int bands = (output.height() + band - 1) / band;
    int all = x.count() * bands;
    int share = Math.max(1, (all + MOST_SHARES - 1) / MOST_SHARES);
    int shares = (all + share - 1) / share;
    int length = biasAt + padded.channels();
    float[] sums = resources.scratch().shared(0, shares * length);
    resources
        .workers()
        .run(
            shares,
            (chunk, worker) -> {
              Arrays.fill(sums, chunk * length, (chunk + 1) * length, 0);
              for (int k = chunk * share; k < Math.min(all, (chunk + 1) * share); k++) {
                add(sums, chunk * length, x, dy, k / bands, k % bands * band, resources, worker);
              }
            });
    Arrays.fill(dw, 0);
    Arrays.fill(db, 0);
    for (int chunk = 0; chunk < shares; chunk++) {
      for (int i = 0; i < biasAt; i++) {
        dw[i] += sums[chunk * length + i];
      }
      for (int c = 0; c < db.length; c++) {
        db[c] += sums[chunk * length + biasAt + c];
      }
    }
  }

  /** Adds the band of image n that begins with output row i. */
  private void add(
      float[] sums, int at, Tensor x, Tensor dy, int n, int i, Resources resources, int worker) {
    int end = Math.min(output.height(), i + band);
    int first = rows.firstSource(i);
    int last = rows.lastSource(end - 1);
    int count = (end - i) * output.width();
    int channels = padded.channels();
    PixelSums pixelSums = new PixelSums();
    pixelSums.taps = taps;
    pixelSums.pixels = pixels;
    pixelSums.source = resources.scratch().of(worker, 0, FIRST + padded.length(last - first + 1));
    padded.copy(
        pixelSums.source, FIRST, x.array(), x.offset() + n * input.elements(), first, last + 1);
    int dyAt = dy.offset() + n * output.elements() + i * output.row();
    if (channels == output.channels()) {
      pixelSums.dy = dy.array();
      pixelSums.dyAt = dyAt;
    } else {
      pixelSums.dy = resources.scratch().of(worker, 1, FIRST + count * channels);
      pixelSums.dyAt = FIRST;
      Arrays.fill(pixelSums.dy, FIRST, FIRST + count * channels, 0);
      plain.copyPixels(pixelSums.dy, FIRST, dy.array(), dyAt, count);
    }
    pixelSums.sums = sums;
    pixelSums.sumsAt = at;
    pixelSums.width = channels;
    int step = Math.max(1, PIXELS / output.width()) * output.width();
    for (int p = 0; p < count; p += step) {
      pixelSums.run(p, Math.min(count, p + step));
    }
    ColumnSums.add(sums, at + biasAt, pixelSums.dy, pixelSums.dyAt, count, channels);
  }
}
