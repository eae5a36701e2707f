package io.fovea.rivals.compare;

import io.fovea.format.FormatException;
import io.fovea.format.onnx.OnnxModel;
import io.fovea.format.onnx.value.Dimension;
import io.fovea.format.onnx.value.ValueInfo;
import java.nio.file.Path;
import java.util.List;

/** The batch sizes that a file is measured with. */
final class FileBatches {
  private static final List<Integer> USUAL = List.of(1, 8);

  private FileBatches() {}

  /** One image and eight; only the file's own number where it fixes one. */
  static List<Integer> of(Path file) throws FormatException {
    ValueInfo input = OnnxModel.read(file).inputs().getFirst();
    List<Dimension> dims = input.dims();
    if (dims == null || dims.isEmpty() || !dims.getFirst().isFixed()) {
      return USUAL;
    }
    return List.of(dims.getFirst().size());
  }
}
