package io.fovea.kernel.vector.conv.winograd;

import static io.fovea.kernel.op.CacheLines.ALIGNED_START;

import io.fovea.kernel.geometry.Conv2dGeometry;
import io.fovea.kernel.geometry.Pool2dGeometry;
import io.fovea.kernel.op.FusedOutput;
import io.fovea.kernel.op.Resources;
import io.fovea.kernel.op.ScratchSizes;
import io.fovea.kernel.vector.conv.FusedMaxPool;
import io.fovea.kernel.vector.conv.OrderedReduction;
import io.fovea.kernel.vector.machine.ColumnSums;
import io.fovea.kernel.vector.machine.Lanes;
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
 * V is computed again, which is cheaper than keeping it from the forward pass.
 *
 * <p>dU is summed into accumulators of fixed groups of images, which are added in index order.
 */
final class WinogradGradients {
  private static final int PRODUCTS = 3; // scratch slots of a worker
  private static final int IMAGE = 7;

  /** Tiles of a block: enough for a sum over them to pay for loading its accumulators. */
  private static final int TILES = 49;

  /** The most accumulators: enough for many cores, few enough to be added quickly. */
  private static final int MOST_ACCUMULATORS = 16;

  /** The fewest accumulators, if there are as many images. */
  private static final int FEWEST = 4;

  /** Floats of each accumulator that one chunk adds. */
  private static final int RUN = 1 << 12;

  /** Floats that fit a core's own cache: half a MiB. */
  private static final int CACHE = 1 << 17;

  private static final int LARGEST_ACCUMULATORS = 1 << 22; // floats of all accumulators

  /** The targets of the weights' gradients, and the input that they need. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record OfWeights(float[] dw, float[] db, Tensor x) {}

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
   * Computes dx where it and w are given, and the gradients of the weights where those are given;
   * dy is the gradient of the convolution itself, or of the given output of its epilogue.
   */
  void run(
      @Nullable Tensor dx,
      @Nullable OfWeights own,
      Tensor dy,
      @Nullable FusedOutput output,
      float @Nullable [] w,
      Resources resources) {
    int stride = weights.pointsLength() + filters;
    int share = share(dy.count());
    int accumulators = Math.ceilDiv(dy.count(), share);
    float[] turned = w == null ? null : weights.turnedPoints(w, resources);
    float[] sums =
        own == null ? null : resources.scratch().shared(3, ALIGNED_START + accumulators * stride);
    Pass pass = new Pass(dx, own, dy, output, turned, sums, share, resources);
    if (pass.parts > 1 && own != null && dx != null) {
      // a part of dx may be written over x, which other parts of dw read: one after the other
      pass.run(own, null);
      pass.run(null, dx);
    } else {
      pass.run(own, dx);
    }
    if (own != null && sums != null) {
      collect(own, sums, stride, accumulators, resources);
    }
  }

  /** What {@link #run} needs of the scratch, for the gradient of the weights or of the input. */
  void scratch(boolean ofWeights, ScratchSizes.Call call, ScratchSizes sizes) {
    blocks.scratch(false, PRODUCTS, sizes);
    if (ofWeights) {
      int accumulators = Math.ceilDiv(call.images(), share(call.images()));
      long stride = (long) weights.pointsLength() + filters;
      sizes.shared(3, ALIGNED_START + accumulators * stride);
      sizes.shared(1, weights.scratchLength());
    } else {
      weights.scratch(sizes);
      sizes.shared(2, ALIGNED_START + (long) weights.pointsLength());
      sizes.own(IMAGE, input.spreadLength(blocks.tilesHigh));
    }
    Pool2dGeometry pool = call.pooling();
    if (pool != null) {
      sizes.own(Scratch.MAPS, ALIGNED_START + (long) blocks.images * g.outputElements());
      sizes.own(Scratch.POOLED, (long) pool.outputHeight() * pool.outputWidth() * g.filters());
    }
  }

  /** The gradients of some images, each accumulator's in one or several {@link Part}s. */
  private final class Pass {
    private final Tensor dy;
    private final @Nullable FusedOutput output;
    private final float @Nullable [] turned;
    private final float @Nullable [] sums;
    private final int share;
    private final int parts;
    private final boolean gated;
    private final Resources resources;

    Pass(
        @Nullable Tensor dx,
        @Nullable OfWeights own,
        Tensor dy,
        @Nullable FusedOutput output,
        float @Nullable [] turned,
        float @Nullable [] sums,
        int share,
        Resources resources) {
      this.dy = dy;
      this.output = output;
      this.turned = turned;
      this.sums = sums;
      this.share = share;
      int accumulators = Math.ceilDiv(dy.count(), share);
      this.parts =
          Part.count(accumulators, resources.workers().threads(), Math.min(channels, filters));
      this.gated = own != null && dx != null && dx.isAt(own.x);
      this.resources = resources;
    }

