/**
 * The service {@link io.fovea.cluster.Cluster} and its parameters. {@code fovea spark-train} uses
 * it and io.fovea.spark provides it, so that the command line needs no Spark.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.cluster;
