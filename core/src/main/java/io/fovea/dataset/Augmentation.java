package io.fovea.dataset;

import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;

/**
 * Small random changes to training images, different in each epoch. Every change is a function of
 * its key, so a training run has the same pixels on any number of threads and after a resume.
 *
 * <p>There are two kinds: changes to the pixels of one image, before preprocessing ({@link
 * Augmenter}), and mixtures of an image with another one of its batch, after preprocessing ({@link
 * #mix}). {@code fovea-data} has the operations.
 */
public interface Augmentation {
  /**
   * The text form, from which the same augmentation can be made, such as {@code rotate:10+flip}.
   */
  String text();

  /**
   * An augmenter for images of one shape.
   *
   * @param shape (C, H, W)
   * @param background the colour beyond the edges of the images: a pixel of 0 to 255 for each
   *     channel
   * @throws IllegalArgumentException if images of this shape cannot be augmented so
   */
  Augmenter augmenter(Shape shape, float[] background);

  /** Whether it mixes images with others of their batch. */
  boolean mixes();

  /**
   * Writes image n of {@code mixed}, its inputs and its shares of classes: a mixture of the images
   * n and {@code partner} of {@code batch}. Its label stays. Called only if {@link #mixes}.
   *
   * @param batch after preprocessing; does not change meanwhile
   */
  void mix(Batch mixed, Batch batch, int n, int partner, RandomKey key);

  /**
   * The key of an epoch. The key of an image in it is {@code key(seed, epoch).with(index)}, index
   * being the image's index in its data set.
   */
  static RandomKey key(long seed, int epoch) {
    return RandomKey.of(seed).with("augment").with(epoch);
  }

  /** The augmentation that changes nothing. */
  static Augmentation none() {
    return NoAugmentation.INSTANCE;
  }

  /** Changes images of one shape. It owns the memory that this needs: for one thread at a time. */
  @FunctionalInterface
  interface Augmenter {
    /**
     * Changes one image in place; its pixels stay numbers from 0 to 255.
     *
     * @param pixels channels-last; element (c, h, w) at {@code offset + (h*W + w)*C + c}
     */
    void change(float[] pixels, int offset, RandomKey key);
  }
}
