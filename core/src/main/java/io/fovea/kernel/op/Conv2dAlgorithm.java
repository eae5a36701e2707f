package io.fovea.kernel.op;

/**
 * The algorithms of the fast kernels for a convolution. The choice depends on the geometry only.
 */
public enum Conv2dAlgorithm {
  /** The direct sum, over a padded copy of the image. */
  DIRECT,
  /** Matrix products of unrolled windows. */
  GEMM,
  /** One filter for each channel, channels along the vectors. */
  DEPTHWISE,
  /** Winograd's minimal filtering. */
  WINOGRAD
}
