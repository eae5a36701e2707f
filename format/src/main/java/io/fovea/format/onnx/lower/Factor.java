package io.fovea.format.onnx.lower;

/**
 * A factor of one axis of a value in core: index i of the factor stands for position i*stride of
 * the axis, added to the positions of the other factors of that axis.
 *
 * @param origin the axis
 * @param size the number of positions, at least 2; 0 for the batch, which is never divided
 * @param stride the distance of positions
 */
record Factor(Origin origin, int size, int stride) {
  /** The axes of a batch of feature maps; a row of features has its features as channels. */
  enum Origin {
    BATCH,
    CHANNEL,
    HEIGHT,
    WIDTH
  }

  static final Factor BATCH = new Factor(Origin.BATCH, 0, 1);

  int size(int batch) {
    return origin == Origin.BATCH ? batch : size;
  }

  boolean continuesWith(Factor next) {
    return origin == next.origin && origin != Origin.BATCH && stride == next.stride * next.size;
  }

  Factor joined(Factor next) {
    return new Factor(origin, size * next.size, next.stride);
  }
}
