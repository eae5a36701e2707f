package io.fovea.kernel.vector.dense;

import static io.fovea.kernel.op.CacheLines.ALIGNED_START;

import io.fovea.kernel.geometry.DenseGeometry;
import io.fovea.kernel.op.DenseKernel;
import io.fovea.kernel.op.GradientSink;
import io.fovea.kernel.op.Packing;
import io.fovea.kernel.op.Resources;
import io.fovea.kernel.op.ScratchSizes;
import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.kernel.vector.machine.Sums;
import io.fovea.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The fully connected layer over weights stored as [panel][out][block][W], features in memory
 * order: a block is W neighbouring features of one output, a panel some adjacent blocks ({@link
 * DensePanels}). Forward computes dot products, the input gradient adds rows, and the weight
 * gradient has the same layout, so no pass transposes, and outputs need no padding.
 *
 * <p>Forward divides the features into shares that depend on their number only; the shares' sums
 * are added in index order, and the output for an image does not depend on the images beside it.
 * Backward computes panel by panel, some images at a time: dx, the weight's gradient and the
 * update, while all three are in a cache (decision 10).
 */
public final class PackedDense implements DenseKernel {
  /** Blocks of one piece of the forward pass, whose sums are loaded and stored once. */
  private static final int PIECE = DensePanels.LONG_PANEL;

  /** The most images in one chunk of work of the forward pass, and the fewest worth a chunk. */
  private static final int MOST_IMAGES = 64;

  private static final int FEWEST_IMAGES = 8;

  /**
   * The number of chunks, shares times groups of images, from which on the forward pass is not
   * divided further.
   */
  private static final int CHUNKS = 6;

  /** The fewest chunks for each thread, where the outputs can be divided. */
  private static final int CHUNKS_OF_THREAD = 2;

  /** The fewest weights worth a chunk of outputs. */
  private static final int FEWEST_WEIGHTS = 1 << 15;

  private static final int W = Lanes.WIDEST;

  private final DenseGeometry g;
  private final int features;
  private final int outputs;
  private final DensePanels layout;
  private final int panels;
  private final int panelsOfPiece;
  private final int panelsOfShare;

  public PackedDense(DenseGeometry geometry) {
    this.g = geometry;
    this.features = geometry.features();
    this.outputs = geometry.outputs();
    this.layout = DensePanels.of(geometry);
    this.panels = layout.count();
    this.panelsOfPiece = PIECE / layout.blocks();
    this.panelsOfShare = DensePanels.SHARE / layout.blocks();
  }

  @Override
  public String name() {
    return "packed";
  }

  @Override
  public void scratch(ScratchSizes.Pass pass, ScratchSizes.Call call, ScratchSizes sizes) {
    int images = call.images();
    if (pass != ScratchSizes.Pass.FORWARD) {
      DenseGradients.scratch(layout, images, sizes);
      return;
    }
    int shares = Math.ceilDiv(panels, panelsOfShare);
    int group = Math.min(images, group(images, shares));
    int range = range(shares * Math.ceilDiv(images, group), sizes.threads());
    sizes.shared(0, (long) shares * images * outputs);
    sizes.own(0, ALIGNED_START + (long) group * Math.min(outputs, range) * W);
    sizes.own(1, ALIGNED_START + (long) group * panelsOfPiece * layout.row());
  }

  @Override
  public Packing packing() {
    int[] logical = g.input().logicalOrder();
    return Packing.of(
        outputs,
        features,
        layout.start(panels),
        (o, positions) -> {
          for (int f = 0; f < features; f++) {
            positions[logical[f]] = layout.position(f, o);
          }
        });
  }

  @Override
  public void forward(Tensor y, Tensor x, float[] w, float[] b, Resources resources) {
    int images = x.count();
    int shares = (panels + panelsOfShare - 1) / panelsOfShare;
    int group = group(images, shares);
    int groups = (images + group - 1) / group;
    int range = range(shares * groups, resources.workers().threads());
    int ranges = (outputs + range - 1) / range;
    float[] sums = resources.scratch().shared(0, shares * images * outputs);
    resources.run(
        shares * groups * ranges,
        (chunk, worker) -> {
          int share = chunk / (groups * ranges);
          int from = chunk / ranges % groups * group;
          int to = Math.min(images, from + group);
          DenseForwardKernel dots = new DenseForwardKernel();
          dots.outputs = outputs;
          dots.first = chunk % ranges * range;
          dots.end = Math.min(outputs, dots.first + range);
          int at = (share * images + from) * outputs;
          forwardShare(dots, sums, at, share, from, to, x, w, resources, worker);
        });
    addShares(y, sums, shares, b);
  }

  /** y = the bias plus the shares in index order. */
  private void addShares(Tensor y, float[] sums, int shares, float[] b) {
    int count = y.count() * outputs;
    for (int n = 0; n < y.count(); n++) {
      System.arraycopy(b, 0, y.array(), y.offset() + n * outputs, outputs);
    }
    for (int share = 0; share < shares; share++) {
      Sums.add(y.array(), y.offset(), y.array(), y.offset(), sums, share * count, count);
    }
  }

