package io.fovea.data.augment;

import io.fovea.data.augment.buffer.AugmentBuffer;
import io.fovea.random.RandomKey;

/**
 * Covers a random box with random pixels, with a probability (Zhong et al., "Random erasing data
 * augmentation", arXiv 1708.04896, algorithm 1). The box has 0.02 to 0.4 of the image's area, or
 * another largest share, and is 0.3 to 1/0.3 times as high as wide; every pixel and channel in it
 * is a number from 0 to 255.
 *
 * @param probability from 0 to 1
 * @param largest the largest share of the area, from 0.02 to 1
 */
public record Erase(double probability, double largest) implements Operation.Painting {
  private static final double SMALLEST = 0.02;
  private static final double FLATTEST = 0.3;

  /** Boxes that exceed the image are drawn again, as in the paper, at most so often. */
  private static final int TRIALS = 100;

  public Erase {
    Magnitudes.require("erase", "a probability", probability, 0, 1);
    Magnitudes.require("erase", "a largest share of the area", largest, SMALLEST, 1);
  }

  @Override
  public void paint(AugmentBuffer buffer, RandomKey key) {
    if (key.with("whether").uniform(0) >= probability) {
      return;
    }
    RandomKey boxes = key.with("box");
    for (int trial = 0; trial < TRIALS; trial++) {
      RandomKey box = boxes.with(trial);
      double area =
          (SMALLEST + box.uniform(0) * (largest - SMALLEST)) * buffer.height() * buffer.width();
      double ratio = FLATTEST + box.uniform(1) * (1 / FLATTEST - FLATTEST);
      int height = (int) Math.round(Math.sqrt(area * ratio));
      int width = (int) Math.round(Math.sqrt(area / ratio));
      if (height >= 1 && width >= 1 && height <= buffer.height() && width <= buffer.width()) {
        int top = box.below(buffer.height() - height + 1, 2);
        int left = box.below(buffer.width() - width + 1, 3);
        cover(buffer, top, left, height, width, key.with("pixels"));
        return;
      }
    }
  }

  private static void cover(
      AugmentBuffer buffer, int top, int left, int height, int width, RandomKey key) {
    int row = buffer.width() * buffer.channels();
    for (int i = top; i < top + height; i++) {
      for (int k = left * buffer.channels(); k < (left + width) * buffer.channels(); k++) {
        buffer.pixels()[buffer.offset() + i * row + k] = (float) (255 * key.uniform(i * row + k));
      }
    }
  }
}