    void run(@Nullable OfWeights own, @Nullable Tensor dx) {
      resources.run(
          Math.ceilDiv(dy.count(), share) * parts,
          (chunk, worker) -> images(chunk / parts, chunk % parts, own, dx, worker));
    }

    /** A part of the gradients of an accumulator's images. */
    private void images(
        int accumulator, int part, @Nullable OfWeights own, @Nullable Tensor dx, int worker) {
      boolean pooled = output != null && output.epilogue().pooling() != null;
      Tensor rectified = output == null || pooled ? null : output.y();
      int begin = accumulator * share;
      int end = Math.min(dy.count(), begin + share);
      FusedMaxPool maps =
          output == null || !pooled
              ? null
              : new FusedMaxPool(g, output, blocks.images * g.outputElements(), resources, worker);
      Part ofFilters = Part.of(filters / Lanes.COUNT, part, parts);
      Part ofChannels = Part.of(channels / Lanes.COUNT, part, parts);
      int sumsAt = ALIGNED_START + accumulator * (weights.pointsLength() + filters);
      for (int n = begin; n < end; n += blocks.images) {
        int to = Math.min(end, n + blocks.images);
        Tensor dz = maps == null ? dy : maps.gradients(dy, n, to);
        for (int first = 0; first < blocks.tilesHigh; first += blocks.strip) {
          Block block = new Block(n, to, first, resources.scratch(), worker);
          block.read(dz, maps == null ? n : 0, rectified, own);
          if (own != null && sums != null) {
            block.sums(sums, sumsAt, n == begin && first == 0);
          }
          block.multiply(dx == null ? null : turned, ofFilters, ofChannels);
          if (dx != null) {
            block.write(dx, gated, ofChannels);
          }
        }
      }
    }
  }

  /** Images of an accumulator. */
  private int share(int images) {
    int stride = (int) WinogradConv2d.points(blocks, g) + Lanes.roundUpWidest(g.filters());
    int most = Math.clamp(LARGEST_ACCUMULATORS / stride, FEWEST, MOST_ACCUMULATORS);
    // An accumulator that does not fit a cache is used for at least a block of images.
    boolean heavy = stride > CACHE;
    int groups = heavy ? (images + blocks.images - 1) / blocks.images : images;
    int wanted = Math.clamp(groups, FEWEST, most);
    return Math.max(1, (images + wanted - 1) / wanted);
  }

  /**
   * One strip of some images, a row point at a time, so that its points and their products stay in
   * the caches.
   */
  private final class Block {
    private final int from;
    private final int to;
    private final int first;
    private final int rows;
    private final int tileRows;
    private final Scratch scratch;
    private final int worker;
    private final float[] inputLines;
    private final float[] outputLines;
    private final float[] e;
    private float @Nullable [] sums;
    private int sumsAt;
    private boolean fresh;

    Block(int from, int to, int first, Scratch scratch, int worker) {
      this.from = from;
      this.to = to;
      this.first = first;
      this.rows = blocks.rows(first);
      this.tileRows = (to - from) * rows;
      this.scratch = scratch;
      this.worker = worker;
      this.inputLines = input.lines(scratch, worker);
      this.outputLines = output.lines(scratch, worker);
      this.e = output.points(scratch, worker);
    }

    /**
     * Computes the lines of dy's images from dyFrom on, and of x if the weights' gradient is
     * needed.
     */
    void read(Tensor dy, int dyFrom, @Nullable Tensor rectified, @Nullable OfWeights own) {
      for (int n = from; n < to; n++) {
        int row = (n - from) * rows;
        int image = dyFrom + n - from;
        output.read(outputLines, row, dy, rectified, image, first, rows, scratch, worker);
        if (own != null) {
          input.read(inputLines, row, own.x, n, first, rows, scratch, worker);
        }
      }
    }

    /** Sets the array in which dU is summed; it starts at zero if {@code fresh}. */
    void sums(float[] sums, int at, boolean fresh) {
      this.sums = sums;
      this.sumsAt = at;
      this.fresh = fresh;
    }

