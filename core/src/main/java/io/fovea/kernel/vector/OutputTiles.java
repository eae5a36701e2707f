package io.fovea.kernel.vector;

import static io.fovea.kernel.CacheLines.FIRST;

import io.fovea.kernel.Conv2dGeometry;
import io.fovea.parallel.Scratch;
import io.fovea.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The output's side of Winograd's convolution: points of a strip's tiles to pixels (Y = A^T M A for
 * the products M of each tile), and the gradient of the pixels to points (E = A dY A^T). Tiles of
 * the output do not overlap; what they have beyond the map's edge is dropped, or zero.
 *
 * <p>Points lie as in {@link InputTiles}, filters in place of channels.
 */
final class OutputTiles {
  private static final int ROWS = 4; // scratch slots of a worker
  private static final int EDGE = 5;
  private static final int POINTS = 6;

  private static final int OUT = TileTransform.OUTPUTS;

  private final TileTransform transform;
  private final int size;
  private final int filters;
  private final int height;
  private final int width;
  private final int tilesWide;
  private final int tiles;
  private final int padded;
  private final boolean whole;

  /** Tiles of this convolution's output: see {@link InputTiles}. */
  OutputTiles(TileTransform transform, Conv2dGeometry g, int tilesWide, int strip, int strips) {
    this.transform = transform;
    this.size = transform.size();
    this.filters = g.filters();
    this.height = g.outputHeight();
    this.width = g.outputWidth();
    this.tilesWide = tilesWide;
    this.tiles = TileProducts.room(strips * strip * tilesWide);
    this.padded = TileProducts.room(Lanes.roundUp(filters));
    this.whole = padded == filters && width % OUT == 0;
  }

  /** Filters, padded to whole vectors and blocks. */
  int padded() {
    return padded;
  }

  /** Floats from one point to the next. */
  int pointStep() {
    return tiles * padded + Lanes.COUNT;
  }

  /** Floats from one panel of filters to the next. */
  int panel() {
    return tiles * Lanes.COUNT;
  }

  /**
   * Scratch for tiles whose columns are still points, from FIRST on: [output row][column
   * point][filter / L][tile][L].
   */
  float[] rows(Scratch scratch, int worker) {
    return scratch.of(worker, ROWS, FIRST + OUT * size * pointStep());
  }

  /**
   * The products of one column point, [row point][filter / L][tile][L], down the columns to rows.
   */
  void column(float[] rows, float[] products, int columnPoint) {
    transform.output(
        rows,
        FIRST + columnPoint * pointStep(),
        size * pointStep(),
        Lanes.COUNT,
        products,
        FIRST,
        pointStep(),
        Lanes.COUNT,
        pointStep() / Lanes.COUNT,
        Lanes.COUNT);
  }

  /**
   * Rows to the pixels of {@code count} tile rows of image n, from tile row {@code first} on; they
   * are the block's tiles from {@code tile} on. Filter o goes to channel {@code channel} + o of y,
   * which may have channels of others beside them.
   *
   * @param bias a bias for each filter, padded
   * @param least nothing stays below this
   */
  void write(
      Tensor y,
      int channel,
      int n,
      int first,
      int count,
      float[] rows,
      int tile,
      float[] bias,
      float least,
      Scratch scratch,
      int worker) {
    int step = y.shape().size(0);
    int straight = padded == filters ? width / OUT : 0; // tiles that lie inside the map
    int rest = tilesWide - straight;
    float[] edge = scratch.of(worker, EDGE, FIRST + rest * OUT * padded);
    int imageAt = y.offset() + n * height * width * step + channel;
    for (int s = 0; s < count; s++) {
      for (int i = 0; i < OUT && (first + s) * OUT + i < height; i++) {
        int yAt = imageAt + ((first + s) * OUT + i) * width * step;
        int from = FIRST + i * size * pointStep() + (tile + s * tilesWide) * Lanes.COUNT;
        int behind = from + straight * Lanes.COUNT;
        pixels(y.array(), yAt, step, rows, from, straight, bias, least);
        pixels(edge, FIRST, padded, rows, behind, rest, bias, least);
        for (int q = straight * OUT; q < width; q++) {
          int at = FIRST + (q - straight * OUT) * padded;
          System.arraycopy(edge, at, y.array(), yAt + q * step, filters);
        }
      }
    }
  }

