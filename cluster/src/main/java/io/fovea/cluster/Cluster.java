package io.fovea.cluster;

import io.fovea.data.DataOptions;
import io.fovea.data.DataSplit;
import io.fovea.train.History;
import java.io.IOException;
import java.util.Optional;

/**
 * Machines that train a run together. Found by {@link java.util.ServiceLoader}, because the command
 * line knows no cluster itself.
 */
public interface Cluster extends AutoCloseable {
  /** Its name and version, for the screen. */
  String name();

  /**
   * Connects to it, and waits for room for all workers.
   *
   * @throws ClusterException if the options do not fit, or there is no room
   */
  void start(ClusterOptions options);

  /**
   * Opens images that the cluster reads itself, such as parquet; called once it has started.
   *
   * @param data as a user names it
   * @return nothing where it is for {@link io.fovea.data.DataSets} to open
   * @throws IOException if the images cannot be read
   */
  Optional<DataSplit> open(String data, DataOptions options) throws IOException;

  /**
   * Trains to the end, or until somebody stops the training.
   *
   * @throws ClusterException if the cluster cannot do it
   */
  History fit(ClusterRun run);

  /** Leaves it. */
  @Override
  void close();
}
