package io.fovea.data.augment;

import io.fovea.data.augment.adjust.PolicyOperation;
import io.fovea.data.augment.buffer.AugmentBuffer;
import io.fovea.random.RandomKey;

/**
 * Applies one change, drawn from fourteen with equal probability, with a random magnitude (Mueller
 * and Hutter, "TrivialAugment", arXiv 2103.10158, in its wide form; ranges and definitions are
 * those of torchvision's TrivialAugmentWide, see {@link PolicyOperation}): shears up to 0.99,
 * shifts up to 32 pixels, 135 degrees, 0.99 of brightness, colour, contrast and sharpness, 6 bits,
 * a threshold from 255 to 0. It has no number to tune.
 */
public record TrivialAugment() implements Operation.Painting {
  @Override
  public void paint(AugmentBuffer buffer, RandomKey key) {
    PolicyOperation[] all = PolicyOperation.values();
    PolicyOperation operation = all[key.below(all.length, 0)];
    double strength = operation.magnitude(key.below(PolicyOperation.BINS, 1), most(operation));
    boolean isNegative = operation.isSigned() && key.below(2, 2) == 1;
    operation.paint(buffer, isNegative ? -strength : strength);
  }

  /** The magnitude of the last bin. */
  static double most(PolicyOperation operation) {
    return switch (operation) {
      case TRANSLATE_X, TRANSLATE_Y -> 32;
      case ROTATE -> 135;
      case POSTERIZE -> 6;
      default -> 0.99;
    };
  }
}
