/**
 * Training from the command line: the options and their meaning, the session from the first line to
 * the report, and the listeners that write the run's files. {@code train} and {@code spark-train}
 * differ only in their {@link io.fovea.cli.train.Engine}.
 *
 * <p>{@code StartingPoint} decides the structure ({@code ModelChoice}), the weights ({@code
 * StoredModel}) and the preprocessing of a run; a resumed run has them in its checkpoint. {@code
 * SweepSpace} and {@code SweepRun} describe the runs of a sweep; {@code LearningRateSearch} is
 * {@code --find-lr}.
 *
 * <p>The engine of a run with {@code --pretrained} is {@code TransferEngine}:
 *
 * <pre>
 * Backbone          the weights, downloaded or from a file; their structure, size and preprocessing
 * HeadTraining      cuts the network before its last layer; core's CachedFeatures, then HeadFit
 *                   (SoftmaxRegression: L-BFGS) with the penalty chosen by Folds or validation images
 * OwnProcess        --fine-tune: an ordinary run; TransferSettings has the frozen weights and the rates
 * CandidateSearch   --candidates, as in the recipe photos: compares Candidates on the same folds
 * </pre>
 */
@org.jspecify.annotations.NullMarked
package io.fovea.cli.train;
