package io.fovea.cli.cluster;

import io.fovea.train.History;

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
   * Trains to the end, or until somebody stops the training.
   *
   * @throws ClusterException if the cluster cannot do it
   */
  History fit(ClusterRun run);

  /** Leaves it. */
  @Override
  void close();
}
