/** Convolution with one filter for each channel: channels along the vectors. */
@org.jspecify.annotations.NullMarked
package io.fovea.kernel.vector.conv.depthwise;
