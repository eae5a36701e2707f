/**
 * Batch, group, layer and local response normalisation.
 *
 * <p>Batch normalisation reads a batch as a matrix of pixels and channels, for any number of
 * channels: rows are read as many at a time as fill whole vectors, and blocks of rows that fit the
 * L1 cache leave centred sums that are combined in double. Layer and group normalisation share one
 * kernel, an image a chunk; what each image adds to the gradients of the parameters is summed in
 * the order of the images.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.kernel.vector.norm;
