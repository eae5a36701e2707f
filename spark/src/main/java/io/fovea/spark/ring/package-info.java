/**
 * Sums over processes: a ring of sockets, each worker sending to the next one. Knows nothing of
 * Spark.
 */
@NullMarked
package io.fovea.spark.ring;

import org.jspecify.annotations.NullMarked;
