/**
 * Gradient checks: {@link io.fovea.gradcheck.GradientCheck} compares the gradients of every layer
 * with numeric ones, on the reference kernels, and those of the fast kernels with the reference's.
 *
 * <p>{@link io.fovea.gradcheck.ReferenceStep} computes each layer in double; {@code LayerKernels}
 * makes its reference kernel; {@link io.fovea.gradcheck.LayerRun} runs one layer by itself, for its
 * tests.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.gradcheck;
