/**
 * Which kernels compute: {@link io.fovea.kernel.KernelSet} names the sets and gives their kernels,
 * {@link io.fovea.kernel.KernelCheck} says whether they are the fastest that the processor allows.
 *
 * <p>Below: {@code reference}, the executable specification, and {@code vector}, the fast kernels;
 * both implement the interfaces of {@code op}, for the sizes in {@code geometry}.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.kernel;
