package io.fovea.format.onnx.lower;

import io.fovea.format.onnx.graph.OnnxNode;
import io.fovea.format.onnx.lower.Value.Computed;
import io.fovea.layer.ChannelSlice;
import io.fovea.layer.Concat;
import io.fovea.layer.Resize2d;
import io.fovea.layer.Upsample2d;
import io.fovea.layer.ZeroPad2d;
import io.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Lowers Concat, Split, Slice, Pad and Resize. */
final class ShapeOps {
  private ShapeOps() {}

  static void concat(LoweringContext context) {
    int count = context.node().inputs().size();
    Computed first = context.computed(0);
    int axis = context.axis(context.node().integer("axis", 1), first.axes().rank());
    if (count == 1) {
      Views.same(context);
      return;
    }
    boolean rows = first.axes().rank() == 2 && axis == 1;
    List<Integer> nodeIds = new ArrayList<>();
    boolean asTheyLie = true;
    for (int i = 0; i < count && !rows; i++) {
      Computed x = context.computed(i);
      Shape shape = context.shape(x.nodeId());
      asTheyLie &=
          shape.rank() == 3
              && x.axes().rank() == first.axes().rank()
              && isChannels(x, axis, shape)
              && x.axes().with(axis, List.of()).equals(first.axes().with(axis, List.of()));
    }
    for (int i = 0; i < count; i++) {
      Computed x = context.computed(i);
      nodeIds.add(rows ? row(context, x) : asTheyLie ? x.nodeId() : context.maps(i));
    }
    if (!rows && !asTheyLie && axis != 1) {
      throw new IllegalArgumentException(
          "joins axis %d of %s, which are not the channels".formatted(axis, first.axes()));
    }
    int y = context.add(new Concat(), nodeIds, Map.of());
    Shape joined = context.shape(y);
    context.output(
        new Computed(
            y,
            rows || !asTheyLie
                ? Axes.of(joined)
                : first.axes().with(axis, Axes.whole(Factor.Origin.CHANNEL, joined.size(0)))));
  }

  private static boolean isChannels(Computed x, int axis, Shape shape) {
    return x.axes().axes().get(axis).equals(Axes.whole(Factor.Origin.CHANNEL, shape.size(0)));
  }

  /** A row in core's order: joined rows keep the order of each. */
  private static int row(LoweringContext context, Computed x) {
    if (!FlattenOrder.isLogical(x.axes(), context.shape(x.nodeId()))) {
      throw new IllegalArgumentException(
          "joins rows that were flattened as %s; core flattens as N,CHW".formatted(x.axes()));
    }
    return context.state().row(x.nodeId(), context.viewName(x));
  }

  static void split(LoweringContext context) {
    OnnxNode node = context.node();
    Computed x = context.computed(0);
    int axis = context.axis(node.integer("axis", 0), x.axes().rank());
    int size = Math.toIntExact(x.axes().sizes(1)[axis]);
    int parts = node.outputs().size();
    long share = Math.ceilDiv(size, node.integer("num_outputs", parts));
    long[] equal = new long[parts];
    Arrays.setAll(equal, i -> Math.min(share, size - i * share));
    long[] sizes = context.integers("split", 1, equal);
    int begin = 0;
    for (int i = 0; i < parts; i++) {
      int end = Math.toIntExact(begin + sizes[i]);
      if (!node.outputs().get(i).isEmpty()) {
        context.output(i, slice(context, x, axis, begin, end));
      }
      begin = end;
    }
  }

