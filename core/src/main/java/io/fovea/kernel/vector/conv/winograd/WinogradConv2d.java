package io.fovea.kernel.vector.conv.winograd;

import static io.fovea.kernel.op.CacheLines.ALIGNED_START;

import io.fovea.kernel.geometry.Conv2dGeometry;
import io.fovea.kernel.geometry.Pool2dGeometry;
import io.fovea.kernel.op.Clamp;
import io.fovea.kernel.op.Conv2dKernel;
import io.fovea.kernel.op.Epilogue;
import io.fovea.kernel.op.FusedOutput;
import io.fovea.kernel.op.OutputView;
import io.fovea.kernel.op.Packing;
import io.fovea.kernel.op.Resources;
import io.fovea.kernel.op.ScratchSizes;
import io.fovea.kernel.vector.conv.Biases;
import io.fovea.kernel.vector.conv.FusedMaxPool;
import io.fovea.kernel.vector.conv.PostOps;
import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.parallel.Scratch;
import io.fovea.tensor.Tensor;
import io.fovea.tensor.Window;
import org.jspecify.annotations.Nullable;

/**
 * Convolution with 3x3 or 5x5 filters and stride 1 by Winograd's minimal filtering, F(4x4, 3x3) and
 * F(4x4, 5x5): tiles of the input and the filters are evaluated at points, multiplied point by
 * point, and interpolated (Lavin and Gray, arXiv 1509.09308). A tile of 4x4 outputs takes 36 or 64
 * multiplications for each channel and filter instead of 144 or 400.
 *
 * <pre>
 * U = G w G^T    V = B^T x B    M[p] = V[p] U[p]    y = A^T M A + b
 * </pre>
 *
 * for each point p; V[p] is a matrix of tiles and channels, U[p] of channels and filters. The
 * gradients are in {@link WinogradGradients}.
 *
 * <p>Work is divided into blocks of images (strips of an image if there are few images). Results
 * differ from the direct sum's by rounding: decision 30 has the bound.
 */
public final class WinogradConv2d implements Conv2dKernel {
  private static final int PRODUCTS = 3; // a scratch slot of a worker

  /** Images are cut into strips where there are fewer images than this. */
  private static final int ENOUGH_IMAGES = 4;

  /** Tiles of a block, so few that all values of it stay in the L1 cache. */
  private static final int TILES = Lanes.REGISTERS == 32 ? 8 : 10;

  /**
   * The same where rows are 7 tiles wide and products have blocks of two such rows. Where vectors
   * are computed in halves, loads do not limit the products, blocks of one row are as fast, and
   * half as many points leave more room in the L1 cache: 2.7 % (two-layer's second layer, Zen 4).
   */
  private static final int TWO_ROWS = 14;

  /** The most filter points, in floats, that fit a cache: 16 MB. */
  private static final int HEAVY = 1 << 22;

  /** The same for a single image: 2 MB. */
  private static final int HEAVY_FOR_ONE = 1 << 19;

  /** The number of tiles of an image from which on reading heavy points pays. */
  private static final int HEAVY_TILES = 9;

  private final Conv2dGeometry g;
  private final WinogradBlocks blocks;
  private final WinogradWeights weights;
  private final WinogradGradients gradients;

  public WinogradConv2d(Conv2dGeometry geometry) {
    this.g = geometry;
    TileTransform transform = TileTransform.of(g.window().kernelHeight());
    boolean twoRows =
        !Lanes.SPLIT
            && WinogradGemm.isOnePanel(g.channels())
            && g.outputWidth() == 7 * TileTransform.OUTPUTS;
    this.blocks = new WinogradBlocks(g, transform, twoRows ? TWO_ROWS : TILES);
    this.weights = new WinogradWeights(transform, blocks.channels(), blocks.filters());
    this.gradients = new WinogradGradients(g, transform, weights);
  }

  /**
   * Whether there is a transform (square filters of 3 or 5 taps, stride 1, no dilation, one group)
   * and its multiplications, including those on padding, are less than half of the direct ones; the
   * transforms take a part of the other half.
   *
   * <p>Points are four times as many as weights. Where they do not fit a cache and an image has few
   * tiles, reading them takes longer than multiplying: 512 to 512 on 7x7 takes 1.96 ms for an image
   * and 13.7 for eight, but 1.52 and 12.7 directly, with 28 MB less.
   */
  public static boolean pays(Conv2dGeometry g) {
    Window w = g.window();
    int taps = w.kernelHeight();
    boolean plain =
        w.kernelWidth() == taps
            && w.strideHeight() == 1
            && w.strideWidth() == 1
            && w.dilationHeight() == 1
            && w.dilationWidth() == 1;
    if ((taps != 3 && taps != 5) || !plain || g.groups() != 1) {
      return false;
    }
    WinogradBlocks blocks = new WinogradBlocks(g, TileTransform.of(taps), 1);
    long tiles = blocks.tiles();
    long points = points(blocks, g);
    if (points > HEAVY && tiles < HEAVY_TILES) {
      return false;
    }
    long direct = (long) g.outputHeight() * g.outputWidth() * g.taps();
    return 2 * tiles * points < direct * Lanes.roundUpWidest(g.filters());
  }

