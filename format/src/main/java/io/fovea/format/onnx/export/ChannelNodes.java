package io.fovea.format.onnx.export;

import io.fovea.layer.ChannelShuffle;
import io.fovea.layer.ChannelSlice;
import io.fovea.tensor.Shape;
import java.util.List;

/** Exports channel shuffles and slices. */
final class ChannelNodes {
  private ChannelNodes() {}

  /** Reshapes (C) to (groups, C/groups), transposes, and reshapes back. */
  static void shuffle(ExportContext context, ChannelShuffle shuffle) {
    Shape maps = context.shape();
    int groups = shuffle.groups();
    int each = maps.size(0) / groups;
    String cut = context.integers("cut-shape", 0, groups, each, maps.size(1), maps.size(2));
    String x = context.part("cut", "Reshape", context.x(), cut);
    Attributes order = new Attributes().with("perm", 0, 2, 1, 3, 4);
    String turned = context.part("turned", "Transpose", order, List.of(x));
    context.write("Reshape", turned, shape(context, maps));
  }

  /** The constant for a Reshape to maps, of any number of images. */
  static String shape(ExportContext context, Shape maps) {
    return context.integers("maps-shape", 0, maps.size(0), maps.size(1), maps.size(2));
  }

  static void slice(ExportContext context, ChannelSlice slice) {
    String starts = context.integers("from", slice.from());
    String ends = context.integers("to", slice.to());
    String axes = context.integers("axes", 1);
    context.write("Slice", context.x(), starts, ends, axes);
  }
}
