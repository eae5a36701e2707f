package io.fovea.kernel.vector.dense;

import static io.fovea.kernel.op.CacheLines.ALIGNED_START;

import io.fovea.kernel.geometry.DenseGeometry;
import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.tensor.Tensor;
import java.util.Arrays;

/**
 * The layout of {@link PackedDense}'s weights: [panel][out][block][L], features in memory order. A
 * block is a vector of L neighbouring features of one output, a panel some adjacent blocks.
 *
 * @param features features of an image
 * @param outputs outputs
 * @param blocks blocks in a panel
 */
record DensePanels(int features, int outputs, int blocks) {
  /** Blocks of L features in a panel: an odd number, so that its rows use all cache sets. */
  private static final int PANEL = 15;

  /** The same where that still makes enough panels: longer runs of memory, to the same bits. */
  static final int LONG_PANEL = 3 * PANEL;

  private static final int ENOUGH_PANELS = 24;

  private static final int L = Lanes.COUNT;

  static DensePanels of(DenseGeometry g) {
    int all = Lanes.roundUp(g.features()) / L;
    int blocks = all >= ENOUGH_PANELS * LONG_PANEL ? LONG_PANEL : Math.min(PANEL, all);
    return new DensePanels(g.features(), g.outputs(), blocks);
  }

  int count() {
    return Math.ceilDiv(features, row());
  }

  /** Features in a panel, including the padding of the last one. */
  int row() {
    return blocks * L;
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