  /** Floats of the filters' points with the widest vectors. */
  static long points(WinogradBlocks blocks, Conv2dGeometry g) {
    long channels = Lanes.roundUpWidest(g.channels());
    return blocks.points() * channels * Lanes.roundUpWidest(g.filters());
  }

  /**
   * The same for a single image, which must read all points. 192 to 384 on 6x6 takes 795 us so, on
   * one thread as on two; for 256 to 384 on 12x12 reading takes less time than it saves.
   */
  public static boolean paysForOne(Conv2dGeometry g) {
    if (!pays(g)) {
      return false;
    }
    WinogradBlocks blocks = new WinogradBlocks(g, TileTransform.of(g.window().kernelHeight()), 1);
    return points(blocks, g) <= HEAVY_FOR_ONE || blocks.tiles() >= HEAVY_TILES;
  }

  @Override
  public String name() {
    int taps = blocks.transform.taps();
    return "winograd F(4x4,%dx%d)".formatted(taps, taps);
  }

  @Override
  public void scratch(ScratchSizes.Pass pass, ScratchSizes.Call call, ScratchSizes sizes) {
    if (pass != ScratchSizes.Pass.FORWARD) {
      gradients.scratch(pass == ScratchSizes.Pass.WEIGHT_GRADIENT, call, sizes);
      return;
    }
    blocks.scratch(true, PRODUCTS, sizes);
    weights.scratch(sizes);
    sizes.shared(2, blocks.filters());
    if (call.pooling() != null) {
      int rows = blocks.holdWindows(call.pooling()) ? blocks.row(1) : g.outputHeight();
      long map = (long) rows * g.outputWidth() * g.filters();
      sizes.own(Scratch.MAPS, ALIGNED_START + group(call.images()) * map);
    }
  }

  @Override
  public long derived() {
    return ALIGNED_START + (long) weights.pointsLength();
  }

  @Override
  public Packing packing() {
    int taps = g.window().kernelHeight() * g.window().kernelWidth();
    int plane = blocks.channels() * blocks.filters();
    return Packing.of(
        g.filters(),
        g.taps(),
        taps * plane,
        (o, positions) -> {
          int at = 0;
          for (int c = 0; c < g.channels(); c++) {
            for (int tap = 0; tap < taps; tap++) {
              positions[at++] = tap * plane + weights.place(c, o);
            }
          }
        });
  }

  @Override
  public void forward(
      OutputView y, Tensor x, float[] w, float[] b, Epilogue epilogue, Resources resources) {
    if (epilogue.pooling() == null) {
      forwardMap(y, x, w, b, epilogue, resources);
    } else {
      forwardPooled(y, epilogue.pooling(), x, w, b, resources);
    }
  }

  /** With few images strips are separate work, so they must not share windows. */
  @Override
  public boolean supports(Epilogue epilogue, int images, boolean withInputGradient) {
    Epilogue.Pooling pooling = epilogue.pooling();
    return pooling == null
        || images >= ENOUGH_IMAGES
        || blocks.holdWindows(pooling.kernel().geometry());
  }

  private void forwardPooled(
      OutputView y, Epilogue.Pooling pool, Tensor x, float[] w, float[] b, Resources resources) {
    WinogradWeights.Points u = weights.points(w, resources);
    float[] bias = bias(b, resources);
    int images = x.count();
    int bands = bands(images);
    int group = group(images);
    Pool2dGeometry pooling = pool.kernel().geometry();
    boolean byStrip = blocks.holdWindows(pooling);
    int row = g.outputWidth() * g.filters();
    int stripRows = byStrip ? blocks.row(1) : g.outputHeight();
    resources.run(
        (images + group - 1) / group * bands,
        (chunk, worker) -> {
          int from = chunk / bands * group;
          int to = Math.min(images, from + group);
          FusedMaxPool maps =
              new FusedMaxPool(g, y, pool, group * stripRows * row, resources, worker);
          WinogradGemm products = products();
          for (int k = chunk % bands; k < blocks.strips(); k += bands) {
            // Only a strip is stored; the index of the map before it keeps the numbers of rows.
            int at = ALIGNED_START - (byStrip ? blocks.row(k) * row : 0);
            OutputView place = new OutputView(maps.array(), at, g.filters());
            Block block = new Block(place, x, from, to - from, Clamp.NONE);
            block(block, k * blocks.strip, u, bias, products, resources.scratch(), worker);
            if (byStrip) {
              maps.pool(from, to, at, blocks.window(pooling, k), blocks.window(pooling, k + 1));
            }
          }
          if (!byStrip) {
            maps.pool(from, to, ALIGNED_START, 0, pooling.outputHeight());
          }
        });
  }

