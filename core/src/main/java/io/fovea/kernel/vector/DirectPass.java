package io.fovea.kernel.vector;

import static io.fovea.kernel.CacheLines.FIRST;

import io.fovea.kernel.Conv2dGeometry;
import io.fovea.kernel.Resources;
import io.fovea.parallel.Scratch;
import io.fovea.tensor.Tensor;
import io.fovea.tensor.Window;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One direct convolution of a padded map: forward uses one, the input gradient another. Holds the
 * tables that tell {@link WindowProduct} where taps and pixels lie. Where windows are a pixel
 * apart, {@link SlidingProduct} computes rows of them instead.
 */
final class DirectPass {
  /** Images are cut into bands where there are fewer images than this. */
  private static final int ENOUGH_IMAGES = 4;

  /** Bands of one image at most: some more than cores, so that these end together. */
  private static final int MOST_BANDS = 16;

  /** Pixels of the smallest band of a map that is read in place. */
  private static final int UNIT = 8;

  /** Pixels that all the groups and filters are computed for before the next ones. */
  private static final int PIECE = 128;

  private final PaddedMap source;
  private final FeatureMap target; // that is written
  private final int strideHeight;
  private final int groups;
  private final int reachHeight;
  private final int[] taps;
  private final int[] runs;
  private final int run;
  private final int[] pixels;
  private final int vectors;
  private final @Nullable SlidingRows sliding; // where rows are computed so

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
   * where that is whole.
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
    int groupChannels = source.channels() / groups;
    this.taps = new int[window.kernelHeight() * window.kernelWidth() * groupChannels];
    int at = 0;
    for (int u = 0; u < window.kernelHeight(); u++) {
      for (int v = 0; v < window.kernelWidth(); v++) {
        int pixel = u * window.dilationHeight() * source.paddedWidth() + v * window.dilationWidth();
        for (int c = 0; c < groupChannels; c++) {
          taps[at++] = pixel * source.channels() + c;
        }
      }
    }
    this.run = run(taps, groupChannels);
    this.runs = new int[taps.length / run];
    Arrays.setAll(runs, i -> taps[i * run]);
    this.pixels = new int[target.height() * target.width()];
    for (int p = 0; p < pixels.length; p++) {
      int column = p % target.width() * strideWidth;
      pixels[p] = p / target.width() * rowStep() + column * source.channels();
    }
    boolean dense = strideWidth == 1 && window.dilationWidth() == 1;
    int kernelWidth = window.kernelWidth();
    this.sliding =
        dense && SlidingRows.fit(target, taps.length, kernelWidth, groupChannels)
            ? new SlidingRows(target, taps, kernelWidth, groupChannels, source.channels())
            : null;
  }

  /** The longest run of neighbours, in whole pixels' channels, that all the taps fall into. */
  private static int run(int[] taps, int channels) {
    int run = channels;
    while (run < taps.length && taps[run] == taps[0] + run) {
      run += channels;
    }
    return run;
  }

  /** Floats of all panels [group][vectors][tap][L], and of what is before them. */
  int panelLength() {
    return FIRST + groups * vectors * taps.length * Lanes.COUNT;
  }

  /** Where the panel of one vector of filters begins. */
  int panel(int group, int vector) {
    return FIRST + (group * vectors + vector) * taps.length * Lanes.COUNT;
  }

  /** Floats of the biases, each group padded to whole vectors. */
  int biasLength() {
    return groups * vectors * Lanes.COUNT;
  }

  /** Biases as this pass reads them, in the shared slot 0 of the scratch where they are not so. */
  float[] bias(float[] b, Scratch scratch) {
    int width = vectors * Lanes.COUNT;
    return Biases.padded(b, groups, target.groupChannels(), width, scratch, 0);
  }

  /** The way back of {@link #bias}. */
  void collectBias(float[] bias, float[] padded) {
    int filters = target.groupChannels();
    for (int group = 0; group < groups; group++) {
      System.arraycopy(padded, group * vectors * Lanes.COUNT, bias, group * filters, filters);
    }
  }

  /** Offsets of the taps from a window's first pixel, in the padded map. */
  int[] taps() {
    return taps;
  }

  /** Offsets of all the windows from the first one, row by row, in the padded map. */
  int[] pixels() {
    return pixels;
  }

  /** Offset between the windows of two output rows, in the padded map. */
  int rowStep() {
    return strideHeight * source.paddedWidth() * source.channels();
  }

  /** Vectors that hold one group's filters. */
  int vectors() {
    return vectors;
  }

  /** The panels as this pass reads them, for {@link #rows}: they themselves or a copy. */
  float[] inOrder(float[] panels, Resources resources) {
    return sliding == null ? panels : sliding.inOrder(panels, resources);
  }

  /** The map that is read. */
  PaddedMap source() {
    return source;
  }

  /**
   * The whole pass: every image, or bands of one where there are few images; {@code rectified} sets
   * what is below zero to zero. Channel o goes to channel {@code channel} + o of y, which may have
   * channels of others beside them.
   */
  void run(
      Tensor y,
      int channel,
      Tensor x,
      float[] panels,
      float[] bias,
      boolean rectified,
      Resources resources) {
    int step = y.shape().size(0);
    int unit = source.isPlain() && sliding == null ? UNIT : target.width();
    int units = (pixels.length + unit - 1) / unit;
    int bands = areEnough(x.count()) ? 1 : Math.min(MOST_BANDS, units);
    float[] weights = inOrder(panels, resources);
    int band = (units + bands - 1) / bands * unit;
    resources
        .workers()
        .run(
            x.count() * bands,
            (chunk, worker) -> {
              int n = chunk / bands;
              int first = chunk % bands * band;
              int end = Math.min(pixels.length, first + band);
              if (first < end) {
                int yAt = y.offset() + n * pixels.length * step + channel;
                Place place = new Place(y.array(), yAt, step);
                band(place, x, n, first, end, weights, bias, rectified, resources, worker);
              }
            });
  }

  /** Whether a batch has an image for every core. */
  static boolean areEnough(int images) {
    return images >= ENOUGH_IMAGES;
  }

  /**
   * Rows from (inclusive) to (exclusive) of the map of image n of x, computed by one worker from
   * panels {@link #inOrder}; the whole map begins at y[yAt], or would: yAt may be below 0.
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
    Place place = new Place(y, yAt, target.channels());
    band(place, x, n, from * w, to * w, panels, bias, false, resources, worker);
  }

  /**
   * Pixels first (inclusive) to end (exclusive) of image n of x, whole rows of them where the map
   * is padded.
   */
  private void band(
      Place y,
      Tensor x,
      int n,
      int first,
      int end,
      float[] panels,
      float[] bias,
      boolean rectified,
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
    if (rectified) {
      y.rectify(first, end, target.channels());
    }
  }

  /** A part of one image's map, computed by one worker. */
  private final class Band {
    private final float[] y;
    private final int yAt;
    private final int step;
    private float[] map; // the image, padded
    private int mapAt;
    private final float[] panels;
    private final float[] bias;
    private final int filters = target.groupChannels();
    private final int width = vectors * Lanes.COUNT;
    private final boolean whole = filters == width;
    private final int lanes = filters - width + Lanes.COUNT; // of the last vector

    Band(Place y, float[] map, int mapAt, float[] panels, float[] bias) {
      this.y = y.array();
      this.yAt = y.at();
      this.step = y.step();
      this.map = map;
      this.mapAt = mapAt;
      this.panels = panels;
      this.bias = bias;
    }

    /**
     * Pixels first (inclusive) to end (exclusive). Where filters do not fill their vectors, and all
     * the vectors of a pixel are written before those of the next, what is too much falls on the
     * next pixels, whose turn comes; only the last ones' would fall on others.
     */
    void multiply(int first, int end, Resources resources, int worker) {
      boolean spills = !whole && groups == 1 && vectors <= 2 && step == filters;
      int spare = spills ? (width - 1) / filters : 0;
      int last = Math.max(first, end - spare);
      multiply(first, last, spills, resources, worker);
      multiply(last, end, false, resources, worker);
    }

    /**
     * The same, a few at a time. A group whose filters do not fill its vectors goes straight to y
     * all the same where what is too much falls on groups that come later, or {@code spills} over
     * the next pixels, else through a tile.
     */
    private void multiply(int first, int end, boolean spills, Resources resources, int worker) {
      WindowProduct product = new WindowProduct();
      product.a = map;
      product.windows = pixels;
      product.runs = runs;
      product.run = run;
      product.b = panels;
      product.bVector = taps.length * Lanes.COUNT;
      product.init = bias;
      product.lanes = lanes;
      float[] tile = whole ? y : resources.scratch().of(worker, 1, PIECE * width);
      for (int p = first; p < end; p += PIECE) {
        int last = Math.min(p + PIECE, end);
        for (int group = 0; group < groups; group++) {
          int to = yAt + p * step + group * filters;
          boolean straight =
              whole
                  || spills
                  || WindowSingles.writesNoMore(vectors, lanes, last - p)
                  || group * filters + width <= target.channels();
          product.c = straight ? y : tile;
          product.cAt = straight ? to : 0;
          product.cRow = straight ? step : width;
          product.aAt = mapAt + group * (source.channels() / groups);
          product.bAt = panel(group, 0);
          product.initAt = group * width;
          product.run(p, last, vectors);
          if (!straight) {
            copy(to, tile, last - p);
          }
        }
      }
    }

    /** One group's filters of so many pixels, from whole vectors to their places in y. */
    private void copy(int to, float[] tile, int pixels) {
      for (int p = 0; p < pixels; p++) {
        System.arraycopy(tile, p * width, y, to + p * step, filters);
      }
    }
  }
}
