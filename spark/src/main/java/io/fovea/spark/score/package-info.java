/**
 * Scoring on Apache Spark: {@link io.fovea.spark.score.FoveaModel}, a transformer of Spark ML, and
 * {@link io.fovea.spark.score.Scorer}, the same for plain functions over partitions.
 *
 * <p>{@code InternalRowMapper} maps partitions of Spark's internal rows, without an object for each
 * column; only it and {@code RowBuffer} use Spark's internals. {@code PartitionScoring} is the
 * task: a reader for the column's type, {@code BatchedPredictions} (batches), {@code RowBuffer}
 * (their rows, in reused memory), the added columns. {@code SharedModel} is an executor's copy of
 * the weights, with a classifier of one thread for each task.
 */
@NullMarked
package io.fovea.spark.score;

import org.jspecify.annotations.NullMarked;
