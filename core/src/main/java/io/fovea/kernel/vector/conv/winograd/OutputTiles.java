package io.fovea.kernel.vector.conv.winograd;

import static io.fovea.kernel.op.CacheLines.ALIGNED_START;

import io.fovea.kernel.geometry.Conv2dGeometry;
import io.fovea.kernel.op.Clamp;
import io.fovea.kernel.op.OutputView;
import io.fovea.kernel.op.ScratchSizes;
import io.fovea.kernel.vector.conv.PaddedRows;
import io.fovea.kernel.vector.machine.ClampLoops;
import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.parallel.Scratch;
import io.fovea.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The output transform of Winograd's convolution: from the points of a strip's tiles to pixels (Y =
 * A^T M A for the products M of each tile), and its adjoint, from the gradient of the pixels to
 * points (E = A dY A^T). Tiles of the output do not overlap; their pixels beyond the map's edge are
 * dropped, or zero.
 *
 * <p>Points are stored as in {@link InputTiles}, with filters instead of channels.
 */
final class OutputTiles extends MapTiles {
  private static final int EDGE = 5; // scratch slot of a worker

  private static final int OUT = TileTransform.OUTPUTS;

  private final int filters;
  private final int height;
  private final int width;
  private final boolean whole;

  /** Tiles of this convolution's output: see {@link InputTiles}. */
  OutputTiles(TileTransform transform, Conv2dGeometry g, int tilesWide, int strip, int strips) {
    super(transform, g.filters(), tilesWide, strips * strip, 0, 4, 6);
    this.filters = g.filters();
    this.height = g.outputHeight();
    this.width = g.outputWidth();
    this.whole = padded == filters && width % OUT == 0;
  }

  /**
   * Transforms the products of row point p along the rows, to lines of {@code tileRows} tile rows.
   */
  void along(float[] lines, int p, float[] products, int tileRows) {
    for (int s = 0; s < tileRows; s++) {
      for (int v = 0; v * Lanes.COUNT < padded; v++) {
        transform.output.compute(
            lines,
            line(s, p) + v * Lanes.COUNT,
            padded,
            OUT * padded,
            products,
            ALIGNED_START + s * tilesWide * Lanes.COUNT + v * panel(),
            pointStep(),
            Lanes.COUNT,
            tilesWide);
      }
    }
  }

  /**
   * Transforms lines down the columns, to the pixels of {@code count} tile rows of an image, from
   * tile row {@code first} on, which are the block's tile rows from {@code tileRow} on.
   *
   * @param y the view of the image's map, which may be a part of a concatenated one
   * @param bias a bias for each filter, padded
   * @param clamp the bounds of the output
   */
  void write(
      OutputView y,
      int first,
      int count,
      float[] lines,
      int tileRow,
      float[] bias,
      Clamp clamp,
      Scratch scratch,
      int worker) {
    for (int s = 0; s < count; s++) {
      int from = (first + s) * OUT;
      int to = y.at() + from * width * y.step();
      int begin = line(tileRow + s, 0);
      if (padded == filters && from + OUT <= height) {
        pixels(y.array(), to, width * y.step(), y.step(), lines, begin, bias, clamp);
        continue;
      }
      float[] edge = scratch.of(worker, EDGE, ALIGNED_START + OUT * row);
      pixels(edge, ALIGNED_START, row, padded, lines, begin, bias, clamp);
      for (int i = 0; i < Math.min(OUT, height - from); i++) {
        for (int q = 0; q < width; q++) {
          int at = ALIGNED_START + i * row + q * padded;
          System.arraycopy(edge, at, y.array(), to + (i * width + q) * y.step(), filters);
        }
      }
    }
  }

  /** What reading and writing rows at an edge need of the scratch. */
  void scratchOfRows(ScratchSizes sizes) {
    sizes.own(EDGE, ALIGNED_START + (long) OUT * row);
    sizes.own(Scratch.GATED, (long) width * filters);
  }

  /** Writes four rows of pixels, {@code step} floats apart. */
  private void pixels(
      float[] to, int at, int toRow, int step, float[] lines, int from, float[] bias, Clamp clamp) {
    for (int v = 0; v * Lanes.COUNT < padded; v++) {
      transform.outputWithBias.compute(
          to,
          at + v * Lanes.COUNT,
          toRow,
          step,
          lines,
          from + v * Lanes.COUNT,
          row,
          padded,
          width,
          bias,
          v * Lanes.COUNT,
          clamp.low(),
          clamp.high());
    }
  }

  /**
   * Computes the lines of the gradient of {@code count} tile rows of image n, as the block's tile
   * rows from {@code tileRow} on.
   *
   * @param rectified where given, the gradient passes only where it is above zero
   */
  void read(
      float[] lines,
      int tileRow,
      Tensor dy,
      @Nullable Tensor rectified,
      int n,
      int first,
      int count,
      Scratch scratch,
      int worker) {
    int pixels = tilesWide * OUT * padded;
    float[] edge = scratch.of(worker, EDGE, ALIGNED_START + OUT * pixels);
    int imageAt = dy.offset() + n * height * width * filters;
    for (int s = 0; s < count; s++) {
      int from = (first + s) * OUT;
      int dyAt = imageAt + from * width * filters;
      boolean inside = whole && from + OUT <= height;
      boolean direct = inside && rectified == null;
      if (inside && rectified != null) {
        int yAt = rectified.offset() - dy.offset() + dyAt;
        ClampLoops.gate(
            edge, ALIGNED_START, dy.array(), dyAt, rectified.array(), yAt, OUT * pixels);
      } else if (!inside) {
        pad(edge, dy, rectified, dyAt, height - from, scratch, worker);
      }
      transform.outputAdjointRun.compute(
          lines,
          line(tileRow + s, 0),
          row,
          direct ? dy.array() : edge,
          direct ? dyAt : ALIGNED_START,
          pixels,
          pixels);
    }
  }

  /**
   * Computes the points of the gradient of row point p, from the lines of {@code tileRows} tile
   * rows.
   */
  void points(float[] points, int p, float[] lines, int tileRows) {
    for (int s = 0; s < tileRows; s++) {
      for (int v = 0; v * Lanes.COUNT < padded; v++) {
        transform.outputAdjoint.compute(
            points,
            ALIGNED_START + s * tilesWide * Lanes.COUNT + v * panel(),
            pointStep(),
            Lanes.COUNT,
            lines,
            line(s, p) + v * Lanes.COUNT,
            padded,
            OUT * padded,
            tilesWide);
      }
    }
  }

  /** Copies four rows of dy, with zeros beyond the edge. */
  private void pad(
      float[] edge,
      Tensor dy,
      @Nullable Tensor rectified,
      int dyAt,
      int rows,
      Scratch scratch,
      int worker) {
    int pixels = tilesWide * OUT * padded;
    int length = width * filters;
    for (int i = 0; i < OUT; i++) {
      int at = ALIGNED_START + i * pixels;
      if (i < rows) {
        float[] source = dy.array();
        int from = dyAt + i * length;
        if (rectified != null) {
          source = scratch.of(worker, Scratch.GATED, length);
          int yAt = rectified.offset() - dy.offset() + from;
          ClampLoops.gate(source, 0, dy.array(), from, rectified.array(), yAt, length);
          from = 0;
        }
        PaddedRows.pad(edge, at, pixels, 0, width, padded, source, from, filters);
      } else {
        Arrays.fill(edge, at, at + pixels, 0);
      }
    }
  }
}
