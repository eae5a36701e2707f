package io.fovea.kernel.vector.conv.winograd;

import static io.fovea.kernel.op.CacheLines.ALIGNED_START;

import io.fovea.kernel.op.ScratchSizes;
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

  /**
   * Tiles of a map with {@code channels} channels, whose neighbours overlap by {@code overlap}
   * pixels.
   */
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
    this.tiles = WinogradGemm.room(tileRows * tilesWide);
    this.padded = WinogradGemm.room(Lanes.roundUp(channels));
    // A vector more keeps distances off powers of two: those cost a third of the transforms.
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

  /** What lines need of the scratch, and points in this slot or their own. */
  void scratch(int slot, ScratchSizes sizes) {
    sizes.own(linesSlot, ALIGNED_START + (long) tileRows * size * row);
    sizes.own(slot < 0 ? pointsSlot : slot, ALIGNED_START + (long) size * pointStep());
  }

  /** Scratch for the points of one row point of a block of strips, from ALIGNED_START on. */
  float[] points(Scratch scratch, int worker) {
    return scratch.of(worker, pointsSlot, ALIGNED_START + size * pointStep());
  }

  /** Scratch for the lines of a block of strips, from ALIGNED_START on. */
  float[] lines(Scratch scratch, int worker) {
    return scratch.of(worker, linesSlot, ALIGNED_START + tileRows * size * row);
  }

  /** The index of the line of a row point, of a block's tile row. */
  int line(int tileRow, int p) {
    return ALIGNED_START + (tileRow * size + p) * row;
  }
}
