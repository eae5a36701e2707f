package io.fovea.kernel.vector.conv.depthwise;

import static io.fovea.kernel.op.CacheLines.ALIGNED_START;

import io.fovea.kernel.op.Resources;
import io.fovea.kernel.op.ScratchSizes;
import io.fovea.kernel.vector.conv.FeatureMap;
import io.fovea.kernel.vector.conv.PaddedRows;
import io.fovea.kernel.vector.conv.StridePhase;
import io.fovea.kernel.vector.conv.WindowAxis;
import io.fovea.kernel.vector.machine.ColumnSums;
import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.kernel.vector.microkernel.BlockDescription;
import io.fovea.kernel.vector.microkernel.BlockDescription.First;
import io.fovea.kernel.vector.microkernel.KernelTable;
import io.fovea.kernel.vector.microkernel.Strides;
import io.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * The weight gradient of a depthwise convolution: dw[tap][c] = sum over images and pixels of
 * x[pixel + tap][c] * dy[pixel][c], and db[c] = sum of dy[pixel][c].
 *
 * <p>The batch is divided into bands of output rows. Fixed shares of the bands have their own sums,
 * which are added in index order. A band's rows of x are copied with zeros around them ({@link
 * PaddedRows}), and its pixels are summed by a micro-kernel: the sums of all taps stay in
 * registers, some pixels are a body, and a loaded vector of x is used for all pixels whose windows
 * contain it.
 */
final class DepthwiseWeightGradient {
  /** About how many multiply-adds a band has. */
  private static final int PIECE = 1 << 19;

  /** The most pixels of a body: they divide the 56, 28, 14 and 7 columns of usual maps. */
  private static final int MOST_PIXELS = 7;

  /** The most multiply-adds of a body: C2 took seconds for the 150 of 5x5 taps and 6 pixels. */
  private static final int MOST_PRODUCTS = 72;

  private static final int MOST_SHARES = 16;

  private final FeatureMap input;
  private final FeatureMap output;
  private final WindowAxis rows;
  private final WindowAxis columns;
  private final int tapColumns; // of a block
  private final PaddedRows padded;
  private final int taps;
  private final int band;
  private final int biasAt;
  private final int tapRows; // of a block, as tapColumns: divisors, since sums are added to
  private final KernelTable kernels =
      new KernelTable(
          (count, vectors, width) -> block(count)); // made on first use: not in inference
  private final Strides bodies;
  private final Strides remainder;
  private final int pixels; // of a body
  private final int xStart; // from a window's first pixel to its first tap

  DepthwiseWeightGradient(FeatureMap input, FeatureMap output, StridePhase phase) {
    this.input = input;
    this.output = output;
    this.rows = phase.rows();
    this.padded = new PaddedRows(input, List.of(phase), Lanes.roundUp(input.channels()));
    this.columns = phase.columns();
    this.taps = phase.taps();
    int width = output.width();
    long row = (long) taps * width * Lanes.roundUpWidest(input.channels());
    this.band = Math.clamp(PIECE / row, 1, output.height());
    this.xStart = ALIGNED_START + padded.origin() + padded.distance(0, columns.offset(0));
    int registers = Lanes.REGISTERS - 2; // apart from one of dy and one of x
    this.tapColumns = divisor(columns.taps(), registers);
    boolean isWhole = tapColumns == columns.taps();
    this.tapRows = isWhole ? divisor(rows.taps(), registers / tapColumns) : 1;
    int sums = tapRows * tapColumns;
    int most = Math.clamp(MOST_PRODUCTS / sums, 1, Math.min(MOST_PIXELS, registers + 1 - sums));
    this.pixels = isFit(width, most) ? divisor(width, most) : most;
    this.bodies = strides(width / pixels, pixels);
    this.remainder = strides(width % pixels, 1);
    this.biasAt = taps * padded.channels();
  }

  /** Whether the row has a divisor that gives bodies of at least half the pixels. */
  private static boolean isFit(int width, int most) {
    return 2 * divisor(width, most) >= Math.min(width, most);
  }

