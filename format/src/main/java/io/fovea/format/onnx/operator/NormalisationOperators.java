package io.fovea.format.onnx.operator;

import io.fovea.format.onnx.graph.OnnxNode;
import io.fovea.format.onnx.value.NdArray;
import io.fovea.layer.BatchNorm2d;
import io.fovea.layer.GroupNorm;
import io.fovea.layer.LayerNorm;
import io.fovea.tensor.Shape;
import java.util.Map;

/** Normalisations, by core's layers. */
final class NormalisationOperators {
  private NormalisationOperators() {}

  static void register(Map<String, Operator> table) {
    table.put("BatchNormalization", Operator.of(NormalisationOperators::batch));
    table.put("InstanceNormalization", Operator.of(NormalisationOperators::instance));
    table.put("LayerNormalization", Operator.of(NormalisationOperators::layer));
    table.put("GroupNormalization", Operator.of(NormalisationOperators::group));
    table.put("LRN", Operator.of(NormalisationOperators::localResponse));
  }

  private static float epsilon(OperatorContext context) {
    return context.node().number("epsilon", 1e-5f);
  }

  /** Before version 9 each activation could have its own statistics. */
  private static NdArray batch(OperatorContext context) {
    NdArray x = required(context, 2);
    OnnxNode node = context.node();
    boolean trains =
        context.opset() >= 14
            ? node.integer("training_mode", 0) != 0
            : context.opset() < 7 && node.integer("is_test", 0) == 0 && node.outputs().size() > 1;
    if (trains) {
      throw context.unsupported("statistics of the batch at hand", x, "running statistics");
    }
    boolean spatial = context.opset() >= 9 || node.integer("spatial", 1) != 0;
    int inner = spatial ? Strided.product(x.dims(), 2, x.rank()) : 1;
    int channels = spatial ? x.dim(1) : Strided.product(x.dims(), 1, x.rank());
    Map<String, float[]> weights =
        Map.of(
            "weight", context.floats(1).floats(),
            "bias", context.floats(2).floats(),
            "running_mean", context.floats(3).floats(),
            "running_var", context.floats(4).floats());
    BatchNorm2d norm = new BatchNorm2d(epsilon(context), 0);
    return LayerPass.run(context, norm, x, Shape.of(channels, inner, 1), () -> weights)
        .reshaped(x.dims());
  }

  private static NdArray required(OperatorContext context, int rank) {
    NdArray x = context.floats(0);
    if (x.rank() < rank) {
      throw context.error("expects %d dimensions or more, got %s".formatted(rank, x));
    }
    return x;
  }

  private static NdArray instance(OperatorContext context) {
    NdArray x = required(context, 3);
    return grouped(context, x, x.dim(1));
  }

  /** Parameters belong to groups before version 21, to channels since. */
  private static NdArray group(OperatorContext context) {
    NdArray x = required(context, 2);
    return grouped(context, x, Math.toIntExact(context.node().integer("num_groups", 0)));
  }

  private static NdArray grouped(OperatorContext context, NdArray x, int groups) {
    Shape maps = Shape.of(x.dim(1), Strided.product(x.dims(), 2, x.rank()), 1);
    Map<String, float[]> weights =
        Map.of(
            "weight", NodeLayers.spread(context.floats(1).floats(), x.dim(1)),
            "bias", NodeLayers.spread(context.floats(2).floats(), x.dim(1)));
    return LayerPass.run(context, new GroupNorm(groups, epsilon(context)), x, maps, () -> weights)
        .reshaped(x.dims());
  }

  /** Normalises over the dimensions from axis on. */
  private static NdArray layer(OperatorContext context) {
    NdArray x = context.floats(0);
    if (context.node().outputs().stream().skip(1).anyMatch(name -> !name.isEmpty())) {
      throw context.unsupported("means and deviations as further outputs", x, "the first output");
    }
    int axis = context.axis("axis", -1, x.rank());
    Shape row = Shape.of(Strided.product(x.dims(), axis, x.rank()));
    LayerNorm norm = new LayerNorm(epsilon(context));
    return LayerPass.run(context, norm, x, row, context::weightAndBias).reshaped(x.dims());
  }

  private static NdArray localResponse(OperatorContext context) {
    NdArray x = required(context, 3);
    Shape maps = Shape.of(x.dim(1), Strided.product(x.dims(), 2, x.rank()), 1);
    return LayerPass.run(context, NodeLayers.localResponse(context.node()), x, maps)
        .reshaped(x.dims());
  }
}
