package io.fovea.data.augment;

import io.fovea.dataset.Batch;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;

/**
 * One kind of random change. A record of its range; what is drawn for an image depends on the
 * image's key alone.
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
   * Moves pixels: says for each pixel of the output from which position of the input it comes.
   * Neighbours in a pipeline share one resampling, so images are not blurred several times.
   */
  sealed interface Moving extends Operation
      permits Shift, Rotate, Scale, Shear, Elastic, Flip, Crop, RandomResizedCrop {
    /** Maps every position, of what this operation makes, to where it comes from. */
    void map(Positions positions, RandomKey key);
  }

  /** Changes the values of pixels where they are. */
  sealed interface Painting extends Operation
      permits Brightness, Contrast, Erase, Hue, ColorJitter, RandAugment, TrivialAugment {
    /** Changes the image in place. */
    void paint(Canvas canvas, RandomKey key);
  }

  /** Mixes two images of a batch and their shares of classes, after preprocessing. */
  sealed interface Mixing extends Operation permits MixUp, CutMix {
    /** Writes image n of {@code mixed}: a mixture of n and {@code partner}. */
    void mix(Batch mixed, Batch batch, int n, int partner, RandomKey key);
  }
}
