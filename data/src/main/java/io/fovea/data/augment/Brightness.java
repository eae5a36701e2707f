package io.fovea.data.augment;

import io.fovea.data.augment.adjust.ColorAdjustments;
import io.fovea.data.augment.buffer.AugmentBuffer;
import io.fovea.random.RandomKey;

/**
 * Multiplies all pixels by a factor from 1 - share to 1 + share, uniform: pixel = min(255, factor *
 * pixel) (Krizhevsky, Sutskever and Hinton, NIPS 2012, section 4.1 name the purpose: objects stay
 * the same when the illumination changes; the form is that of torchvision's ColorJitter).
 *
 * @param share how much, from 0 to 1
 */
public record Brightness(double share) implements Operation.Painting {
  public Brightness {
    Magnitudes.require("brightness", "a share", share, 0, 1);
  }

  @Override
  public void paint(AugmentBuffer buffer, RandomKey key) {
    ColorAdjustments.brightness(buffer, (float) (1 + Magnitudes.between(key, 0, share)));
  }
}
