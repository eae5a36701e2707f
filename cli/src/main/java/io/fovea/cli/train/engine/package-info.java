/**
 * Training from the command line: the session from the first line to the report. {@code train} and
 * {@code spark-train} differ only in their {@link io.fovea.cli.train.engine.TrainingBackend}.
 *
 * <p>{@code TrainJob} opens the images and makes the network and the run's folder. {@code
 * StartingPoint} decides the structure ({@code ModelChoice}), the weights ({@code StoredModel}) and
 * the preprocessing of a run; a resumed run has them in its checkpoint. {@code LearningRateSearch}
 * is {@code --find-lr}.
 *
 * <p>The engine of a run with {@code --pretrained} is {@code TransferEngine}; module transfer does
 * the work:
 *
 * <pre>
 * PretrainedStart   the weights, downloaded or from a file, and what the screen says of them
 * TransferEngine    the last layer, or the search of --candidates, with candidates.json; HeadTraining
 *                   reports either as a run of one epoch
 * LocalEngine       --fine-tune: an ordinary run
 * </pre>
 */
@org.jspecify.annotations.NullMarked
package io.fovea.cli.train.engine;
