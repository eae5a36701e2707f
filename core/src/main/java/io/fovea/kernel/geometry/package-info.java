/** The sizes of each operation, by which {@code VectorKernels} chooses its kernel. */
@org.jspecify.annotations.NullMarked
package io.fovea.kernel.geometry;