  private WinogradGemm products() {
    return WinogradGemm.byRows(g.channels());
  }

  /** Pieces of work in an image: one, or its strips where there are few images. */
  private int bands(int images) {
    return images >= ENOUGH_IMAGES ? 1 : blocks.strips();
  }

  /** Images in a piece of work. */
  private int group(int images) {
    return images >= ENOUGH_IMAGES ? blocks.images : 1;
  }

  private float[] bias(float[] b, Resources resources) {
    return Biases.padded(b, 1, g.filters(), blocks.filters(), resources.scratch(), 2);
  }

  /** The input and output of a block of images: x's from {@code xFrom} on, and {@code y}. */
  private record Block(OutputView y, Tensor x, int xFrom, int images, Clamp clamp) {}

  private void forwardMap(
      OutputView y, Tensor x, float[] w, float[] b, Epilogue epilogue, Resources resources) {
    WinogradWeights.Points u = weights.points(w, resources);
    float[] bias = bias(b, resources);
    int images = x.count();
    int bands = bands(images);
    int group = group(images);
    int pixels = g.outputHeight() * g.outputWidth();
    Clamp clamp = epilogue.clamp();
    boolean more = epilogue.hasMore();
    resources.run(
        (images + group - 1) / group * bands,
        (chunk, worker) -> {
          int from = chunk / bands * group;
          int to = Math.min(images, from + group);
          WinogradGemm products = products();
          Block block = new Block(y.after(from * pixels), x, from, to - from, clamp);
          PostOps postOps = more ? new PostOps(epilogue, resources, worker) : null;
          for (int k = chunk % bands; k < blocks.strips(); k += bands) {
            block(block, k * blocks.strip, u, bias, products, resources.scratch(), worker);
            for (int n = from; postOps != null && n < to; n++) {
              int first = blocks.row(k) * g.outputWidth();
              int end = Math.min(g.outputHeight(), blocks.row(k + 1)) * g.outputWidth();
              postOps.run(y.after(n * pixels), n, first, end, 0, g.filters());
            }
          }
        });
  }

  /**
   * Computes one strip of some images, a row point at a time: its points, their products and the
   * first half of the output transform stay in the L1 cache.
   */
  private void block(
      Block block,
      int first,
      WinogradWeights.Points u,
      float[] bias,
      WinogradGemm products,
      Scratch scratch,
      int worker) {
    InputTiles input = blocks.input;
    OutputTiles output = blocks.output;
    int size = blocks.transform.size();
    int rows = blocks.rows(first);
    int tileRows = block.images() * rows;
    float[] inputLines = input.lines(scratch, worker);
    for (int n = 0; n < block.images(); n++) {
      Tensor x = block.x();
      input.read(inputLines, n * rows, x, block.xFrom() + n, first, rows, scratch, worker);
    }
    float[] outputLines = output.lines(scratch, worker);
    products.a = input.points(scratch, worker);
    products.aOffset = ALIGNED_START;
    products.aPoint = input.pointStep();
    products.aPanel = input.panel();
    products.b = u.values();
    products.bPoint = u.point();
    products.bPanel = u.panel();
    products.c = scratch.of(worker, PRODUCTS, ALIGNED_START + size * output.pointStep());
    products.cOffset = ALIGNED_START;
    products.cPoint = output.pointStep();
    products.cPanel = output.panel();
    products.points = size;
    // A row point at a time: its points and products fit the L1 cache, those of all do not.
    for (int p = 0; p < size; p++) {
      input.points(products.a, p, inputLines, tileRows);
      products.bOffset = ALIGNED_START + p * u.row();
      products.run(tileRows * blocks.tilesWide, output.padded() / Lanes.COUNT);
      output.along(outputLines, p, products.c, tileRows);
    }
    for (int n = 0; n < block.images(); n++) {
      output.write(
          block.y().after(n * g.outputHeight() * g.outputWidth()),
          first,
          rows,
          outputLines,
          n * rows,
          bias,
          block.clamp(),
          scratch,
          worker);
    }
  }

  @Override
  public void backwardInput(Tensor dx, Tensor dy, float[] w, Resources resources) {
    gradients.run(dx, null, dy, null, w, resources);
  }

  @Override
  public void backwardWeights(float[] dw, float[] db, Tensor x, Tensor dy, Resources resources) {
    gradients.run(null, new WinogradGradients.OfWeights(dw, db, x), dy, null, null, resources);
  }

  @Override
  public boolean canOverwriteInput() {
    return true;
  }

  @Override
  public void backward(
      @Nullable Tensor dx,
      float[] dw,
      float[] db,
      Tensor x,
      Tensor dy,
      @Nullable FusedOutput output,
      float[] w,
      Resources resources) {
    WinogradGradients.OfWeights own = new WinogradGradients.OfWeights(dw, db, x);
    gradients.run(dx, own, dy, output, dx == null ? null : w, resources);
  }
}
