package io.fovea.format.onnx.operator;

import io.fovea.format.onnx.graph.Attribute;
import io.fovea.format.onnx.graph.NodeException;
import io.fovea.format.onnx.graph.OnnxGraph;
import io.fovea.format.onnx.graph.OnnxNode;
import io.fovea.format.onnx.value.NdArray;
import io.fovea.parallel.Workers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The supported operators, by name. */
public final class Operators {
  private static final Map<String, Operator> TABLE = table();

  private Operators() {}

  private static Map<String, Operator> table() {
    Map<String, Operator> table = new HashMap<>();
    UnaryOperators.register(table);
    BinaryOperators.register(table);
    ReductionOperators.register(table);
    ShapeOperators.register(table);
    IndexOperators.register(table);
    ConstantOperators.register(table);
    ConvolutionOperators.register(table);
    PoolingOperators.register(table);
    NormalisationOperators.register(table);
    MatrixOperators.register(table);
    ResizeOperators.register(table);
    return Map.copyOf(table);
  }

  public static Set<String> names() {
    return new TreeSet<>(TABLE.keySet());
  }

  public static boolean isSupported(OnnxNode node) {
    return node.domain().isEmpty()
        && TABLE.containsKey(node.opType())
        && node.attributes().values().stream()
            .noneMatch(attribute -> attribute instanceof Attribute.Unread);
  }

  /** All unsupported nodes of a graph: name, operator and version of its set. */
  public static List<String> unsupported(OnnxGraph graph) {
    return graph.nodes().stream()
        .filter(node -> !isSupported(node))
        .map(node -> "%s of opset %d".formatted(node.label(), graph.opset(node.domain())))
        .toList();
  }

  /**
   * The outputs of a node.
   *
   * @param inputs in its order; null for one that is left out
   * @throws IllegalArgumentException if inputs or attributes do not fit; the message names the node
   * @throws UnsupportedOperationException if no layer computes it; the message names the node
   */
  public static List<NdArray> apply(
      OnnxNode node, int opset, List<@Nullable NdArray> inputs, Workers workers) {
    return ValueBudget.ofThisProcess().apply(node, opset, inputs, workers, null, List.of());
  }

  static List<NdArray> apply(OperatorContext context) {
    Operator operator = TABLE.get(context.node().opType());
    if (operator == null || !isSupported(context.node())) {
      throw context.error("is not supported");
    }
    try {
      return operator.apply(context);
    } catch (OutOfMemoryError full) {
      throw new IllegalArgumentException(
          context.error("needs more memory than there is; give the JVM more by -Xmx").getMessage(),
          full);
    } catch (NodeException known) {
      throw known;
    } catch (IllegalArgumentException
        | ArithmeticException
        | IndexOutOfBoundsException
        | NegativeArraySizeException misfit) {
      throw misfit(context, misfit);
    }
  }

  /**
   * Converts an exception of an operator: it comes from a file that violates the specification in a
   * way that is not checked.
   */
  private static IllegalArgumentException misfit(OperatorContext context, RuntimeException cause) {
    return new IllegalArgumentException(
        context
            .error("cannot be computed of %s: %s".formatted(context.inputs(), cause.getMessage()))
            .getMessage(),
        cause);
  }
}
