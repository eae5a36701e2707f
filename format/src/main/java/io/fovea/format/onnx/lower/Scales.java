package io.fovea.format.onnx.lower;

import io.fovea.format.onnx.graph.OnnxNode;
import io.fovea.format.onnx.value.NdArray;
import io.fovea.layer.Resize2d;
import io.fovea.tensor.Shape;

/** Reads the scales of Resize, and of Upsample in older opsets. */
final class Scales {
  private Scales() {}

  /** The factors of rows and columns; images and channels must stay. */
  static double[] of(LoweringContext context, Shape maps) {
    OnnxNode node = context.node();
    if (node.opType().equals("Upsample")) {
      float[] scales = node.has("scales") ? node.numbers("scales") : context.constant(1).asFloats();
      return checked(doubles(scales));
    }
    int scales = context.opset() >= 11 ? 2 : 1;
    if (node.hasInput(scales) && context.constant(scales).size() > 0) {
      return checked(doubles(context.constant(scales).asFloats()));
    }
    NdArray sizes = context.known(3).variants().getFirst();
    long[] wanted = sizes.asLongs();
    int first = wanted.length - 2;
    if (wanted.length == 4 && wanted[1] != maps.size(0)) {
      throw new IllegalArgumentException("resizes images or channels");
    }
    return new double[] {
      (double) wanted[first] / maps.size(1), (double) wanted[first + 1] / maps.size(2)
    };
  }

  private static double[] doubles(float[] values) {
    double[] all = new double[values.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = values[i];
    }
    return all;
  }

  private static double[] checked(double[] scales) {
    if (scales.length == 2) {
      return scales;
    }
    if (scales.length != 4 || scales[0] != 1 || scales[1] != 1) {
      throw new IllegalArgumentException("resizes images or channels");
    }
    return new double[] {scales[2], scales[3]};
  }

  /** A bilinear resize, if its coordinates are those of core. */
  static Resize2d bilinear(LoweringContext context, Shape maps, double[] factors) {
    OnnxNode node = context.node();
    boolean old = context.opset() < 11 || node.opType().equals("Upsample");
    String coordinates =
        old ? "asymmetric" : node.text("coordinate_transformation_mode", "half_pixel");
    boolean corners = coordinates.equals("align_corners");
    double height = maps.size(1) * factors[0];
    double width = maps.size(2) * factors[1];
    // If the output size is not an exact multiple, ONNX uses the factor and core the sizes.
    boolean whole = isWhole(height) && isWhole(width);
    boolean plain = node.integer("antialias", 0) == 0 && node.integer("exclude_outside", 0) == 0;
    if (!plain || !whole || !(corners || coordinates.endsWith("half_pixel"))) {
      throw new IllegalArgumentException(
          "resizes %s to %sx%s (linear, %s); core does without antialiasing, to whole sizes, by half_pixel or align_corners"
              .formatted(maps, height, width, coordinates));
    }
    return new Resize2d((int) Math.round(height), (int) Math.round(width), corners);
  }

  private static boolean isWhole(double size) {
    return size >= 0.5 && Math.abs(size - Math.rint(size)) < 1e-3;
  }

  /** True if pixel i of the result is pixel i / factor, rounded down, of the input. */
  static boolean repeatsPixels(LoweringContext context, int factor) {
    OnnxNode node = context.node();
    if (!node.text("mode", "nearest").equals("nearest")) {
      return false;
    }
    if (context.opset() < 11 || node.opType().equals("Upsample")) {
      return true;
    }
    String coordinates = node.text("coordinate_transformation_mode", "half_pixel");
    String rounding = node.text("nearest_mode", "round_prefer_floor");
    return switch (coordinates) {
      // (i + 1/2) / factor - 1/2 is less than a half from the pixel that is repeated
      case "half_pixel", "pytorch_half_pixel", "half_pixel_symmetric" ->
          rounding.startsWith("round");
      case "asymmetric" ->
          rounding.equals("floor") || (factor == 2 && rounding.equals("round_prefer_floor"));
      default -> factor == 1;
    };
  }
}
