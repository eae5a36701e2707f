/**
 * Measurements of kernels and of the training step; figures and how to repeat them are in
 * bench/RESULTS.md.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.bench;
