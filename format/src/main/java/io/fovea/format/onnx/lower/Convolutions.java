package io.fovea.format.onnx.lower;

import io.fovea.format.onnx.NdArray;
import io.fovea.format.onnx.graph.OnnxNode;
import io.fovea.layer.Conv2d;
import io.fovea.layer.ConvTranspose2d;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Window;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Conv and ConvTranspose. */
final class Convolutions {
  private Convolutions() {}

  static void conv(Site site) {
    NdArray w = site.constant(1);
    requireTwoAxes(w);
    int x = site.maps(0);
    long[] kernel = site.node().integers("kernel_shape", w.dim(2), w.dim(3));
    Window window = Windows.of(site.node(), kernel, site.shape(x));
    int groups = Math.toIntExact(site.node().integer("group", 1));
    Conv2d conv = new Conv2d(w.dim(0), window, groups, site.node().hasInput(2));
    requireChannels(site.shape(x), w.dim(1) * groups);
    site.outputMaps(site.add(conv, List.of(x), weights(site, w, conv.filters())));
  }

  static void transposed(Site site) {
    NdArray w = site.constant(1);
    requireTwoAxes(w);
    OnnxNode node = site.node();
    int x = site.maps(0);
    int groups = Math.toIntExact(node.integer("group", 1));
    long[] kernel = node.integers("kernel_shape", w.dim(2), w.dim(3));
    if (node.has("output_shape") || !node.text("auto_pad", "NOTSET").equals("NOTSET")) {
      throw new IllegalArgumentException(
          "derives its padding from the output's shape (output_shape, auto_pad); give pads");
    }
    long[] extra = node.integers("output_padding", 0, 0);
    ConvTranspose2d conv =
        new ConvTranspose2d(
            w.dim(1) * groups,
            Windows.of(node, kernel, site.shape(x)),
            Math.toIntExact(extra[0]),
            Math.toIntExact(extra[1]),
            groups,
            node.hasInput(2));
    requireChannels(site.shape(x), w.dim(0));
    site.outputMaps(site.add(conv, List.of(x), weights(site, w, conv.filters())));
  }

  static void requireTwoAxes(NdArray w) {
    if (w.rank() != 4) {
      throw new IllegalArgumentException(
          "expects a weight with rows and columns (4 dimensions), got " + w);
    }
  }

  static void requireChannels(Shape maps, int expected) {
    if (maps.size(0) != expected) {
      throw new IllegalArgumentException(
          "expects %d channels for its weight, got maps of %s".formatted(expected, maps));
    }
  }

  static Map<String, float[]> weights(Site site, NdArray w, int filters) {
    Map<String, float[]> weights = new LinkedHashMap<>();
    weights.put("weight", w.asFloats());
    if (site.node().hasInput(2)) {
      weights.put("bias", site.floats(2, filters));
    }
    return weights;
  }
}
