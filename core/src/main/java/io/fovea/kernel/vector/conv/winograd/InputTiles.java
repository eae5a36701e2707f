package io.fovea.kernel.vector.conv.winograd;

import static io.fovea.kernel.op.CacheLines.ALIGNED_START;

import io.fovea.kernel.geometry.Conv2dGeometry;
import io.fovea.kernel.op.ScratchSizes;
import io.fovea.kernel.vector.conv.PaddedRows;
import io.fovea.kernel.vector.machine.ClampLoops;
import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.parallel.Scratch;
import io.fovea.tensor.Tensor;
import io.fovea.tensor.Window;
import java.util.Arrays;

/**
 * The input transform of Winograd's convolution: from strips of tile rows of an image to the points
 * of their tiles (V = B^T d B for each tile d), and its adjoint, from gradients of points to the
 * gradient of the image.
 *
 * <p>Tiles overlap: a strip is first transformed down its columns, once for all tiles that share a
 * column, to lines, [tile row][row point][pixel][channel]; then along the lines of one row point,
 * just before its products, so that points are few and stay in the L1 cache. Points are stored as
 * [column point][channel / L][tile][L], the panels of {@link WinogradGemm}, channels padded with
 * zeros to full vectors.
 */
final class InputTiles extends MapTiles {
  private static final int PADDED = 0; // scratch slots of a worker

  private final int channels;
  private final int height;
  private final int width;
  private final int top;
  private final int left;
  private final int strip;

  /**
   * Tiles of this convolution's input.
   *
   * @param tilesWide tiles in a row of tiles
   * @param strip the most rows of tiles in a strip
   * @param strips the most strips of a block
   */
  InputTiles(TileTransform transform, Conv2dGeometry g, int tilesWide, int strip, int strips) {
    super(transform, g.channels(), tilesWide, strips * strip, transform.taps() - 1, 1, 2);
    Window window = g.window();
    this.channels = g.channels();
    this.height = g.height();
    this.width = g.width();
    this.top = window.top();
    this.left = window.left();
    this.strip = strip;
  }

  /**
   * Computes the lines of {@code rows} tile rows of image n, from tile row {@code first} on, as the
   * block's tile rows from {@code tileRow} on.
   */
  void read(
      float[] lines,
      int tileRow,
      Tensor x,
      int n,
      int first,
      int rows,
      Scratch scratch,
      int worker) {
    int inputRows = TileTransform.OUTPUTS * strip + transform.taps() - 1;
    float[] input = scratch.of(worker, PADDED, ALIGNED_START + inputRows * row);
    int here = TileTransform.OUTPUTS * rows + transform.taps() - 1;
    pad(input, x, n, TileTransform.OUTPUTS * first - top, here);
    for (int s = 0; s < rows; s++) {
      transform.inputRun.compute(
          lines,
          line(tileRow + s, 0),
          row,
          input,
          ALIGNED_START + s * TileTransform.OUTPUTS * row,
          row,
          row);
    }
  }

  /** What {@link #read} needs of the scratch for the rows of a strip. */
  void scratchOfRows(ScratchSizes sizes) {
    long rows = (long) TileTransform.OUTPUTS * strip + transform.taps() - 1;
    sizes.own(PADDED, ALIGNED_START + rows * row);
  }

  /** Computes the points of row point p, from the lines of {@code tileRows} tile rows. */
  void points(float[] points, int p, float[] lines, int tileRows) {
    for (int s = 0; s < tileRows; s++) {
      for (int v = 0; v * Lanes.COUNT < padded; v++) {
        transform.input.compute(
            points,
            ALIGNED_START + s * tilesWide * Lanes.COUNT + v * panel(),
            pointStep(),
            Lanes.COUNT,
            lines,
            line(s, p) + v * Lanes.COUNT,
            padded,
            TileTransform.OUTPUTS * padded,
            tilesWide);
      }
    }
  }

  /**
   * Copies input rows from {@code from} on, with zeros outside the image and in the padding
   * channels.
   */
  private void pad(float[] input, Tensor x, int n, int from, int rows) {
    int imageAt = x.offset() + n * height * width * channels;
    int copied = Math.min(width, (row - Lanes.COUNT) / padded - left);
    for (int p = 0; p < rows; p++) {
      int at = ALIGNED_START + p * row;
      int source = from + p;
      if (source < 0 || source >= height) {
        Arrays.fill(input, at, at + row, 0);
        continue;
      }
      int xAt = imageAt + source * width * channels;
      PaddedRows.pad(input, at, row, left, copied, padded, x.array(), xAt, channels);
    }
  }

