package io.fovea.kernel.vector;

import io.fovea.kernel.DenseGeometry;
import io.fovea.kernel.DenseKernel;
import io.fovea.kernel.Packing;
import io.fovea.kernel.Resources;
import io.fovea.tensor.Tensor;

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
  /**
   * Blocks of L features in one piece of work: with 100 outputs its weights fill 600 KB, so they
   * stay in the second cache.
   */
  private static final int PIECE = 98;

  /** Images in one piece of work of the forward pass and the input gradient. */
  private static final int IMAGES = 32;

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
    java.util.Arrays.setAll(outputSteps, o -> o);
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
    int pieces = (blocks + PIECE - 1) / PIECE;
    int groups = (images + IMAGES - 1) / IMAGES;
    float[] sums = resources.scratch().shared(0, pieces * images * outputs);
    resources
        .workers()
        .run(
            pieces * groups,
            (chunk, worker) -> {
              int piece = chunk / groups;
              int from = chunk % groups * IMAGES;
              int to = Math.min(images, from + IMAGES);
              forwardPiece(sums, piece, from, to, x, w, resources, worker);
            });
    for (int n = 0; n < images; n++) {
      for (int o = 0; o < outputs; o++) {
        float sum = b[o];
        for (int piece = 0; piece < pieces; piece++) {
          sum += sums[(piece * images + n) * outputs + o];
        }
        y.array()[y.offset() + n * outputs + o] = sum;
      }
    }
  }

  private void forwardPiece(
      float[] sums,
      int piece,
      int from,
      int to,
      Tensor x,
      float[] w,
      Resources resources,
      int worker) {
    int first = piece * PIECE;
    int last = Math.min(blocks, first + PIECE);
    boolean ragged = last * L > features;
    Dots dots = new Dots();
    dots.tile = resources.scratch().of(worker, 0, Dots.TILE);
    dots.w = w;
    dots.wBlock = outputs * L;
    if (!ragged) {
      dots.x = x.array();
      dots.xRow = features;
    } else {
      // The last block is not full: the piece's features are copied beside each other, zeros
      // behind.
      dots.xRow = (last - first) * L;
      dots.x = resources.scratch().of(worker, 1, (to - from) * dots.xRow);
      copyFeatures(dots.x, dots.xRow, x, from, to, first * L);
    }
    dots.blocks = last - first;
    dots.sums = sums;
    dots.sumsRow = outputs;
    for (int n = from; n < to; n += Math.min(4, to - n)) {
      dots.xAt = ragged ? (n - from) * dots.xRow : x.offset() + n * features + first * L;
      dots.wAt = first * outputs * L;
      dots.sumsAt = (piece * x.count() + n) * outputs;
      dots.run(Math.min(4, to - n), outputs);
    }
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
      java.util.Arrays.fill(target, at + length, at + row, 0);
    }
  }

  @Override
  public void backwardInput(Tensor dx, Tensor dy, float[] w, Resources resources) {
    int images = dx.count();
    int[] inRows = rowStarts(images, outputs);
    int piece =
        16; // blocks of features; their weights, 16 * 100 * 64 bytes, are read from the second
    // cache
    int pieces = (blocks + piece - 1) / piece;
    float[] zeros = resources.scratch().shared(0, 2 * L);
    java.util.Arrays.fill(zeros, 0, 2 * L, 0);
    resources
        .workers()
        .run(
            pieces,
            (chunk, worker) -> {
              int first = chunk * piece;
              int last = Math.min(blocks, first + piece);
              Product product = new Product();
              product.a = dy.array();
              product.aAt = dy.offset();
              product.rows = inRows;
              product.steps = outputSteps;
              product.terms = outputs;
              product.b = w;
              product.bStep = L;
              product.bVector = outputs * L;
              product.init = zeros;
              boolean ragged = last * L > features;
              int whole = ragged ? last - 1 : last;
              product.c = dx.array();
              product.cRow = features;
              product.cVector = L;
              for (int block = first; block < whole; block += 2) {
                product.bAt = block * outputs * L;
                product.cAt = dx.offset() + block * L;
                product.run(images, Math.min(2, whole - block), true);
              }
              if (ragged) {
                lastBlock(
                    product, dx, whole, images, resources.scratch().of(worker, 0, images * L));
              }
            });
  }

  /**
   * The last features, fewer than L: computed as a whole vector, of which the features are copied.
   */
  private void lastBlock(Product product, Tensor dx, int block, int images, float[] tile) {
    product.bAt = block * outputs * L;
    product.c = tile;
    product.cAt = 0;
    product.cRow = L;
    product.run(images, 1, true);
    for (int n = 0; n < images; n++) {
      System.arraycopy(
          tile, n * L, dx.array(), dx.offset() + n * features + block * L, features - block * L);
    }
  }

  @Override
  public void backwardWeights(float[] dw, float[] db, Tensor x, Tensor dy, Resources resources) {
    int images = x.count();
    int[] steps = rowStarts(images, outputs);
    int piece = 16;
    int pieces = (blocks + piece - 1) / piece;
    float[] zeros = resources.scratch().shared(0, 2 * L);
    java.util.Arrays.fill(zeros, 0, 2 * L, 0);
    resources
        .workers()
        .run(
            pieces,
            (chunk, worker) -> {
              Product product = new Product();
              product.a = dy.array();
              product.aAt = dy.offset();
              product.rows = outputSteps;
              product.steps = steps;
              product.terms = images;
              product.b = resources.scratch().of(worker, 0, images * 2 * L);
              product.bStep = 2 * L;
              product.bVector = L;
              product.init = zeros;
              product.c = dw;
              product.cRow = L;
              product.cVector = outputs * L;
              int last = Math.min(blocks, (chunk + 1) * piece);
              for (int block = chunk * piece; block < last; block += 2) {
                // Rows of x lie 4 * features bytes apart and would fight for the same cache lines:
                // copy two blocks side by side.
                copyFeatures(product.b, 2 * L, x, 0, images, block * L);
                product.cAt = block * outputs * L;
                product.run(outputs, Math.min(2, last - block), true);
              }
            });
    java.util.Arrays.fill(db, 0);
    for (int n = 0; n < images; n++) {
      for (int o = 0; o < outputs; o++) {
        db[o] += dy.array()[dy.offset() + n * outputs + o];
      }
    }
  }

  private static int[] rowStarts(int rows, int row) {
    int[] starts = new int[rows];
    java.util.Arrays.setAll(starts, n -> n * row);
    return starts;
  }
}
