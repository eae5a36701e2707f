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
 * <p>The engine of a run with {@code --pretrained} is {@code TransferEngine}; module transfer does
 * the work:
 *
 * <pre>
 * PretrainedStart   the weights, downloaded or from a file, and what the screen says of them
 * TransferSettings  the meaning of the flags; the values of the recipe photos are the library's
 * TransferEngine    the last layer, or the search of --candidates, with candidates.json; HeadTraining
 *                   reports either as a run of one epoch
 * OwnProcess        --fine-tune: an ordinary run
 * </pre>
 */
@org.jspecify.annotations.NullMarked
package io.fovea.cli.train;
