package io.fovea.cli.report;

import io.fovea.data.png.Raster;
import io.fovea.explain.FeatureMaps;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The values of one layer as pictures of one pixel a value. The layer has one scale, so that weak
 * maps look weak: from white at 0 to orange at the largest absolute value, and to blue for negative
 * values.
 */
final class LayerPicture {
  /** The most maps of one sheet. */
  static final int MOST = 256;

  private static final int MAP_SIDE = 84;
  private static final int NUMBER_SIDE = 24;
  private static final int NUMBERS_ACROSS = 20;
  private static final int GAP = 6;

  private final FeatureMaps.Layer layer;
  private final double most;

  LayerPicture(FeatureMaps.Layer layer) {
    this.layer = layer;
    double largest = 0;
    for (float value : layer.value().toArray()) {
      largest = Float.isFinite(value) ? Math.max(largest, Math.abs(value)) : largest;
    }
    this.most = largest;
  }

  /** True if the layer's value is maps, false if it is a vector. */
  boolean hasMaps() {
    return layer.value().shape().rank() == 3;
  }

  int count() {
    return Math.min(MOST, layer.value().shape().size(0));
  }

  /** The largest absolute value, drawn in full colour. */
  double most() {
    return most;
  }

  /** Each map, or each number as a picture of one pixel. */
  List<Raster> tiles() {
    return IntStream.range(0, count()).mapToObj(this::tile).toList();
  }

  Raster sheet() {
    return hasMaps()
        ? PageImages.grid(tiles(), count() <= 64 ? 8 : 16, MAP_SIDE, GAP)
        : PageImages.grid(tiles(), NUMBERS_ACROSS, NUMBER_SIDE, 2);
  }

  private Raster tile(int c) {
    Tensor value = layer.value();
    Shape shape = value.shape();
    return PageImages.drawn(
        hasMaps() ? shape.size(1) : 1,
        hasMaps() ? shape.size(2) : 1,
        (y, x) -> {
          float each = hasMaps() ? value.get(0, c, y, x) : value.array()[value.offset() + c];
          return PageImages.diverging(Float.isFinite(each) ? each : 0, most);
        });
  }
}
