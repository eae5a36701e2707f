package io.fovea.format.onnx.export;

import io.fovea.format.onnx.graph.Attribute;
import io.fovea.layer.Resize2d;
import io.fovea.layer.Upsample2d;
import io.fovea.layer.ZeroPad2d;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Layers that change the size of maps and no values. */
final class SizeNodes {
  private SizeNodes() {}

  static void pad(Place p, ZeroPad2d pad) {
    String sides =
        p.sheet()
            .wholes(p.part("pads"), 0, 0, pad.top(), pad.left(), 0, 0, pad.bottom(), pad.right());
    p.sheet().node(p.name(), "Pad", p.x(), sides);
  }

  /** Pixel i of the output is pixel i / factor, rounded down, of the input. */
  static void upsample(Place p, Upsample2d up) {
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    attributes.put("mode", Attribute.of("nearest"));
    attributes.put("coordinate_transformation_mode", Attribute.of("asymmetric"));
    attributes.put("nearest_mode", Attribute.of("floor"));
    String scales =
        p.sheet().floats(p.part("scales"), new int[] {4}, 1, 1, up.factor(), up.factor());
    p.sheet().node(p.name(), "Resize", attributes, List.of(p.x(), "", scales));
  }

  /** By factors, because sizes would have to name the number of images. */
  static void resize(Place p, Resize2d resize) {
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    attributes.put("mode", Attribute.of("linear"));
    attributes.put(
        "coordinate_transformation_mode",
        Attribute.of(resize.alignCorners() ? "align_corners" : "half_pixel"));
    float down = factor(resize.height(), p.shape().size(1));
    float right = factor(resize.width(), p.shape().size(2));
    String scales = p.sheet().floats(p.part("scales"), new int[] {4}, 1, 1, down, right);
    p.sheet().node(p.name(), "Resize", attributes, List.of(p.x(), "", scales));
  }

  /** The size that comes out is the product rounded down: the quotient, not rounded down itself. */
  private static float factor(int to, int from) {
    float factor = (float) to / from;
    while ((int) (factor * from) < to) {
      factor = Math.nextUp(factor);
    }
    return factor;
  }
}
