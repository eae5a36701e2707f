package io.fovea.kernel;

/**
 * How the fast kernels may compute a convolution. Which one they choose depends on the geometry
 * alone.
 */
public enum Conv2dAlgorithm {
  /** The sum as it is defined, over a padded copy of the image. */
  DIRECT,
  /** Matrix products of unrolled windows. */
  GEMM,
  /** One kernel a channel, channels along the vectors. */
  DEPTHWISE,
  /** Winograd's minimal filtering. */
  WINOGRAD
}
