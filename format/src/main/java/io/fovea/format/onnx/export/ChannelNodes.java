package io.fovea.format.onnx.export;

import io.fovea.format.onnx.graph.Attribute;
import io.fovea.layer.ChannelShuffle;
import io.fovea.layer.ChannelSlice;
import io.fovea.tensor.Shape;
import java.util.List;
import java.util.Map;

/** Exports channel shuffles and slices. */
final class ChannelNodes {
  private ChannelNodes() {}

  /** Reshapes (C) to (groups, C/groups), transposes, and reshapes back. */
  static void shuffle(ExportContext context, ChannelShuffle shuffle) {
    GraphWriter writer = context.writer();
    Shape maps = context.shape();
    int groups = shuffle.groups();
    int each = maps.size(0) / groups;
    String cut =
        writer.integers(context.part("cut-shape"), 0, groups, each, maps.size(1), maps.size(2));
    String x = writer.node(context.part("cut"), "Reshape", context.x(), cut);
    Map<String, Attribute> order = Map.of("perm", GraphWriter.ints(0, 2, 1, 3, 4));
    String turned = writer.node(context.part("turned"), "Transpose", order, List.of(x));
    String whole =
        writer.integers(context.part("maps-shape"), 0, maps.size(0), maps.size(1), maps.size(2));
    writer.node(context.name(), "Reshape", turned, whole);
  }

  static void slice(ExportContext context, ChannelSlice slice) {
    GraphWriter writer = context.writer();
    String starts = writer.integers(context.part("from"), slice.from());
    String ends = writer.integers(context.part("to"), slice.to());
    String axes = writer.integers(context.part("axes"), 1);
    writer.node(context.name(), "Slice", context.x(), starts, ends, axes);
  }
}
