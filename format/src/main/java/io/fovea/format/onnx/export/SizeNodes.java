package io.fovea.format.onnx.export;

import io.fovea.layer.Resize2d;
import io.fovea.layer.Upsample2d;
import io.fovea.layer.ZeroPad2d;
import java.util.List;

/** Exports layers that change the size of maps. */
final class SizeNodes {
  private SizeNodes() {}

  static void pad(ExportContext context, ZeroPad2d pad) {
    String sides =
        context.integers("pads", 0, 0, pad.top(), pad.left(), 0, 0, pad.bottom(), pad.right());
    context.write("Pad", context.x(), sides);
  }

  /** Pixel i of the output is pixel i / factor, rounded down, of the input. */
  static void upsample(ExportContext context, Upsample2d up) {
    Attributes attributes =
        new Attributes()
            .with("mode", "nearest")
            .with("coordinate_transformation_mode", "asymmetric")
            .with("nearest_mode", "floor");
    resize(context, attributes, up.factor(), up.factor());
  }

  static void resize(ExportContext context, Resize2d resize) {
    String coordinates = resize.alignCorners() ? "align_corners" : "half_pixel";
    Attributes attributes =
        new Attributes().with("mode", "linear").with("coordinate_transformation_mode", coordinates);
    float heightScale = factor(resize.height(), context.shape().size(1));
    float widthScale = factor(resize.width(), context.shape().size(2));
    resize(context, attributes, heightScale, widthScale);
  }

  /** Exports factors, because sizes would have to include the number of images. */
  private static void resize(
      ExportContext context, Attributes attributes, float height, float width) {
    String scales = context.floats("scales", new int[] {4}, 1, 1, height, width);
    context.write("Resize", attributes, List.of(context.x(), "", scales));
  }

  /** A factor whose product with the input size, rounded down, is the output size. */
  private static float factor(int outputSize, int inputSize) {
    float factor = (float) outputSize / inputSize;
    while ((int) (factor * inputSize) < outputSize) {
      factor = Math.nextUp(factor);
    }
    return factor;
  }
}
