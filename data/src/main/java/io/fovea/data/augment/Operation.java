package io.fovea.data.augment;

import io.fovea.dataset.Batch;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;

/**
 * One kind of random change. A record of its range; the numbers drawn for an image depend only on
 * the image's key.
 */
public sealed interface Operation {
  /** Its name, such as {@code rotate}. */
  String name();

  /** The text it is read from, such as {@code rotate:10}. */
  String text();

  /**
   * Checks that it can change images of this shape.
   *
   * @throws IllegalArgumentException if not
   */
  default void check(Shape shape) {}

  /**
   * A geometric change: it maps each pixel of the output to a position of the input. Neighbours in
   * a pipeline share one resampling, so images are not blurred several times.
   */
  sealed interface Moving extends Operation
      permits Shift, Rotate, Scale, Shear, Elastic, Flip, Crop, RandomResizedCrop {
    /** Maps every position of the output to its position in the input. */
    void map(Positions positions, RandomKey key);
  }

  /** A change of the values of pixels. */
  sealed interface Painting extends Operation
      permits Brightness, Contrast, Erase, Hue, ColorJitter, RandAugment, TrivialAugment {
    /** Changes the image in place. */
    void paint(Canvas canvas, RandomKey key);
  }

  /** A mixture of two images of a batch and their shares of classes, after preprocessing. */
  sealed interface Mixing extends Operation permits MixUp, CutMix {
    /** Writes image n of {@code mixed}: a mixture of n and {@code partner}. */
    void mix(Batch mixed, Batch batch, int n, int partner, RandomKey key);
  }
}
