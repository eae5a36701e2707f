package io.fovea.format.onnx.graph;

import io.fovea.format.message.Quotation;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An operation of a graph.
 *
 * @param name its name; the reader gives a node without one its operator and its index
 * @param opType the operator, such as {@code Conv}
 * @param domain the operator set it is from; empty for ONNX's own
 * @param inputs names of values; empty for an optional one that is left out
 * @param outputs names of values; empty for an optional one that is not used
 * @param attributes by name
 */
public record OnnxNode(
    String name,
    String opType,
    String domain,
    List<String> inputs,
    List<String> outputs,
    Map<String, Attribute> attributes) {
  /** Copies the lists; {@code ai.onnx} is the long name of the empty domain. */
  public OnnxNode {
    domain = domain.equals("ai.onnx") ? "" : domain;
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
  }

  public OnnxNode(
      String name,
      String opType,
      List<String> inputs,
      List<String> outputs,
      Map<String, Attribute> attributes) {
    this(name, opType, "", inputs, outputs, attributes);
  }

  public boolean hasInput(int index) {
    return index < inputs.size() && !inputs.get(index).isEmpty();
  }

  public boolean has(String attribute) {
    return attributes.containsKey(attribute);
  }

  /** An integer, or the default if it is not given. */
  public long integer(String attribute, long otherwise) {
    return switch (attributes.get(attribute)) {
      case null -> otherwise;
      case Attribute.IntValue whole -> whole.value();
      default -> throw wrongKind(attribute, "a whole number");
    };
  }

  /** A number, or the default if it is not given. */
  public float number(String attribute, float otherwise) {
    return switch (attributes.get(attribute)) {
      case null -> otherwise;
      case Attribute.FloatValue real -> real.value();
      default -> throw wrongKind(attribute, "a number");
    };
  }

  /** A text, or the default if it is not given. */
  public String text(String attribute, String otherwise) {
    return switch (attributes.get(attribute)) {
      case null -> otherwise;
      case Attribute.StringValue text -> text.value();
      default -> throw wrongKind(attribute, "a text");
    };
  }

  /** Integers, or the default if they are not given. */
  public long[] integers(String attribute, long... otherwise) {
    return switch (attributes.get(attribute)) {
      case null -> otherwise.clone();
      case Attribute.Ints ints -> ints.values().stream().mapToLong(Long::longValue).toArray();
      default -> throw wrongKind(attribute, "whole numbers");
    };
  }

  /** Numbers, or the default if they are not given. */
  public float[] numbers(String attribute, float... otherwise) {
    return switch (attributes.get(attribute)) {
      case null -> otherwise.clone();
      case Attribute.Floats floats -> {
        float[] values = new float[floats.values().size()];
        for (int i = 0; i < values.length; i++) {
          values[i] = floats.values().get(i);
        }
        yield values;
      }
      default -> throw wrongKind(attribute, "numbers");
    };
  }

  public String label() {
    return "%s (%s%s)"
        .formatted(
            Quotation.name(name),
            domain.isEmpty() ? "" : Quotation.name(domain) + ".",
            Quotation.name(opType));
  }

  private NodeException wrongKind(String attribute, String expected) {
    return new NodeException(
        "node %s: attribute %s must be %s".formatted(label(), attribute, expected));
  }
}
