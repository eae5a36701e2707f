/**
 * Measurements of kernels; figures are in bench/RESULTS.md, how to repeat them in bench/README.md.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.bench;
