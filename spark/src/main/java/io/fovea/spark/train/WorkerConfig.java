package io.fovea.spark.train;

import io.fovea.dataset.Dataset;
import io.fovea.format.SavedRun;
import io.fovea.network.Network;
import io.fovea.spark.SerializedModel;
import io.fovea.train.Trainer;
import java.io.IOException;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * The parameters that all workers of a run share: the settings and the source of images.
 *
 * @param threads the threads of a worker; 0 for as many as its task has processors
 */
record WorkerConfig(
    Setup setup,
    Source train,
    @Nullable Source validation,
    @Nullable Source test,
    boolean sharedStatistics,
    int threads)
    implements Serializable {

  /** The most threads for each processor; more only need memory for their workspaces. */
  private static final int MOST_EACH = 4;

  private static final System.Logger LOG = System.getLogger(WorkerConfig.class.getName());

  record Work(Trainer trainer, Dataset train) {}

  /**
   * Creates a trainer, still without the group of workers.
   *
   * @param start the file of a model, or of a checkpoint to resume from
   */
  Work work(byte[] start, boolean isCheckpoint, int processors) throws IOException {
    SavedRun run = isCheckpoint ? SerializedModel.run(start) : null;
    Network network = run != null ? run.network() : SerializedModel.model(start);
    Trainer trainer = Trainer.of(network).threads(threads(processors));
    setup.apply(trainer);
    trainer.sharedStatistics(sharedStatistics);
    if (run != null) {
      trainer.resume(run.checkpoint());
    }
    if (validation != null) {
      trainer.validation(validation.open());
    }
    if (test != null) {
      trainer.test(test.open());
    }
    return new Work(trainer, train.open());
  }

  /** The threads of a worker, at most what its machine can use. */
  int threads(int taskProcessors) {
    int wanted = threads > 0 ? threads : taskProcessors;
    int processors = Runtime.getRuntime().availableProcessors();
    int most = MOST_EACH * processors;
    if (wanted > most) {
      LOG.log(
          System.Logger.Level.WARNING,
          "spark: using {0} threads instead of {1}; more than {2} for each of {3} processors gain nothing",
          most,
          wanted,
          MOST_EACH,
          processors);
    }
    return Math.min(wanted, most);
  }
}