  /** One row of pixels of some tiles, {@code step} floats apart. */
  private void pixels(
      float[] to, int at, int step, float[] rows, int from, int count, float[] bias, float least) {
    for (int v = 0; v * Lanes.COUNT < padded; v++) {
      transform.outputWithBias(
          to,
          at + v * Lanes.COUNT,
          step,
          OUT * step,
          rows,
          from + v * panel(),
          pointStep(),
          Lanes.COUNT,
          count,
          bias,
          v * Lanes.COUNT,
          least);
    }
  }

  /** Scratch for the points of a block of strips, from FIRST on. */
  float[] points(Scratch scratch, int worker) {
    return scratch.of(worker, POINTS, FIRST + size * size * pointStep());
  }

  /**
   * Fills in the points of the gradient of {@code count} tile rows of image n, as the block's tiles
   * from {@code tile} on.
   *
   * @param rectified where given, the gradient passes only where it is above zero
   */
  void read(
      float[] points,
      int tile,
      Tensor dy,
      @Nullable Tensor rectified,
      int n,
      int first,
      int count,
      Scratch scratch,
      int worker) {
    int row = tilesWide * OUT * padded;
    float[] columns = scratch.of(worker, ROWS, FIRST + size * row);
    float[] edge = scratch.of(worker, EDGE, FIRST + OUT * row);
    int imageAt = dy.offset() + n * height * width * filters;
    for (int s = 0; s < count; s++) {
      int from = (first + s) * OUT;
      int dyAt = imageAt + from * width * filters;
      boolean inside = whole && from + OUT <= height;
      boolean direct = inside && rectified == null;
      if (inside && rectified != null) {
        int yAt = rectified.offset() - dy.offset() + dyAt;
        VectorRelu.gate(edge, FIRST, dy.array(), dyAt, rectified.array(), yAt, OUT * row);
      } else if (!inside) {
        pad(edge, dy, rectified, dyAt, height - from, scratch, worker);
      }
      transform.outputAdjoint(
          columns,
          FIRST,
          row,
          Lanes.COUNT,
          direct ? dy.array() : edge,
          direct ? dyAt : FIRST,
          row,
          Lanes.COUNT,
          row / Lanes.COUNT,
          Lanes.COUNT);
      for (int p = 0; p < size; p++) {
        int to = FIRST + p * pointStep() + (tile + s * tilesWide) * Lanes.COUNT;
        for (int v = 0; v * Lanes.COUNT < padded; v++) {
          transform.outputAdjoint(
              points,
              to + v * panel(),
              size * pointStep(),
              Lanes.COUNT,
              columns,
              FIRST + p * row + v * Lanes.COUNT,
              padded,
              OUT * padded,
              tilesWide,
              Lanes.COUNT);
        }
      }
    }
  }

  /** Four rows of dy with zeros beyond the edge. */
  private void pad(
      float[] edge,
      Tensor dy,
      @Nullable Tensor rectified,
      int dyAt,
      int rows,
      Scratch scratch,
      int worker) {
    int row = tilesWide * OUT * padded;
    int length = width * filters;
    for (int i = 0; i < OUT; i++) {
      int at = FIRST + i * row;
      if (i < rows) {
        float[] source = dy.array();
        int from = dyAt + i * length;
        if (rectified != null) {
          source = scratch.of(worker, Scratch.GATED, length);
          int yAt = rectified.offset() - dy.offset() + from;
          VectorRelu.gate(source, 0, dy.array(), from, rectified.array(), yAt, length);
          from = 0;
        }
        InputTiles.copyPixels(edge, at, padded, source, from, filters, width);
      }
      int end = i < rows ? width * padded : 0;
      Arrays.fill(edge, at + end, at + row, 0);
    }
  }
}
