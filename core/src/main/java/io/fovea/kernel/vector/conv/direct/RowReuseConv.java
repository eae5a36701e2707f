package io.fovea.kernel.vector.conv.direct;

import static io.fovea.kernel.op.CacheLines.ALIGNED_START;
import static io.fovea.kernel.vector.conv.direct.RowReuseBlocks.MOST_VECTORS;
import static io.fovea.kernel.vector.machine.Lanes.SPECIES;
import static io.fovea.kernel.vector.machine.Lanes.WIDEST;

import io.fovea.kernel.op.OutputView;
import io.fovea.kernel.op.Resources;
import io.fovea.kernel.op.TransformedWeightCache;
import io.fovea.kernel.vector.conv.FeatureMap;
import io.fovea.kernel.vector.conv.StridePhase;
import io.fovea.kernel.vector.conv.direct.DirectConvBlocks.Windows;
import io.fovea.kernel.vector.machine.Lanes;
import jdk.incubator.vector.FloatVector;

/**
 * A direct convolution row by row of its output, by {@link RowReuseBlocks}. It reads weights as
 * [group][{@link RowReuseBlocks#MOST_VECTORS} vectors][kernel row][channel][tap][vector][L], and
 * the terms of a sum follow that order; {@link DirectPass}'s panels are [group][vector][kernel
 * row][tap][channel][L].
 */
final class RowReuseConv {
  private static final int L = Lanes.COUNT;

  /** The most weights, in floats, for which a second copy is cheap: 512 KB. */
  private static final int MOST = 1 << 17;

  private final FeatureMap target;
  private final int channels; // of a group of the source
  private final int kernelWidth;
  private final int kernelHeight;
  private final Windows windows;
  private final int lines; // channels of all kernel rows
  private final int vectors; // of a group's filters

  /** The rows of {@code target}, whose windows have their taps [kernel row][tap][channel]. */
  RowReuseConv(FeatureMap target, StridePhase phase, int channels, Windows windows) {
    this.target = target;
    this.channels = channels;
    this.kernelHeight = phase.rows().taps();
    this.kernelWidth = phase.columns().taps();
    this.windows = windows;
    this.lines = kernelHeight * channels;
    this.vectors = Lanes.roundUp(target.groupChannels()) / L;
  }

  /**
   * Whether rows of {@code taps} taps over {@code channels} channels are computed so. Where {@link
   * RowReuseGradient} computes the gradient, its rows are computed so if they fill a block: windows
   * would have a broadcast for each multiply-add there. Else rows must fit blocks, more than half
   * of the last vector must be used, since {@link DirectConvBlocks} has narrower blocks for it, and
   * the copy of the weights must be small.
   */
  static boolean fit(FeatureMap target, int taps, int kernelWidth, int channels) {
    int filters = target.groupChannels();
    // By the widest vectors: terms have another order than in windows, so this changes bits.
    int vectors = Lanes.roundUpWidest(filters) / WIDEST;
    if (RowReuseGradient.fits(channels, kernelWidth, vectors, target.width())
        && target.width() >= RowReuseBlocks.block(kernelWidth)) {
      return true;
    }
    int lanes = filters - (vectors - 1) * WIDEST;
    return RowReuseBlocks.fits(kernelWidth, target.width())
        && (vectors % 2 == 0 || 2 * lanes > WIDEST)
        && (long) target.groups() * vectors * taps * WIDEST <= MOST;
  }

  /**
   * The index of the weights of a vector, in a pass's order, or of a block's vectors from this one
   * on.
   */
  private int panel(int group, int vector) {
    return ALIGNED_START + (group * vectors + vector) * lines * kernelWidth * L;
  }

  /** Floats of the weights in this order; 0 where the pass's own order is the same. */
  int length() {
    return channels == 1 && vectors == 1 ? 0 : panel(target.groups(), 0);
  }

  /**
   * A pass's panels in this order: the given array where that is the same, a cached copy where
   * weights never change, else shared scratch. A copy for a single image on a small map would take
   * as long as its convolution, mostly for moving cache lines between cores.
   */
  float[] inOrder(float[] panels, Resources resources) {
    int length = length();
    if (length == 0) {
      return panels;
    }
    TransformedWeightCache derived = resources.derived();
    return derived == null
        ? arranged(resources.scratch().shared(2, length), panels, resources)
        : derived.of(panels, "rows", () -> arranged(new float[length], panels, resources));
  }

  private float[] arranged(float[] ordered, float[] panels, Resources resources) {
    int blocks = Math.ceilDiv(vectors, MOST_VECTORS);
    resources.run(
        target.groups() * blocks,
        (chunk, worker) -> arrange(ordered, panels, chunk / blocks, chunk % blocks * MOST_VECTORS));
    return ordered;
  }

  /** Arranges the weights of the vectors of a block, from vector v on. */
  private void arrange(float[] ordered, float[] panels, int group, int v) {
    int end = Math.min(v + MOST_VECTORS, vectors);
    int to = panel(group, v);
    for (int line = 0; line < lines; line++) {
      int first = line / channels * kernelWidth * channels + line % channels;
      for (int t = 0; t < kernelWidth; t++) {
        for (int vector = v; vector < end; vector++) {
          int from = panel(group, vector) + (first + t * channels) * L;
          FloatVector.fromArray(SPECIES, panels, from).intoArray(ordered, to);
          to += L;
        }
      }
    }
  }

  /**
   * Computes output rows from (inclusive) to (exclusive), by one worker.
   *
   * @param y the view of the image's output
   * @param map the padded image, from {@code mapAt} on, whose output rows are {@code rowStep} apart
   * @param w the result of {@link #inOrder}
   * @param bias [group][vectors * L]
   */
  void run(
      OutputView y,
      float[] map,
      int mapAt,
      int rowStep,
      float[] w,
      float[] bias,
      int from,
      int to,
      Resources resources,
      int worker) {
    int padded = vectors * L;
    int filters = target.groupChannels();
    int width = target.width();
    boolean whole = filters == padded;
    RowReuseBlocks product =
        new RowReuseBlocks(
            kernelHeight, windows.kernelRowStep(), channels, kernelWidth, windows.windowStep());
    product.a = map;
    product.w = w;
    product.first = bias;
    product.c =
        whole ? y.array() : resources.scratch().of(worker, 1, ALIGNED_START + width * padded);
    product.cPixel = whole ? y.step() : padded;
    for (int i = from; i < to; i++) {
      for (int group = 0; group < target.groups(); group++) {
        int row = y.at() + i * width * y.step() + group * filters;
        int start = whole ? row : ALIGNED_START;
        product.aOffset = mapAt + i * rowStep + group * channels;
        for (int v = 0; v < vectors; v += MOST_VECTORS) {
          product.wOffset = panel(group, v);
          product.firstOffset = group * padded + v * L;
          product.cOffset = start + v * L;
          product.run(width, Math.min(MOST_VECTORS, vectors - v));
        }
        if (!whole) {
          for (int j = 0; j < width; j++) {
            System.arraycopy(
                product.c, ALIGNED_START + j * padded, y.array(), row + j * y.step(), filters);
          }
        }
      }
    }
  }
}