    /** Computes filters of dU, and, if U is given, lines of dV's channels over the input's. */
    void multiply(float @Nullable [] turned, Part ofFilters, Part ofChannels) {
      int size = blocks.transform.size();
      WinogradGemm ofInput = turned == null ? null : ofInput(turned);
      WinogradGemm ofWeights = sums == null ? null : ofWeights(sums);
      for (int p = 0; p < size; p++) {
        output.points(e, p, outputLines, tileRows);
        if (ofWeights != null) {
          input.points(ofWeights.a, p, inputLines, tileRows);
          ofWeights.bOffset = ALIGNED_START + ofFilters.from() * ofWeights.bPanel;
          ofWeights.cOffset =
              sumsAt + p * size * ofWeights.cPoint + ofFilters.from() * ofWeights.cPanel;
          ofWeights.run(channels, ofFilters.vectors());
          // Row point 1 has point (1, 1), the sum over a tile; one part alone adds it.
          if (p == 1 && ofFilters.from() == 0) {
            addBias(ofWeights.c);
          }
        }
        if (ofInput != null) {
          ofInput.bOffset =
              ALIGNED_START + p * size * ofInput.bPoint + ofChannels.from() * ofInput.bPanel;
          ofInput.cOffset = ALIGNED_START + ofChannels.from() * ofInput.cPanel;
          ofInput.run(tileRows * blocks.tilesWide, ofChannels.vectors());
          input.spread(inputLines, p, ofInput.c, tileRows, ofChannels);
        }
      }
    }

    /** dU[p] += V[p]^T E[p]. */
    private WinogradGemm ofWeights(float[] sums) {
      WinogradGemm products = WinogradGemm.byColumns();
      products.adds = !fresh;
      products.a = input.points(scratch, worker);
      products.aOffset = ALIGNED_START;
      products.aPoint = input.pointStep();
      products.aPanel = input.panel();
      products.b = e;
      products.bPoint = output.pointStep();
      products.bPanel = output.panel();
      products.c = sums;
      products.cPoint = channels * filters;
      products.cPanel = weights.panel();
      products.points = blocks.transform.size();
      products.terms = tileRows * blocks.tilesWide;
      return products;
    }

    /** dV[p] = E[p] U[p]^T. */
    private WinogradGemm ofInput(float[] turned) {
      WinogradGemm products = WinogradGemm.byRows(g.filters());
      products.a = e;
      products.aOffset = ALIGNED_START;
      products.aPoint = output.pointStep();
      products.aPanel = output.panel();
      products.b = turned;
      products.bPoint = channels * filters;
      products.bPanel = filters * Lanes.COUNT;
      products.c =
          scratch.of(worker, PRODUCTS, ALIGNED_START + blocks.transform.size() * input.pointStep());
      products.cPoint = input.pointStep();
      products.cPanel = input.panel();
      products.points = blocks.transform.size();
      return products;
    }

    /** db: the point (1, 1) of E is the sum over the tile. */
    private void addBias(float[] sums) {
      int bias = sumsAt + weights.pointsLength();
      if (fresh) {
        Arrays.fill(sums, bias, bias + filters, 0);
      }
      int ones = ALIGNED_START + output.pointStep();
      int tiles = tileRows * blocks.tilesWide;
      for (int o = 0; o < filters; o += Lanes.COUNT) {
        int panel = ones + o / Lanes.COUNT * output.panel();
        ColumnSums.add(sums, bias + o, e, panel, tiles, Lanes.COUNT);
      }
    }

    /**
     * Transforms lines of dV to some channels of the pixels of dx; if gated, dx contains the output
     * of the ReLU that gates them.
     */
    void write(Tensor dx, boolean gated, Part ofChannels) {
      float[] image = scratch.of(worker, IMAGE, input.spreadLength(blocks.tilesHigh));
      for (int n = from; n < to; n++) {
        input.addUp(image, inputLines, (n - from) * rows, first, rows, ofChannels);
        if (first + rows == blocks.tilesHigh) {
          input.crop(dx, n, image, blocks.tilesHigh, gated, ofChannels);
        }
      }
    }
  }

  /**
   * Adds the accumulators in index order and transforms points to weights. Most accumulators are in
   * other cores' caches, so they are read in runs of 16 KB: 84 us for two-layer's second
   * convolution instead of 122 in runs of 1 KB.
   */
  private void collect(
      OfWeights own, float[] sums, int stride, int accumulators, Resources resources) {
    float[] half = resources.scratch().shared(1, weights.scratchLength());
    int length = weights.pointsLength() + filters;
    resources.run(
        Math.ceilDiv(length, RUN),
        (chunk, worker) -> {
          int at = ALIGNED_START + chunk * RUN;
          int end = Math.min(ALIGNED_START + length, at + RUN);
          OrderedReduction.sum(sums, at, end, sums, 0, stride, accumulators);
        });
    int piece = WinogradWeights.CHANNELS;
    resources.run(
        channels / piece,
        (chunk, worker) -> {
          int from = chunk * piece;
          weights.gradient(own.dw, sums, half, from, from + piece);
        });
    int bias = ALIGNED_START + weights.pointsLength();
    System.arraycopy(sums, bias, own.db, 0, g.filters());
  }
}
