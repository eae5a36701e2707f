/**
 * What an update works on: batches and a worker's part of them, gradients and their sums over
 * workers, what is frozen, averaged weights.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.train.step;
