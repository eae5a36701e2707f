package io.fovea.format.onnx.export;

import io.fovea.format.onnx.graph.Attribute;
import io.fovea.layer.Resize2d;
import io.fovea.layer.Upsample2d;
import io.fovea.layer.ZeroPad2d;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Exports layers that change the size of maps. */
final class SizeNodes {
  private SizeNodes() {}

  static void pad(ExportContext context, ZeroPad2d pad) {
    String sides =
        context
            .writer()
            .integers(
                context.part("pads"), 0, 0, pad.top(), pad.left(), 0, 0, pad.bottom(), pad.right());
    context.writer().node(context.name(), "Pad", context.x(), sides);
  }

  /** Pixel i of the output is pixel i / factor, rounded down, of the input. */
  static void upsample(ExportContext context, Upsample2d up) {
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    attributes.put("mode", Attribute.of("nearest"));
    attributes.put("coordinate_transformation_mode", Attribute.of("asymmetric"));
    attributes.put("nearest_mode", Attribute.of("floor"));
    String scales =
        context
            .writer()
            .floats(context.part("scales"), new int[] {4}, 1, 1, up.factor(), up.factor());
    context.writer().node(context.name(), "Resize", attributes, List.of(context.x(), "", scales));
  }

  /** Exports factors, because sizes would have to include the number of images. */
  static void resize(ExportContext context, Resize2d resize) {
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    attributes.put("mode", Attribute.of("linear"));
    attributes.put(
        "coordinate_transformation_mode",
        Attribute.of(resize.alignCorners() ? "align_corners" : "half_pixel"));
    float heightScale = factor(resize.height(), context.shape().size(1));
    float widthScale = factor(resize.width(), context.shape().size(2));
    String scales =
        context
            .writer()
            .floats(context.part("scales"), new int[] {4}, 1, 1, heightScale, widthScale);
    context.writer().node(context.name(), "Resize", attributes, List.of(context.x(), "", scales));
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
