package io.fovea.format.onnx.lower;

/**
 * A run of positions along one axis of a value in core: index i of the factor stands for position
 * i*stride of the axis, added to what the other factors of that axis say.
 *
 * @param origin the axis
 * @param size how many positions, at least 2; 0 for the batch, which is never cut
 * @param stride how far apart they are
 */
record Factor(Origin origin, int size, int stride) {
  /** The axes of a batch of feature maps; a row of features has its features as channels. */
  enum Origin {
    BATCH,
    CHANNEL,
    HEIGHT,
    WIDTH
  }

  /** All images. */
  static final Factor BATCH = new Factor(Origin.BATCH, 0, 1);

  /** The number of positions for so many images. */
  int size(int batch) {
    return origin == Origin.BATCH ? batch : size;
  }

  /** True where this factor and the one behind it are one run. */
  boolean continuesWith(Factor next) {
    return origin == next.origin && origin != Origin.BATCH && stride == next.stride * next.size;
  }

  /** This factor and the next as one. */
  Factor joined(Factor next) {
    return new Factor(origin, size * next.size, next.stride);
  }
}