  /** The largest divisor up to a limit. */
  private static int divisor(int number, int limit) {
    int divisor = Math.min(number, limit);
    while (number % divisor != 0) {
      divisor--;
    }
    return divisor;
  }

  private BlockDescription block(int count) {
    return BlockDescription.of(tapColumns, 1)
        .groups(tapRows)
        .taps(count, columns.distance(), columns.stride())
        .loops(1)
        .byChannel()
        .first(First.TARGET)
        .build();
  }

  /** What {@link #run} needs of the scratch. */
  void scratch(int images, ScratchSizes sizes) {
    int bands = images * Math.ceilDiv(output.height(), band);
    int share = Math.ceilDiv(bands, MOST_SHARES);
    sizes.shared(0, (long) Math.ceilDiv(bands, share) * (biasAt + padded.channels()));
    int last = Math.min(band, output.height()) - 1;
    int read = rows.lastSource(last) - rows.firstSource(0) + 1;
    sizes.own(0, ALIGNED_START + (long) padded.length(read));
    if (padded.channels() != output.channels()) {
      sizes.own(1, ALIGNED_START + (long) (last + 1) * output.width() * padded.channels());
    }
  }

  /** dw [tap][channels in full vectors] and db. */
  void run(float[] dw, float[] db, Tensor x, Tensor dy, Resources resources) {
    int bands = (output.height() + band - 1) / band;
    int all = x.count() * bands;
    int share = Math.max(1, (all + MOST_SHARES - 1) / MOST_SHARES);
    int shares = (all + share - 1) / share;
    int length = biasAt + padded.channels();
    float[] sums = resources.scratch().shared(0, shares * length);
    resources.run(
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
    float[] map =
        resources.scratch().of(worker, 0, ALIGNED_START + padded.length(last - first + 1));
    padded.copy(map, ALIGNED_START, x.array(), x.offset() + n * input.elements(), first, last + 1);
    int dyAt = dy.offset() + n * output.elements() + i * output.row();
    float[] dz = dy.array();
    if (channels != output.channels()) {
      dz = resources.scratch().of(worker, 1, ALIGNED_START + count * channels);
      Arrays.fill(dz, ALIGNED_START, ALIGNED_START + count * channels, 0);
      PaddedRows.copyPixels(
          dz, ALIGNED_START, channels, dy.array(), dyAt, output.channels(), count);
      dyAt = ALIGNED_START;
    }
    for (int row = i; row < end; row++) {
      int window = xStart + padded.distance(rows.firstSource(row) - first, 0);
      addRow(sums, at, map, window, dz, dyAt + (row - i) * output.width() * channels);
    }
    ColumnSums.add(sums, at + biasAt, dz, dyAt, count, channels);
  }

  /** Adds the products of a row of pixels, for one block of taps after the other. */
  private void addRow(float[] sums, int at, float[] map, int mapAt, float[] dz, int dzAt) {
    int rest = output.width() % pixels;
    int done = output.width() - rest;
    for (int u = 0; u < rows.taps(); u += tapRows) {
      for (int v = 0; v < columns.taps(); v += tapColumns) {
        int to = at + (u * columns.taps() + v) * padded.channels();
        int from = mapAt + padded.distance(u * rows.distance(), v * columns.distance());
        kernels.get(pixels, 1).compute(bodies, map, from, dz, dzAt, dz, 0, sums, to);
        if (rest > 0) {
          int last = padded.distance(0, done * columns.stride());
          int dzLast = dzAt + done * padded.channels();
          kernels.get(1, 1).compute(remainder, map, from + last, dz, dzLast, dz, 0, sums, to);
        }
      }
    }
  }

  private Strides strides(int count, int some) {
    int channels = padded.channels();
    return new Strides()
        .left(padded.distance(rows.distance(), 0), padded.distance(0, 1))
        .right(channels, 0)
        .output(channels, 0)
        .channels(channels)
        .outer(count, padded.distance(0, some * columns.stride()), some * channels);
  }
}
