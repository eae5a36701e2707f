package io.fovea.kernel.vector;

import static io.fovea.kernel.CacheLines.FIRST;

import io.fovea.kernel.DenseGeometry;
import io.fovea.kernel.DenseKernel;
import io.fovea.kernel.GradientSink;
import io.fovea.kernel.Packing;
import io.fovea.kernel.Resources;
import io.fovea.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The fully connected layer over weights stored as [panel][out][block][L], features in memory
 * order: a block is a vector of L neighbouring features of one output, a panel some blocks beside
 * each other. Forward reads them as dot products, the input gradient as rows to add, and the weight
 * gradient comes out the same way, so nobody transposes and outputs need no padding.
 *
 * <p>Forward cuts the features into shares that depend on their number alone; the shares' sums are
 * added in index order, and an image's answer does not depend on the images beside it. Backward
 * goes panel by panel: dx, the weight's gradient and what becomes of it, while all three are in a
 * cache (docs/decisions/0010).
 */
final class PackedDense implements DenseKernel {
  /** Blocks of L features in a panel: an odd number, so that its rows fall into all cache sets. */
  private static final int PANEL = 15;

  /** The same where that still makes enough panels: longer runs of memory, to the same bits. */
  private static final int LONG_PANEL = 3 * PANEL;

  private static final int ENOUGH_PANELS = 24;

  /** Blocks of one piece of the forward pass, whose sums are loaded and stored once. */
  private static final int PIECE = LONG_PANEL;

  /** Blocks in one chunk of work of the forward pass: six chunks for 25,000 features. */
  private static final int SHARE = 6 * PIECE;

  /** The most images in one chunk of work of the forward pass, and the fewest worth a chunk. */
  private static final int MOST_IMAGES = 64;

  private static final int FEWEST_IMAGES = 8;

  /** As many shares and groups of images as the forward pass is cut into where there are enough. */
  private static final int CHUNKS = 6;

  /** Chunks for each thread, at least, where the outputs can be cut. */
  private static final int CHUNKS_OF_THREAD = 2;

  /** The fewest weights worth a chunk of outputs. */
  private static final int FEWEST_WEIGHTS = 1 << 15;

  private static final int L = Lanes.COUNT;

  private final DenseGeometry g;
  private final int features;
  private final int outputs;
  private final int panel;
  private final int panels;
  private final int panelsOfPiece;
  private final int panelsOfShare;

  PackedDense(DenseGeometry geometry) {
    this.g = geometry;
    this.features = geometry.features();
    this.outputs = geometry.outputs();
    int blocks = Lanes.roundUp(features) / L;
    this.panel = blocks >= ENOUGH_PANELS * LONG_PANEL ? LONG_PANEL : Math.min(PANEL, blocks);
    this.panels = (blocks + panel - 1) / panel;
    this.panelsOfPiece = PIECE / panel;
    this.panelsOfShare = SHARE / panel;
  }

  @Override
  public String name() {
    return "packed";
  }

  @Override
  public Packing packing() {
    int[] logical = g.input().logicalOrder();
    return Packing.of(
        outputs,
        features,
        start(panels),
        (o, positions) -> {
          for (int f = 0; f < features; f++) {
            positions[logical[f]] = position(f, o);
          }
        });
  }

  /** Where the weight of feature f, in memory order, and output o lies. */
  private int position(int f, int o) {
    int block = f / L;
    return start(block / panel) + (o * panel + block % panel) * L + f % L;
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
    resources
        .workers()
        .run(
            shares * groups * ranges,
            (chunk, worker) -> {
              int share = chunk / (groups * ranges);
              int from = chunk / ranges % groups * group;
              int to = Math.min(images, from + group);
              Dots dots = new Dots();
              dots.outputs = outputs;
              dots.first = chunk % ranges * range;
              dots.end = Math.min(outputs, dots.first + range);
              int at = (share * images + from) * outputs;
              forwardShare(dots, sums, at, share, from, to, x, w, resources, worker);
            });
    addShares(y, sums, shares, b);
  }

