package io.fovea.format;

import io.fovea.format.message.Quotation;
import io.fovea.tensor.Shape;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The header's entry for one tensor of a safetensors file.
 *
 * @param sizes its shape; empty for a single number, and a size may be 0
 * @param begin its first byte in the data
 * @param end past its last byte
 */
record TensorEntry(String name, DataType type, List<Long> sizes, long begin, long end) {
  /** The number of elements; it fits in a long, as the header's check has shown. */
  long elements() {
    return (end - begin) * 8 / type.bits();
  }

  boolean has(Shape shape) {
    int[] expected = shape.sizes();
    if (sizes.size() != expected.length) {
      return false;
    }
    for (int i = 0; i < expected.length; i++) {
      if (sizes.get(i) != expected[i]) {
        return false;
      }
    }
    return true;
  }

  /** The sizes joined by x, as shapes are written in messages. */
  String shapeText() {
    return sizes.isEmpty()
        ? "a single number"
        : Quotation.name(sizes.stream().map(String::valueOf).collect(Collectors.joining("x")));
  }
}
