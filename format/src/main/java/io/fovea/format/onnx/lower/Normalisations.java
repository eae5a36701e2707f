package io.fovea.format.onnx.lower;

import io.fovea.format.onnx.graph.OnnxNode;
import io.fovea.format.onnx.lower.Value.Computed;
import io.fovea.format.onnx.operator.NodeLayers;
import io.fovea.layer.BatchNorm2d;
import io.fovea.layer.ChannelAffine;
import io.fovea.layer.GroupNorm;
import io.fovea.layer.LayerNorm;
import io.fovea.layer.LayerNorm2d;
import io.fovea.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Lowers BatchNormalization, InstanceNormalization, GroupNormalization, LayerNormalization, LRN.
 */
final class Normalisations {
  private Normalisations() {}

  static void batch(LoweringContext context) {
    OnnxNode node = context.node();
    boolean trains = node.integer("training_mode", 0) != 0 || node.integer("is_test", 1) == 0;
    if (trains || node.integer("spatial", 1) == 0) {
      throw new IllegalArgumentException(
          "normalises by the batch at hand, or each pixel apart; core does by running statistics a channel");
    }
    float epsilon = node.number("epsilon", 1e-5f);
    // 1 - momentum in decimals: 0.9 gives 0.1, not 0.100000024.
    double stays = Double.parseDouble(Float.toString(node.number("momentum", 0.9f)));
    float momentum = (float) Math.clamp(1 - stays, 0, 1);
    Computed x = context.computed(0);
    int channels = context.constant(1).size();
    Map<String, float[]> weights = new LinkedHashMap<>();
    weights.put("weight", context.floats(1, channels));
    weights.put("bias", context.floats(2, channels));
    weights.put("running_mean", context.floats(3, channels));
    weights.put("running_var", context.floats(4, channels));
    if (x.axes().rank() == 2) {
      row(context, x, weights, epsilon);
      return;
    }
    int maps = context.maps(0);
    NodeLayers.requireChannels(context.shape(maps), channels);
    context.outputMaps(context.add(new BatchNorm2d(epsilon, momentum), List.of(maps), weights));
  }

  /** Lowers a batch normalisation of a row, which core does not have, to its scale and shift. */
  private static void row(
      LoweringContext context, Computed x, Map<String, float[]> weights, float epsilon) {
    Affine affine = Affine.ofBatchNorm(weights, epsilon);
    Shape shape = context.shape(x.nodeId());
    boolean plain = x.axes().equals(Axes.of(Shape.of(shape.elements())));
    if (!plain || affine.channels() != shape.elements()) {
      throw new IllegalArgumentException(
          "expects %d features a row, got %s of %s".formatted(affine.channels(), x.axes(), shape));
    }
    int row = context.state().row(x.nodeId(), context.viewName(x));
    context.output(
        new Computed(
            context.add(new ChannelAffine(true), List.of(row), affine.weights()), x.axes()));
  }

  /**
   * Lowers an instance normalisation, also of groups: axis 1 may be the groups, followed by their
   * channels and pixels.
   */
  static void instance(LoweringContext context) {
    float epsilon = context.node().number("epsilon", 1e-5f);
    Computed x = context.computed(0);
    Shape maps = context.shape(x.nodeId());
    int groups = maps.rank() == 3 ? groups(x.axes(), maps) : 0;
    if (groups == 0) {
      throw new IllegalArgumentException(
          "expects channels, or groups of neighbours, as the second axis, got " + x.axes());
    }
    normalise(context, x, groups, epsilon, context.floats(1, groups), context.floats(2, groups));
  }

  /** The size of axis 1 if it is groups of neighbouring channels, else 0. */
  private static int groups(Axes axes, Shape maps) {
    if (axes.rank() < 3 || !axes.axes().getFirst().equals(List.of(Factor.BATCH))) {
      return 0;
    }
    List<Factor> second = axes.axes().get(1);
    if (second.isEmpty()) {
      return 1;
    }
    Factor groups = second.getFirst();
    boolean outermost =
        second.size() == 1
            && groups.origin() == Factor.Origin.CHANNEL
            && groups.size() * groups.stride() == maps.size(0);
    return outermost ? groups.size() : 0;
  }

  static void group(LoweringContext context) {
    int groups = Math.toIntExact(context.node().integer("num_groups", 1));
    float epsilon = context.node().number("epsilon", 1e-5f);
    int maps = context.maps(0);
    int count = context.constant(1).size();
    normalise(
        context,
        new Computed(maps, Axes.of(context.shape(maps))),
        groups,
        epsilon,
        context.floats(1, count),
        context.floats(2, count));
  }

  private static void normalise(
      LoweringContext context,
      Computed x,
      int groups,
      float epsilon,
      float[] scale,
      float[] shift) {
    int channels = context.shape(x.nodeId()).size(0);
    Map<String, float[]> weights =
        Map.of(
            "weight", NodeLayers.spread(scale, channels),
            "bias", NodeLayers.spread(shift, channels));
    int nodeId = context.add(new GroupNorm(groups, epsilon), List.of(x.nodeId()), weights);
    context.output(new Computed(nodeId, x.axes()));
  }

  /**
   * Lowers a layer normalisation over the channels, if they come last, or over all values of an
   * image, in core's order of elements.
   */
  static void layer(LoweringContext context) {
    Computed x = context.computed(0);
    Shape shape = context.shape(x.nodeId());
    int axis = context.axis(context.node().integer("axis", -1), x.axes().rank());
    boolean inOrder =
        x.axes().equals(Axes.of(shape)) || x.axes().equals(Axes.of(Shape.of(shape.elements())));
    boolean flattened = x.axes().rank() == 2 && FlattenOrder.isLogical(x.axes(), shape);
    boolean all = axis == 1 && (inOrder || flattened);
    if (!all && !(shape.rank() == 3 && x.axes().isChannels(axis, shape))) {
      throw new IllegalArgumentException(
          "normalises from axis %d of %s on; core does over all of an image, from axis 1 of N,C,H,W or N,F, or over channels that come last"
              .formatted(axis, x.axes()));
    }
    int elements = all ? shape.elements() : shape.size(0);
    Map<String, float[]> weights = new LinkedHashMap<>();
    weights.put("weight", context.floats(1, elements));
    weights.put(
        "bias", context.node().hasInput(2) ? context.floats(2, elements) : new float[elements]);
    float epsilon = context.node().number("epsilon", 1e-5f);
    if (all) {
      context.elementwise(new LayerNorm(epsilon), weights);
    } else {
      context.perChannel(new LayerNorm2d(epsilon), weights);
    }
  }

  static void localResponse(LoweringContext context) {
    context.onMaps(NodeLayers.localResponse(context.node()), Map.of());
  }
}
