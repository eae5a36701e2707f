package io.fovea.data.augment;

import io.fovea.data.augment.adjust.PolicyOperation;
import io.fovea.data.augment.buffer.AugmentBuffer;
import io.fovea.random.RandomKey;

/**
 * Applies several changes one after the other, each drawn from fourteen with equal probability, all
 * with one magnitude (Cubuk, Zoph, Shlens and Le, "RandAugment", arXiv 1909.13719; ranges and
 * definitions are those of torchvision's RandAugment, see {@link PolicyOperation}). Magnitudes
 * reach from 0 to 30: a shear of 0.3, a shift of 150/331 of the side, 30 degrees, 0.9 of
 * brightness, colour, contrast and sharpness, 4 bits, a threshold from 255 to 0.
 *
 * @param count how many changes, from 1 to 14
 * @param magnitude how strong, from 0 to 30
 */
public record RandAugment(int count, int magnitude) implements Operation.Painting {
  public RandAugment {
    Magnitudes.require("rand-augment", "a count", count, 1, 14);
    Magnitudes.require("rand-augment", "a magnitude", magnitude, 0, PolicyOperation.BINS - 1);
  }

  @Override
  public void paint(AugmentBuffer buffer, RandomKey key) {
    PolicyOperation[] all = PolicyOperation.values();
    for (int n = 0; n < count; n++) {
      RandomKey own = key.with(n);
      PolicyOperation operation = all[own.below(all.length, 0)];
      double strength = operation.magnitude(magnitude, most(operation, buffer));
      boolean isNegative = operation.isSigned() && own.below(2, 1) == 1;
      operation.paint(buffer, isNegative ? -strength : strength);
    }
  }

  /** The magnitude of the last bin. */
  static double most(PolicyOperation operation, AugmentBuffer buffer) {
    return switch (operation) {
      case SHEAR_X, SHEAR_Y -> 0.3;
      case TRANSLATE_X -> 150.0 / 331 * buffer.width();
      case TRANSLATE_Y -> 150.0 / 331 * buffer.height();
      case ROTATE -> 30;
      case POSTERIZE -> 4;
      default -> 0.9;
    };
  }
}
