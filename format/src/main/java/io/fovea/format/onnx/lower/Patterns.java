package io.fovea.format.onnx.lower;

import io.fovea.format.onnx.graph.Attribute;
import io.fovea.format.onnx.graph.OnnxGraph;
import io.fovea.format.onnx.graph.OnnxNode;
import io.fovea.format.onnx.value.NdArray;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Replaces the nodes that exporters write for Gelu, in opsets without that operator, by a Gelu
 * node: x * 0.5 * (1 + erf(x / sqrt 2)), or with tanh(sqrt(2 / pi) * (x + 0.044715 * x^3)) instead
 * of the error function, the factors in any order.
 */
final class Patterns {
  private static final double CLOSE = 1e-3;

  private final OnnxGraph graph;
  private final Map<String, OnnxNode> makers = new HashMap<>();
  private final Map<String, List<OnnxNode>> readers = new HashMap<>();

  private Patterns(OnnxGraph graph) {
    this.graph = graph;
    for (OnnxNode node : graph.nodes()) {
      node.outputs().forEach(output -> makers.put(output, node));
      for (String input : node.inputs()) {
        readers.computeIfAbsent(input, key -> new ArrayList<>()).add(node);
      }
    }
  }

  static OnnxGraph replaced(OnnxGraph graph) {
    return new Patterns(graph).replaced();
  }

  private OnnxGraph replaced() {
    Map<OnnxNode, OnnxNode> others = new HashMap<>();
    for (OnnxNode node : graph.nodes()) {
      boolean curve = node.opType().equals("Erf") || node.opType().equals("Tanh");
      if (curve && node.domain().isEmpty()) {
        gelu(node).ifPresent(found -> others.put(found.last(), found.gelu()));
      }
    }
    if (others.isEmpty()) {
      return graph;
    }
    List<OnnxNode> nodes =
        graph.nodes().stream().map(node -> others.getOrDefault(node, node)).toList();
    // unread nodes of the patterns could not be lowered
    return graph.with(nodes, graph.initializers()).without(node -> false);
  }

  private record Found(OnnxNode last, OnnxNode gelu) {}

  private Optional<Found> gelu(OnnxNode curve) {
    Optional<OnnxNode> tail = onlyReader(curve).filter(node -> isWith(node, "Add", 1));
    if (tail.isEmpty()) {
      return Optional.empty();
    }
    boolean exact = curve.opType().equals("Erf");
    Optional<String> x = exact ? scaled(curve.inputs().getFirst(), Math.sqrt(0.5)) : cubic(curve);
    if (x.isEmpty()) {
      return Optional.empty();
    }
    // Around the tail there are two more factors, x and 1/2, in any order.
    OnnxNode last = tail.get();
    double factor = 1;
    int times = 0;
    while (Math.abs(factor - 0.5) > CLOSE || times != 1) {
      Optional<OnnxNode> product = onlyReader(last).filter(node -> node.opType().equals("Mul"));
      if (product.isEmpty()) {
        return Optional.empty();
      }
      String other = other(product.get(), last.outputs().getFirst());
      Optional<Double> number = number(other);
      Optional<Double> half = number.isPresent() ? number : factorOf(other, x.get());
      if (half.isEmpty()) {
        return Optional.empty();
      }
      factor *= half.get();
      times += number.isPresent() ? 0 : 1;
      if (times > 1) {
        return Optional.empty();
      }
      last = product.get();
    }
    Map<String, Attribute> attributes =
        Map.of("approximate", Attribute.of(exact ? "none" : "tanh"));
    return Optional.of(
        new Found(
            last, new OnnxNode(last.name(), "Gelu", List.of(x.get()), last.outputs(), attributes)));
  }

  /** c if a value is c * x; 1 for x itself. */
  private Optional<Double> factorOf(String value, String x) {
    if (value.equals(x)) {
      return Optional.of(1.0);
    }
    OnnxNode maker = makers.get(value);
    if (maker == null || !maker.opType().equals("Mul") || !maker.inputs().contains(x)) {
      return Optional.empty();
    }
    return number(other(maker, x));
  }

  /** x if a value is factor * x, or x / (1 / factor). */
  private Optional<String> scaled(String value, double factor) {
    OnnxNode maker = makers.get(value);
    if (maker == null) {
      return Optional.empty();
    }
    boolean divides = maker.opType().equals("Div") && isNumber(maker.inputs().get(1), 1 / factor);
    if (divides) {
      return Optional.of(maker.inputs().getFirst());
    }
    return isWith(maker, "Mul", factor) ? Optional.of(variable(maker)) : Optional.empty();
  }

  /** x if the argument of a tanh is sqrt(2 / pi) * (x + 0.044715 * x^3). */
  private Optional<String> cubic(OnnxNode tanh) {
    Optional<String> sum = scaled(tanh.inputs().getFirst(), Math.sqrt(2 / Math.PI));
    OnnxNode add = sum.map(makers::get).orElse(null);
    if (add == null || !add.opType().equals("Add")) {
      return Optional.empty();
    }
    for (int side = 0; side < 2; side++) {
      String x = add.inputs().get(side);
      Optional<String> cube = scaled(add.inputs().get(1 - side), 0.044715);
      if (cube.isPresent() && isCube(cube.get(), x)) {
        return Optional.of(x);
      }
    }
    return Optional.empty();
  }

  /** True for Pow(x, 3), and for x * (x * x) as torch.onnx writes it. */
  private boolean isCube(String value, String x) {
    OnnxNode maker = makers.get(value);
    if (maker == null) {
      return false;
    }
    if (maker.opType().equals("Pow")) {
      return maker.inputs().getFirst().equals(x) && isNumber(maker.inputs().get(1), 3);
    }
    OnnxNode square = makers.get(other(maker, x));
    return maker.opType().equals("Mul")
        && maker.inputs().contains(x)
        && square != null
        && square.opType().equals("Mul")
        && square.inputs().equals(List.of(x, x));
  }

  private Optional<OnnxNode> onlyReader(OnnxNode node) {
    List<OnnxNode> all = readers.getOrDefault(node.outputs().getFirst(), List.of());
    return all.size() == 1 ? Optional.of(all.getFirst()) : Optional.empty();
  }

  private boolean isWith(OnnxNode node, String operator, double number) {
    return node.opType().equals(operator)
        && node.inputs().stream().anyMatch(input -> isNumber(input, number));
  }

  private String variable(OnnxNode node) {
    String first = node.inputs().getFirst();
    return number(first).isPresent() ? node.inputs().get(1) : first;
  }

  private static String other(OnnxNode node, String input) {
    String first = node.inputs().getFirst();
    return first.equals(input) ? node.inputs().get(1) : first;
  }

  private Optional<Double> number(String value) {
    NdArray array = graph.initializers().get(value);
    return array != null && array.size() == 1 ? Optional.of(array.doubleAt(0)) : Optional.empty();
  }

  private boolean isNumber(String value, double expected) {
    Optional<Double> number = number(value);
    return number.isPresent() && Math.abs(number.get() - expected) < CLOSE * expected;
  }
}
