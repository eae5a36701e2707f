package io.fovea.kernel.vector.conv.winograd;

import io.fovea.kernel.geometry.Conv2dGeometry;
import io.fovea.kernel.geometry.Pool2dGeometry;
import io.fovea.kernel.op.ScratchSizes;

/**
 * The partition of a Winograd convolution into blocks: strips of tile rows of an image, or of
 * several images where images are small. Any partition gives the same bits, since sums do not cross
 * tiles.
 */
final class WinogradBlocks {
  final TileTransform transform;

  /** Rows and columns of tiles in an image. */
  final int tilesHigh;

  final int tilesWide;

  /** The most tile rows of a strip. */
  final int strip;

  /** The most images of a block; more than one only where a strip is a complete image. */
  final int images;

  final InputTiles input;
  final OutputTiles output;

  /** Blocks of about {@code tiles} tiles, of nearly equal sizes. */
  WinogradBlocks(Conv2dGeometry g, TileTransform transform, int tiles) {
    this.transform = transform;
    this.tilesHigh = tiles(g.outputHeight());
    this.tilesWide = tiles(g.outputWidth());
    // The nearest number of tile rows; then strips of nearly equal height.
    int most = Math.clamp((tiles + tilesWide / 2) / tilesWide, 1, tilesHigh);
    int strips = (tilesHigh + most - 1) / most;
    this.strip = (tilesHigh + strips - 1) / strips;
    this.images = strips > 1 ? 1 : Math.max(1, tiles / (tilesHigh * tilesWide));
    this.input = new InputTiles(transform, g, tilesWide, strip, images);
    this.output = new OutputTiles(transform, g, tilesWide, strip, images);
  }

  private static int tiles(int outputs) {
    return (outputs + TileTransform.OUTPUTS - 1) / TileTransform.OUTPUTS;
  }

  /** Tiles in an image. */
  long tiles() {
    return (long) tilesHigh * tilesWide;
  }

  /** Strips in an image. */
  int strips() {
    return (tilesHigh + strip - 1) / strip;
  }

  /** Whether each window of a pooling over the output lies within one strip, in their order. */
  boolean holdWindows(Pool2dGeometry pooling) {
    int last = 0;
    for (int i = 0; i < pooling.outputHeight(); i++) {
      int first = pooling.firstRow(i);
      int k = first / row(1);
      if (k < last || first >= pooling.endRow(i) || pooling.endRow(i) > row(k + 1)) {
        return false;
      }
      last = k;
    }
    return true;
  }

  /** The first row of a pooling's output whose windows begin in strip k or after it. */
  int window(Pool2dGeometry pooling, int k) {
    int i = 0;
    while (i < pooling.outputHeight() && pooling.firstRow(i) < row(k)) {
      i++;
    }
    return i;
  }

  /** The first row of the output in strip k, or past the last strip. */
  int row(int k) {
    return k * strip * TileTransform.OUTPUTS;
  }

  /** Tile rows of the strip that begins at this one. */
  int rows(int first) {
    return Math.min(strip, tilesHigh - first);
  }

  /** Channels, padded. */
  int channels() {
    return input.padded();
  }

  /** Filters, padded. */
  int filters() {
    return output.padded();
  }

  /** What the tiles of a block and the products of the output, or of the input, need. */
  void scratch(boolean ofOutput, int products, ScratchSizes sizes) {
    input.scratch(-1, sizes);
    output.scratch(ofOutput ? products : -1, sizes);
    if (!ofOutput) {
      input.scratch(products, sizes);
    }
    input.scratchOfRows(sizes);
    output.scratchOfRows(sizes);
  }

  /** Points of a tile. */
  int points() {
    return transform.size() * transform.size();
  }
}
