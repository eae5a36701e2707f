package io.fovea.cluster;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * How a cluster is used: the flags of {@code spark-train} that {@code train} has not.
 *
 * @param master where the cluster is, if this program has to say so
 * @param conf the cluster's own settings
 * @param workers how many workers; 0 for as many as there is room for
 * @param threads threads of each; 0 for as many as a worker is given processors
 * @param averageEvery steps between averages of the weights; 0 trains in step
 * @param sharedStatistics whether batch normalisation looks at whole batches
 * @param restarts how often the run may go on after a worker is lost
 * @param silence after which a worker counts as lost
 * @param patience how long others wait for a worker that lives
 * @param slotWait how long to wait for room
 * @param ringPort where workers listen for each other; 0 for any port
 */
public record ClusterOptions(
    Optional<String> master,
    Map<String, String> conf,
    int workers,
    int threads,
    int averageEvery,
    boolean sharedStatistics,
    int restarts,
    Duration silence,
    Duration patience,
    Duration slotWait,
    int ringPort) {}
