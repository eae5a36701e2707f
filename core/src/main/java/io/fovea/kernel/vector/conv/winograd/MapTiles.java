package io.fovea.kernel.vector.conv.winograd;

import static io.fovea.kernel.CacheLines.FIRST;

import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.parallel.Scratch;

/** The memory of a block of strips of tiles: lines and points, see {@link InputTiles}. */
abstract class MapTiles {
  final TileTransform transform;
  final int size;
  final int tilesWide;
  final int tileRows; // of a block
  final int padded;
  final int row;
  private final int tiles;
  private final int linesSlot; // scratch slots of a worker
  private final int pointsSlot;

  /** Tiles of a map with so many channels, whose neighbours overlap by so many pixels. */
  MapTiles(
      TileTransform transform,
      int channels,
      int tilesWide,
      int tileRows,
      int overlap,
      int linesSlot,
      int pointsSlot) {
    this.transform = transform;
    this.size = transform.size();
    this.tilesWide = tilesWide;
    this.tileRows = tileRows;
    this.tiles = TileProducts.room(tileRows * tilesWide);
    this.padded = TileProducts.room(Lanes.roundUp(channels));
    this.row = (TileTransform.OUTPUTS * tilesWide + overlap) * padded + Lanes.COUNT;
    this.linesSlot = linesSlot;
    this.pointsSlot = pointsSlot;
  }

  /** Channels, padded to full vectors and blocks. */
  int padded() {
    return padded;
  }

  /** Floats from one point to the next. */
  int pointStep() {
    return tiles * padded + Lanes.COUNT;
  }

  /** Floats from one panel of channels to the next. */
  int panel() {
    return tiles * Lanes.COUNT;
  }

  /** Scratch for the points of one row point of a block of strips, from FIRST on. */
  float[] points(Scratch scratch, int worker) {
    return scratch.of(worker, pointsSlot, FIRST + size * pointStep());
  }

  /** Scratch for the lines of a block of strips, from FIRST on. */
  float[] lines(Scratch scratch, int worker) {
    return scratch.of(worker, linesSlot, FIRST + tileRows * size * row);
  }

  /** The index of the line of a row point, of a block's tile row. */
  int line(int tileRow, int p) {
    return FIRST + (tileRow * size + p) * row;
  }
}
