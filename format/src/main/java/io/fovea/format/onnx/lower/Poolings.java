package io.fovea.format.onnx.lower;

import io.fovea.format.onnx.graph.OnnxNode;
import io.fovea.format.onnx.lower.Value.Computed;
import io.fovea.format.onnx.operator.NodeLayers;
import io.fovea.layer.Layer;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Lowers poolings over windows and over full maps, and reductions that are such poolings. */
final class Poolings {
  private Poolings() {}

  static void max(LoweringContext context) {
    if (context.node().outputs().size() > 1 && !context.node().outputs().get(1).isEmpty()) {
      throw new IllegalArgumentException("gives indices as well, which core's pooling does not");
    }
    pool(context, NodeLayers::maxPool);
  }

  static void average(LoweringContext context) {
    pool(context, NodeLayers::averagePool);
  }

  private static void pool(LoweringContext context, BiFunction<OnnxNode, Shape, Layer> layer) {
    int x = context.maps(0);
    Layer pool = layer.apply(context.node(), context.shape(x));
    context.outputMaps(context.add(pool, List.of(x), Map.of()));
  }

  static void whole(LoweringContext context, Function<Window, Layer> layer) {
    pool(context, (node, maps) -> layer.apply(LoweringState.whole(maps)));
  }

  static void reduce(LoweringContext context, Function<Window, Layer> layer) {
    Computed x = context.computed(0);
    Shape maps = context.shape(x.nodeId());
    long[] axes = context.integers("axes", 1);
    List<Integer> reduced = new ArrayList<>();
    List<Factor> factors = new ArrayList<>();
    Axes left = x.axes();
    for (long given : axes) {
      int axis = context.axis(given, x.axes().rank());
      reduced.add(axis);
      factors.addAll(x.axes().axes().get(axis));
      left = left.with(axis, List.of());
    }
    List<Factor> whole = new ArrayList<>();
    if (maps.rank() == 3) {
      whole.addAll(Axes.whole(Factor.Origin.HEIGHT, maps.size(1)));
      whole.addAll(Axes.whole(Factor.Origin.WIDTH, maps.size(2)));
    }
    boolean fits = maps.rank() == 3 && factors.size() == whole.size() && factors.containsAll(whole);
    if (!fits || axes.length == 0) {
      throw new IllegalArgumentException(
          "reduces over other axes than height and width of maps (axes %s of %s)"
              .formatted(reduced, x.axes()));
    }
    int nodeId = context.add(layer.apply(LoweringState.whole(maps)), List.of(x.nodeId()), Map.of());
    boolean kept = context.node().integer("keepdims", 1) != 0;
    context.output(new Computed(nodeId, kept ? left : left.without(reduced)));
  }
}
