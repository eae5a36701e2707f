package io.fovea.inference;

import io.fovea.kernel.op.Kernels;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Tensor;

/** Passes of artificial images before the first real one. */
final class WarmUp {
  /** A round this much faster than all before it shows that the JVM is still compiling. */
  private static final double FASTER = 0.9;

  /** Without a faster round for this long, and for this part of the time so far, it is done. */
  private static final long PATIENCE = 100_000_000; // nanoseconds

  private static final int PART = 16;

  private WarmUp() {}

  /**
   * Computes batches of {@code images} images, and single ones, until no round is faster than those
   * before it, for at most so many nanoseconds. The kernels of one image and then those of a batch
   * are compiled after the first pass that needs them, so that few passes are slow.
   */
  static void run(Classifier classifier, Kernels kernels, int images, long nanoseconds) {
    Tensor x = Tensor.zeros(classifier.input(), images);
    RandomKey key = RandomKey.of(0).with("warm-up");
    for (int i = 0; i < x.elements(); i++) {
      x.array()[i] = (float) key.uniform(i);
    }
    long begin = System.nanoTime();
    long end = begin + nanoseconds;
    classifier.inOneTurn(x.slice(0, 1));
    kernels.warmUp(end - System.nanoTime());
    single(classifier, x.slice(0, 1));
    kernels.warmUp(end - System.nanoTime());
    long fastest = Long.MAX_VALUE;
    long improved = begin;
    long now = System.nanoTime();
    do {
      long from = now;
      classifier.probabilities(x);
      for (int n = 0; n < Math.min(8, images); n++) {
        single(classifier, x.slice(n, 1));
      }
      kernels.warmUp(end - System.nanoTime());
      now = System.nanoTime();
      if (now - from < FASTER * fastest) {
        fastest = now - from;
        improved = now;
      }
    } while (now - end < 0 && now - improved < Math.max(PATIENCE, (now - begin) / PART));
  }

  private static void single(Classifier classifier, Tensor image) {
    classifier.probabilities(image);
    classifier.inOneTurn(image);
  }
}
