package io.fovea.golden;

import tools.jackson.databind.JsonNode;

/** One layer of layers.json: inputs, output, output gradient and the inputs' gradients. */
public final class GoldenCase {
  private final JsonNode node;

  GoldenCase(JsonNode node) {
    this.node = node;
  }

  /** The operation, such as conv2d. */
  public String op() {
    return node.get("op").asString();
  }

  /** What is special about the case. */
  public String name() {
    return node.get("name").asString();
  }

  public int attribute(String name) {
    return attributes().get(name).asInt();
  }

  public JsonNode attributes() {
    return node.get("attributes");
  }

  /** An input: x, weight, bias. */
  public GoldenArray input(String name) {
    return new GoldenArray(node.get("inputs").get(name));
  }

  /** y. */
  public GoldenArray output() {
    return new GoldenArray(node.get("output"));
  }

  public GoldenArray output(String name) {
    return new GoldenArray(node.get("output").get(name));
  }

  /** dy. */
  public GoldenArray outputGradient() {
    return new GoldenArray(node.get("outputGradient"));
  }

  /** The gradient of sum(dy * y) with respect to an input. */
  public GoldenArray gradient(String input) {
    return new GoldenArray(node.get("gradients").get(input));
  }

  @Override
  public String toString() {
    return op() + ": " + name();
  }
}
