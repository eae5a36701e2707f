package io.fovea.data.augment;

import io.fovea.data.augment.adjust.ColorAdjustments;
import io.fovea.data.augment.buffer.AugmentBuffer;
import io.fovea.random.RandomKey;

/**
 * Rotates the hues of a colour image by a share of the colour circle from -share to share, uniform
 * (torchvision's adjust_hue). Grey images do not change.
 *
 * @param share how much, from 0 to 0.5
 */
public record Hue(double share) implements Operation.Painting {
  public Hue {
    Magnitudes.require("hue", "a share", share, 0, 0.5);
  }

  @Override
  public void paint(AugmentBuffer buffer, RandomKey key) {
    ColorAdjustments.hue(buffer, (float) Magnitudes.between(key, 0, share));
  }
}
