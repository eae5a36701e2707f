/** Max and average pooling. */
@org.jspecify.annotations.NullMarked
package io.fovea.kernel.vector.pool;
