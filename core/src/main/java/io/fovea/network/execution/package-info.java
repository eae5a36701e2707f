/**
 * How a network is run: {@link io.fovea.network.execution.Tape} is one forward and backward pass,
 * {@link io.fovea.network.execution.PackedWeights} are the weights as kernels store them, the plans
 * say what is fused and which values share a buffer, and the rewrite rules change a network before
 * inference. Not exported.
 *
 * <p>A {@code Plan} is made once for a graph: where inputs come from, what is fused ({@code
 * FusionRule}, decision 25), and which values share a buffer ({@code BufferPlan}).
 *
 * <p>{@code Tape.forward} keeps every value, for people who look inside; {@code Tape.fused} keeps
 * what the backward pass needs; {@code Tape.inference} keeps nothing: a value that has been read
 * gives its buffer to a later node, two buffers for a chain and three for residual networks. An
 * inference worker takes few images at once up to the first dense layer with many weights ({@code
 * Plan.cut}), so that maps stay in its cache, and more images behind it.
 *
 * <p>Fusion: a layer is offered a {@code Fusion} by its {@code NodeContext} (a residual, any
 * activation, a max pooling, its channels of a concatenated map) and accepts what it can. {@code
 * fovea summary --plan} prints the result. In training, a dense layer behind a convolution, and a
 * Winograd convolution behind a ReLU, write dx over their input where no other node reads it
 * ({@code Plan.ownsInput}, decision 10).
 *
 * <p>One fused node through one step, a convolution conv1 with its ReLU relu1 behind it (as in
 * {@code Tape.steps} and {@code Conv2d.forward}):
 *
 * <pre>
 * Tape   needsInputGradient(false)   nothing before it is trained
 * Tape   ownsInput(false, false)     may dx go over x? is x a ReLU's output, so that it gates?
 * Tape   shareOutput(buffer, size)   at inference BufferPlan's buffer; in training its own
 * Tape   offer(relu1)                what FusionRule lets it compute
 * Conv2d   accept(relu1)             what its kernel can compute, all or a part
 * Conv2d   output(shape, count)      the buffer; bindOutput has set another one where a batch is
 *                                    computed in parts
 * Conv2d   kernel.forward            y, rectified; a Step with y and backward
 * Tape   relu1 is computed by its head: its value is y, and conv1's own value is elided
 * Tape   backward: relu1 hands dy on to conv1 unchanged, whose kernel gates it by y
 * </pre>
 *
 * <p>Before inference {@code BatchNormFolding} folds batch normalisations into convolutions, and
 * {@code ConvDenseFusion} a convolution into the dense layer that reads it without an activation
 * between them (decision 20). A frozen layer computes as at inference and has no gradients; the
 * backward pass ends where nothing before it is trained.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.network.execution;