  /** Images in a chunk: where few features make few shares, the images are divided as well. */
  private static int group(int images, int shares) {
    int groups = (CHUNKS + shares - 1) / shares;
    int group = (images + groups - 1) / groups;
    // Multiples of 4 images: a block is 4 images by 4 outputs.
    int fours = (group + 3) / 4;
    return Math.clamp(4L * fours, FEWEST_IMAGES, MOST_IMAGES);
  }

  /**
   * Outputs in a chunk: where shares and images make few chunks, the outputs are divided as well,
   * into a fixed number of chunks for each thread. No output's sum depends on that.
   */
  private int range(int chunks, int threads) {
    int ranges = Math.ceilDiv(CHUNKS_OF_THREAD * threads, chunks);
    int fours = (outputs + 4 * ranges - 1) / (4 * ranges);
    return Math.max(4 * fours, FEWEST_WEIGHTS / features + 1);
  }

  /**
   * Computes one share of the features for the images from..to and some outputs, a few panels at a
   * time.
   */
  private void forwardShare(
      DenseForwardKernel dots,
      float[] sums,
      int at,
      int share,
      int from,
      int to,
      Tensor x,
      float[] w,
      Resources resources,
      int worker) {
    int end = Math.min(panels, (share + 1) * panelsOfShare);
    dots.blocks = layout.blocks();
    dots.images = to - from;
    dots.sums = resources.scratch().of(worker, 0, ALIGNED_START + dots.count() * W);
    dots.sumsAt = ALIGNED_START;
    dots.w = w;
    // Weights that change have been written since they were read, and are in no cache.
    dots.far = resources.derived() == null;
    for (int first = share * panelsOfShare; first < end; first += panelsOfPiece) {
      dots.panels = Math.min(panelsOfPiece, end - first);
      int length = dots.panels * layout.row();
      int begin = first * layout.row();
      // Read in place: rows begin at full blocks, and no panel needs zeros behind them.
      if (features % W == 0 && begin + length <= features) {
        dots.xRow = features;
        dots.x = x.array();
        dots.xAt = x.offset() + from * features + begin;
      } else {
        dots.xRow = length;
        dots.x = resources.scratch().of(worker, 1, ALIGNED_START + (to - from) * length);
        dots.xAt = ALIGNED_START;
        layout.copy(dots.x, length, x, from, to, begin);
      }
      dots.wAt = layout.start(first);
      dots.wNext = first + panelsOfPiece < end ? layout.start(first + panelsOfPiece) : -1;
      dots.begins = first == share * panelsOfShare;
      dots.add();
    }
    dots.addLanes(sums, at);
  }

  @Override
  public void backwardInput(Tensor dx, Tensor dy, float[] w, Resources resources) {
    DenseGradients gradients = new DenseGradients(layout, dx.count(), resources);
    gradients.packImages(dy);
    resources.run(panels, (p, worker) -> gradients.ofInput(dx, p, w, 0, dx.count(), worker));
  }

  @Override
  public void backwardWeights(float[] dw, float[] db, Tensor x, Tensor dy, Resources resources) {
    DenseGradients gradients = new DenseGradients(layout, x.count(), resources);
    gradients.packOutputs(dy);
    Arrays.fill(dw, 0, ALIGNED_START, 0);
    resources.run(
        panels,
        (p, worker) -> {
          float[] gradient = gradients.ofWeights(x, p, worker);
          System.arraycopy(
              gradient, ALIGNED_START, dw, layout.start(p), layout.start(p + 1) - layout.start(p));
        });
    biasGradient(db, dy);
  }

  @Override
  public void backward(
      @Nullable Tensor dx,
      GradientSink dw,
      float[] db,
      Tensor x,
      Tensor dy,
      float[] w,
      Resources resources) {
    DenseGradients gradients = new DenseGradients(layout, x.count(), resources);
    gradients.packOutputs(dy);
    if (dx != null) {
      gradients.packImages(dy);
    }
    dw.begin(panels);
    resources.run(
        panels,
        (p, worker) -> {
          int from = p == 0 ? 0 : layout.start(p); // the padding belongs to the first part
          int to = layout.start(p + 1);
          boolean near = dw.prefetch(p, from, to);
          float[] gradient = gradients.of(dx, x, p, w, near, worker);
          // The first part begins with the padding before the panels, whose gradient is 0.
          Arrays.fill(gradient, 0, ALIGNED_START, 0);
          dw.accept(p, gradient, ALIGNED_START - (layout.start(p) - from), from, to);
        });
    biasGradient(db, dy);
  }

  private void biasGradient(float[] db, Tensor dy) {
    Arrays.fill(db, 0);
    for (int n = 0; n < dy.count(); n++) {
      for (int o = 0; o < outputs; o++) {
        db[o] += dy.array()[dy.offset() + n * outputs + o];
      }
    }
  }
}