  /**
   * Transforms the gradients of row point p to lines of gradients, summed where tiles overlap; they
   * may overwrite the line of the input, which has been read.
   *
   * @param own the vectors of channels that are computed
   */
  void spread(float[] lines, int p, float[] dPoints, int tileRows, Part own) {
    int overlap = transform.taps() - 1;
    for (int s = 0; s < tileRows; s++) {
      int to = line(s, p);
      Arrays.fill(lines, to, to + overlap * padded, 0);
      for (int v = own.from(); v < own.to(); v++) {
        transform.inputAdjoint.compute(
            lines,
            to + v * Lanes.COUNT,
            padded,
            TileTransform.OUTPUTS * padded,
            dPoints,
            ALIGNED_START + s * tilesWide * Lanes.COUNT + v * panel(),
            pointStep(),
            Lanes.COUNT,
            tilesWide);
      }
    }
  }

  /**
   * Adds the gradients of the lines of a strip, the block's tile rows from {@code tileRow} on, to
   * the padded gradient of its image, where tiles overlap. Strips of an image are added in order;
   * the first one overwrites.
   *
   * @param own the vectors of channels that are added; the others are undefined
   */
  void addUp(float[] image, float[] lines, int tileRow, int first, int rows, Part own) {
    if (first == 0) {
      Arrays.fill(image, ALIGNED_START, ALIGNED_START + (transform.taps() - 1) * row, 0);
    }
    boolean all = own.vectors() * Lanes.COUNT == padded;
    int length = all ? row : own.vectors() * Lanes.COUNT;
    for (int s = 0; s < rows; s++) {
      int to = ALIGNED_START + TileTransform.OUTPUTS * (first + s) * row;
      int from = line(tileRow + s, 0);
      for (int at = own.from() * Lanes.COUNT; at + length <= row; at += padded) {
        transform.inputAdjointRun.compute(image, to + at, row, lines, from + at, row, length);
      }
    }
  }

  /**
   * Floats of the padded gradient of an image with {@code tilesHigh} rows of tiles, from
   * ALIGNED_START on.
   */
  int spreadLength(int tilesHigh) {
    return ALIGNED_START + (TileTransform.OUTPUTS * tilesHigh + transform.taps() - 1) * row;
  }

  /**
   * Copies the inner part of the padded gradient to image n of dx. Where gated, dx contains the
   * output of a ReLU, and gets the gradient where that is above zero and 0 elsewhere.
   *
   * @param own the vectors of channels that are copied
   */
  void crop(Tensor dx, int n, float[] image, int tilesHigh, boolean gated, Part own) {
    if (own.vectors() * Lanes.COUNT < padded) {
      cropPart(dx, n, image, tilesHigh, gated, own);
      return;
    }
    int at = dx.offset() + n * height * width * channels;
    int rows = (spreadLength(tilesHigh) - ALIGNED_START) / row;
    // Pixels behind the last tile are read by no output: their gradient is 0.
    int copied = Math.min(width, (row - Lanes.COUNT) / padded - left);
    for (int i = 0; i < height; i++) {
      int to = at + i * width * channels;
      if (top + i < rows) {
        int from = ALIGNED_START + (top + i) * row + left * padded;
        if (gated) {
          gatePixels(dx.array(), to, image, from, copied);
        } else {
          PaddedRows.copyPixels(dx.array(), to, channels, image, from, padded, copied);
        }
        Arrays.fill(dx.array(), to + copied * channels, to + width * channels, 0);
      } else {
        Arrays.fill(dx.array(), to, to + width * channels, 0);
      }
    }
  }

  private void cropPart(Tensor dx, int n, float[] image, int tilesHigh, boolean gated, Part own) {
    int at = dx.offset() + n * height * width * channels;
    int rows = (spreadLength(tilesHigh) - ALIGNED_START) / row;
    int copied = Math.min(width, (row - Lanes.COUNT) / padded - left);
    int first = own.from() * Lanes.COUNT;
    int length = Math.min(channels, own.to() * Lanes.COUNT) - first;
    for (int i = 0; i < height; i++) {
      for (int q = 0; q < width; q++) {
        int to = at + (i * width + q) * channels + first;
        int from = ALIGNED_START + (top + i) * row + (left + q) * padded + first;
        if (top + i >= rows || q >= copied) {
          Arrays.fill(dx.array(), to, to + length, 0);
        } else if (gated) {
          ClampLoops.gate(dx.array(), to, image, from, dx.array(), to, length);
        } else {
          System.arraycopy(image, from, dx.array(), to, length);
        }
      }
    }
  }

  /** Writes pixels of a padded gradient over those of a ReLU's output, gated by it. */
  private void gatePixels(float[] to, int toAt, float[] from, int fromAt, int pixels) {
    if (padded == channels) {
      ClampLoops.gate(to, toAt, from, fromAt, to, toAt, pixels * channels);
      return;
    }
    for (int q = 0; q < pixels; q++) {
      int at = toAt + q * channels;
      ClampLoops.gate(to, at, from, fromAt + q * padded, to, at, channels);
    }
  }
}
