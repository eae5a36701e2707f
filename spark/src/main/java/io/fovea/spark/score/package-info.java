/**
 * Scoring on Apache Spark: {@link io.fovea.spark.score.FoveaModel}, a transformer of Spark ML, and
 * {@link io.fovea.spark.score.Scorer}, the same for plain functions over partitions.
 *
 * <p>{@code WholeRows} maps partitions of rows as Spark stores them, without an object a column;
 * with {@code KeptRows} it is the only place that knows Spark's internals. {@code PartitionScoring}
 * is what a task does: a reader for the column's type, {@code Answers} (batches), {@code KeptRows}
 * (their rows, in the same memory batch after batch), the added columns. {@code SharedModel} is an
 * executor's one copy of the weights, with a classifier of one thread a task.
 */
@NullMarked
package io.fovea.spark.score;

import org.jspecify.annotations.NullMarked;
