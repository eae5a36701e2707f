package io.fovea.data.augment;

import io.fovea.data.augment.adjust.ColorAdjustments;
import io.fovea.data.augment.buffer.AugmentBuffer;
import io.fovea.random.RandomKey;

/**
 * Changes brightness, contrast, saturation and hue, in random order (torchvision's ColorJitter; the
 * order is random as in Howard, arXiv 1312.5402, section 2). The first three are blends with black,
 * with the mean of the grey image and with the grey image, by a factor from 1 - share to 1 + share,
 * uniform; the hue is turned by -hue to hue of the circle.
 *
 * @param brightness how much, from 0 to 1
 * @param contrast how much, from 0 to 1
 * @param saturation how much, from 0 to 1; no effect on grey images
 * @param hue how much, from 0 to 0.5; no effect on grey images
 */
public record ColorJitter(double brightness, double contrast, double saturation, double hue)
    implements Operation.Painting {
  private static final int CHANGES = 4;

  public ColorJitter {
    Magnitudes.require("color-jitter", "a brightness", brightness, 0, 1);
    Magnitudes.require("color-jitter", "a contrast", contrast, 0, 1);
    Magnitudes.require("color-jitter", "a saturation", saturation, 0, 1);
    Magnitudes.require("color-jitter", "a hue", hue, 0, 0.5);
  }

  @Override
  public void paint(AugmentBuffer buffer, RandomKey key) {
    for (int change : key.with("order").permutation(CHANGES)) {
      switch (change) {
        case 0 -> ColorAdjustments.brightness(buffer, factor(key, 0, brightness));
        case 1 -> ColorAdjustments.contrast(buffer, factor(key, 1, contrast));
        case 2 -> ColorAdjustments.saturation(buffer, factor(key, 2, saturation));
        default -> ColorAdjustments.hue(buffer, (float) Magnitudes.between(key, 3, hue));
      }
    }
  }

  private static float factor(RandomKey key, int index, double share) {
    return (float) (1 + Magnitudes.between(key, index, share));
  }
}
