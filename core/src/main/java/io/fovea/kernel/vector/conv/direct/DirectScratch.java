package io.fovea.kernel.vector.conv.direct;

import static io.fovea.kernel.op.CacheLines.ALIGNED_START;

import io.fovea.kernel.op.ScratchSizes;
import io.fovea.kernel.vector.conv.FeatureMap;
import io.fovea.kernel.vector.conv.PaddedRows;
import io.fovea.kernel.vector.machine.Lanes;
import org.jspecify.annotations.Nullable;

/** What a {@link DirectPass} needs of the scratch. */
record DirectScratch(
    FeatureMap target,
    PaddedRows padded,
    boolean isPlain,
    int piece,
    int biases,
    @Nullable RowReuseConv sliding) {

  /** Adds it for bands of so many pixels. */
  void add(int pixels, ScratchSizes sizes) {
    int rows = Math.ceilDiv(pixels, target.width());
    sizes.shared(0, biases);
    sizes.shared(2, sizes.keeps() ? 0 : reordered());
    sizes.own(0, isPlain ? 0 : padded.length(padded.mostRead(rows, target.height())));
    int width = Lanes.roundUp(target.groupChannels());
    if (width != target.groupChannels()) {
      int tile = sliding == null ? piece : target.width();
      sizes.own(1, ALIGNED_START + (long) tile * width);
    }
  }

  /** Floats of the weights in another order, where the pass needs them so. */
  int reordered() {
    return sliding == null ? 0 : sliding.length();
  }
}
