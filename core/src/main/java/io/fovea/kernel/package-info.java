/**
 * One small interface for each operation, and the geometry that determines its kernel. The two
 * kernel sets are in the packages below: {@code reference}, the executable specification, and
 * {@code vector}, the fast kernels.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.kernel;
