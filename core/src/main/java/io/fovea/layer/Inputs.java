package io.fovea.layer;

import io.fovea.tensor.Shape;
import java.util.List;

/** Checks of input shapes that several layers share. */
final class Inputs {
  private Inputs() {}

  static Shape one(String type, List<Shape> inputs) {
    if (inputs.size() != 1) {
      String cure = inputs.isEmpty() ? "name one" : "join them with add or concat first";
      throw new IllegalArgumentException(
          type + " expects 1 input, got " + inputs.size() + "; " + cure);
    }
    return inputs.getFirst();
  }

  static Shape map(String type, List<Shape> inputs) {
    Shape input = one(type, inputs);
    if (input.rank() != 3) {
      throw new IllegalArgumentException(
          type
              + " expects feature maps (C, H, W), got "
              + input
              + "; place it before flatten and dense layers");
    }
    return input;
  }
}
