package io.fovea.train;

import io.fovea.dataset.Augmentation;
import io.fovea.dataset.Batch;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;

/**
 * An augmentation for tests: keyed noise on every pixel, and maybe a keyed mixture of two images.
 */
record Shaken(boolean mixes) implements Augmentation {
  Shaken() {
    this(true);
  }

  @Override
  public String text() {
    return "shaken";
  }

  @Override
  public Augmenter augmenter(Shape shape, float[] background) {
    return (pixels, offset, key) -> {
      for (int i = 0; i < shape.elements(); i++) {
        pixels[offset + i] = (float) (0.5 * pixels[offset + i] + 100 * key.uniform(i));
      }
    };
  }

  @Override
  public void mix(Batch mixed, Batch batch, int n, int partner, RandomKey key) {
    float keep = (float) key.with("keep").uniform(0);
    int elements = batch.x().shape().elements();
    for (int i = 0; i < elements; i++) {
      mixed.x().array()[n * elements + i] =
          keep * batch.x().array()[n * elements + i]
              + (1 - keep) * batch.x().array()[partner * elements + i];
    }
    mixed.targets().mix(n, keep, batch.targets(), partner);
  }
}
