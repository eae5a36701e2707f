package io.fovea.kernel.vector;

import static io.fovea.kernel.CacheLines.FIRST;

import io.fovea.kernel.Conv2dGeometry;
import io.fovea.kernel.PooledOutput;
import io.fovea.kernel.Resources;
import io.fovea.parallel.Scratch;
import io.fovea.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The gradients of Winograd's convolution as adjoints of its own bilinear form, so that the
 * gradient of the output is transformed once for both, and no second set of transforms is needed:
 *
 * <pre>
 * E = A dY A^T    dU[p] = V[p]^T E[p]    dw = G^T dU G
 *                 dV[p] = E[p] U[p]^T    dx = B dV B^T, summed where tiles overlap
 * </pre>
 *
 * V is computed again: that is cheaper than keeping it since the forward pass.
 *
 * <p>dU is summed into accumulators owned by fixed groups of images, added up in index order.
 */
final class WinogradGradients {
  private static final int PRODUCTS = 3; // scratch slots of a worker
  private static final int IMAGE = 7;

  /** Tiles of a block, so many that a sum over them pays for loading its accumulators. */
  private static final int TILES = 49;

  /** Enough accumulators to keep many cores busy, few enough to add up quickly. */
  private static final int MOST_ACCUMULATORS = 16;

  /** As many as there are at least, where there are as many images. */
  private static final int FEWEST = 4;

  /** Floats that stay in a core's own cache: half of a MiB. */
  private static final int CACHE = 1 << 17;

  private static final int LARGEST_ACCUMULATORS = 1 << 22; // floats, all of them together

  /** Where the gradients of the weights go, and the input they need. */
  static final class OfWeights {
    private final float[] dw;
    private final float[] db;
    private final Tensor x;

    OfWeights(float[] dw, float[] db, Tensor x) {
      this.dw = dw;
      this.db = db;
      this.x = x;
    }
  }

  private final Conv2dGeometry g;
  private final WinogradBlocks blocks;
  private final InputTiles input;
  private final OutputTiles output;
  private final WinogradWeights weights;
  private final int channels;
  private final int filters;

  WinogradGradients(Conv2dGeometry geometry, TileTransform transform, WinogradWeights weights) {
    this.g = geometry;
    this.blocks = new WinogradBlocks(g, transform, TILES);
    this.input = blocks.input;
    this.output = blocks.output;
    this.weights = weights;
    this.channels = blocks.channels();
    this.filters = blocks.filters();
  }

  /**
   * Computes dx where it and w are given, and the gradients of the weights where they are; dy
   * passes where {@code rectified} is above zero or not given, or is the gradient of the pooled
   * output where that is given.
   */
  void run(
      @Nullable Tensor dx,
      @Nullable OfWeights own,
      Tensor dy,
      @Nullable Tensor rectified,
      @Nullable PooledOutput pooled,
      float @Nullable [] w,
      Resources resources) {
    int images = dy.count();
    int stride = weights.pointsLength() + filters;
    int most = Math.clamp(LARGEST_ACCUMULATORS / stride, FEWEST, MOST_ACCUMULATORS);
    // Where an accumulator is more than a cache holds, it is read and written for a block at least.
    boolean heavy = stride > CACHE;
    int groups = heavy ? (images + blocks.images - 1) / blocks.images : images;
    int wanted = Math.clamp(groups, FEWEST, most);
    int share = Math.max(1, (images + wanted - 1) / wanted);
    int accumulators = (images + share - 1) / share;
    float[] turned = w == null ? null : weights.turnedPoints(w, resources);
    float[] sums =
        own == null ? null : resources.scratch().shared(3, FIRST + accumulators * stride);
    resources
        .workers()
        .run(
            accumulators,
            (chunk, worker) -> {
              int sumsAt = FIRST + chunk * stride;
              int begin = chunk * share;
              int end = Math.min(images, begin + share);
              PooledMaps maps =
                  pooled == null
                      ? null
                      : new PooledMaps(g, pooled, blocks.images, resources, worker);
              for (int n = begin; n < end; n += blocks.images) {
                int to = Math.min(end, n + blocks.images);
                Tensor dz = maps == null ? dy : maps.gradients(dy, n, to);
                int dzFrom = maps == null ? n : 0;
                for (int first = 0; first < blocks.tilesHigh; first += blocks.strip) {
                  float[] e =
                      readOutput(dz, rectified, dzFrom, to - n, first, resources.scratch(), worker);
                  if (own != null && sums != null) {
                    float[] v = readInput(own.x, n, to, first, resources.scratch(), worker);
                    boolean fresh = n == begin && first == 0;
                    addWeightGradient(sums, sumsAt, fresh, v, e, tiles(n, to, first));
                  }
                  if (dx != null && turned != null) {
                    boolean gated = own != null && dx.isAt(own.x);
                    inputGradient(dx, gated, n, to, first, e, turned, resources.scratch(), worker);
                  }
                }
              }
            });
    if (own != null && sums != null) {
      collect(own, sums, stride, accumulators, resources);
    }
  }

