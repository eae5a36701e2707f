package io.fovea.layer;

import io.fovea.tensor.Shape;
import java.util.List;

/** Checks of input shapes that several layers share. */
final class Inputs {
  /** Of what a record counts in pixels or channels, as of a window's sizes: sums stay ints. */
  static final int LARGEST = 32_767;

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
          "%s expects feature maps (C, H, W), got %s; place it before flatten and dense layers"
              .formatted(type, input));
    }
    return input;
  }

  /** Maps whose channels divide into {@code groups} groups. */
  static Shape groups(String type, List<Shape> inputs, int groups) {
    Shape input = map(type, inputs);
    if (input.size(0) % groups != 0) {
      throw new IllegalArgumentException(
          "%s expects channels that divide into %d groups, got %d (input %s)"
              .formatted(type, groups, input.size(0), input));
    }
    return input;
  }

  static void requireFilters(String type, int filters, int groups) {
    if (filters < 1 || groups < 1 || filters % groups != 0) {
      throw new IllegalArgumentException(
          "%s: filters and groups must be at least 1 and filters a multiple of groups, got %d filters in %d groups"
              .formatted(type, filters, groups));
    }
  }

  /** Maps, or a row whose features are channels: one that was not flattened from larger maps. */
  static Shape channels(String type, List<Shape> inputs) {
    Shape input = one(type, inputs);
    if (!input.parts().isEmpty()) {
      throw new IllegalArgumentException(
          "%s expects channels, got %s flattened from maps; place it before flatten"
              .formatted(type, input));
    }
    return input;
  }

  /** Maps that a layer makes of its input; refuses what no Java array can hold. */
  static Shape resized(
      String type, Shape input, int channels, long height, long width, String cure) {
    if (height > Integer.MAX_VALUE / width / channels) {
      throw new IllegalArgumentException(
          "%s makes %s into %dx%dx%d, too much for one Java array; %s"
              .formatted(type, input, channels, height, width, cure));
    }
    return Shape.of(channels, (int) height, (int) width);
  }
}
