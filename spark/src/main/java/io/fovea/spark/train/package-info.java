/**
 * Training on Apache Spark: {@link io.fovea.spark.train.SparkTrainer}.
 *
 * <p>An {@code Attempt} is one barrier stage of Spark (decision 16). Each executor runs a {@code
 * StepTask} and its {@code StepWorker}, which runs core's {@code Trainer} with a {@code
 * ProcessGroup}. {@code Reporter} (worker 0) reports to {@code DriverEndpoint}, whose {@code
 * TrainingProgress} calls the listeners. {@code RetryDecision} decides on a new attempt. {@code
 * SparkCluster} is the service {@code Cluster} for the command line.
 */
@NullMarked
package io.fovea.spark.train;

import org.jspecify.annotations.NullMarked;
