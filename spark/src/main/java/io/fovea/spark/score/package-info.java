/**
 * Scoring on Apache Spark: {@link io.fovea.spark.score.FoveaModel}, a transformer of Spark ML, and
 * {@link io.fovea.spark.score.Scorer}, the same for plain functions over partitions.
 */
@NullMarked
package io.fovea.spark.score;

import org.jspecify.annotations.NullMarked;
