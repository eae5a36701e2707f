package io.fovea.format.tensors;

import io.fovea.format.message.Quotation;
import io.fovea.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The header's entry for one tensor of a safetensors file.
 *
 * @param sizes its shape; empty for a single number, and a size may be 0
 * @param begin its first byte in the data
 * @param end past its last byte
 */
public record TensorEntry(String name, DataType type, List<Long> sizes, long begin, long end) {
  /** More dimensions than any framework has. */
  public static final int HIGHEST_RANK = 64;

  /** The number of elements; it fits in a long, as the header's check has shown. */
  public long elements() {
    return (end - begin) * 8 / type.bits();
  }

  public boolean has(Shape shape) {
    return sizes.equals(sizes(shape));
  }

  /** Whether this is a 1x1 convolution's weight, with the values of a dense layer of the shape. */
  public boolean isPointwise(Shape dense) {
    return dense.rank() == 2
        && sizes.size() == 4
        && sizes.subList(0, 2).equals(sizes(dense))
        && sizes.get(2) == 1
        && sizes.get(3) == 1;
  }

  public static List<Long> sizes(Shape shape) {
    return Arrays.stream(shape.sizes()).asLongStream().boxed().toList();
  }

  /** The sizes joined by x, as shapes are written in messages. */
  public String shapeText() {
    return sizes.isEmpty()
        ? "a single number"
        : Quotation.name(sizes.stream().map(String::valueOf).collect(Collectors.joining("x")));
  }
}
