package io.fovea.kernel.vector;

import io.fovea.kernel.Conv2dGeometry;

/**
 * What Winograd's convolution computes at once: a strip of tile rows of an image, or of several
 * images where images are small. Any cut gives the same bits, since a tile's sums belong to it.
 */
final class WinogradBlocks {
  final TileTransform transform;

  /** Rows and columns of tiles in an image. */
  final int tilesHigh;

  final int tilesWide;

  /** Tile rows in a strip, at most. */
  final int strip;

  /** Images in a block, at most; more than one only where a strip is a whole image. */
  final int images;

  final InputTiles input;
  final OutputTiles output;

  /** Blocks of about so many tiles, evenly over the image. */
  WinogradBlocks(Conv2dGeometry g, TileTransform transform, int tiles) {
    this.transform = transform;
    this.tilesHigh = tiles(g.outputHeight());
    this.tilesWide = tiles(g.outputWidth());
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

  /** Points of a tile. */
  int points() {
    return transform.size() * transform.size();
  }
}
