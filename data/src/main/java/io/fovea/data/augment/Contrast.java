package io.fovea.data.augment;

import io.fovea.data.augment.buffer.AugmentBuffer;
import io.fovea.random.RandomKey;

/**
 * Moves all pixels away from the image's mean, or towards it: pixel = mean + factor * (pixel -
 * mean), kept within 0 to 255, the factor from 1 - share to 1 + share, uniform. The mean is that of
 * all pixels and channels. The form is that of torchvision's ColorJitter, whose mean is that of the
 * grey image.
 *
 * @param share how much, from 0 to 1
 */
public record Contrast(double share) implements Operation.Painting {
  public Contrast {
    Magnitudes.require("contrast", "a share", share, 0, 1);
  }

  @Override
  public void paint(AugmentBuffer buffer, RandomKey key) {
    strengthen(buffer, (float) (1 + Magnitudes.between(key, 0, share)));
  }

  static void strengthen(AugmentBuffer buffer, float factor) {
    float[] pixels = buffer.pixels();
    int end = buffer.offset() + buffer.elements();
    double sum = 0;
    for (int i = buffer.offset(); i < end; i++) {
      sum += pixels[i];
    }
    float mean = (float) (sum / buffer.elements());
    for (int i = buffer.offset(); i < end; i++) {
      pixels[i] = Math.clamp(mean + factor * (pixels[i] - mean), 0f, 255f);
    }
  }
}
