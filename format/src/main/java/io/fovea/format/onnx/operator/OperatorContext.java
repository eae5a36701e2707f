package io.fovea.format.onnx.operator;

import io.fovea.format.onnx.graph.NodeException;
import io.fovea.format.onnx.graph.OnnxNode;
import io.fovea.format.onnx.value.ElementType;
import io.fovea.format.onnx.value.NdArray;
import io.fovea.parallel.Workers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an operator computes a node from.
 *
 * @param opset the version of the operator set, which changes operators
 * @param inputs in the node's order; null for one that is left out
 * @param workers for large loops
 * @param kept weights from earlier runs; null where those of this node are not constants
 */
record OperatorContext(
    OnnxNode node,
    int opset,
    List<@Nullable NdArray> inputs,
    Workers workers,
    @Nullable PackedLayers kept,
    long mostBytes) {
  /**
   * The largest result of a node, in elements: 1 GB of floats. A small file can request any size.
   */
  static final long MOST_ELEMENTS = 1L << 28;

  /** The same for one of several layers of a node, whose weights differ. */
  OperatorContext keepingNothing() {
    return new OperatorContext(node, opset, inputs, workers, null, mostBytes);
  }

  NdArray in(int index) {
    NdArray input = optional(index);
    if (input == null) {
      throw error("needs input " + index + ", got none");
    }
    return input;
  }

  NdArray floats(int index) {
    NdArray input = in(index);
    if (input.type() != ElementType.FLOAT) {
      throw error("expects float as input %d, got %s".formatted(index, input));
    }
    return input;
  }

  /** The weight as input 1, and the bias as input 2, which may be left out. */
  Map<String, float[]> weightAndBias() {
    Map<String, float[]> weights = new HashMap<>(Map.of("weight", floats(1).floats()));
    if (optional(2) != null) {
      weights.put("bias", floats(2).floats());
    }
    return weights;
  }

  /** An input, or null where it is left out. */
  @Nullable NdArray optional(int index) {
    return index < inputs.size() ? inputs.get(index) : null;
  }

  /**
   * Whole numbers that are an attribute in old operator sets and an input in new ones.
   *
   * @return null where they are not given
   */
  long @Nullable [] list(String attribute, int input) {
    if (node.has(attribute)) {
      return node.integers(attribute);
    }
    NdArray array = optional(input);
    return array == null ? null : array.asLongs();
  }

  /** An axis as an attribute; negative ones count from the end. */
  int axis(String attribute, long otherwise, int rank) {
    return axis(node.integer(attribute, otherwise), rank);
  }

  /** An axis; negative ones count from the end. */
  int axis(long axis, int rank) {
    if (axis < -rank || axis >= Math.max(rank, 1)) {
      throw error("axis must be from %d to %d, got %d".formatted(-rank, rank - 1, axis));
    }
    return (int) (axis < 0 ? axis + rank : axis);
  }

  /** A checked shape: no dimension is negative, and it is not too large. */
  int[] dims(long... dims) {
    long size = 1;
    for (long dim : dims) {
      if (dim < 0 || dim > Integer.MAX_VALUE) {
        throw error("has a result with a dimension of " + dim);
      }
      size = dim == 0 ? 0 : size;
    }
    for (long dim : dims) {
      size *= dim;
      if (size > MOST_ELEMENTS) {
        throw error(
            "has a result of more than %d elements; such a model cannot be run"
                .formatted(MOST_ELEMENTS));
      }
      if (size > mostBytes) { // at least a byte an element; checked exactly when the values exist
        throw tooLarge();
      }
    }
    int[] checked = new int[dims.length];
    for (int i = 0; i < dims.length; i++) {
      checked[i] = (int) dims[i];
    }
    return checked;
  }

  /** The error for results that need more memory than all values may take. */
  IllegalArgumentException tooLarge() {
    return error(
        "needs more memory than the values of a graph may take together, a quarter of the heap;"
            + " give the JVM more by -Xmx, or set -D%s to the MB".formatted(ValueBudget.PROPERTY));
  }

  /**
   * The error for what ONNX allows and no layer computes.
   *
   * @param asked what the node asks for, a plural
   * @param x its input
   * @param supported what there is instead
   */
  UnsupportedOperationException unsupported(String asked, NdArray x, String supported) {
    return new UnsupportedOperationException(
        "node %s, opset %d: %s are not supported, got the input %s; supported: %s; run such a file by ONNX Runtime"
            .formatted(node.label(), opset, asked, x, supported));
  }

  NodeException error(String text) {
    return new NodeException("node %s, opset %d: %s".formatted(node.label(), opset, text));
  }
}
