/**
 * The direct convolution, without a copy of its windows; any stride, padding, dilation and number
 * of groups. {@link io.fovea.kernel.vector.conv.direct.DirectConv2d} is the kernel, {@code
 * DirectPass} one pass over a padded map, {@code DirectConvBlocks} its innermost loops.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.kernel.vector.conv.direct;