  static void slice(LoweringContext context) {
    Computed x = context.computed(0);
    long[] starts = context.integers("starts", 1);
    long[] ends = context.integers("ends", 2);
    long[] all = new long[starts.length];
    Arrays.setAll(all, i -> i);
    long[] axes = context.integers("axes", 3, all);
    long[] ones = new long[starts.length];
    Arrays.fill(ones, 1);
    long[] steps = context.integers("steps", 4, ones);
    Computed y = x;
    for (int i = 0; i < starts.length; i++) {
      int axis = context.axis(axes[i], x.axes().rank());
      if (x.axes().axes().get(axis).equals(List.of(Factor.BATCH))) {
        throw new IllegalArgumentException("cuts the images of a batch apart");
      }
      if (steps[i] != 1) {
        throw new IllegalArgumentException("has a step of %d; core's is 1".formatted(steps[i]));
      }
      int size = Math.toIntExact(y.axes().sizes(1)[axis]);
      int begin = Math.clamp(starts[i] < 0 ? starts[i] + size : starts[i], 0, size);
      int end = Math.clamp(ends[i] < 0 ? ends[i] + size : ends[i], 0, size);
      y = slice(context, y, axis, begin, end);
    }
    context.output(y);
  }

  private static Computed slice(LoweringContext context, Computed x, int axis, int begin, int end) {
    if (begin == 0 && end == x.axes().sizes(1)[axis]) {
      return x;
    }
    Computed y = x;
    if (x.axes().rank() == 4 && axis == 1 && x.axes().axes().get(1).size() > 1) {
      int maps = context.state().maps(x, context.viewName(x));
      y = new Computed(maps, Axes.of(context.shape(maps)));
    }
    if (!isChannels(y, axis, context.shape(y.nodeId()))) {
      throw new IllegalArgumentException(
          "cuts axis %d of %s, which are not the channels".formatted(axis, x.axes()));
    }
    int nodeId = context.add(new ChannelSlice(begin, end), List.of(y.nodeId()), Map.of());
    return new Computed(
        nodeId, y.axes().with(axis, Axes.whole(Factor.Origin.CHANNEL, end - begin)));
  }

  static void pad(LoweringContext context) {
    OnnxNode node = context.node();
    String mode = node.text("mode", "constant");
    float value = node.number("value", 0);
    if (node.hasInput(2)) {
      value = context.floats(2, 1)[0];
    }
    if (!mode.equals("constant") || value != 0) {
      throw new IllegalArgumentException(
          "pads by %s %s; core pads by zeros".formatted(mode, value));
    }
    long[] given = context.integers(node.has("paddings") ? "paddings" : "pads", 1);
    Computed x = context.computed(0);
    int rank = x.axes().rank();
    long[] before = new long[rank];
    long[] behind = new long[rank];
    long[] all = new long[given.length / 2];
    Arrays.setAll(all, i -> i);
    long[] axes = context.integers("axes", 3, all);
    for (int i = 0; i < axes.length; i++) {
      before[context.axis(axes[i], rank)] = given[i];
      behind[context.axis(axes[i], rank)] = given[axes.length + i];
    }
    if (Arrays.stream(given).allMatch(side -> side == 0)) {
      Views.same(context);
      return;
    }
    int maps = context.maps(0);
    if (before[0] + behind[0] + before[1] + behind[1] != 0) {
      throw new IllegalArgumentException("pads images or channels; core pads rows and columns");
    }
    ZeroPad2d pad =
        new ZeroPad2d(
            Math.toIntExact(before[2]),
            Math.toIntExact(before[3]),
            Math.toIntExact(behind[2]),
            Math.toIntExact(behind[3]));
    context.outputMaps(context.add(pad, List.of(maps), Map.of()));
  }

  static void resize(LoweringContext context) {
    int maps = context.maps(0);
    Shape shape = context.shape(maps);
    double[] factors = Scales.of(context, shape);
    if (context.node().text("mode", "nearest").equals("linear")) {
      Resize2d layer = Scales.bilinear(context, shape, factors);
      context.outputMaps(context.add(layer, List.of(maps), Map.of()));
      return;
    }
    int factor = (int) factors[0];
    boolean whole = factors[0] == factors[1] && factor == factors[0] && factor >= 1;
    if (!whole || !Scales.repeatsPixels(context, factor)) {
      throw new IllegalArgumentException(
          "resizes %s by %s (%s); core repeats pixels a whole number of times, the same for rows and columns"
              .formatted(shape, Arrays.toString(factors), context.node().text("mode", "nearest")));
    }
    context.outputMaps(context.add(new Upsample2d(factor), List.of(maps), Map.of()));
  }
}
