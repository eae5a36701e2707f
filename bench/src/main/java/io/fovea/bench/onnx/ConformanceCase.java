package io.fovea.bench.onnx;

import io.fovea.format.onnx.OnnxModel;
import io.fovea.format.onnx.TensorFile;
import io.fovea.format.onnx.value.ElementType;
import io.fovea.format.onnx.value.NdArray;
import io.fovea.format.onnx.value.ValueInfo;
import io.fovea.parallel.Workers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A model and what it shall compute.
 *
 * @param name the folder's name, or the file's
 * @param model the file
 * @param sets folders of inputs and outputs; empty for a light model, whose input is a ramp
 */
record ConformanceCase(String name, Path model, List<Path> sets) {
  /** The tolerances of the ONNX project's own runner. */
  private static final double RELATIVE = 1e-3;

  private static final double ABSOLUTE = 1e-7;

  static List<ConformanceCase> below(Path folder) throws IOException {
    List<Path> models;
    try (Stream<Path> files = Files.walk(folder)) {
      models = files.filter(file -> file.toString().endsWith(".onnx")).sorted().toList();
    }
    List<ConformanceCase> cases = new ArrayList<>();
    for (Path model : models) {
      Path beside = model.toAbsolutePath().getParent();
      if (beside == null) {
        continue;
      }
      List<Path> sets = matching(beside, "test_data_set_");
      boolean light = Files.exists(lightOutput(model));
      if (!sets.isEmpty() || light) {
        String name = light ? stem(model) : String.valueOf(beside.getFileName());
        cases.add(new ConformanceCase(name, model, light ? List.of() : sets));
      }
    }
    return cases;
  }

  private static String stem(Path model) {
    return String.valueOf(model.getFileName()).replace(".onnx", "");
  }

  private static Path lightOutput(Path model) {
    return model.resolveSibling(stem(model) + "_output_0.pb");
  }

  private static List<Path> matching(Path folder, String start) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> String.valueOf(file.getFileName()).startsWith(start))
          .sorted((a, b) -> Integer.compare(number(a), number(b)))
          .toList();
    }
  }

  private static int number(Path file) {
    String digits = String.valueOf(file.getFileName()).replaceAll("\\D", "");
    return digits.isEmpty() ? 0 : Integer.parseInt(digits);
  }

  /** What is wrong with the answer; empty where it is right. */
  Optional<String> run(Workers workers) throws IOException {
    OnnxModel onnx = OnnxModel.read(model);
    if (sets.isEmpty()) {
      Map<String, NdArray> inputs = new LinkedHashMap<>();
      onnx.inputs().forEach(input -> inputs.put(input.name(), ramp(input)));
      return difference(onnx, inputs, List.of(lightOutput(model)), workers);
    }
    for (Path set : sets) {
      Map<String, NdArray> inputs = new LinkedHashMap<>();
      List<Path> files = matching(set, "input_");
      for (int i = 0; i < files.size(); i++) {
        inputs.put(onnx.inputs().get(i).name(), TensorFile.read(files.get(i)).array());
      }
      Optional<String> difference = difference(onnx, inputs, matching(set, "output_"), workers);
      if (difference.isPresent()) {
        return difference;
      }
    }
    return Optional.empty();
  }

  /** 0/n, 1/n, 2/n ...: the input of the light models. */
  private static NdArray ramp(ValueInfo input) {
    var dims = input.dims();
    if (input.typeCode() != ElementType.FLOAT.code() || dims == null) {
      throw new IllegalArgumentException("a ramp needs floats of a fixed shape: " + input.text());
    }
    int[] shape = dims.stream().mapToInt(dim -> dim.isFixed() ? dim.size() : 1).toArray();
    NdArray ramp = NdArray.zeros(ElementType.FLOAT, shape);
    for (int i = 0; i < ramp.size(); i++) {
      ramp.floats()[i] = (float) ((double) i / ramp.size());
    }
    return ramp;
  }

  private static Optional<String> difference(
      OnnxModel onnx, Map<String, NdArray> inputs, List<Path> expected, Workers workers)
      throws IOException {
    List<NdArray> outputs = List.copyOf(onnx.run(inputs, workers).values());
    for (int k = 0; k < expected.size(); k++) {
      NdArray want = TensorFile.read(expected.get(k)).array();
      NdArray got = outputs.get(k);
      if (!want.toString().equals(got.toString())) {
        return Optional.of("output %d is %s, expected %s".formatted(k, got, want));
      }
      for (int i = 0; i < want.size(); i++) {
        double a = got.doubleAt(i);
        double b = want.doubleAt(i);
        boolean same =
            a == b
                || (Double.isNaN(a) && Double.isNaN(b))
                || Math.abs(a - b) <= ABSOLUTE + RELATIVE * Math.abs(b);
        if (!same || (Double.isInfinite(b) && a != b)) {
          return Optional.of("output %d[%d] is %s, expected %s".formatted(k, i, a, b));
        }
      }
    }
    return Optional.empty();
  }
}
