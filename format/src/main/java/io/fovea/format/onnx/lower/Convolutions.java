package io.fovea.format.onnx.lower;

import io.fovea.format.onnx.graph.OnnxNode;
import io.fovea.format.onnx.value.NdArray;
import io.fovea.layer.Conv2d;
import io.fovea.layer.ConvTranspose2d;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Window;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lowers Conv and ConvTranspose. */
final class Convolutions {
  private Convolutions() {}

  static void conv(LoweringContext context) {
    NdArray w = context.constant(1);
    requireTwoAxes(w);
    int x = context.maps(0);
    long[] kernel = context.node().integers("kernel_shape", w.dim(2), w.dim(3));
    Window window = WindowReader.of(context.node(), kernel, context.shape(x));
    int groups = Math.toIntExact(context.node().integer("group", 1));
    Conv2d conv = new Conv2d(w.dim(0), window, groups, context.node().hasInput(2));
    requireChannels(context.shape(x), w.dim(1) * groups);
    context.outputMaps(context.add(conv, List.of(x), weights(context, w, conv.filters())));
  }

  static void transposed(LoweringContext context) {
    NdArray w = context.constant(1);
    requireTwoAxes(w);
    OnnxNode node = context.node();
    int x = context.maps(0);
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
            WindowReader.of(node, kernel, context.shape(x)),
            Math.toIntExact(extra[0]),
            Math.toIntExact(extra[1]),
            groups,
            node.hasInput(2));
    requireChannels(context.shape(x), w.dim(0));
    context.outputMaps(context.add(conv, List.of(x), weights(context, w, conv.filters())));
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

  static Map<String, float[]> weights(LoweringContext context, NdArray w, int filters) {
    Map<String, float[]> weights = new LinkedHashMap<>();
    weights.put("weight", w.asFloats());
    if (context.node().hasInput(2)) {
      weights.put("bias", context.floats(2, filters));
    }
    return weights;
  }
}
