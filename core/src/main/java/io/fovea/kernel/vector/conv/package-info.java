/**
 * Code that convolutions share: positions of windows, padding, the maps of a fused pooling; and the
 * convolution as a matrix product over patches (im2col), for 1x1 layers and heavy ones.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.kernel.vector.conv;
