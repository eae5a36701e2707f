package io.fovea.rivals.measure;

import io.fovea.random.RandomKey;

/** A network in training, in whichever library. */
public interface Trainable {
  /** Goes on training until the listener stops it. */
  void train(StepListener listener);

  /** One training step of a library that leaves the loop to its user. */
  @FunctionalInterface
  interface Learner {
    /**
     * Bytes to floats, forward, loss, backward, update, for the images order[from] to order[from +
     * count - 1].
     *
     * @return their mean loss before the update
     */
    double step(int[] order, int from, int count);
  }

  /** A new order for each epoch, the one that Fovea's trainer has, and a smaller last batch. */
  static Trainable of(Learner learner, int images, int batch) {
    return listener -> {
      RandomKey key = RandomKey.of(MeasurementSettings.SEED).with("shuffle");
      for (int epoch = 1; ; epoch++) {
        int[] order = key.with(epoch).permutation(images);
        for (int from = 0; from < images; from += batch) {
          int count = Math.min(batch, images - from);
          if (!listener.onStep(count, learner.step(order, from, count))) {
            return;
          }
        }
      }
    };
  }
}
