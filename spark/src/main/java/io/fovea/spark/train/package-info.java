/**
 * Training on Apache Spark: {@link io.fovea.spark.train.SparkTrainer} in step, or by averaging
 * weights now and then.
 */
@NullMarked
package io.fovea.spark.train;

import org.jspecify.annotations.NullMarked;
