package io.fovea.kernel.vector.conv.direct;

import static io.fovea.kernel.op.CacheLines.ALIGNED_START;

import io.fovea.kernel.geometry.Conv2dGeometry;
import io.fovea.kernel.op.Epilogue;
import io.fovea.kernel.op.OutputView;
import io.fovea.kernel.op.Resources;
import io.fovea.kernel.vector.conv.Biases;
import io.fovea.kernel.vector.conv.FeatureMap;
import io.fovea.kernel.vector.conv.PostOps;
import io.fovea.kernel.vector.conv.direct.DirectConvBlocks.Windows;
import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.kernel.vector.microkernel.LoopLines;
import io.fovea.parallel.Scratch;
import io.fovea.tensor.Tensor;
import io.fovea.tensor.Window;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One direct convolution of a padded map: one for the forward pass, another for the input gradient.
 * It has the strides with which {@link DirectConvBlocks} finds taps and pixels. Where windows are a
 * pixel apart, {@link RowReuseBlocks} computes rows of them instead.
 */
final class DirectPass {
  /** Images are cut into bands where there are fewer images than this. */
  private static final int ENOUGH_IMAGES = 4;

  /** The most bands of an image: more than cores, so that the cores end at the same time. */
  private static final int MOST_BANDS = 16;

  /** Pixels of the smallest band of a map that is read in place. */
  private static final int UNIT = 8;

  /** About how many pixels are computed for all groups and filters before the next pixels. */
  private static final int PIECE = 128;

  private final PaddedMap source;
  private final FeatureMap target; // the output
  private final int strideHeight;
  private final int groups;
  private final int reachHeight;
  private final Windows windows;
  private final int pixels;
  private final int vectors;
  private final @Nullable RowReuseConv sliding; // null where rows are not computed so

  /** The convolution itself. */
  static DirectPass forward(Conv2dGeometry g) {
    Window w = g.window();
    int height = g.height() + w.top() + w.bottom();
    int width = g.width() + w.left() + w.right();
    return new DirectPass(
        new PaddedMap(g.height(), g.width(), g.channels(), w.top(), w.left(), 1, 1, height, width),
        new FeatureMap(g.outputHeight(), g.outputWidth(), g.filters(), g.groups()),
        w.strideHeight(),
        w.strideWidth(),
        w);
  }

  /**
   * dx[p] = sum over taps of spread[p + u*d] * flipped w[u], spread[r] = dy[(r - top) / stride]
   * where that is an integer.
   */
  static DirectPass inputGradient(Conv2dGeometry g) {
    Window w = g.window();
    return new DirectPass(
        new PaddedMap(
            g.outputHeight(),
            g.outputWidth(),
            g.filters(),
            w.reachHeight() - 1 - w.top(),
            w.reachWidth() - 1 - w.left(),
            w.strideHeight(),
            w.strideWidth(),
            g.height() + w.reachHeight() - 1,
            g.width() + w.reachWidth() - 1),
        new FeatureMap(g.height(), g.width(), g.channels(), g.groups()),
        1,
        1,
        w);
  }

  private DirectPass(
      PaddedMap source, FeatureMap target, int strideHeight, int strideWidth, Window window) {
    this.source = source;
    this.target = target;
    this.strideHeight = strideHeight;
    this.groups = target.groups();
    this.reachHeight = window.reachHeight();
    this.vectors = Lanes.roundUp(target.groupChannels()) / Lanes.COUNT;
    this.pixels = target.height() * target.width();
    this.windows = windows(strideWidth, window);
    boolean dense = strideWidth == 1 && window.dilationWidth() == 1;
    this.sliding =
        dense && RowReuseConv.fit(target, windows.taps(), window.kernelWidth(), groupChannels())
            ? new RowReuseConv(target, window, groupChannels(), windows)
            : null;
  }

  private int groupChannels() {
    return source.channels() / groups;
  }

  /** The windows of the map: neighbouring taps are one run, contiguous rows are one row. */
  private Windows windows(int strideWidth, Window window) {
    int kernelRow = window.dilationHeight() * source.paddedWidth() * source.channels();
    int tapStep = window.dilationWidth() * source.channels();
    boolean isRun = window.kernelWidth() == 1 || tapStep == groupChannels();
    int windowStep = strideWidth * source.channels();
    boolean isOneRow = rowStep() == target.width() * windowStep;
    return new Windows(
        isOneRow ? pixels : target.width(),
        windowStep,
        rowStep(),
        window.kernelHeight(),
        kernelRow,
        isRun ? 1 : window.kernelWidth(),
        tapStep,
        isRun ? window.kernelWidth() * groupChannels() : groupChannels());
  }

