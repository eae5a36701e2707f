package io.fovea.format.onnx.operator;

import io.fovea.format.onnx.graph.OnnxNode;
import io.fovea.format.onnx.value.NdArray;
import io.fovea.layer.Layer;
import io.fovea.tensor.Shape;
import java.util.Map;

/** Conv and ConvTranspose over one or two axes, by core's layers. */
final class ConvolutionOperators {
  private ConvolutionOperators() {}

  static void register(Map<String, Operator> table) {
    table.put("Conv", Operator.of(context -> convolution(context, NodeLayers::conv)));
    table.put(
        "ConvTranspose", Operator.of(context -> convolution(context, NodeLayers::transposed)));
  }

  private interface Convolution {
    Layer of(OnnxNode node, NdArray w, Shape maps);
  }

  private static NdArray convolution(OperatorContext context, Convolution layer) {
    NdArray x = context.floats(0);
    NdArray w = context.floats(1);
    if (w.rank() != x.rank() || x.rank() < 3) {
      throw context.error(
          "expects weights of as many dimensions as its input, got %s and %s".formatted(w, x));
    }
    Shape maps = maps(context, x);
    NdArray y =
        LayerPass.run(context, layer.of(context.node(), w, maps), x, maps, context::weightAndBias);
    return likeInput(x, y);
  }

  /** The shape of one image of (N, C, W) or (N, C, H, W); a line is a map of one row. */
  static Shape maps(OperatorContext context, NdArray x) {
    return switch (x.rank()) {
      case 3 -> Shape.of(x.dim(1), 1, x.dim(2));
      case 4 -> Shape.of(x.dim(1), x.dim(2), x.dim(3));
      default ->
          throw context.unsupported(
              "windows over %d axes".formatted(x.rank() - 2), x, "windows over one or two axes");
    };
  }

  /** Maps as (N, C, W) where the input is lines. */
  static NdArray likeInput(NdArray x, NdArray y) {
    return x.rank() == 4 ? y : y.reshaped(y.dim(0), y.dim(1), y.dim(3));
  }
}
