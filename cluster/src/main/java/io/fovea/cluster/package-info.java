/**
 * The service {@link io.fovea.cluster.Cluster} and its parameters. {@code fovea spark-train} uses
 * it and io.fovea.spark provides it, so that neither depends on the other.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.cluster;
