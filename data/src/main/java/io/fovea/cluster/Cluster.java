package io.fovea.cluster;

import io.fovea.data.base.DataOptions;
import io.fovea.data.base.DataSplit;
import io.fovea.train.History;
import java.io.IOException;
import java.util.Optional;

/**
 * Machines that train a run together. It is found by {@link java.util.ServiceLoader}, so that the
 * command line depends on no cluster.
 */
public interface Cluster extends AutoCloseable {
  /** Its name and version, for the screen. */
  String name();

  /**
   * Connects to it, and waits for slots for all workers.
   *
   * @throws ClusterException if the options do not fit, or slots are missing
   */
  void start(ClusterOptions options);

  /**
   * Opens images that the cluster reads itself, such as parquet; called once it has started.
   *
   * @param data the user's argument
   * @return empty if {@link io.fovea.data.DataSets} opens it
   * @throws IOException if the images cannot be read
   */
  Optional<DataSplit> open(String data, DataOptions options) throws IOException;

  /**
   * Trains to the end, or until the training is stopped.
   *
   * @throws ClusterException if the cluster fails
   */
  History fit(ClusterRun run);

  /** Disconnects from it. */
  @Override
  void close();
}
