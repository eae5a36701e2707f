/** Tensors, their shapes, and the windows of convolutions and poolings. */
@org.jspecify.annotations.NullMarked
package io.fovea.tensor;
