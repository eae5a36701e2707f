package io.fovea.data.augment;

import io.fovea.data.augment.buffer.SamplingGrid;
import io.fovea.network.RefusedException;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;

/**
 * Surrounds the image with {@code padding} pixels and cuts out a window of the image's size at a
 * random place (He et al., arXiv 1512.03385, section 4.2). Unlike theirs, the rim is the image
 * reflected at its edge, which suits photographs better than black.
 *
 * @param padding the rim's width, from 0 to 1000, below the image's sides
 */
public record Crop(int padding) implements Operation.Moving {
  public Crop {
    Magnitudes.require("crop", "padding", padding, 0, 1000);
  }

  @Override
  public void check(Shape shape) {
    int side = Math.min(shape.size(1), shape.size(2));
    if (padding >= side) {
      throw new RefusedException(
          "augment",
          "crop expects padding below the sides of the images, which are %dx%d, got %d"
              .formatted(shape.size(2), shape.size(1), padding),
          "make it smaller");
    }
  }

  @Override
  public void map(SamplingGrid grid, RandomKey key) {
    grid.move(Magnitudes.whole(key, 0, padding), Magnitudes.whole(key, 1, padding));
    grid.reflect();
  }
}
