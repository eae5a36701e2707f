/**
 * The flags of training and their values: {@code TrainFlags} is the table of a run's flags, {@code
 * Settings} has the values of one run, parsed once, and {@code TrainRequest} is the command line of
 * {@code train}. {@code TransferSettings} has those of {@code --pretrained}, {@code ModelChoice}
 * the structure of {@code --model}.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.cli.train.flags;
