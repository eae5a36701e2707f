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
 * The fully connected layer over weights stored as [feature / L][out][L], features in memory order:
 * one vector holds L neighbouring features of one output. Forward reads them as dot products, the
 * input gradient as rows to add, and the weight gradient comes out the same way, so nobody
 * transposes and outputs need no padding.
 *
 * <p>Forward cuts the features into pieces that depend on their number alone; the pieces' sums are
 * added in index order, and an image's answer does not depend on the images beside it.
 */
final class PackedDense implements DenseKernel {
  /** Blocks of L features that five outputs' weights fill 16 KB with: half of the first cache. */
  private static final int PIECE = 49;

  /** Blocks of L features in one piece of work of the forward pass. */
  private static final int SHARE = 4 * PIECE;

  /** Images in one piece of work of the forward pass. */
  private static final int IMAGES = 64;

  /** Blocks of L features in one piece of work of the backward passes. */
  private static final int PANEL = 8;

  /** Images whose input gradients are written at once. */
  private static final int ROWS = 8;

  private static final int L = Lanes.COUNT;

  private final DenseGeometry g;
  private final int features;
  private final int outputs;
  private final int blocks;
  private final int[] outputSteps;

  PackedDense(DenseGeometry geometry) {
    this.g = geometry;
    this.features = geometry.features();
    this.outputs = geometry.outputs();
    this.blocks = Lanes.roundUp(features) / L;
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
        positions[o * features + logical[f]] = (f / L * outputs + o) * L + f % L;
      }
    }
    return Packing.of(positions, blocks * outputs * L);
  }

  @Override
  public void forward(Tensor y, Tensor x, float[] w, float[] b, Resources resources) {
    int images = x.count();
    int shares = (blocks + SHARE - 1) / SHARE;
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

  /** One share of the features for the images from..to, piece by piece. */
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
    int end = Math.min(blocks, (share + 1) * SHARE);
    int count = (to - from) * outputs;
    Dots dots = new Dots();
    dots.outputs = outputs;
    dots.sums = resources.scratch().of(worker, 0, count * L);
    Arrays.fill(dots.sums, 0, count * L, 0);
    dots.w = w;
    dots.wBlock = outputs * L;
    for (int first = share * SHARE; first < end; first += PIECE) {
      int last = Math.min(end, first + PIECE);
      // Rows of x lie 4 * features bytes apart and would fight for the same cache lines.
      dots.xRow = (last - first) * L;
      dots.x = resources.scratch().of(worker, 1, (to - from) * dots.xRow);
      copyFeatures(dots.x, dots.xRow, x, from, to, first * L);
      dots.blocks = last - first;
      dots.wAt = first * outputs * L;
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
        .run(
            panels(),
            (panel, worker) -> inputGradient(dx, panel, dy, starts, w, zeros, resources, worker));
  }

  @Override
  public void backwardWeights(float[] dw, float[] db, Tensor x, Tensor dy, Resources resources) {
    float[] zeros = zeros(resources);
    int[] starts = rowStarts(x.count(), outputs);
    resources
        .workers()
        .run(
            panels(),
            (panel, worker) ->
                weightGradient(dw, start(panel), panel, x, dy, starts, zeros, resources, worker));
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
    dw.begin(panels());
    resources
        .workers()
        .run(
            panels(),
            (panel, worker) -> {
              if (dx != null) {
                inputGradient(dx, panel, dy, starts, w, zeros, resources, worker);
              }
              float[] gradient = resources.scratch().of(worker, 1, PANEL * outputs * L);
              weightGradient(gradient, 0, panel, x, dy, starts, zeros, resources, worker);
              dw.take(panel, gradient, 0, start(panel), start(panel) + length(panel));
            });
    biasGradient(db, dy);
  }

  /** Pieces of the backward passes. */
  private int panels() {
    return (blocks + PANEL - 1) / PANEL;
  }

  /** Where a panel's weights begin. */
  private int start(int panel) {
    return panel * PANEL * outputs * L;
  }

  /** Floats of a panel's weights. */
  private int length(int panel) {
    return blocks(panel) * outputs * L;
  }

  /** Blocks of features in a panel. */
  private int blocks(int panel) {
    return Math.min(PANEL, blocks - panel * PANEL);
  }

  private static float[] zeros(Resources resources) {
    float[] zeros = resources.scratch().shared(0, 2 * L);
    Arrays.fill(zeros, 0, 2 * L, 0);
    return zeros;
  }

  /** dx of one panel's features: rows are images, a few at a time, terms the outputs. */
  private void inputGradient(
      Tensor dx,
      int panel,
      Tensor dy,
      int[] starts,
      float[] w,
      float[] zeros,
      Resources resources,
      int worker) {
    int images = dy.count();
    int first = panel * PANEL * L;
    int length = Math.min(blocks(panel) * L, features - first);
    boolean ragged = length % L != 0;
    Product product = new Product();
    product.a = dy.array();
    product.rows = starts;
    product.steps = outputSteps;
    product.terms = outputs;
    product.b = w;
    product.bAt = start(panel);
    product.bStep = L;
    product.bVector = outputs * L;
    product.init = zeros;
    product.cRow = ragged ? PANEL * L : features;
    product.c = ragged ? resources.scratch().of(worker, 0, ROWS * PANEL * L) : dx.array();
    product.cVector = L;
    for (int n = 0; n < images; n += ROWS) {
      int count = Math.min(ROWS, images - n);
      int to = dx.offset() + n * features + first;
      product.aAt = dy.offset() + n * outputs;
      product.cAt = ragged ? 0 : to;
      product.run(count, blocks(panel), true);
      for (int r = 0; ragged && r < count; r++) {
        System.arraycopy(product.c, r * PANEL * L, dx.array(), to + r * features, length);
      }
    }
  }

  /** dw of one panel's features: rows are outputs, terms the images. */
  private void weightGradient(
      float[] dw,
      int dwAt,
      int panel,
      Tensor x,
      Tensor dy,
      int[] starts,
      float[] zeros,
      Resources resources,
      int worker) {
    int images = x.count();
    int row = blocks(panel) * L;
    Product product = new Product();
    product.a = dy.array();
    product.aAt = dy.offset();
    product.rows = outputSteps;
    product.steps = starts;
    product.terms = images;
    // Rows of x lie 4 * features bytes apart and would fight for the same cache lines.
    product.b = resources.scratch().of(worker, 0, images * row);
    copyFeatures(product.b, row, x, 0, images, panel * PANEL * L);
    product.bStep = row;
    product.bVector = L;
    product.init = zeros;
    product.c = dw;
    product.cAt = dwAt;
    product.cRow = L;
    product.cVector = outputs * L;
    product.run(outputs, blocks(panel), true);
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
