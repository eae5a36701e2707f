package io.fovea.format.onnx.lower;

import io.fovea.format.onnx.value.Dimension;
import io.fovea.format.onnx.value.ElementType;
import io.fovea.format.onnx.value.ImportRefusal;
import io.fovea.format.onnx.value.ValueInfo;
import io.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Derives the shape of one image from the declaration of a file's input. */
final class ImageShape {
  private ImageShape() {}

  /**
   * The shape of one image.
   *
   * @param asked replaces sizes that the file leaves open
   * @param channelsLast whether the input is (N, H, W, C)
   * @throws IllegalArgumentException if the input is no batch of images or rows, sizes are open, or
   *     the requested ones are not the file's
   */
  static Shape of(ValueInfo input, Optional<Shape> asked, boolean channelsLast) {
    List<Dimension> dims = input.dims();
    if (dims != null && dims.size() != 4 && dims.size() != 2) {
      throw new IllegalArgumentException(
          "input %s is %s; a network takes images (N, C, H, W) or rows of features (N, F)"
              .formatted(input.name(), input.text()));
    }
    if (input.typeCode() != 0 && input.typeCode() != ElementType.FLOAT.code()) {
      throw new IllegalArgumentException(
          "input %s is %s; a network takes float".formatted(input.name(), input.text()));
    }
    List<Dimension> own =
        dims == null
            ? List.of()
            : channelsLast
                ? List.of(dims.get(3), dims.get(1), dims.get(2))
                : dims.subList(1, dims.size());
    boolean open = own.isEmpty() || !own.stream().allMatch(Dimension::isFixed);
    if (open && asked.isEmpty()) {
      throw new ImportRefusal(
          "input %s is %s: the file leaves the images' size open"
              .formatted(input.name(), input.text()),
          "state it, such as 3x224x224",
          ImportRefusal.Cure.INPUT_SHAPE);
    }
    List<Integer> sizes = new ArrayList<>();
    own.forEach(dim -> sizes.add(dim.size()));
    asked.ifPresent(
        shape -> {
          boolean fits = own.isEmpty() || own.size() == shape.rank();
          for (int i = 0; fits && i < own.size(); i++) {
            fits = !own.get(i).isFixed() || own.get(i).size() == shape.size(i);
          }
          if (!fits) {
            throw new IllegalArgumentException(
                "input %s is %s, which has no images of %s"
                    .formatted(input.name(), input.text(), shape));
          }
          sizes.clear();
          for (int size : shape.sizes()) {
            sizes.add(size);
          }
        });
    return Shape.of(sizes.stream().mapToInt(Integer::intValue).toArray());
  }
}
