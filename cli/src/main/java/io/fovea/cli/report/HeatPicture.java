package io.fovea.cli.report;

import io.fovea.data.png.Raster;
import io.fovea.dataset.Image;
import io.fovea.explain.HeatMap;

/**
 * A heat map over its picture: the picture in grey under a colour whose opacity grows with the
 * value. Positive values are orange to yellow, negative ones blue; zero is transparent.
 */
final class HeatPicture {
  private static final int SIDE = 336;
  private static final int YELLOW = 0xF0E442;

  /** The opacity of the strongest colour. */
  private static final double COVER = 0.85;

  private HeatPicture() {}

  /**
   * The map's values are interpolated between its cells.
   *
   * @param most the value in full colour; 0 for an empty map
   */
  static Raster smooth(Image picture, HeatMap map, double most) {
    int times = times(picture);
    return draw(picture, map.resized(picture.height() * times, picture.width() * times), most);
  }

  /**
   * Each cell of the map has a single colour.
   *
   * @param cell the side of a cell in pixels of the picture
   */
  static Raster cells(Image picture, HeatMap map, int cell, double most) {
    int times = times(picture);
    int height = picture.height() * times;
    int width = picture.width() * times;
    double[] values = new double[height * width];
    for (int i = 0; i < height; i++) {
      for (int j = 0; j < width; j++) {
        values[i * width + j] = map.get(i / times / cell, j / times / cell);
      }
    }
    return draw(picture, HeatMap.of(height, width, values), most);
  }

  /** The picture without a map, in its own colours and the size of the others. */
  static Raster plain(Image picture) {
    return PageImages.enlarged(picture, times(picture));
  }

  private static int times(Image picture) {
    return Math.max(1, SIDE / Math.max(picture.width(), picture.height()));
  }

  private static Raster draw(Image picture, HeatMap map, double most) {
    Image grey = picture.withChannels(1);
    int times = times(picture);
    return PageImages.drawn(
        map.height(),
        map.width(),
        (y, x) -> {
          double share = most > 0 ? Math.clamp(map.get(y, x) / most, -1, 1) : 0;
          int under = grey.get(0, y / times, x / times) * 0x010101;
          int colour =
              share < 0 ? PageImages.BLUE : PageImages.mixed(PageImages.ORANGE, YELLOW, share);
          // The square root makes weak values visible.
          return PageImages.mixed(under, colour, COVER * Math.sqrt(Math.abs(share)));
        });
  }
}