  /** y = the bias, then the shares in index order. */
  private void addShares(Tensor y, float[] sums, int shares, float[] b) {
    int count = y.count() * outputs;
    for (int n = 0; n < y.count(); n++) {
      System.arraycopy(b, 0, y.array(), y.offset() + n * outputs, outputs);
    }
    for (int share = 0; share < shares; share++) {
      Sums.add(y.array(), y.offset(), y.array(), y.offset(), sums, share * count, count);
    }
  }

  /** Images in a chunk: where few features make few shares, the images are cut as well. */
  private static int group(int images, int shares) {
    int groups = (CHUNKS + shares - 1) / shares;
    int group = (images + groups - 1) / groups;
    int fours = (group + 3) / 4;
    return Math.clamp(4L * fours, FEWEST_IMAGES, MOST_IMAGES);
  }

  /**
   * Outputs in a chunk: where shares and images make few chunks, the outputs are cut as well, into
   * as many chunks for each thread. No output's sum depends on that cut.
   */
  private int range(int chunks, int threads) {
    int ranges = Math.ceilDiv(CHUNKS_OF_THREAD * threads, chunks);
    int fives = (outputs + 5 * ranges - 1) / (5 * ranges);
    return Math.max(5 * fives, FEWEST_WEIGHTS / features + 1);
  }

  /** One share of the features for the images from..to and some outputs, a few panels at a time. */
  private void forwardShare(
      Dots dots,
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
    dots.blocks = panel;
    dots.images = to - from;
    dots.sums = resources.scratch().of(worker, 0, FIRST + dots.vectors() * L);
    dots.sumsAt = FIRST;
    Arrays.fill(dots.sums, FIRST, FIRST + dots.vectors() * L, 0);
    dots.w = w;
    // Weights that change have been written since they were read, and are far away.
    dots.ahead = resources.derived() == null;
    for (int first = share * panelsOfShare; first < end; first += panelsOfPiece) {
      dots.panels = Math.min(panelsOfPiece, end - first);
      int length = dots.panels * panel * L;
      int begin = first * panel * L;
      if (features % L == 0 && begin + length <= features) {
        dots.xRow = features;
        dots.x = x.array();
        dots.xAt = x.offset() + from * features + begin;
      } else {
        dots.xRow = length;
        dots.x = resources.scratch().of(worker, 1, FIRST + (to - from) * length);
        dots.xAt = FIRST;
        copyFeatures(dots.x, length, x, from, to, begin);
      }
      dots.wAt = start(first);
      dots.add();
    }
    dots.addLanes(sums, at);
  }

  /**
   * Features from {@code start} on, of images from..to, as rows of {@code row} floats from target's
   * FIRST on, zeros past the last feature.
   */
  private void copyFeatures(float[] target, int row, Tensor x, int from, int to, int start) {
    int length = Math.min(row, features - start);
    for (int n = from; n < to; n++) {
      int at = FIRST + (n - from) * row;
      System.arraycopy(x.array(), x.offset() + n * features + start, target, at, length);
      Arrays.fill(target, at + length, at + row, 0);
    }
  }

  @Override
  public void backwardInput(Tensor dx, Tensor dy, float[] w, Resources resources) {
    Gradients gradients = new Gradients(dx.count(), resources);
    gradients.packImages(dy);
    resources.workers().run(panels, (p, worker) -> gradients.ofInput(dx, p, w, worker));
  }

  @Override
  public void backwardWeights(float[] dw, float[] db, Tensor x, Tensor dy, Resources resources) {
    Gradients gradients = new Gradients(x.count(), resources);
    gradients.packOutputs(dy);
    Arrays.fill(dw, 0, FIRST, 0);
    resources
        .workers()
        .run(
            panels,
            (p, worker) -> gradients.ofWeights(dw, start(p), gradients.read(x, p, worker), worker));
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
    Gradients gradients = new Gradients(x.count(), resources);
    gradients.packOutputs(dy);
    if (dx != null) {
      gradients.packImages(dy);
    }
    dw.begin(panels);
    resources
        .workers()
        .run(
            panels,
            (p, worker) -> {
              int length = start(p + 1) - start(p);
              float[] gradient = resources.scratch().of(worker, 1, FIRST + length);
              float[] own = gradients.read(x, p, worker); // dx may be x
              if (dx != null) {
                gradient[0] = Reading.ahead(w, start(p), start(p + 1));
                gradients.ofInput(dx, p, w, worker);
              }
              gradients.ofWeights(gradient, FIRST, own, worker);
              Arrays.fill(gradient, 0, FIRST, 0);
              int before = p == 0 ? FIRST : 0; // the padding is the first part's
              dw.take(p, gradient, FIRST - before, start(p) - before, start(p + 1));
            });
    biasGradient(db, dy);
  }

