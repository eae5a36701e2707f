package io.fovea.data.augment;

import io.fovea.dataset.Batch;
import io.fovea.random.RandomKey;

/**
 * Blends two images, and their classes likewise (Zhang et al., "mixup: beyond empirical risk
 * minimization", arXiv 1710.09412).
 *
 * <pre>
 * x = lambda * x[n] + (1 - lambda) * x[partner],  the same for the shares of classes,
 * lambda of Beta(alpha, alpha), drawn for each image
 * </pre>
 *
 * @param alpha how strongly, from 0.01 to 100; 0.1 to 0.4 in the paper
 */
public record MixUp(double alpha) implements Operation.Mixing {
  public MixUp {
    Magnitudes.require("mixup", "alpha", alpha, 0.01, 100);
  }

  @Override
  public void mix(Batch mixed, Batch batch, int n, int partner, RandomKey key) {
    mix(mixed, batch, n, partner, (float) Beta.draw(alpha, key));
  }

  static void mix(Batch mixed, Batch batch, int n, int partner, float lambda) {
    int elements = batch.x().shape().elements();
    float[] x = batch.x().array();
    float[] result = mixed.x().array();
    int xOffset = batch.x().offset() + n * elements;
    int partnerOffset = batch.x().offset() + partner * elements;
    int mixedOffset = mixed.x().offset() + n * elements;
    for (int i = 0; i < elements; i++) {
      result[mixedOffset + i] = lambda * x[xOffset + i] + (1 - lambda) * x[partnerOffset + i];
    }
    mixed.targets().mix(n, lambda, batch.targets(), partner);
  }
}
