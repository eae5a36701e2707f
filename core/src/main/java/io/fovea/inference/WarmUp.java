package io.fovea.inference;

import io.fovea.random.RandomKey;
import io.fovea.tensor.Tensor;

/** Passes of artificial images before the first real one. */
final class WarmUp {
  private WarmUp() {}

  /** Computes batches of {@code images} images, and single ones, for so many nanoseconds. */
  static void run(Classifier classifier, int images, long nanoseconds) {
    Tensor x = Tensor.zeros(classifier.input(), images);
    RandomKey key = RandomKey.of(0).with("warm-up");
    for (int i = 0; i < x.elements(); i++) {
      x.array()[i] = (float) key.uniform(i);
    }
    long end = System.nanoTime() + nanoseconds;
    do {
      classifier.probabilities(x);
      for (int n = 0; n < Math.min(8, images); n++) {
        single(classifier, x.slice(n, 1));
      }
    } while (System.nanoTime() - end < 0);
  }

  private static void single(Classifier classifier, Tensor image) {
    classifier.probabilities(image);
    classifier.inOneTurn(image);
  }
}
