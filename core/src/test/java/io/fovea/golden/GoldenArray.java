package io.fovea.golden;

import io.fovea.tensor.Shape;
import java.util.Arrays;
import tools.jackson.databind.JsonNode;

/** One array of the golden files: its sizes and its numbers in logical order, row-major. */
public final class GoldenArray {
  private final int[] sizes;
  private final double[] logical;

  GoldenArray(JsonNode node) {
    this.sizes = node.get("shape").valueStream().mapToInt(JsonNode::asInt).toArray();
    this.logical = node.get("data").valueStream().mapToDouble(JsonNode::asDouble).toArray();
  }

  /** N of an array whose first axis counts images. */
  public int count() {
    return sizes[0];
  }

  /** The sizes behind the first one: the shape of one image. */
  public Shape image() {
    return Shape.of(Arrays.copyOfRange(sizes, 1, sizes.length));
  }

  public int size(int axis) {
    return sizes[axis];
  }

  /** The numbers in logical order. */
  public double[] logical() {
    return logical.clone();
  }

  /** The numbers in memory order: (N, C, H, W) as (N, H, W, C), anything else as it is. */
  public double[] memory() {
    if (sizes.length != 4) {
      return logical();
    }
    int channels = sizes[1];
    int pixels = sizes[2] * sizes[3];
    double[] memory = new double[logical.length];
    for (int n = 0; n < sizes[0]; n++) {
      for (int c = 0; c < channels; c++) {
        for (int p = 0; p < pixels; p++) {
          memory[(n * pixels + p) * channels + c] = logical[(n * channels + c) * pixels + p];
        }
      }
    }
    return memory;
  }
}
