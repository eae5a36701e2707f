package io.fovea.cluster;

import io.fovea.dataset.Dataset;
import io.fovea.network.Network;
import io.fovea.train.Checkpoint;
import io.fovea.train.Listener;
import io.fovea.train.Trainer;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * A run for a cluster to train.
 *
 * @param name for the cluster's own pages
 * @param network the trained network; at the end it has the last epoch's weights
 * @param settings the run's settings, applied on every worker
 * @param checkpointEvery steps between checkpoints
 * @param images the training images, and those evaluated after each epoch
 * @param resume the checkpoint to resume from
 * @param listeners receive reports in this process
 * @param watcher receives further events in this process
 */
public record ClusterRun(
    String name,
    Network network,
    Settings settings,
    int checkpointEvery,
    Images images,
    Optional<Checkpoint> resume,
    List<Listener> listeners,
    Watcher watcher) {

  /** The settings of a run, serialised to the workers. */
  public interface Settings extends Serializable {
    /** Configures a trainer, in the same way everywhere. */
    void apply(Trainer trainer);
  }

  /** A part of the data. */
  public enum Part {
    TRAIN,
    VALIDATION,
    TEST
  }

  /** A data set that every worker opens. */
  public interface Opener extends Serializable {
    /**
     * Opens a part; the same images in the same order on every worker.
     *
     * @throws IOException if its files cannot be read
     */
    Dataset open(Part part) throws IOException;
  }

  /**
   * The images of a run.
   *
   * @param train the training images, opened in this process
   * @param opener opens them on workers; empty if they are sent to the workers
   */
  public record Images(
      Dataset train, Optional<Dataset> validation, Dataset test, Optional<Opener> opener) {}

  /** Receives events of a cluster besides those of listeners. */
  public interface Watcher {
    /** Receives a message for the user. */
    void say(String line);

    /** The run resumes from an earlier step; reports of later steps are void. */
    void restarted(long step);

    /**
     * Handles a request to end the program. True if the run will stop and the program ends by
     * itself; false if there is nothing to wait for.
     */
    boolean interrupted();
  }
}
