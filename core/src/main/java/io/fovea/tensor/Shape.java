package io.fovea.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.StringJoiner;

/**
 * The sizes of one value, in logical order: (C, H, W) for feature maps, (F) for a feature vector,
 * and PyTorch's orders for weights, such as (O, C, KH, KW). The number of images is not part of a
 * shape; a {@link Tensor} holds it.
 *
 * <p>Memory is channels-last: element (c, h, w) of a (C, H, W) value lies at (h*W + w)*C + c. A
 * flattened value keeps that memory order, so it remembers the shapes it was flattened from ({@link
 * #parts()}), which say which memory position holds which logical feature. Two flat shapes of the
 * same length but of different origin are not equal.
 *
 * <p>Immutable; sizes are at least 1 and their product fits in an int.
 */
public final class Shape {
  /**
   * A limit, since a value that is concatenated with itself repeatedly would fill the memory with
   * parts.
   */
  private static final int MOST_PARTS = 10_000;

  private final int[] sizes;
  private final List<Shape> parts;

  private Shape(int[] sizes, List<Shape> parts) {
    this.sizes = sizes;
    this.parts = parts;
  }

  /**
   * A shape of the given sizes.
   *
   * @throws IllegalArgumentException if a size is below 1 or the number of elements does not fit in
   *     an int
   */
  public static Shape of(int... sizes) {
    long elements = 1;
    for (int size : sizes) {
      if (size < 1) {
        throw new IllegalArgumentException(
            "shape: every size must be at least 1, got " + Arrays.toString(sizes));
      }
      elements *= size;
      if (elements > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "shape: %s has more than %s elements; a value must fit in one Java array"
                .formatted(Arrays.toString(sizes), Integer.MAX_VALUE));
      }
    }
    return new Shape(sizes.clone(), List.of());
  }

  /**
   * Concatenated flat features, each part in its own memory order.
   *
   * @throws IllegalArgumentException if there are more features than an int counts, or more than
   *     10,000 parts
   */
  public static Shape concatenated(List<Shape> flat) {
    List<Shape> parts = new ArrayList<>();
    long features = 0;
    for (Shape shape : flat) {
      features += shape.elements();
      parts.addAll(shape.parts.isEmpty() ? List.of(shape) : shape.parts);
      if (parts.size() > MOST_PARTS || features > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "shape: expects at most %d joined values with %d features, got more; concat fewer, or flatten behind the concat"
                .formatted(MOST_PARTS, Integer.MAX_VALUE));
      }
    }
    return new Shape(new int[] {(int) features}, simplified(parts, (int) features));
  }

  /** This value as one row of features; the memory stays as it is, and {@link #parts()} says so. */
  public Shape flattened() {
    if (rank() == 1) {
      return this;
    }
    int features = elements();
    return new Shape(new int[] {features}, simplified(List.of(this), features));
  }

  /** Empty parts where memory order and logical order agree. */
  private static List<Shape> simplified(List<Shape> parts, int features) {
    for (Shape part : parts) {
      boolean mapped = part.rank() == 3 && part.size(0) > 1 && part.size(1) * part.size(2) > 1;
      if (mapped) {
        return List.copyOf(parts);
      }
    }
    assert parts.stream().mapToInt(Shape::elements).sum() == features;
    return List.of();
  }

  /** The number of sizes. */
  public int rank() {
    return sizes.length;
  }

  /** The size along one axis. */
  public int size(int axis) {
    return sizes[axis];
  }

  /** The product of the sizes. */
  public int elements() {
    int elements = 1;
    for (int size : sizes) {
      elements *= size;
    }
    return elements;
  }

  /** The sizes, as a copy. */
  public int[] sizes() {
    return sizes.clone();
  }

  /**
   * The shapes that a flat value was flattened from; empty where memory order and logical order
   * agree.
   */
  public List<Shape> parts() {
    return parts;
  }

  /**
   * For each position in memory of one image's value, the index of that element in logical order
   * (row-major over the sizes; for a flat value, over the parts' (C, H, W)).
   */
  public int[] logicalOrder() {
    int[] order = new int[elements()];
    int base = 0;
    for (Shape part : parts.isEmpty() ? List.of(this) : parts) {
      int c = part.rank() == 3 ? part.size(0) : 1;
      int hw = part.elements() / c;
      for (int i = 0; i < hw; i++) {
        for (int channel = 0; channel < c; channel++) {
          order[base + i * c + channel] = base + channel * hw + i;
        }
      }
      base += part.elements();
    }
    return order;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape
        && Arrays.equals(sizes, shape.sizes)
        && parts.equals(shape.parts);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(sizes) + parts.hashCode();
  }

  /** The sizes joined by x, for example 16x28x28; without sizes it is a single number. */
  @Override
  public String toString() {
    if (sizes.length == 0) {
      return "a single number";
    }
    StringJoiner joiner = new StringJoiner("x");
    for (int size : sizes) {
      joiner.add(Integer.toString(size));
    }
    return joiner.toString();
  }
}
