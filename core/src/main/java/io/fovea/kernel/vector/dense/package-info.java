/** The fully connected layer. */
@org.jspecify.annotations.NullMarked
package io.fovea.kernel.vector.dense;
