/**
 * A run of training, asked about any of its steps.
 *
 * <pre>{@code
 * Replay replay = Replay.of(() -> Trainer.of(network()).epochs(3).seed(7), train);
 * Checkpoint state = replay.after(700);                            // weights, optimiser, position
 * ReplayedStep step = replay.step(700);                            // its images and what they did
 * Biography origin = replay.biography("conv1.weight", 2814, 3, 0, 2, 2);
 * }</pre>
 *
 * A run gives the same bits on any number of threads and after a resume, so training again from the
 * nearest checkpoint is looking at the run:
 *
 * <pre>
 * Replay            trains again, from the nearest checkpoint of a CheckpointFolder
 * StepInspection    one step: losses, answers, each image's gradient        -> ReplayedStep
 * BiographyProbe    all steps: each image's part in one weight (ImageShares) -> Biography
 * RunAudit          all steps: a Comparison with what the run wrote         -> RunAudit.Difference
 * </pre>
 */
@org.jspecify.annotations.NullMarked
package io.fovea.replay;
