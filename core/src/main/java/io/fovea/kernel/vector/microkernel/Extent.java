package io.fovea.kernel.vector.microkernel;

/**
 * A size of a {@link BlockDescription}: a constant, in floats and full vectors, or an argument from
 * {@link Strides}. A description is independent of the vector width, and so is its bytecode.
 *
 * @param floats the floats, without those of full vectors
 * @param vectors the vectors to add, of L floats each
 */
public record Extent(int floats, int vectors) {
  /** A size from {@link Strides}. */
  public static final Extent ARGUMENT = new Extent(-1, -1);

  public static Extent floats(int count) {
    return new Extent(count, 0);
  }

  public static Extent vectors(int count) {
    return new Extent(0, count);
  }

  /** The floats on this machine; {@code argument} where it is an argument. */
  int size(int argument) {
    return isArgument() ? argument : floats + vectors * BlockDescription.lanes();
  }

  boolean isArgument() {
    return equals(ARGUMENT);
  }

  Extent times(int n) {
    return new Extent(n * floats, n * vectors);
  }

  Extent plus(Extent other) {
    return new Extent(floats + other.floats, vectors + other.vectors);
  }

  /** A part of a name: N for an argument. */
  String title() {
    if (isArgument()) {
      return "N";
    }
    String whole = vectors == 0 ? "" : vectors + "L";
    return vectors == 0 || floats > 0 ? whole + floats : whole;
  }
}
