/**
 * Batch, group, layer and local response normalisation.
 *
 * <p>Batch normalisation reads a batch as a matrix of pixels and channels, for any number of
 * channels: rows are read as many at a time as fill whole vectors, and blocks of rows that fit the
 * L1 cache leave centred sums that are combined in double. Group normalisation reads each image in
 * the same way. Layer normalisation, whose rows have a mean and a deviation each, goes over a row
 * while it is in the L1 cache. What images or blocks of rows add to the gradients of the parameters
 * is summed in their order.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.kernel.vector.norm;
