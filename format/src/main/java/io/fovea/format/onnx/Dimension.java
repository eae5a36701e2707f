package io.fovea.format.onnx;

import io.fovea.format.message.Quotation;

/**
 * A dimension as a model declares it: a fixed size, or one that is known only when the model runs,
 * which may have a name.
 *
 * @param size the size, or -1 where it is not fixed
 * @param name the name of a size that is not fixed, such as {@code batch}; empty where it has none
 */
public record Dimension(int size, String name) {
  /** A fixed size. */
  public static Dimension of(int size) {
    return new Dimension(size, "");
  }

  /** A size that is known only when the model runs. */
  public static Dimension open(String name) {
    return new Dimension(-1, name);
  }

  /** True where the model fixes the size. */
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
