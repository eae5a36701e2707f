/**
 * The service {@link io.fovea.cluster.Cluster} and the values that go in and out of it. The command
 * line asks for it with {@code fovea spark-train}; io.fovea.spark provides it. Neither depends on
 * the other.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.cluster;
