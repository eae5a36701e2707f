/**
 * Training from the command line: the options and what they mean, the session from the first line
 * to the report, and the listeners that write the run's files. {@code train} and {@code
 * spark-train} share all of it; an {@link io.fovea.cli.train.Engine} is what differs between them.
 *
 * <p>{@code StartingPoint} decides what a run begins with: the structure ({@code ModelChoice}), the
 * weights ({@code StoredModel}) and the preprocessing, which belongs to the weights and comes from
 * the checkpoint when a run is resumed. {@code SweepSpace} and {@code SweepRun} say what a sweep
 * trains; {@code LearningRateSearch} is {@code --find-lr}.
 *
 * <p>A run with {@code --pretrained} has an engine of its own, {@code TransferEngine}:
 *
 * <pre>
 * Backbone          which weights, fetched or from a file; their structure, size and preprocessing
 * HeadTraining      cuts the network before its last layer; core's CachedFeatures, then HeadFit
 *                   (SoftmaxRegression: L-BFGS) with the penalty chosen by Folds or validation images
 * OwnProcess        --fine-tune: an ordinary run; TransferSettings says what is frozen, and the rates
 * CandidateSearch   --candidates, as in the recipe photos: judges Candidates by the same folds
 * </pre>
 */
@org.jspecify.annotations.NullMarked
package io.fovea.cli.train;
