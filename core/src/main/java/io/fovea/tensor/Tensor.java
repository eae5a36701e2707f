package io.fovea.tensor;

/**
 * The values of {@code count} images, all of one {@link Shape}: an (N, C, H, W) or (N, F) array.
 *
 * <p>Logical order is (n, c, h, w); memory is channels-last: element (n, c, h, w) lies at {@code
 * offset() + ((n*H + h)*W + w)*C + c} of {@link #array()}. A tensor is a view of an array that is
 * owned elsewhere, usually by a workspace; it is mutable and not safe for use by several threads at
 * once.
 */
public final class Tensor {
  private final Shape shape;
  private final int count;
  private final float[] array;
  private final int offset;

  private Tensor(Shape shape, int count, float[] array, int offset) {
    this.shape = shape;
    this.count = count;
    this.array = array;
    this.offset = offset;
  }

  /**
   * A view of an array: {@code count} images of {@code shape}, the first element at {@code offset}.
   *
   * @throws IllegalArgumentException if the array is too short
   */
  public static Tensor on(float[] array, int offset, Shape shape, int count) {
    long needed = (long) count * shape.elements();
    if (count < 0 || offset < 0 || offset + needed > array.length) {
      throw new IllegalArgumentException(
          "tensor: %d images of %s from offset %d need %d floats, got an array of %d"
              .formatted(count, shape, offset, offset + needed, array.length));
    }
    return new Tensor(shape, count, array, offset);
  }

  /** A new tensor of zeros. */
  public static Tensor zeros(Shape shape, int count) {
    if (count < 0 || (long) count * shape.elements() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "tensor: %d images of %s do not fit into one array; use smaller batches"
              .formatted(count, shape));
    }
    int elements = count * shape.elements();
    return new Tensor(shape, count, new float[elements], 0);
  }

  /**
   * A tensor of the given values in logical order, row-major over (n, c, h, w).
   *
   * @throws IllegalArgumentException if the number of values is not count * shape.elements()
   */
  public static Tensor of(Shape shape, int count, float... values) {
    Tensor tensor = zeros(shape, count);
    if (values.length != tensor.array.length) {
      throw new IllegalArgumentException(
          "tensor: %d images of %s hold %d values, got %d"
              .formatted(count, shape, tensor.array.length, values.length));
    }
    int[] order = shape.logicalOrder();
    for (int n = 0; n < count; n++) {
      int base = n * order.length;
      for (int i = 0; i < order.length; i++) {
        tensor.array[base + i] = values[base + order[i]];
      }
    }
    return tensor;
  }

  /** The values in logical order, row-major over (n, c, h, w), as a copy. */
  public float[] toArray() {
    int[] order = shape.logicalOrder();
    float[] values = new float[count * order.length];
    for (int n = 0; n < count; n++) {
      int base = n * order.length;
      for (int i = 0; i < order.length; i++) {
        values[base + order[i]] = array[offset + base + i];
      }
    }
    return values;
  }

  /** The shape of one image's value. */
  public Shape shape() {
    return shape;
  }

  /** The number of images, N. */
  public int count() {
    return count;
  }

  /** The number of floats of all images. */
  public int elements() {
    return count * shape.elements();
  }

  /** The array behind this tensor: not a copy. */
  public float[] array() {
    return array;
  }

  /** The index of the first element in {@link #array()}. */
  public int offset() {
    return offset;
  }

  /** Element (n, c, h, w) of feature maps. */
  public float get(int n, int c, int h, int w) {
    return array[offset + ((n * shape.size(1) + h) * shape.size(2) + w) * shape.size(0) + c];
  }

  /** The same memory read as another shape with the same number of elements an image. */
  public Tensor as(Shape other) {
    assert other.elements() == shape.elements() : shape + " as " + other;
    return new Tensor(other, count, array, offset);
  }

  /** Whether this tensor and the other begin at the same element of the same array. */
  @SuppressWarnings("ReferenceEquality") // the same memory is what is asked for
  public boolean isAt(Tensor other) {
    return array == other.array && offset == other.offset;
  }

  /**
   * Images {@code from} to {@code from + images} (exclusive) of this tensor, on the same memory.
   */
  public Tensor slice(int from, int images) {
    if (from < 0 || images < 0 || from + images > count) {
      throw new IllegalArgumentException(
          "tensor: images %d to %d are not all among %d".formatted(from, from + images, count));
    }
    return on(array, offset + from * shape.elements(), shape, images);
  }

  /** N and the shape, for example 64x16x28x28. */
  @Override
  public String toString() {
    return count + "x" + shape;
  }
}
