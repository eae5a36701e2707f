package io.fovea.format.onnx.lower;

import io.fovea.format.onnx.operator.NodeLayers;
import io.fovea.format.onnx.value.NdArray;
import io.fovea.layer.Conv2d;
import io.fovea.layer.ConvTranspose2d;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lowers Conv and ConvTranspose. */
final class Convolutions {
  private Convolutions() {}

  static void conv(LoweringContext context) {
    NdArray w = weight(context);
    int x = context.maps(0);
    Conv2d conv = NodeLayers.conv(context.node(), w, context.shape(x));
    context.outputMaps(context.add(conv, List.of(x), weights(context, w, conv.filters())));
  }

  static void transposed(LoweringContext context) {
    NdArray w = weight(context);
    int x = context.maps(0);
    ConvTranspose2d conv = NodeLayers.transposed(context.node(), w, context.shape(x));
    context.outputMaps(context.add(conv, List.of(x), weights(context, w, conv.filters())));
  }

  private static NdArray weight(LoweringContext context) {
    NdArray w = context.constant(1);
    if (w.rank() != 4) {
      throw new IllegalArgumentException(
          "expects a weight with rows and columns (4 dimensions), got " + w);
    }
    return w;
  }

  private static Map<String, float[]> weights(LoweringContext context, NdArray w, int filters) {
    Map<String, float[]> weights = new LinkedHashMap<>();
    weights.put("weight", w.asFloats());
    if (context.node().hasInput(2)) {
      weights.put("bias", context.floats(2, filters));
    }
    return weights;
  }
}