  private int tiles(int from, int to, int first) {
    return (to - from) * blocks.rows(first) * blocks.tilesWide;
  }

  private float[] readOutput(
      Tensor dy,
      @Nullable Tensor rectified,
      int from,
      int images,
      int first,
      Scratch scratch,
      int worker) {
    float[] e = output.points(scratch, worker);
    int rows = blocks.rows(first);
    for (int n = 0; n < images; n++) {
      int tile = tiles(0, n, first);
      output.read(e, tile, dy, rectified, from + n, first, rows, scratch, worker);
    }
    return e;
  }

  private float[] readInput(Tensor x, int from, int to, int first, Scratch scratch, int worker) {
    float[] v = input.points(scratch, worker);
    int rows = blocks.rows(first);
    for (int n = from; n < to; n++) {
      input.read(v, tiles(from, n, first), x, n, first, rows, scratch, worker);
    }
    return v;
  }

  /**
   * dU[p] += V[p]^T E[p], a column of points at a time so that their tiles are read from the first
   * cache; and db: the point (1, 1) of E is the sum over the tile.
   */
  private void addWeightGradient(
      float[] sums, int at, boolean first, float[] v, float[] e, int tiles) {
    int size = blocks.transform.size();
    TileColumnProducts products = new TileColumnProducts();
    products.adds = !first;
    products.a = v;
    products.aPoint = input.pointStep();
    products.aPanel = input.panel();
    products.b = e;
    products.bPoint = output.pointStep();
    products.bPanel = output.panel();
    products.c = sums;
    products.cPoint = channels * filters;
    products.cPanel = weights.panel();
    products.points = size;
    products.terms = tiles;
    for (int column = 0; column < size; column++) {
      products.aAt = FIRST + column * size * products.aPoint;
      products.bAt = FIRST + column * size * products.bPoint;
      products.cAt = at + column * size * products.cPoint;
      products.run(channels, filters / Lanes.COUNT);
    }
    int ones = FIRST + (size + 1) * output.pointStep();
    int bias = at + weights.pointsLength();
    if (first) {
      Arrays.fill(sums, bias, bias + filters, 0);
    }
    for (int o = 0; o < filters; o += Lanes.COUNT) {
      int panel = ones + o / Lanes.COUNT * output.panel();
      ColumnSums.add(sums, bias + o, e, panel, tiles, Lanes.COUNT);
    }
  }

  /**
   * dV[p] = E[p] U[p]^T, and back to the pixels of dx, if gated through the ReLU whose output it
   * holds.
   */
  private void inputGradient(
      Tensor dx,
      boolean gated,
      int from,
      int to,
      int first,
      float[] e,
      float[] turned,
      Scratch scratch,
      int worker) {
    int size = blocks.transform.size();
    TileProducts products = TileProducts.byRows(g.filters(), channels / Lanes.COUNT);
    products.a = e;
    products.aPoint = output.pointStep();
    products.aPanel = output.panel();
    products.b = turned;
    products.bPoint = channels * filters;
    products.bPanel = filters * Lanes.COUNT;
    products.c = scratch.of(worker, PRODUCTS, FIRST + blocks.points() * input.pointStep());
    products.cPoint = input.pointStep();
    products.cPanel = input.panel();
    products.points = size;
    for (int column = 0; column < size; column++) {
      products.aAt = FIRST + column * size * products.aPoint;
      products.bAt = FIRST + column * size * products.bPoint;
      products.cAt = FIRST + column * size * products.cPoint;
      products.run(tiles(from, to, first), channels / Lanes.COUNT);
    }
    float[] image = scratch.of(worker, IMAGE, input.spreadLength(blocks.tilesHigh));
    int rows = blocks.rows(first);
    for (int n = from; n < to; n++) {
      int tile = tiles(from, n, first);
      input.spread(image, products.c, tile, first, rows, scratch, worker);
      if (first + rows == blocks.tilesHigh) {
        input.crop(dx, n, image, blocks.tilesHigh, gated);
      }
    }
  }

  /** Adds up the accumulators in index order, and goes from points to weights. */
  private void collect(
      OfWeights own, float[] sums, int stride, int accumulators, Resources resources) {
    float[] half = resources.scratch().shared(1, weights.scratchLength());
    int bias = FIRST + weights.pointsLength();
    int piece = WinogradWeights.CHANNELS;
    resources
        .workers()
        .run(
            channels / piece,
            (chunk, worker) -> {
              int from = chunk * piece;
              for (int p = 0; p < blocks.points(); p++) {
                int at = FIRST + (p * channels + from) * filters;
                Accumulators.addUp(sums, at, at + piece * filters, sums, 0, stride, accumulators);
              }
              weights.gradient(own.dw, sums, half, from, from + piece);
            });
    Accumulators.addUp(sums, bias, bias + filters, sums, 0, stride, accumulators);
    System.arraycopy(sums, bias, own.db, 0, g.filters());
  }
}