  /** The pixels of a piece: complete rows, where rows are not contiguous. */
  private int piece() {
    return windows.width() == pixels ? PIECE : Math.ceilDiv(PIECE, target.width()) * target.width();
  }

  /** Floats of all panels [group][vectors][tap][L], with those before ALIGNED_START. */
  int panelLength() {
    return ALIGNED_START + groups * vectors * windows.taps() * Lanes.COUNT;
  }

  /** The index of the panel of one vector of filters. */
  int panel(int group, int vector) {
    return ALIGNED_START + (group * vectors + vector) * windows.taps() * Lanes.COUNT;
  }

  /** Floats of the biases, each group padded to full vectors. */
  int biasLength() {
    return groups * vectors * Lanes.COUNT;
  }

  /**
   * Biases as this pass reads them, copied to the shared slot 0 of the scratch where they need
   * padding.
   */
  float[] bias(float[] b, Scratch scratch) {
    int width = vectors * Lanes.COUNT;
    return Biases.padded(b, groups, target.groupChannels(), width, scratch, 0);
  }

  /** The inverse of {@link #bias}. */
  void collectBias(float[] bias, float[] padded) {
    int filters = target.groupChannels();
    for (int group = 0; group < groups; group++) {
      System.arraycopy(padded, group * vectors * Lanes.COUNT, bias, group * filters, filters);
    }
  }

  /** The positions of windows and taps in the padded map. */
  Windows windows() {
    return windows;
  }

  /** Offset between the windows of two output rows, in the padded map. */
  int rowStep() {
    return strideHeight * source.paddedWidth() * source.channels();
  }

  /** Vectors that hold one group's filters. */
  int vectors() {
    return vectors;
  }

  /** The panels as this pass reads them, for {@link #rows}: the given array or a copy. */
  float[] inOrder(float[] panels, Resources resources) {
    return sliding == null ? panels : sliding.inOrder(panels, resources);
  }

  PaddedMap source() {
    return source;
  }

  /**
   * Runs the complete pass: every image, or bands of one where there are few images, and the
   * epilogue without its pooling.
   */
  void run(
      OutputView y,
      Tensor x,
      float[] panels,
      float[] bias,
      Epilogue epilogue,
      Resources resources) {
    int bands = bands(x.count());
    float[] weights = inOrder(panels, resources);
    int band = Math.ceilDiv(Math.ceilDiv(pixels, unit()), bands) * unit();
    resources.run(
        x.count() * bands,
        (chunk, worker) -> {
          int n = chunk / bands;
          int first = chunk % bands * band;
          int end = Math.min(pixels, first + band);
          if (first < end) {
            OutputView map = y.after(n * pixels);
            band(map, x, n, first, end, weights, bias, resources, worker);
            if (!epilogue.isNone()) {
              new PostOps(epilogue, resources, worker)
                  .run(map, n, first, end, 0, target.channels());
            }
          }
        });
  }

  /** Pixels by which an image is cut: a row, or a few pixels of a map that is read in place. */
  private int unit() {
    boolean isOneRow = windows.width() == pixels && source.isPlain() && sliding == null;
    return isOneRow ? UNIT : target.width();
  }

  /** Bands of an image. */
  private int bands(int images) {
    return areEnough(images) ? 1 : Math.min(MOST_BANDS, Math.ceilDiv(pixels, unit()));
  }

  /** The loops of {@link #run}. */
  List<String> loops(int images) {
    DirectConvBlocks product = new DirectConvBlocks(windows);
    product.lanes = Math.min(target.groupChannels(), Lanes.COUNT);
    int taps = windows.taps() / windows.kernelRows() / groupChannels(); // of a kernel row
    return LoopLines.of(
        images * bands(images),
        "an image, or a band of its pixels",
        (sliding == null ? "pieces of pixels" : "rows")
            + ", groups, pairs of vectors of filters, blocks of pixels",
        sliding == null
            ? product.block(vectors)
            : RowReuseBlocks.description(taps, groupChannels(), vectors));
  }

  /** Whether a batch has enough images to give each core one. */
  static boolean areEnough(int images) {
    return images >= ENOUGH_IMAGES;
  }

