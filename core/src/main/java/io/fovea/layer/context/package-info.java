/**
 * What this library's layers see of a pass through a network: the buffers of their node ({@link
 * io.fovea.layer.context.NodeContext}), and what is fused into them ({@link
 * io.fovea.layer.context.Fusion}). {@code Workspace}, in {@code network.execution}, is the memory
 * of all nodes. A layer of a program's own sees the same object as a {@code LayerContext}; {@code
 * Layer.forward} has the one cast that tells the two apart.
 *
 * <p>One fused node through one step of training: conv1 with the ReLU and the max pooling behind
 * it, on the kernels that can pool.
 *
 * <pre>
 * Tape                              NodeContext of conv1           Conv2d
 *
 * needsInputGradient(true)    --&gt;   is anything before it trained?
 * ownsInput(true, true)       --&gt;   no other node reads x; x comes from a ReLU
 * offer(relu1, pool1)         --&gt;   offered
 * forward(x, weights, node)   --------------------------------&gt;   can this kernel pool, for so
 *                                   offered                  &lt;--   many images? are weights frozen?
 *                                   accepted                 &lt;--   accept(relu1, pool1)
 *                                   pool1's output           &lt;--   y: no memory for the whole map
 *                                                                  convolution, ReLU and maximum of
 *                                                                  some rows, then of the next ones
 * accepted()                  &lt;--   relu1, pool1
 * relu1, pool1: their value is y; their steps hand dy on as it is
 * ...
 * backward(dy of pool1)       --------------------------------&gt;   dy of the map, from the maxima
 *                                   gradient("weight")       &lt;--   dw
 *                                   biasGradient(...)        &lt;--   db
 *                                   x, or inputGradient(0)   &lt;--   dx: in x's memory if it owns x
 * </pre>
 *
 * Without a fusion the node accepts nothing, and relu1 and pool1 run by themselves. At inference
 * {@code shareOutput} says which buffer of the {@code BufferPlan} the output goes to, and {@code
 * bindOutput} puts it at a place in a larger tensor, for parts of a batch.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.layer.context;
