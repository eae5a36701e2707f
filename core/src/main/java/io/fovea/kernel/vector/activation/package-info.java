/** Activations, their derivatives, and softmax. */
@org.jspecify.annotations.NullMarked
package io.fovea.kernel.vector.activation;
