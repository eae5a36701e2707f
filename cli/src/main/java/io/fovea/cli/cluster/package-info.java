/** What {@code fovea spark-train} asks of a cluster; io.fovea.spark answers. */
@org.jspecify.annotations.NullMarked
package io.fovea.cli.cluster;
