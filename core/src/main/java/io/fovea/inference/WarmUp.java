package io.fovea.inference;

import io.fovea.random.RandomKey;
import io.fovea.tensor.Tensor;
import java.util.concurrent.TimeUnit;

/** Passes of artificial images before the first real one. */
final class WarmUp {
  /** Passes behind the warm-up, in which kernels whose vectors are objects are noticed. */
  private static final int WATCHED = 4;

  /** A warm-up after which code should be compiled. */
  private static final long LONG = TimeUnit.SECONDS.toNanos(1);

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
    if (nanoseconds < LONG) {
      return;
    }
    classifier.pool().expectWarm();
    for (int pass = 0; pass < WATCHED; pass++) {
      single(classifier, x.slice(0, 1));
    }
  }

  private static void single(Classifier classifier, Tensor image) {
    classifier.probabilities(image);
    classifier.inOneTurn(image);
  }
}
