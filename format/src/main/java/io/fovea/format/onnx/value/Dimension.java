package io.fovea.format.onnx.value;

import io.fovea.format.message.Quotation;

/**
 * A dimension in a model's declaration: a fixed size, or one that is known only at run time, which
 * may have a name.
 *
 * @param size the size, or -1 where it is not fixed
 * @param name the name of a size that is not fixed, such as {@code batch}; empty where it has none
 */
public record Dimension(int size, String name) {
  /** A fixed size. */
  public static Dimension of(int size) {
    return new Dimension(size, "");
  }

  /** A size that is known only at run time. */
  public static Dimension open(String name) {
    return new Dimension(-1, name);
  }

  /** True if the size is fixed. */
  public boolean isFixed() {
    return size >= 0;
  }

  @Override
  public String toString() {
    if (isFixed()) {
      return Integer.toString(size);
    }
    return name.isEmpty() ? "?" : Quotation.name(name);
  }
}
