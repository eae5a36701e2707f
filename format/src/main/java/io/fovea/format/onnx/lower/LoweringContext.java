package io.fovea.format.onnx.lower;

import io.fovea.format.onnx.graph.OnnxNode;
import io.fovea.format.onnx.lower.Value.Computed;
import io.fovea.format.onnx.lower.Value.Known;
import io.fovea.format.onnx.value.NdArray;
import io.fovea.layer.Layer;
import io.fovea.tensor.Shape;
import java.util.List;
import java.util.Map;

/**
 * The context of lowering one node of the ONNX graph: provides its inputs as far as they are known,
 * and receives its outputs. Throws an IllegalArgumentException with the reason where a node cannot
 * be lowered.
 */
record LoweringContext(LoweringState state, OnnxNode node) {
  private static final List<String> WEIGHT_ENDS =
      List.of(".weight", ".bias", ".running_mean", ".running_var");

  LayerGraphBuilder builder() {
    return state.builder();
  }

  int opset() {
    return state.opset();
  }

  /** The layer's preferred name: the one of its weights, of the node, or of its output. */
  String preferredName() {
    for (String input :
        node.inputs().subList(Math.min(1, node.inputs().size()), node.inputs().size())) {
      for (String end : WEIGHT_ENDS) {
        if (input.endsWith(end) && state.values().get(input) instanceof Known) {
          return input.substring(0, input.length() - end.length());
        }
      }
    }
    return node.name();
  }

  boolean isKnown(int input) {
    return node.hasInput(input) && state.values().get(node.inputs().get(input)) instanceof Known;
  }

  boolean isRead(int output) {
    return state.isRead(node.outputs().get(output));
  }

  private Value value(int input) {
    if (!node.hasInput(input)) {
      throw new IllegalArgumentException("input %d is missing".formatted(input));
    }
    Value value = state.values().get(node.inputs().get(input));
    return value == null ? new Value.Missing() : value;
  }

  Computed computed(int input) {
    return switch (value(input)) {
      case Computed computed -> computed;
      case Known known ->
          throw new IllegalArgumentException(
              "expects input %d (%s) to be computed from the network's input, got a constant"
                  .formatted(input, node.inputs().get(input)));
      case Value.Missing missing -> throw new IllegalStateException(node.inputs().get(input));
    };
  }

  Known known(int input) {
    if (value(input) instanceof Known known) {
      return known;
    }
    throw new IllegalArgumentException(
        "expects input %d (%s) to be a constant, got a value that the network computes"
            .formatted(input, node.inputs().get(input)));
  }

  NdArray constant(int input) {
    Known known = known(input);
    if (!known.isConstant()) {
      throw new IllegalArgumentException(
          "expects input %d (%s) to be a constant, got one that depends on the number of images"
              .formatted(input, node.inputs().get(input)));
    }
    return known.variants().getFirst();
  }

  /** A constant's numbers, checked to be {@code length}: not to be written to. */
  float[] floats(int input, int length) {
    NdArray array = constant(input);
    if (array.size() != length) {
      throw new IllegalArgumentException(
          "expects input %d (%s) to have %d elements, got %s"
              .formatted(input, node.inputs().get(input), length, array));
    }
    return array.asFloats();
  }

  /** Integers from an attribute in old opsets, from an input in newer ones. */
  long[] integers(String attribute, int input, long... fallback) {
    if (node.has(attribute)) {
      return node.integers(attribute);
    }
    return node.hasInput(input) ? constant(input).asLongs() : fallback;
  }

  /** Maps as N,C,H,W. */
  int maps(int input) {
    return state.maps(computed(input), viewName(computed(input)));
  }

  Shape shape(int nodeId) {
    return builder().shape(nodeId);
  }

  String viewName(Computed x) {
    return x.view().isEmpty() ? preferredName() : x.view();
  }

  /** Adds a layer with weights that reads some nodes of the graph. */
  int add(Layer layer, List<Integer> inputs, Map<String, float[]> weights) {
    return builder().add(preferredName(), layer, inputs, weights);
  }

  /**
   * Adds an element-wise layer, for any order of axes; a row that the file flattens before is
   * flattened before.
   */
  void elementwise(Layer layer, Map<String, float[]> weights) {
    Computed x = computed(0);
    Shape shape = shape(x.nodeId());
    boolean flattened =
        shape.rank() == 3 && x.axes().rank() == 2 && FlattenOrder.isLogical(x.axes(), shape);
    if (flattened) {
      int row = state.row(x.nodeId(), viewName(x));
      x = new Computed(row, Axes.of(shape(row)));
    }
    output(new Computed(add(layer, List.of(x.nodeId()), weights), x.axes(), x.view()));
  }

  void perChannel(Layer layer, Map<String, float[]> weights) {
    Computed x = computed(0);
    output(new Computed(add(layer, List.of(x.nodeId()), weights), x.axes(), x.view()));
  }

  /** Adds a layer from maps as N,C,H,W to maps. */
  void onMaps(Layer layer, Map<String, float[]> weights) {
    outputMaps(add(layer, List.of(maps(0)), weights));
  }

  void outputMaps(int nodeId) {
    output(new Computed(nodeId, Axes.of(shape(nodeId))));
  }

  /** Sets the output to the same value under another view. */
  void view(Computed x, Axes axes) {
    output(new Computed(x.nodeId(), axes, node.name()));
  }

  void output(Value value) {
    output(0, value);
  }

  void output(int index, Value value) {
    state.values().put(node.outputs().get(index), value);
  }

  /** An axis; negative ones count from the end. */
  int axis(long axis, int rank) {
    long counted = axis < 0 ? axis + rank : axis;
    if (counted < 0 || counted >= rank) {
      throw new IllegalArgumentException(
          "expects an axis from %d to %d, got %d".formatted(-rank, rank - 1, axis));
    }
    return (int) counted;
  }
}
