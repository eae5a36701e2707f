package io.fovea.dataset;

import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;

/** The augmentation that changes nothing. */
final class NoAugmentation implements Augmentation {
  static final Augmentation INSTANCE = new NoAugmentation();

  private NoAugmentation() {}

  @Override
  public String text() {
    return "none";
  }

  @Override
  public Augmenter augmenter(Shape shape, float[] background) {
    return (pixels, offset, key) -> {};
  }

  @Override
  public boolean mixes() {
    return false;
  }

  @Override
  public void mix(Batch mixed, Batch batch, int n, int partner, RandomKey key) {
    throw new UnsupportedOperationException("augment: none mixes no images");
  }
}
