package io.fovea.data.augment.adjust;

import io.fovea.data.augment.buffer.AugmentBuffer;
import io.fovea.data.augment.buffer.SamplingGrid;

/**
 * The fourteen changes that RandAugment and TrivialAugment draw from, in the order and with the
 * definitions of torchvision's transforms of these names. Geometric changes are bilinear, with the
 * background beyond the image, where torchvision's default is the nearest pixel and black.
 */
public enum PolicyOperation {
  IDENTITY,
  SHEAR_X,
  SHEAR_Y,
  TRANSLATE_X,
  TRANSLATE_Y,
  ROTATE,
  BRIGHTNESS,
  COLOR,
  CONTRAST,
  SHARPNESS,
  POSTERIZE,
  SOLARIZE,
  AUTO_CONTRAST,
  EQUALIZE;

  /** Magnitudes lie in 31 bins, 0 to 30. */
  public static final int BINS = 31;

  /** Whether the magnitude is negated in half of all cases. */
  public boolean isSigned() {
    return switch (this) {
      case IDENTITY, POSTERIZE, SOLARIZE, AUTO_CONTRAST, EQUALIZE -> false;
      default -> true;
    };
  }

  /**
   * The magnitude of a bin: linear from 0 to the most; for solarize down from 255, for posterize
   * the bits that are kept.
   *
   * @param most the magnitude of the last bin; for posterize the bits that it takes away
   */
  public double magnitude(int bin, double most) {
    double share = (double) bin / (BINS - 1);
    return switch (this) {
      case POSTERIZE -> 8 - Math.rint(share * most); // to even, as torch rounds
      case SOLARIZE -> 255 * (1 - share);
      default -> share * most;
    };
  }

  /** Changes the image by a signed magnitude. */
  public void paint(AugmentBuffer buffer, double magnitude) {
    switch (this) {
      case IDENTITY -> {}
      case SHEAR_X, SHEAR_Y, TRANSLATE_X, TRANSLATE_Y, ROTATE -> move(buffer, magnitude);
      case BRIGHTNESS -> ColorAdjustments.brightness(buffer, (float) (1 + magnitude));
      case COLOR -> ColorAdjustments.saturation(buffer, (float) (1 + magnitude));
      case CONTRAST -> ColorAdjustments.contrast(buffer, (float) (1 + magnitude));
      case SHARPNESS -> ColorAdjustments.sharpness(buffer, (float) (1 + magnitude));
      case POSTERIZE -> ColorAdjustments.posterize(buffer, (int) magnitude);
      case SOLARIZE -> ColorAdjustments.solarize(buffer, (float) magnitude);
      case AUTO_CONTRAST -> ColorAdjustments.autoContrast(buffer);
      case EQUALIZE -> ColorAdjustments.equalize(buffer);
    }
  }

  private void move(AugmentBuffer buffer, double magnitude) {
    SamplingGrid grid = buffer.grid();
    grid.reset();
    switch (this) {
      case SHEAR_X -> grid.slantFromCorner(magnitude, 0);
      case SHEAR_Y -> grid.slantFromCorner(0, magnitude);
      case TRANSLATE_X -> grid.move(-(int) magnitude, 0);
      case TRANSLATE_Y -> grid.move(0, -(int) magnitude);
      default -> grid.rotate(magnitude);
    }
    buffer.resample();
  }
}
