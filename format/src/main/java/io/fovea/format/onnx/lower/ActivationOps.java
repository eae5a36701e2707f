package io.fovea.format.onnx.lower;

import io.fovea.format.onnx.graph.OnnxNode;
import io.fovea.format.onnx.lower.Value.Computed;
import io.fovea.layer.Clip;
import io.fovea.layer.Elu;
import io.fovea.layer.Gelu;
import io.fovea.layer.HardSigmoid;
import io.fovea.layer.Layer;
import io.fovea.layer.LeakyRelu;
import io.fovea.layer.PRelu;
import io.fovea.layer.Relu;
import io.fovea.layer.Selu;
import io.fovea.layer.Silu;
import io.fovea.layer.Softmax;
import io.fovea.tensor.Shape;
import java.util.List;
import java.util.Map;

/** Lowers activations: element-wise functions, PRelu and Softmax. */
final class ActivationOps {
  private ActivationOps() {}

  static void plain(LoweringContext context, Layer layer) {
    context.elementwise(layer, Map.of());
  }

  static void leakyRelu(LoweringContext context) {
    plain(context, new LeakyRelu(context.node().number("alpha", 0.01f)));
  }

  static void elu(LoweringContext context) {
    plain(context, new Elu(context.node().number("alpha", 1)));
  }

  static void selu(LoweringContext context) {
    Selu usual = new Selu();
    plain(
        context,
        new Selu(
            context.node().number("alpha", usual.alpha()),
            context.node().number("gamma", usual.gamma())));
  }

  static void gelu(LoweringContext context) {
    plain(context, new Gelu(context.node().text("approximate", "none").equals("tanh")));
  }

  static void hardSigmoid(LoweringContext context) {
    OnnxNode node = context.node();
    plain(context, new HardSigmoid(node.number("alpha", 0.2f), node.number("beta", 0.5f)));
  }

  /** x * sigmoid(alpha * x). */
  static void swish(LoweringContext context) {
    if (context.node().number("alpha", 1) != 1) {
      throw new IllegalArgumentException("has an alpha other than 1");
    }
    plain(context, new Silu());
  }

  /** Bounds are attributes in opsets up to 10, inputs from 11 on. */
  static void clip(LoweringContext context) {
    float min = bound(context, "min", 1, Float.NEGATIVE_INFINITY);
    float max = bound(context, "max", 2, Float.POSITIVE_INFINITY);
    if (min == Float.NEGATIVE_INFINITY && max == Float.POSITIVE_INFINITY) {
      Views.same(context);
      return;
    }
    boolean rectifies = min == 0 && max == Float.POSITIVE_INFINITY;
    plain(context, rectifies ? new Relu() : new Clip(min, max));
  }

  private static float bound(LoweringContext context, String name, int input, float open) {
    float bound =
        context.node().hasInput(input)
            ? context.floats(input, 1)[0]
            : context.node().number(name, open);
    // Exporters write the largest float for a missing bound.
    return Math.abs(bound) == Float.MAX_VALUE ? open : bound;
  }

  static void prelu(LoweringContext context) {
    Computed x = context.computed(0);
    float[] slopes = Channels.of(context.constant(1), x.axes(), context.shape(x.nodeId()));
    context.perChannel(new PRelu(slopes.length == 1), Map.of("weight", slopes));
  }

  /** Softmax over the channels of each pixel, or all features of a row. */
  static void softmax(LoweringContext context) {
    Computed x = context.computed(0);
    Shape shape = context.shape(x.nodeId());
    if (!isOverChannels(context, x, shape)) {
      throw new IllegalArgumentException(
          "goes over other axes than the channels, or all features of a row, of " + x.axes());
    }
    context.elementwise(new Softmax(), Map.of());
  }

  /** True for a softmax over the classes, which classifiers compute themselves. */
  static boolean isOverChannels(LoweringContext context, Computed x, Shape shape) {
    int rank = x.axes().rank();
    boolean old = context.opset() < 13;
    int axis = context.axis(context.node().integer("axis", old ? 1 : -1), rank);
    List<List<Factor>> over =
        old ? x.axes().axes().subList(axis, rank) : List.of(x.axes().axes().get(axis));
    List<Factor> factors = over.stream().flatMap(List::stream).toList();
    if (factors.equals(Axes.whole(Factor.Origin.CHANNEL, shape.size(0)))) {
      return true;
    }
    boolean all = factors.size() == x.axes().factors().size() - 1;
    return rank == 2 && all && FlattenOrder.isLogical(x.axes(), shape);
  }
}
