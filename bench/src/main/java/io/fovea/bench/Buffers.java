package io.fovea.bench;

import io.fovea.kernel.CacheLines;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;

/** Operands as a workspace lays them out. */
final class Buffers {
  private Buffers() {}

  /** Zeros, the first one at the beginning of a cache line. */
  static Tensor zeros(Shape shape, int images) {
    float[] array = new float[CacheLines.FIRST + images * shape.elements()];
    return Tensor.on(array, CacheLines.FIRST, shape, images);
  }

  /** Normal numbers. */
  static Tensor random(Shape shape, int images) {
    Tensor tensor = zeros(shape, images);
    for (int i = 0; i < tensor.elements(); i++) {
      tensor.array()[tensor.offset() + i] = (float) RandomKey.of(2).normal(i);
    }
    return tensor;
  }
}
