package io.fovea.kernel.vector.conv.direct;

import static io.fovea.kernel.op.CacheLines.ALIGNED_START;

import io.fovea.kernel.geometry.Conv2dGeometry;
import io.fovea.kernel.op.Epilogue;
import io.fovea.kernel.op.OutputView;
import io.fovea.kernel.op.Resources;
import io.fovea.kernel.vector.conv.Biases;
import io.fovea.kernel.vector.conv.FeatureMap;
import io.fovea.kernel.vector.conv.PaddedRows;
import io.fovea.kernel.vector.conv.PostOps;
import io.fovea.kernel.vector.conv.StridePhase;
import io.fovea.kernel.vector.conv.WindowAxis;
import io.fovea.kernel.vector.conv.direct.DirectConvBlocks.Windows;
import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.parallel.Scratch;
import io.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A direct convolution of a map, or its input gradient: for each phase of the stride the sums over
 * its taps, so that no zeros of a spread gradient are multiplied. It has the strides with which
 * {@link DirectConvBlocks} finds taps and pixels in the map, or in a copy with zeros around it
 * ({@link PaddedRows}). Where windows are a pixel apart, {@link RowReuseBlocks} computes rows of
 * them instead.
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

  private final FeatureMap source;
  private final FeatureMap target; // the output
  private final List<StridePhase> phases;
  private final PaddedRows padded;
  private final boolean isPlain; // the source is read in place
  private final Windows[] windows; // of each phase
  private final boolean isOne; // the phase has all target pixels in order
  private final int pixels;
  private final int vectors;
  private final @Nullable RowReuseConv sliding; // null where rows are not computed so

  /** y from x, in a single phase. */
  static DirectPass forward(Conv2dGeometry g) {
    return new DirectPass(
        FeatureMap.input(g), FeatureMap.output(g), List.of(StridePhase.forward(g)));
  }

  /** dx from dy. */
  static DirectPass inputGradient(Conv2dGeometry g) {
    return new DirectPass(FeatureMap.output(g), FeatureMap.input(g), StridePhase.backward(g));
  }

  private DirectPass(FeatureMap source, FeatureMap target, List<StridePhase> phases) {
    this.source = source;
    this.target = target;
    this.phases = phases;
    this.padded = new PaddedRows(source, phases, source.channels());
    this.isPlain = padded.isPlain(target.height());
    this.vectors = Lanes.roundUp(target.groupChannels()) / Lanes.COUNT;
    this.pixels = target.height() * target.width();
    int channels = source.groupChannels();
    this.windows =
        phases.stream().map(phase -> Windows.of(phase, padded, channels)).toArray(Windows[]::new);
    WindowAxis columns = phases.getFirst().columns();
    // Without a stride between target pixels, the only phase has all of them in order.
    this.isOne = phases.getFirst().rows().step() == 1 && columns.step() == 1;
    // Rows are shared only where the next window is one pixel on, and taps lie side by side.
    boolean dense = isOne && columns.stride() == 1 && columns.isContiguous();
    this.sliding =
        dense && RowReuseConv.fit(target, windows().taps(), columns.taps(), channels)
            ? new RowReuseConv(target, phases.getFirst(), channels, windows())
            : null;
  }

  /** The pixels of a piece: complete rows, where rows are not contiguous. */
  private int piece() {
    if (!isOne) {
      return phases.getFirst().columns().count();
    }
    return windows().width() == pixels
        ? PIECE
        : Math.ceilDiv(PIECE, target.width()) * target.width();
  }

  List<StridePhase> phases() {
    return phases;
  }

  /** Floats of all panels [phase][group][vectors][tap][L], with those before ALIGNED_START. */
  int panelLength() {
    return panel(windows.length - 1, target.groups(), 0);
  }

  /** The index of the panel of one vector of filters in the first phase. */
  int panel(int group, int vector) {
    return panel(0, group, vector);
  }

  /** The index of the panel of one vector of filters in a phase. */
  int panel(int phase, int group, int vector) {
    int lines = (group * vectors + vector) * windows[phase].taps();
    for (int before = 0; before < phase; before++) {
      lines += target.groups() * vectors * windows[before].taps();
    }
    return ALIGNED_START + lines * Lanes.COUNT;
  }

  /** Floats of the biases, each group padded to full vectors. */
  int biasLength() {
    return target.groups() * vectors * Lanes.COUNT;
  }

  /**
   * Biases as this pass reads them, copied to the shared slot 0 of the scratch where they need
   * padding.
   */
  float[] bias(float[] b, Scratch scratch) {
    int width = vectors * Lanes.COUNT;
    return Biases.padded(b, target.groups(), target.groupChannels(), width, scratch, 0);
  }

  /** The inverse of {@link #bias}. */
  void collectBias(float[] bias, float[] padded) {
    int filters = target.groupChannels();
    for (int group = 0; group < target.groups(); group++) {
      System.arraycopy(padded, group * vectors * Lanes.COUNT, bias, group * filters, filters);
    }
  }

  /** The positions of windows and taps of the first phase in the map that is read. */
  Windows windows() {
    return windows[0];
  }

  /** Vectors that hold one group's filters. */
  int vectors() {
    return vectors;
  }

  /** The panels as this pass reads them, for {@link #rows}: the given array or a copy. */
  float[] inOrder(float[] panels, Resources resources) {
    return sliding == null ? panels : sliding.inOrder(panels, resources);
  }

  /** Whether windows are in the map itself, else in a copy by {@link #padded}. */
  boolean isPlain() {
    return isPlain;
  }

  PaddedRows padded() {
    return padded;
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
    int band = band(x.count());
    resources.run(
        x.count() * bands,
        (chunk, worker) -> {
          int n = chunk / bands;
          int first = chunk % bands * band;
          int end = Math.min(pixels, first + band);
          // Bands are rounded up to units, so that the last ones of a small map may be empty.
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

  /** Pixels of a band of an image. */
  int band(int images) {
    return Math.ceilDiv(Math.ceilDiv(pixels, unit()), bands(images)) * unit();
  }

  DirectScratch scratch() {
    return new DirectScratch(target, padded, isPlain, piece(), biasLength(), sliding);
  }

  /** Pixels by which an image is cut: a row, or a few pixels of a map that is read in place. */
  private int unit() {
    boolean isOneRow = isOne && windows().width() == pixels && isPlain && sliding == null;
    return isOneRow ? UNIT : target.width();
  }

  /** Bands of an image. */
  private int bands(int images) {
    return areEnough(images) ? 1 : Math.min(MOST_BANDS, Math.ceilDiv(pixels, unit()));
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
    int imageAt = x.offset() + n * source.elements();
    Band band = new Band(y, x.array(), imageAt, panels, bias);
    int from = first / target.width();
    int to = end / target.width();
    if (!isPlain) {
      int top = padded.firstRow(from, to);
      int bottom = padded.endRow(from, to);
      band.map = resources.scratch().of(worker, 0, padded.length(bottom - top));
      // As if row 0 were copied, too: then offsets of windows need no correction.
      band.mapAt = padded.origin() - padded.distance(top, 0);
      padded.copy(band.map, 0, x.array(), imageAt, top, bottom);
    }
    if (sliding != null) {
      int at = band.mapAt + padded.window(phases.getFirst());
      int row = windows().rowStep();
      sliding.run(y, band.map, at, row, panels, bias, from, to, resources, worker);
    } else if (isOne) {
      band.multiply(0, first, end, resources, worker);
    } else {
      band.multiplyRows(from, to, resources, worker);
    }
  }

  /** A part of one image's map; for one worker. */
  private final class Band {
    private final float[] y;
    private final int yAt;
    private final int step;
    private float[] map; // the padded image
    private int mapAt;
    private final DirectConvBlocks[] products = new DirectConvBlocks[windows.length];
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
      for (int k = 0; k < products.length; k++) {
        products[k] = new DirectConvBlocks(windows[k]);
        products[k].b = panels;
        products[k].bVector = windows[k].taps() * Lanes.COUNT;
        products[k].first = bias;
        products[k].lanes = lanes;
      }
    }

    /** Computes target rows of several phases, a complete row at a time: it stays in the cache. */
    void multiplyRows(int from, int to, Resources resources, int worker) {
      int row = target.width() * step;
      boolean isComplete = phases.stream().allMatch(phase -> phase.taps() > 0);
      for (int target = from; target < to; target++) {
        if (!isComplete) {
          Arrays.fill(y, yAt + target * row, yAt + (target + 1) * row, 0);
        }
        for (int k = 0; k < phases.size(); k++) {
          WindowAxis rows = phases.get(k).rows();
          int i = rows.indexFrom(target);
          if (windows[k].taps() > 0 && i < rows.indexFrom(target + 1)) {
            int width = phases.get(k).columns().count();
            multiply(k, i * width, (i + 1) * width, resources, worker);
          }
        }
      }
    }

    /**
     * Computes pixels first (inclusive) to end (exclusive) of phase k; of one row where there are
     * several phases. Where filters do not fill their vectors, padding lanes may overwrite the next
     * pixels, if these are written later; only the last pixels need the slow path.
     */
    void multiply(int k, int first, int end, Resources resources, int worker) {
      boolean spills = !whole && isOne && target.groups() == 1 && vectors <= 2 && step == filters;
      // So many pixels behind its own do the padding lanes of a pixel cover.
      int spare = spills ? (width - 1) / filters : 0;
      int last = Math.max(first, end - spare);
      multiply(k, first, last, spills, resources, worker);
      if (last < end) {
        multiply(k, last, end, false, resources, worker);
      }
    }

    /**
     * The same for a few pixels at a time. A group whose filters do not fill its vectors is written
     * to y directly where its padding lanes overwrite later groups, or the next pixels if {@code
     * spills}; else through a tile.
     */
    private void multiply(
        int k, int first, int end, boolean spills, Resources resources, int worker) {
      DirectConvBlocks product = products[k];
      product.a = map;
      StridePhase phase = phases.get(k);
      int pixelStep = phase.columns().step() * step;
      float[] tile = whole ? y : resources.scratch().of(worker, 1, piece() * width);
      for (int p = first; p < end; p += piece()) {
        int last = Math.min(p + piece(), end);
        for (int group = 0; group < target.groups(); group++) {
          int to = yAt + phase.target(p, target.width()) * step + group * filters;
          boolean straight =
              whole
                  || spills
                  || DirectConvBlocks.writesNoMore(vectors, lanes)
                  || group * filters + width <= target.channels();
          product.c = straight ? y : tile;
          product.cOffset = straight ? to : 0;
          product.cStride = straight ? pixelStep : width;
          product.aOffset = mapAt + padded.window(phase) + group * source.groupChannels();
          product.bOffset = panel(k, group, 0);
          product.firstOffset = group * width;
          product.run(p, last, vectors);
          if (!straight) {
            copy(to, pixelStep, tile, last - p);
          }
        }
      }
    }

    /** Copies one group's filters of {@code pixels} pixels from full vectors to y. */
    private void copy(int to, int pixelStep, float[] tile, int pixels) {
      for (int p = 0; p < pixels; p++) {
        System.arraycopy(tile, p * width, y, to + p * pixelStep, filters);
      }
    }
  }
}
