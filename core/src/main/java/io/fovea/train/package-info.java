/**
 * The training loop, its listeners, metrics and checkpoints.
 *
 * <p>{@link io.fovea.train.Trainer} has the settings of a run, {@code TrainingLoop} its loop and
 * the state that changes, {@code TrainStep} one update:
 *
 * <pre>
 * BatchLoader       the batch: images in the epoch's order, augmented, scaled by the model's
 *                   Preprocessing, mixed; slow data sets one batch ahead (decision 11)
 * Tape.fused         the forward pass, fused by FusionRule; each layer returns a Step: its output, and
 *                   the method that is its backward pass
 * Loss.value        the mean loss, and the gradient of the logits
 * Tape.backward     the steps in reverse; gradients of a value that is used twice are added
 * OptimizerState    updates the weights in place; dense weights already during the backward pass
 *                   (decision 10); buffers take the values that the forward pass has left
 * Listener          progress, metrics, checkpoints
 * </pre>
 *
 * <p>With clipping by norm or accumulation, gradients are kept until all are known ({@code
 * Gradients}). After an epoch {@code Evaluation} judges validation and test images by {@code
 * Loss.judge}, which has no label smoothing.
 *
 * <h2>Checkpoints</h2>
 *
 * <p>A step is an update; with accumulated gradients it has several batches. A {@link
 * io.fovea.train.Checkpoint} lies between two steps, so it never holds half of a sum. What has a
 * memory of its own (plateau, early stopping, the best epoch) is computed from the losses of the
 * epochs done, which the checkpoint holds anyway. All settings that change bits are in the
 * checkpoint ({@code RunSettings}), and a resume with others is refused by name.
 *
 * <h2>Several workers</h2>
 *
 * <p>{@code AllReduceQueue} adds gradients over a {@link io.fovea.parallel.ProcessGroup} on a
 * thread of its own; {@code Buckets} says which gradients go together, {@code BatchShard} which
 * images a worker has.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.train;
