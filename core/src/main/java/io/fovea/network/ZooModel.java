package io.fovea.network;

import io.fovea.tensor.Shape;

/**
 * A built-in network in a width: what a name such as {@code mobilenet-v2:0.5} stands for. Every
 * network has the width 1; only MobileNetV2 has others.
 *
 * @param architecture the built-in network
 * @param width what the numbers of filters are multiplied by, before they are rounded
 */
public record ZooModel(Zoo architecture, double width) {
  private static final double LEAST = 0.1;
  private static final double MOST = 4;

  public ZooModel {
    if (width != 1 && architecture != Zoo.MOBILENET_V2) {
      throw new IllegalArgumentException(
          "model: %s has no width, got %s; only %s takes one, as in %s:0.5"
              .formatted(
                  architecture.title(), width, Zoo.MOBILENET_V2.title(), Zoo.MOBILENET_V2.title()));
    }
    if (!(width >= LEAST && width <= MOST)) {
      throw new IllegalArgumentException(
          "model: the width of %s must be from %s to %.0f, got %s; usual are 0.35, 0.5, 0.75, 1 and 1.4"
              .formatted(architecture.title(), LEAST, MOST, width));
    }
  }

  /** A built-in network in its usual width. */
  public static ZooModel of(Zoo architecture) {
    return new ZooModel(architecture, 1);
  }

  /**
   * The network of a name: a built-in network's name, or name:width.
   *
   * @throws IllegalArgumentException if there is no such network, or it has no such width
   */
  public static ZooModel named(String name) {
    int colon = name.indexOf(':');
    if (colon < 0) {
      return of(Zoo.named(name));
    }
    Zoo architecture = Zoo.named(name.substring(0, colon));
    String text = name.substring(colon + 1);
    double width;
    try {
      if (!text.matches("[0-9.eE+-]+")) { // Java also reads 0x1p3d
        throw new NumberFormatException(text);
      }
      width = Double.parseDouble(text);
    } catch (NumberFormatException malformed) {
      throw new IllegalArgumentException(
          "model: the width behind %s: must be a number, got \"%s\"; write %s:0.5"
              .formatted(architecture.title(), text, Zoo.MOBILENET_V2.title()),
          malformed);
    }
    return new ZooModel(architecture, width);
  }

  /** The name that {@link #named} reads, without the width where it is 1. */
  public String title() {
    String text = String.valueOf(width);
    String shortest = text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    return width == 1 ? architecture.title() : architecture.title() + ":" + shortest;
  }

  /** See {@link Zoo#learningRate()}. */
  public float learningRate() {
    return architecture.learningRate();
  }

  /**
   * The network for images of a shape.
   *
   * @param input (C, H, W)
   * @throws IllegalArgumentException if the images are too small for it
   */
  public Graph graph(Shape input, int classes) {
    NetworkBuilder net = new NetworkBuilder(input);
    return (width == 1
            ? architecture.layers(net, classes)
            : new MobileNetV2(net, width).layers(classes))
        .graph();
  }
}
