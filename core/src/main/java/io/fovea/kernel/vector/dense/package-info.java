/**
 * The fully connected layer.
 *
 * <p>{@code DenseForwardKernel} is the forward pass and the only block of a kernel that is not made
 * by {@code microkernel}. {@code DenseGradients} computes dx and the gradient of the weights, panel
 * by panel of the features, while both are in the cache.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.kernel.vector.dense;
