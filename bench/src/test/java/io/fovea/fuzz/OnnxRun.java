package io.fovea.fuzz;

import io.fovea.format.FormatException;
import io.fovea.format.onnx.OnnxModel;
import io.fovea.format.onnx.value.Dimension;
import io.fovea.format.onnx.value.ElementType;
import io.fovea.format.onnx.value.NdArray;
import io.fovea.format.onnx.value.ValueInfo;
import io.fovea.parallel.Workers;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs a model on zeros. */
final class OnnxRun {
  private static final int LARGEST_INPUT = 1 << 12;

  private static final Workers WORKERS = Workers.of(1);

  private OnnxRun() {}

  static void run(Path file) throws FormatException {
    OnnxModel model = OnnxModel.read(file);
    Map<String, NdArray> inputs = new HashMap<>();
    for (ValueInfo input : model.inputs()) {
      int[] dims = dims(input);
      ElementType type = ElementType.ofCode(input.typeCode()).orElse(ElementType.FLOAT);
      if (NdArray.sizeOf(dims) > LARGEST_INPUT) {
        return; // a large input is the caller's
      }
      inputs.put(input.name(), NdArray.zeros(type, dims));
    }
    model.run(inputs, WORKERS);
  }

  private static int[] dims(ValueInfo input) {
    List<Dimension> dims = input.dims();
    return dims == null
        ? new int[] {1}
        : dims.stream().mapToInt(dim -> dim.isFixed() ? dim.size() : 2).toArray();
  }
}
