package io.fovea.data.augment;

import io.fovea.data.augment.buffer.AugmentBuffer;
import io.fovea.data.augment.buffer.SamplingGrid;
import io.fovea.dataset.Batch;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;

/**
 * One kind of random change. A record of its range; the numbers drawn for an image depend only on
 * the image's key.
 */
public sealed interface Operation {
  /** Its name, such as {@code rotate}. */
  default String name() {
    return switch (this) {
      case Shift _ -> "shift";
      case Rotate _ -> "rotate";
      case Scale _ -> "scale";
      case Shear _ -> "shear";
      case Elastic _ -> "elastic";
      case Flip _ -> "flip";
      case Crop _ -> "crop";
      case RandomResizedCrop _ -> "random-resized-crop";
      case Brightness _ -> "brightness";
      case Contrast _ -> "contrast";
      case Erase _ -> "erase";
      case Hue _ -> "hue";
      case ColorJitter _ -> "color-jitter";
      case RandAugment _ -> "rand-augment";
      case TrivialAugment _ -> "trivial-augment";
      case MixUp _ -> "mixup";
      case CutMix _ -> "cutmix";
    };
  }

  /** The text it is read from, such as {@code rotate:10}. */
  default String text() {
    return switch (this) {
      case Shift it -> Magnitudes.text(name(), it.pixels());
      case Rotate it -> Magnitudes.text(name(), it.degrees());
      case Scale it -> Magnitudes.text(name(), it.share());
      case Shear it -> Magnitudes.text(name(), it.degrees());
      case Elastic it -> Magnitudes.text(name(), it.alpha(), it.sigma());
      case Flip it -> Magnitudes.text(name(), it.probability());
      case Crop it -> Magnitudes.text(name(), it.padding());
      case RandomResizedCrop it -> Magnitudes.text(name(), it.smallest(), it.ratio());
      case Brightness it -> Magnitudes.text(name(), it.share());
      case Contrast it -> Magnitudes.text(name(), it.share());
      case Erase it when it.largest() == 0.4 -> Magnitudes.text(name(), it.probability());
      case Erase it -> Magnitudes.text(name(), it.probability(), it.largest());
      case Hue it -> Magnitudes.text(name(), it.share());
      case ColorJitter it ->
          Magnitudes.text(name(), it.brightness(), it.contrast(), it.saturation(), it.hue());
      case RandAugment it -> Magnitudes.text(name(), it.count(), it.magnitude());
      case TrivialAugment _ -> name();
      case MixUp it -> Magnitudes.text(name(), it.alpha());
      case CutMix it -> Magnitudes.text(name(), it.alpha());
    };
  }

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
    void map(SamplingGrid grid, RandomKey key);
  }

  /** A change of the values of pixels. */
  sealed interface Painting extends Operation
      permits Brightness, Contrast, Erase, Hue, ColorJitter, RandAugment, TrivialAugment {
    /** Changes the image in place. */
    void paint(AugmentBuffer buffer, RandomKey key);
  }

  /** A mixture of two images of a batch and their shares of classes, after preprocessing. */
  sealed interface Mixing extends Operation permits MixUp, CutMix {
    /** Writes image n of {@code mixed}: a mixture of n and {@code partner}. */
    void mix(Batch mixed, Batch batch, int n, int partner, RandomKey key);
  }
}
