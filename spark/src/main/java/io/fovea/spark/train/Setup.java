package io.fovea.spark.train;

import io.fovea.train.Trainer;
import java.io.Serializable;

/**
 * The settings of a run, as a function that Spark can carry to the executors: {@code trainer ->
 * trainer.optimizer(Sgd.of(0.05f)).epochs(3)}. It is called on the driver and on every worker, and
 * must do the same everywhere. What it takes from outside must be serialisable, so build optimisers
 * and losses inside it. Listeners, validation and test images, the group and what to resume from
 * are {@link SparkTrainer}'s.
 */
@FunctionalInterface
public interface Setup extends Serializable {
  /** Changes the trainer's settings. */
  void apply(Trainer trainer);
}
