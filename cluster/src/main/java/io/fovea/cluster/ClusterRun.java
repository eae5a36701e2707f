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
 * @param network is trained: has the last epoch's weights at the end
 * @param settings the run's settings, to be applied on every worker
 * @param checkpointEvery steps between checkpoints
 * @param images what it learns from, and what is evaluated after each epoch
 * @param resume a checkpoint to go on from
 * @param listeners hear of the run in this process
 * @param watcher what else this process wants to know
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

  /** The settings of a run, carried to the workers. */
  public interface Settings extends Serializable {
    /** Sets a trainer up, the same way everywhere. */
    void apply(Trainer trainer);
  }

  /** Which images. */
  public enum Part {
    TRAIN,
    VALIDATION,
    TEST
  }

  /** A data set that every worker opens for itself. */
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
   * @param train as this process has opened them
   * @param opener how workers open them; without, they are sent to the workers
   */
  public record Images(
      Dataset train, Optional<Dataset> validation, Dataset test, Optional<Opener> opener) {}

  /** What a cluster tells besides what listeners hear. */
  public interface Watcher {
    /** Something that a user should know. */
    void say(String line);

    /** The run goes on from an earlier step; what listeners have heard of later ones is void. */
    void restarted(long step);

    /**
     * Somebody wants the program to end. True if the run is about to stop and the program ends by
     * itself; false if there is nothing to wait for.
     */
    boolean interrupted();
  }
}