  /** Where a panel's weights begin. */
  private int start(int p) {
    return FIRST + p * outputs * panel * L;
  }

  /**
   * The gradients of one batch, panel by panel of the features. dy is small and read by every
   * panel, so it is packed once: by images for dx, whose terms are the outputs, and by outputs for
   * dw, whose terms are the images.
   */
  private final class Gradients {
    private final Resources resources;
    private final int images;
    private final RowPanels byImage;
    private final RowPanels byOutput;
    private final float[] imagePanels;
    private final float[] outputPanels;
    private final float[] zeros;

    Gradients(int images, Resources resources) {
      this.resources = resources;
      this.images = images;
      this.byImage = new RowPanels(images, outputs);
      this.byOutput = new RowPanels(outputs, images);
      this.zeros = resources.scratch().shared(0, PanelProduct.MOST_VECTORS * L);
      Arrays.fill(zeros, 0, PanelProduct.MOST_VECTORS * L, 0);
      this.imagePanels = resources.scratch().shared(1, byImage.length());
      this.outputPanels = resources.scratch().shared(2, byOutput.length());
    }

    void packImages(Tensor dy) {
      byImage.pack(imagePanels, dy.array(), dy.offset(), outputs, 1);
    }

    void packOutputs(Tensor dy) {
      byOutput.pack(outputPanels, dy.array(), dy.offset(), 1, outputs);
    }

    private PanelProduct product(float[] a) {
      PanelProduct product = new PanelProduct();
      product.a = a;
      product.init = zeros;
      return product;
    }

    /** dx of one panel's features. */
    void ofInput(Tensor dx, int p, float[] w, int worker) {
      int row = panel * L;
      int first = p * row;
      int length = Math.min(row, features - first);
      boolean inPlace = length == row && images >= byImage.room();
      PanelProduct product = product(imagePanels);
      product.b = w;
      product.bAt = start(p);
      if (inPlace) {
        product.c = dx.array();
        product.cAt = dx.offset() + first;
        product.cRow = features;
      } else {
        product.c = resources.scratch().of(worker, 2, FIRST + byImage.room() * row);
        product.cAt = FIRST;
        product.cRow = row;
      }
      byImage.multiply(product, panel, row);
      for (int n = 0; !inPlace && n < images; n++) {
        int to = dx.offset() + n * features + first;
        System.arraycopy(product.c, FIRST + n * row, dx.array(), to, length);
      }
    }

    /**
     * One panel's features of x as rows of their own: in x they lie 4 * features bytes apart and
     * would fight for the same cache lines.
     */
    float[] read(Tensor x, int p, int worker) {
      int row = panel * L;
      float[] own = resources.scratch().of(worker, 0, FIRST + images * row);
      copyFeatures(own, row, x, 0, images, p * row);
      return own;
    }

    /** dw of one panel's features, at dw[at ...]. */
    void ofWeights(float[] dw, int at, float[] own, int worker) {
      int row = panel * L;
      PanelProduct product = product(outputPanels);
      product.b = own;
      product.bAt = FIRST;
      boolean inPlace = outputs >= byOutput.room();
      product.c = inPlace ? dw : resources.scratch().of(worker, 2, FIRST + byOutput.room() * row);
      product.cAt = inPlace ? at : FIRST;
      product.cRow = row;
      byOutput.multiply(product, panel, row);
      if (!inPlace) {
        System.arraycopy(product.c, FIRST, dw, at, outputs * row);
      }
    }
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
