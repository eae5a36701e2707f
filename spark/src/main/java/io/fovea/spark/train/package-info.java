/**
 * Training on Apache Spark: {@link io.fovea.spark.train.SparkTrainer} in step, or by averaging
 * weights now and then.
 *
 * <p>An {@code Attempt} is one barrier stage of Spark (decision 16). Each executor runs a {@code
 * StepTask} and its {@code StepWorker}, which runs core's {@code Trainer} with a {@code
 * ProcessGroup}. {@code Reporter} (worker 0) reports to {@code DriverEndpoint}, whose {@code
 * TrainingProgress} calls the listeners. {@code RetryDecision} says whether to try again. {@code
 * SparkCluster} is the same for the command line, as the service {@code Cluster}. {@code
 * Averaging}, {@code AverageTask} and {@code WorkerState} are the mode without ports.
 */
@NullMarked
package io.fovea.spark.train;

import org.jspecify.annotations.NullMarked;
