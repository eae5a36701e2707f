/**
 * Gradient checks: {@link io.fovea.gradcheck.GradientCheck} compares the gradients of every layer
 * with numeric ones, on the reference kernels, and those of the fast kernels with the reference's.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.gradcheck;
