/**
 * What convolutions share: where windows lie, padding, the maps between a convolution and the
 * pooling behind it; and the convolution as a matrix product over patches (im2col), which heavy 1x1
 * layers and strided input gradients use.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.kernel.vector.conv;
