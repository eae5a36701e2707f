package io.fovea.format.onnx.export;

import io.fovea.format.onnx.graph.Attribute;
import io.fovea.layer.ChannelShuffle;
import io.fovea.layer.ChannelSlice;
import io.fovea.tensor.Shape;
import java.util.List;
import java.util.Map;

/** Channels in another order, and some of them. */
final class ChannelNodes {
  private ChannelNodes() {}

  /** (C) as (groups, C/groups), turned, and one axis again. */
  static void shuffle(Place p, ChannelShuffle shuffle) {
    Sheet sheet = p.sheet();
    Shape maps = p.shape();
    int groups = shuffle.groups();
    int each = maps.size(0) / groups;
    String cut = sheet.wholes(p.part("cut-shape"), 0, groups, each, maps.size(1), maps.size(2));
    String x = sheet.node(p.part("cut"), "Reshape", p.x(), cut);
    Map<String, Attribute> order = Map.of("perm", Sheet.ints(0, 2, 1, 3, 4));
    String turned = sheet.node(p.part("turned"), "Transpose", order, List.of(x));
    String whole = sheet.wholes(p.part("maps-shape"), 0, maps.size(0), maps.size(1), maps.size(2));
    sheet.node(p.name(), "Reshape", turned, whole);
  }

  static void slice(Place p, ChannelSlice slice) {
    Sheet sheet = p.sheet();
    String from = sheet.wholes(p.part("from"), slice.from());
    String to = sheet.wholes(p.part("to"), slice.to());
    String axes = sheet.wholes(p.part("axes"), 1);
    sheet.node(p.name(), "Slice", p.x(), from, to, axes);
  }
}
