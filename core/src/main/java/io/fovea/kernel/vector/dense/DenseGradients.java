package io.fovea.kernel.vector.dense;

import static io.fovea.kernel.op.CacheLines.ALIGNED_START;

import io.fovea.kernel.op.Resources;
import io.fovea.kernel.op.ScratchSizes;
import io.fovea.kernel.vector.gemm.MacroKernel;
import io.fovea.kernel.vector.gemm.RowPanels;
import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.kernel.vector.machine.Prefetch;
import io.fovea.kernel.vector.machine.Processor;
import io.fovea.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The gradients of one batch, panel by panel of the features. dy is small and read by every panel,
 * so it is packed once: by images for dx, whose terms are the outputs, and by outputs for dw, whose
 * terms are the images.
 */
final class DenseGradients {
  /**
   * Images of a slice of a large batch: complete blocks of rows, so that dx never overwrites x
   * before x has been read.
   */
  private static final int SLICE = 64 / MacroKernel.ROWS * MacroKernel.ROWS;

  /** A batch is large from this size on. */
  private static final int LARGE = 3 * SLICE;

  private final DensePanels layout;
  private final Resources resources;
  private final int images;
  private final int slice;
  private final RowPanels byImage;
  private final RowPanels byOutput;
  private final float[] imagePanels;
  private final float[] outputPanels;
  private final float[] zeros;

  DenseGradients(DensePanels layout, int images, Resources resources) {
    this.layout = layout;
    this.resources = resources;
    this.images = images;
    this.slice = images >= LARGE && staysInCache(layout) ? SLICE : images;
    this.byImage = RowPanels.of(images, layout.outputs());
    this.byOutput = RowPanels.padded(layout.outputs(), images);
    this.zeros = resources.scratch().shared(0, MacroKernel.MOST_VECTORS * Lanes.COUNT);
    Arrays.fill(zeros, 0, MacroKernel.MOST_VECTORS * Lanes.COUNT, 0);
    this.imagePanels = resources.scratch().shared(1, byImage.length());
    this.outputPanels = resources.scratch().shared(2, byOutput.length());
  }

  /**
   * Whether the data of a slice and a panel fit the L2 cache: x and its copy, weights, gradient and
   * velocities. Otherwise slices cost 4 to 10 % (two-layer's 1.2 MB in 1 MB, Zen 4).
   */
  private static boolean staysInCache(DensePanels layout) {
    long floats = (2L * SLICE + 3L * layout.outputs()) * layout.row();
    return floats * Float.BYTES <= Processor.SECOND_CACHE;
  }

  /** What the gradients of a batch need of the scratch. */
  static void scratch(DensePanels layout, int images, ScratchSizes sizes) {
    RowPanels byImage = RowPanels.of(images, layout.outputs());
    RowPanels byOutput = RowPanels.padded(layout.outputs(), images);
    sizes.shared(0, (long) MacroKernel.MOST_VECTORS * Lanes.COUNT);
    sizes.shared(1, byImage.length());
    sizes.shared(2, byOutput.length());
    sizes.own(0, ALIGNED_START + (long) images * layout.row());
    sizes.own(1, ALIGNED_START + (long) byOutput.room() * layout.row());
    sizes.own(2, ALIGNED_START + (long) byImage.room() * layout.row());
  }

  void packImages(Tensor dy) {
    byImage.pack(imagePanels, dy.array(), dy.offset(), layout.outputs(), 1);
  }

  void packOutputs(Tensor dy) {
    byOutput.pack(outputPanels, dy.array(), dy.offset(), 1, layout.outputs());
  }

  private MacroKernel product(float[] a) {
    MacroKernel product = MacroKernel.ofPanels();
    product.a = a;
    product.first = zeros;
    return product;
  }

  /**
   * Both gradients of one panel's features. A large batch is computed in slices of images where
   * these fit the L2 cache, so that x, dx over it, and the panel's weights, gradients and
   * velocities stay there; sums continue from slice to slice, to the same bits.
   *
   * @param dx null where it is not needed; it may be x
   * @param near whether the panel's weights have just been read
   * @return the weight's gradient, from ALIGNED_START on
   */
  float[] of(@Nullable Tensor dx, Tensor x, int p, float[] w, boolean near, int worker) {
    float[] gradient = gradient(worker);
    if (dx != null && !near) {
      gradient[0] = Prefetch.range(w, layout.start(p), layout.start(p + 1));
    }
    int from = 0;
    do {
      int to = Math.min(images, from + slice);
      float[] own = read(x, p, from, to, worker); // dx may be x
      if (dx != null) {
        ofInput(dx, p, w, from, to, worker);
      }
      addOfWeights(gradient, own, from, to);
      from = to;
    } while (from < images);
    return gradient;
  }

  /** dx of one panel's features, for the images from..to. */
  void ofInput(Tensor dx, int p, float[] w, int from, int to, int worker) {
    int row = layout.row();
    int first = p * row;
    int features = layout.features();
    int length = Math.min(row, features - first);
    // Full blocks only: the last panel is narrower than a row, and few images fill no block.
    boolean inPlace = length == row && images >= byImage.room();
    MacroKernel product = product(imagePanels);
    product.b = w;
    product.bOffset = layout.start(p);
    if (inPlace) {
      product.c = dx.array();
      product.cOffset = dx.offset() + first;
      product.cStride = features;
    } else {
      product.c = resources.scratch().of(worker, 2, ALIGNED_START + byImage.room() * row);
      product.cOffset = ALIGNED_START;
      product.cStride = row;
    }
    byImage.multiplyRows(product, layout.vectors(), row, from, to);
    for (int n = from; !inPlace && n < to; n++) {
      int at = dx.offset() + n * features + first;
      System.arraycopy(product.c, ALIGNED_START + n * row, dx.array(), at, length);
    }
  }

  /** dw of one panel's features, from ALIGNED_START on. */
  float[] ofWeights(Tensor x, int p, int worker) {
    float[] gradient = gradient(worker);
    addOfWeights(gradient, read(x, p, 0, images, worker), 0, images);
    return gradient;
  }

  private float[] gradient(int worker) {
    return resources.scratch().of(worker, 1, ALIGNED_START + byOutput.room() * layout.row());
  }

  /**
   * Copies one panel's features of some images to contiguous rows: in x they are 4 * features bytes
   * apart and would compete for the same cache sets.
   */
  private float[] read(Tensor x, int p, int from, int to, int worker) {
    int row = layout.row();
    float[] own = resources.scratch().of(worker, 0, ALIGNED_START + (to - from) * row);
    layout.copy(own, row, x, from, to, p * row);
    return own;
  }

  /** Adds the contribution of images from..to to dw of one panel's features; image 0 starts it. */
  private void addOfWeights(float[] gradient, float[] own, int from, int to) {
    int row = layout.row();
    MacroKernel product = product(outputPanels);
    product.b = own;
    product.bOffset = ALIGNED_START;
    product.c = gradient;
    product.cOffset = ALIGNED_START;
    product.cStride = row;
    byOutput.multiplyTerms(product, layout.vectors(), row, from, to);
  }
}
