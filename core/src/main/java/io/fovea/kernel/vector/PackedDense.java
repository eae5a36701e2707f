package io.fovea.kernel.vector;

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

  /** Panels of one piece of the forward pass, whose sums are loaded and stored once. */
  private static final int PIECE = 3;

  /** Panels in one chunk of work of the forward pass. */
  private static final int SHARE = 7 * PIECE;

  /** Images in one chunk of work of the forward pass. */
  private static final int IMAGES = 64;

  /** Images whose input gradients are written at once. */
  private static final int ROWS = 8;

  private static final int L = Lanes.COUNT;

  private final DenseGeometry g;
  private final int features;
  private final int outputs;
  private final int panel;
  private final int panels;
  private final int[] outputSteps;

  PackedDense(DenseGeometry geometry) {
    this.g = geometry;
    this.features = geometry.features();
    this.outputs = geometry.outputs();
    int blocks = Lanes.roundUp(features) / L;
    this.panel = Math.min(PANEL, blocks);
    this.panels = (blocks + panel - 1) / panel;
    this.outputSteps = new int[outputs];
    Arrays.setAll(outputSteps, o -> o);
  }

  @Override
  public String name() {
    return "packed";
  }

  @Override
  public Packing packing() {
    int[] positions = new int[outputs * features];
    int[] logical = g.input().logicalOrder();
    for (int f = 0; f < features; f++) {
      for (int o = 0; o < outputs; o++) {
        positions[o * features + logical[f]] = position(f, o);
      }
    }
    return Packing.of(positions, panels * outputs * panel * L);
  }

  /** Where the weight of feature f, in memory order, and output o lies. */
  private int position(int f, int o) {
    int block = f / L;
    return ((block / panel * outputs + o) * panel + block % panel) * L + f % L;
  }

  @Override
  public void forward(Tensor y, Tensor x, float[] w, float[] b, Resources resources) {
    int images = x.count();
    int shares = (panels + SHARE - 1) / SHARE;
    int groups = (images + IMAGES - 1) / IMAGES;
    float[] sums = resources.scratch().shared(0, shares * images * outputs);
    resources
        .workers()
        .run(
            shares * groups,
            (chunk, worker) -> {
              int share = chunk / groups;
              int from = chunk % groups * IMAGES;
              int to = Math.min(images, from + IMAGES);
              forwardShare(
                  sums,
                  (share * images + from) * outputs,
                  share,
                  from,
                  to,
                  x,
                  w,
                  resources,
                  worker);
            });
    for (int n = 0; n < images; n++) {
      for (int o = 0; o < outputs; o++) {
        float sum = b[o];
        for (int share = 0; share < shares; share++) {
          sum += sums[(share * images + n) * outputs + o];
        }
        y.array()[y.offset() + n * outputs + o] = sum;
      }
    }
  }

  /** One share of the features for the images from..to, some panels at a time. */
  private void forwardShare(
      float[] sums,
      int at,
      int share,
      int from,
      int to,
      Tensor x,
      float[] w,
      Resources resources,
      int worker) {
    int end = Math.min(panels, (share + 1) * SHARE);
    int count = (to - from) * outputs;
    Dots dots = new Dots();
    dots.outputs = outputs;
    dots.blocks = panel;
    dots.sums = resources.scratch().of(worker, 0, count * L);
    Arrays.fill(dots.sums, 0, count * L, 0);
    dots.w = w;
    for (int first = share * SHARE; first < end; first += PIECE) {
      dots.panels = Math.min(PIECE, end - first);
      dots.xRow = dots.panels * panel * L;
      dots.x = resources.scratch().of(worker, 1, (to - from) * dots.xRow);
      copyFeatures(dots.x, dots.xRow, x, from, to, first * panel * L);
      dots.wAt = start(first);
      dots.add(to - from);
    }
    Dots.addLanes(sums, at, dots.sums, count);
  }

  /**
   * Features from {@code start} on, of images from..to, as rows of {@code row} floats, zeros past
   * the last feature.
   */
  private void copyFeatures(float[] target, int row, Tensor x, int from, int to, int start) {
    int length = Math.min(row, features - start);
    for (int n = from; n < to; n++) {
      int at = (n - from) * row;
      System.arraycopy(x.array(), x.offset() + n * features + start, target, at, length);
      Arrays.fill(target, at + length, at + row, 0);
    }
  }

  @Override
  public void backwardInput(Tensor dx, Tensor dy, float[] w, Resources resources) {
    float[] zeros = zeros(resources);
    int[] starts = rowStarts(dx.count(), outputs);
    resources
        .workers()
        .run(panels, (p, worker) -> inputGradient(dx, p, dy, starts, w, zeros, resources, worker));
  }

  @Override
  public void backwardWeights(float[] dw, float[] db, Tensor x, Tensor dy, Resources resources) {
    float[] zeros = zeros(resources);
    int[] starts = rowStarts(x.count(), outputs);
    resources
        .workers()
        .run(
            panels,
            (p, worker) ->
                weightGradient(dw, start(p), p, x, dy, starts, zeros, resources, worker));
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
    float[] zeros = zeros(resources);
    int[] starts = rowStarts(x.count(), outputs);
    dw.begin(panels);
    resources
        .workers()
        .run(
            panels,
            (p, worker) -> {
              if (dx != null) {
                inputGradient(dx, p, dy, starts, w, zeros, resources, worker);
              }
              float[] gradient = resources.scratch().of(worker, 1, outputs * panel * L);
              weightGradient(gradient, 0, p, x, dy, starts, zeros, resources, worker);
              dw.take(p, gradient, 0, start(p), start(p + 1));
            });
    biasGradient(db, dy);
  }

  /** Where a panel's weights begin. */
  private int start(int p) {
    return p * outputs * panel * L;
  }

  private static float[] zeros(Resources resources) {
    float[] zeros = resources.scratch().shared(0, 2 * L);
    Arrays.fill(zeros, 0, 2 * L, 0);
    return zeros;
  }

  /** dx of one panel's features: rows are images, a few at a time, terms the outputs. */
  private void inputGradient(
      Tensor dx,
      int p,
      Tensor dy,
      int[] starts,
      float[] w,
      float[] zeros,
      Resources resources,
      int worker) {
    int images = dy.count();
    int first = p * panel * L;
    int length = Math.min(panel * L, features - first);
    boolean ragged = length < panel * L;
    Product product = new Product();
    product.a = dy.array();
    product.rows = starts;
    product.steps = outputSteps;
    product.terms = outputs;
    product.b = w;
    product.bAt = start(p);
    product.bStep = panel * L;
    product.bVector = L;
    product.init = zeros;
    product.cRow = ragged ? panel * L : features;
    product.c = ragged ? resources.scratch().of(worker, 0, ROWS * panel * L) : dx.array();
    product.cVector = L;
    for (int n = 0; n < images; n += ROWS) {
      int count = Math.min(ROWS, images - n);
      int to = dx.offset() + n * features + first;
      product.aAt = dy.offset() + n * outputs;
      product.cAt = ragged ? 0 : to;
      product.run(count, panel, true);
      for (int r = 0; ragged && r < count; r++) {
        System.arraycopy(product.c, r * panel * L, dx.array(), to + r * features, length);
      }
    }
  }

  /** dw of one panel's features: rows are outputs, terms the images. */
  private void weightGradient(
      float[] dw,
      int dwAt,
      int p,
      Tensor x,
      Tensor dy,
      int[] starts,
      float[] zeros,
      Resources resources,
      int worker) {
    int images = x.count();
    int row = panel * L;
    Product product = new Product();
    product.a = dy.array();
    product.aAt = dy.offset();
    product.rows = outputSteps;
    product.steps = starts;
    product.terms = images;
    // Rows of x lie 4 * features bytes apart and would fight for the same cache lines.
    product.b = resources.scratch().of(worker, 0, images * row);
    copyFeatures(product.b, row, x, 0, images, p * row);
    product.bStep = row;
    product.bVector = L;
    product.init = zeros;
    product.c = dw;
    product.cAt = dwAt;
    product.cRow = row;
    product.cVector = L;
    product.run(outputs, panel, true);
  }

  private void biasGradient(float[] db, Tensor dy) {
    Arrays.fill(db, 0);
    for (int n = 0; n < dy.count(); n++) {
      for (int o = 0; o < outputs; o++) {
        db[o] += dy.array()[dy.offset() + n * outputs + o];
      }
    }
  }

  private static int[] rowStarts(int rows, int row) {
    int[] starts = new int[rows];
    Arrays.setAll(starts, n -> n * row);
    return starts;
  }
}
