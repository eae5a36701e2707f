package io.fovea.data.augment;

import io.fovea.data.augment.buffer.SamplingGrid;
import io.fovea.random.RandomKey;

/**
 * Cuts out a box of a random area and aspect ratio and enlarges it to the image's size (Szegedy et
 * al., arXiv 1409.4842, section 6; the form is that of torchvision's RandomResizedCrop). The area
 * is uniform from {@code smallest} to 1 of the image's, the logarithm of the ratio of width to
 * height uniform from log(ratio) to -log(ratio). The first of ten boxes that fits is used, else the
 * largest one about the centre with an allowed ratio. Pixels are interpolated bilinearly; those at
 * the box's edges are repeated beyond it.
 *
 * @param smallest the smallest share of the area, from 0.01 to 1
 * @param ratio the narrowest ratio of width to height, from 0.1 to 1; the widest is 1/ratio
 */
public record RandomResizedCrop(double smallest, double ratio) implements Operation.Moving {
  private static final int TRIALS = 10;

  /** A box of the image, in integer pixels. */
  record Box(int top, int left, int height, int width) {}

  public RandomResizedCrop {
    Magnitudes.require("random-resized-crop", "a smallest share", smallest, 0.01, 1);
    Magnitudes.require("random-resized-crop", "a ratio", ratio, 0.1, 1);
  }

  @Override
  public void map(SamplingGrid grid, RandomKey key) {
    Box box = box(grid.height(), grid.width(), key);
    grid.enlarge(box.top(), box.left(), box.height(), box.width());
  }

  Box box(int height, int width, RandomKey key) {
    double logRatio = StrictMath.log(ratio);
    for (int trial = 0; trial < TRIALS; trial++) {
      RandomKey own = key.with(trial);
      double area = height * width * (smallest + own.uniform(0) * (1 - smallest));
      double aspect = StrictMath.exp(logRatio * (1 - 2 * own.uniform(1)));
      int w = (int) Math.round(Math.sqrt(area * aspect));
      int h = (int) Math.round(Math.sqrt(area / aspect));
      if (w >= 1 && w <= width && h >= 1 && h <= height) {
        return new Box(own.below(height - h + 1, 2), own.below(width - w + 1, 3), h, w);
      }
    }
    return centre(height, width, ratio);
  }

  /** The largest box about the centre whose ratio lies between ratio and 1/ratio. */
  static Box centre(int height, int width, double ratio) {
    double own = (double) width / height;
    int w = width;
    int h = height;
    if (own < ratio) {
      h = (int) Math.max(1, Math.min(height, Math.round(w / ratio)));
    } else if (own > 1 / ratio) {
      w = (int) Math.max(1, Math.min(width, Math.round(h / ratio)));
    }
    return new Box((height - h) / 2, (width - w) / 2, h, w);
  }
}
