package io.fovea.rivals.measure;

import io.fovea.random.RandomKey;

/**
 * The loop around a {@link Learner}: a new order for each epoch, the one that Fovea's trainer has,
 * and a smaller last batch.
 */
public final class TrainingLoop implements Trainable {
  private final Learner learner;
  private final int images;
  private final int batch;

  public TrainingLoop(Learner learner, int images, int batch) {
    this.learner = learner;
    this.images = images;
    this.batch = batch;
  }

  @Override
  public void train(StepListener listener) {
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
  }
}
