/**
 * Models: structure and weights with their preprocessing, and the builder and zoo that make them.
 *
 * <p>{@link io.fovea.network.Graph} has the facts and never changes; {@link
 * io.fovea.network.Weights} are logical values in PyTorch's order, as files and people see them;
 * {@link io.fovea.network.Network} is all that makes a model, a snapshot that training replaces
 * when an epoch is done.
 *
 * <p>Weights are parameters, which have gradients, and buffers, which have not: the running
 * statistics of batch normalisation and its count of batches ({@code Parameter.Role}). A forward
 * pass changes neither; in training it leaves the buffers' next values in the workspace. Kernels
 * store weights in a {@code Packing} of their own, an invertible map whose padding is zero and
 * stays zero.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.network;
