package io.fovea.format.onnx.value;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A model's declaration of an input, an output or an intermediate value.
 *
 * @param name the value's name
 * @param typeCode the number of its element type in ONNX's {@code TensorProto.DataType}, 0 if it is
 *     not a tensor or unknown
 * @param dims its dimensions; null if even their number is unknown
 */
@SuppressWarnings("exports") // jspecify's annotations are not needed at run time
public record ValueInfo(String name, int typeCode, @Nullable List<Dimension> dims) {
  public ValueInfo {
    dims = dims == null ? null : List.copyOf(dims);
  }

  /** A value of a type that Fovea supports. */
  public ValueInfo(String name, ElementType type, @Nullable List<Dimension> dims) {
    this(name, type.code(), dims);
  }

  /** Type and shape, such as {@code float Nx3x224x224}. */
  public String text() {
    String shape =
        dims == null
            ? "of any shape"
            : dims.isEmpty()
                ? "scalar"
                : dims.stream().map(Dimension::toString).collect(Collectors.joining("x"));
    return ElementType.nameOf(typeCode) + " " + shape;
  }
}