  /**
   * Computes rows from (inclusive) to (exclusive) of the map of image n of x, by one worker, from
   * panels {@link #inOrder}. The complete map would begin at y[yAt]; yAt may be negative.
   */
  void rows(
      float[] y,
      int yAt,
      Tensor x,
      int n,
      int from,
      int to,
      float[] panels,
      float[] bias,
      Resources resources,
      int worker) {
    int w = target.width();
    OutputView place = new OutputView(y, yAt, target.channels());
    band(place, x, n, from * w, to * w, panels, bias, resources, worker);
  }

  /**
   * Computes pixels first (inclusive) to end (exclusive) of image n of x, complete rows where the
   * map is padded.
   */
  private void band(
      OutputView y,
      Tensor x,
      int n,
      int first,
      int end,
      float[] panels,
      float[] bias,
      Resources resources,
      int worker) {
    int imageAt = x.offset() + n * source.height() * source.width() * source.channels();
    Band band = new Band(y, x.array(), imageAt, panels, bias);
    int from = first / target.width();
    int to = end / target.width();
    if (!source.isPlain()) {
      band.map = resources.scratch().of(worker, 0, source.length());
      band.mapAt = 0;
      int reach = (to - 1) * strideHeight + reachHeight;
      source.pad(band.map, x.array(), imageAt, from * strideHeight, reach);
    }
    if (sliding != null) {
      int row = rowStep();
      sliding.run(y, band.map, band.mapAt, row, panels, bias, from, to, resources, worker);
    } else {
      band.multiply(first, end, resources, worker);
    }
  }

  /** A part of one image's map; for one worker. */
  private final class Band {
    private final float[] y;
    private final int yAt;
    private final int step;
    private float[] map; // the padded image
    private int mapAt;
    private final float[] panels;
    private final float[] bias;
    private final int filters = target.groupChannels();
    private final int width = vectors * Lanes.COUNT;
    private final boolean whole = filters == width;
    private final int lanes = filters - width + Lanes.COUNT; // of the last vector

    Band(OutputView y, float[] map, int mapAt, float[] panels, float[] bias) {
      this.y = y.array();
      this.yAt = y.at();
      this.step = y.step();
      this.map = map;
      this.mapAt = mapAt;
      this.panels = panels;
      this.bias = bias;
    }

    /**
     * Computes pixels first (inclusive) to end (exclusive). Where filters do not fill their
     * vectors, padding lanes may overwrite the next pixels, which are written later; only the last
     * pixels need the slow path.
     */
    void multiply(int first, int end, Resources resources, int worker) {
      boolean spills = !whole && groups == 1 && vectors <= 2 && step == filters;
      int spare = spills ? (width - 1) / filters : 0;
      int last = Math.max(first, end - spare);
      multiply(first, last, spills, resources, worker);
      multiply(last, end, false, resources, worker);
    }

    /**
     * The same for a few pixels at a time. A group whose filters do not fill its vectors is written
     * to y directly where its padding lanes overwrite later groups, or the next pixels if {@code
     * spills}; else through a tile.
     */
    private void multiply(int first, int end, boolean spills, Resources resources, int worker) {
      DirectConvBlocks product = new DirectConvBlocks(windows);
      product.a = map;
      product.b = panels;
      product.bVector = windows.taps() * Lanes.COUNT;
      product.first = bias;
      product.lanes = lanes;
      float[] tile = whole ? y : resources.scratch().of(worker, 1, piece() * width);
      for (int p = first; p < end; p += piece()) {
        int last = Math.min(p + piece(), end);
        for (int group = 0; group < groups; group++) {
          int to = yAt + p * step + group * filters;
          boolean straight =
              whole
                  || spills
                  || DirectConvBlocks.writesNoMore(vectors, lanes)
                  || group * filters + width <= target.channels();
          product.c = straight ? y : tile;
          product.cOffset = straight ? to : 0;
          product.cStride = straight ? step : width;
          product.aOffset = mapAt + group * (source.channels() / groups);
          product.bOffset = panel(group, 0);
          product.firstOffset = group * width;
          product.run(p, last, vectors);
          if (!straight) {
            copy(to, tile, last - p);
          }
        }
      }
    }

    /** Copies one group's filters of {@code pixels} pixels from full vectors to y. */
    private void copy(int to, float[] tile, int pixels) {
      for (int p = 0; p < pixels; p++) {
        System.arraycopy(tile, p * width, y, to + p * step, filters);
      }
    }
  }
}
