package io.fovea.format.onnx;

import io.fovea.format.FormatException;
import io.fovea.format.message.Quotation;
import io.fovea.format.onnx.graph.OnnxGraph;
import io.fovea.format.onnx.graph.OnnxReader;
import io.fovea.format.onnx.operator.Interpreter;
import io.fovea.format.onnx.operator.PackedLayers;
import io.fovea.format.onnx.value.Dimension;
import io.fovea.format.onnx.value.ElementType;
import io.fovea.format.onnx.value.NdArray;
import io.fovea.format.onnx.value.ValueInfo;
import io.fovea.parallel.Workers;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A loaded ONNX file: its inputs and outputs, and how to run it. Safe for use by several threads.
 * It runs as ONNX's specification says, node by node, on raw arrays in the file's layouts;
 * convolutions, poolings, normalisations, softmax and matrix products on the kernels of networks.
 */
public final class OnnxModel {
  private final OnnxGraph graph;
  private final PackedLayers kept = new PackedLayers();

  /** The weights in the kernels' order are kept from the second run on: many files run once. */
  private volatile boolean hasRun;

  private OnnxModel(OnnxGraph graph) {
    this.graph = graph;
  }

  /**
   * Reads a file, and its external data.
   *
   * @throws FormatException if it cannot be read, or is damaged
   */
  public static OnnxModel read(Path file) throws FormatException {
    return new OnnxModel(OnnxReader.read(file));
  }

  /** The inputs that a run needs, in the model's order. */
  public List<ValueInfo> inputs() {
    return graph.inputs();
  }

  /** The outputs, in the model's order. */
  public List<ValueInfo> outputs() {
    return graph.outputs();
  }

  /** The version of ONNX's operators that it uses. */
  public int opset() {
    return graph.opset();
  }

  /** The program that wrote it, if the file says so. */
  public String producer() {
    return graph.about().producer();
  }

  /** Free texts by name. */
  public Map<String, String> metadata() {
    return graph.about().metadata();
  }

  /** {@link #run(Map, Workers)} on all processors. */
  public Map<String, NdArray> run(Map<String, NdArray> inputs) {
    try (Workers workers = Workers.available()) {
      return run(inputs, workers);
    }
  }

  /**
   * Runs the model once.
   *
   * @param inputs an array for each input, of its type and shape
   * @param workers threads for large loops; the bits of the result do not depend on their number
   * @return the outputs by name, in the model's order
   * @throws UnsupportedOperationException if there are operators that Fovea has not, all of which
   *     the message names; or a node that no layer of core computes, such as a convolution over
   *     three axes
   * @throws IllegalArgumentException if an input is missing, or has another name, type or shape, or
   *     a node cannot be computed from its inputs
   */
  public Map<String, NdArray> run(Map<String, NdArray> inputs, Workers workers) {
    Interpreter interpreter = new Interpreter(graph, workers, hasRun ? kept : null);
    hasRun = true;
    Map<String, Integer> symbols = new HashMap<>();
    for (ValueInfo input : graph.inputs()) {
      NdArray value = inputs.get(input.name());
      if (value == null) {
        throw new IllegalArgumentException(
            "run: input %s is missing; the model expects %s".formatted(shown(input), expected()));
      }
      check(input, value, symbols);
    }
    for (String name : inputs.keySet()) {
      if (graph.inputs().stream().noneMatch(input -> input.name().equals(name))) {
        throw new IllegalArgumentException(
            "run: there is no input %s; the model expects %s"
                .formatted(Quotation.of(name), expected()));
      }
    }
    return interpreter.run(inputs);
  }

  private String expected() {
    return graph.inputs().isEmpty()
        ? "no inputs"
        : String.join(
            ", ",
            graph.inputs().stream()
                .map(input -> Quotation.of(input.name()) + " (" + input.text() + ")")
                .toList());
  }

  private static String shown(ValueInfo input) {
    return Quotation.of(input.name());
  }

  private static void check(ValueInfo input, NdArray value, Map<String, Integer> symbols) {
    boolean fits =
        input.typeCode() == 0
            || ElementType.ofCode(input.typeCode()).map(type -> type == value.type()).orElse(false);
    List<Dimension> dims = input.dims();
    if (dims != null) {
      fits &= dims.size() == value.rank();
      for (int i = 0; fits && i < dims.size(); i++) {
        Dimension dim = dims.get(i);
        int size = value.dim(i);
        if (dim.isFixed()) {
          fits = dim.size() == size;
        } else if (!dim.name().isEmpty()) {
          Integer before = symbols.putIfAbsent(dim.name(), size);
          fits = before == null || before == size;
        }
      }
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "run: input %s expects %s, got %s".formatted(shown(input), input.text(), value));
    }
  }
}
