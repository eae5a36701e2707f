/**
 * Code that convolutions share: positions of windows, padding, the maps of a fused pooling; and the
 * convolution as a matrix product over patches (im2col), for heavy 1x1 layers and strided input
 * gradients.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.kernel.vector.conv;
