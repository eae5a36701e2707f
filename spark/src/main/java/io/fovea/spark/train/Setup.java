package io.fovea.spark.train;

import io.fovea.train.Trainer;
import java.io.Serializable;

/**
 * The settings of a run, as a function that Spark serialises to the executors: {@code trainer ->
 * trainer.optimizer(Sgd.of(0.05f)).epochs(3)}. It is called on the driver and on every worker, and
 * must do the same everywhere. Captured values must be serialisable, so create optimisers and
 * losses inside it. {@link SparkTrainer} sets listeners, validation and test images, the group and
 * the checkpoint to resume from.
 */
@FunctionalInterface
public interface Setup extends Serializable {
  /** Changes a trainer's settings. */
  void apply(Trainer trainer);
}
