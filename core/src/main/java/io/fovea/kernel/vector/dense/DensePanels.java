package io.fovea.kernel.vector.dense;

import static io.fovea.kernel.op.CacheLines.ALIGNED_START;

import io.fovea.kernel.geometry.DenseGeometry;
import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.tensor.Tensor;
import java.util.Arrays;

/**
 * The layout of {@link PackedDense}'s weights: [panel][out][block][W], features in memory order. A
 * block is W = {@link Lanes#WIDEST} neighbouring features of one output at every width, a panel
 * some adjacent blocks.
 *
 * @param features features of an image
 * @param outputs outputs
 * @param blocks blocks in a panel
 */
record DensePanels(int features, int outputs, int blocks) {
  /** Blocks in one chunk of work of the forward pass: six chunks for 25,000 features. */
  static final int SHARE = 270;

  /** The most blocks in a panel: an odd number, so that its rows use all cache sets. */
  private static final int PANEL = 15;

  /** The fewest that are chosen to pad less. */
  private static final int LEAST = 9;

  /** More where that still makes enough panels: longer runs of memory, to the same bits. */
  static final int LONG_PANEL = 3 * PANEL;

  private static final int ENOUGH_PANELS = 24;

  private static final int W = Lanes.WIDEST;

  static DensePanels of(DenseGeometry g) {
    int all = Math.ceilDiv(g.features(), W);
    int blocks = all >= ENOUGH_PANELS * LONG_PANEL ? LONG_PANEL : even(all);
    return new DensePanels(g.features(), g.outputs(), blocks);
  }

  /**
   * The number of blocks that pads least: 11 instead of 15 for 32 blocks, 33 of them instead of 45.
   * To the same bits, since it is chosen only where all panels are one share.
   */
  private static int even(int all) {
    int best = Math.min(PANEL, all);
    // Odd numbers only, so that rows use all cache sets.
    for (int blocks = PANEL - 2; blocks >= LEAST && all > PANEL; blocks -= 2) {
      int panels = Math.ceilDiv(all, blocks);
      if (panels * blocks < Math.ceilDiv(all, best) * best && panels <= SHARE / blocks) {
        best = blocks;
      }
    }
    return best;
  }

  int count() {
    return Math.ceilDiv(features, row());
  }

  /** Features in a panel, including the padding of the last one. */
  int row() {
    return blocks * W;
  }

  int vectors() {
    return row() / Lanes.COUNT;
  }

  /** The index of a panel's weights. */
  int start(int p) {
    return ALIGNED_START + p * outputs * row();
  }

  /** The position of the weight of feature f, in memory order, and output o. */
  int position(int f, int o) {
    return start(f / row()) + o * row() + f % row();
  }

  /**
   * Copies features from {@code start} on, of images from..to, to rows of {@code row} floats from
   * target's ALIGNED_START on, with zeros past the last feature.
   */
  void copy(float[] target, int row, Tensor x, int from, int to, int start) {
    int length = Math.min(row, features - start);
    for (int n = from; n < to; n++) {
      int at = ALIGNED_START + (n - from) * row;
      System.arraycopy(x.array(), x.offset() + n * features + start, target, at, length);
      Arrays.fill(target, at + length, at + row, 0);
    }
  }
}
