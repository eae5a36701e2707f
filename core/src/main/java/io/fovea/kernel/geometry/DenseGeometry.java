package io.fovea.kernel.geometry;

import io.fovea.tensor.Shape;

/**
 * The geometry of a fully connected layer.
 *
 * @param input the input's shape, rank 1; its parts say which memory position holds which feature
 * @param outputs output features
 */
public record DenseGeometry(Shape input, int outputs) {
  public int features() {
    return input.elements();
  }
}
