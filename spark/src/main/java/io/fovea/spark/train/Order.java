package io.fovea.spark.train;

import io.fovea.dataset.Dataset;
import io.fovea.format.SavedRun;
import io.fovea.network.Network;
import io.fovea.parallel.ProcessGroup;
import io.fovea.train.Trainer;
import java.io.IOException;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * The parameters that all workers of a run share: the settings and the source of images.
 *
 * @param threads the threads of a worker; 0 for as many as its task has processors
 */
record Order(
    Setup setup,
    Source train,
    @Nullable Source validation,
    @Nullable Source test,
    boolean sharedStatistics,
    int threads)
    implements Serializable {

  /** A worker's trainer and its images. */
  record Work(Trainer trainer, Network network, Dataset train) {}

  /**
   * Creates a trainer.
   *
   * @param start the file of a model, or of a checkpoint to resume from
   */
  Work work(byte[] start, boolean isCheckpoint, ProcessGroup group, int processors, boolean scores)
      throws IOException {
    SavedRun run = isCheckpoint ? SerializedModel.run(start) : null;
    Network network = run != null ? run.network() : SerializedModel.model(start);
    Trainer trainer = Trainer.of(network).threads(threads > 0 ? threads : processors);
    setup.apply(trainer);
    trainer.group(group).sharedStatistics(sharedStatistics);
    if (run != null) {
      trainer.resume(run.checkpoint());
    }
    if (scores && validation != null) {
      trainer.validation(validation.open());
    }
    if (scores && test != null) {
      trainer.test(test.open());
    }
    return new Work(trainer, network, train.open());
  }
}
