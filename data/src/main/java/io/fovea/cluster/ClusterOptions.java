package io.fovea.cluster;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The options of a cluster: the flags of {@code spark-train} that {@code train} lacks.
 *
 * @param master the cluster's address, unless the launcher has set it
 * @param conf the cluster's own settings
 * @param workers the number of workers; 0 for as many as there are slots
 * @param threads threads of each; 0 for as many as a worker's processors
 * @param sharedStatistics whether batch normalisation uses the batches of all workers together
 * @param restarts how often the run may resume after a worker is lost
 * @param silence the time without a sign of life after which a worker is lost
 * @param patience how long others wait for a live worker
 * @param slotWait how long to wait for slots
 * @param ringPort the port on which workers listen for each other; 0 for any
 */
public record ClusterOptions(
    Optional<String> master,
    Map<String, String> conf,
    int workers,
    int threads,
    boolean sharedStatistics,
    int restarts,
    Duration silence,
    Duration patience,
    Duration slotWait,
    int ringPort) {}
