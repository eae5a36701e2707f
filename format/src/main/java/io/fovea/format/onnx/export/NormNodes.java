package io.fovea.format.onnx.export;

import io.fovea.format.onnx.graph.Attribute;
import io.fovea.layer.BatchNorm2d;
import io.fovea.layer.GroupNorm;
import io.fovea.layer.LayerNorm;
import io.fovea.layer.LayerNorm2d;
import io.fovea.layer.LocalResponseNorm;
import io.fovea.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Exports normalisations. */
final class NormNodes {
  private NormNodes() {}

  private static Map<String, Attribute> epsilon(float epsilon) {
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    attributes.put("epsilon", Attribute.of(epsilon));
    return attributes;
  }

  /** ONNX's momentum is the weight of the running statistics, core's that of the batch. */
  static void batchNorm(ExportContext context, BatchNorm2d norm) {
    Map<String, Attribute> attributes = epsilon(norm.epsilon());
    attributes.put("momentum", Attribute.of(1 - norm.momentum()));
    List<String> inputs =
        List.of(
            context.x(),
            context.weight("weight"),
            context.weight("bias"),
            context.weight("running_mean"),
            context.weight("running_var"));
    context.writer().node(context.name(), "BatchNormalization", attributes, inputs);
  }

  static void layerNorm(ExportContext context, LayerNorm norm) {
    Map<String, Attribute> attributes = epsilon(norm.epsilon());
    attributes.put("axis", Attribute.of(1L));
    List<String> inputs = List.of(context.x(), context.weight("weight"), context.weight("bias"));
    context.writer().node(context.name(), "LayerNormalization", attributes, inputs);
  }

  /** The operator normalises last axes: the channels come last for it, and go back. */
  static void layerNorm2d(ExportContext context, LayerNorm2d norm) {
    GraphWriter writer = context.writer();
    Map<String, Attribute> attributes = epsilon(norm.epsilon());
    attributes.put("axis", Attribute.of(-1L));
    String last =
        writer.node(
            context.part("channels-last"),
            "Transpose",
            Map.of("perm", GraphWriter.ints(0, 2, 3, 1)),
            List.of(context.x()));
    List<String> inputs = List.of(last, context.weight("weight"), context.weight("bias"));
    String y = writer.node(context.part("norm"), "LayerNormalization", attributes, inputs);
    Map<String, Attribute> order = Map.of("perm", GraphWriter.ints(0, 3, 1, 2));
    writer.node(context.name(), "Transpose", order, List.of(y));
  }

  /**
   * Exports a group as one channel of an instance normalisation, then the scale and shift of each
   * channel: opset 17 has no GroupNormalization, and that of opset 18 scales groups instead of
   * channels.
   */
  static void groupNorm(ExportContext context, GroupNorm norm) {
    GraphWriter writer = context.writer();
    Shape maps = context.shape();
    Map<String, Attribute> attributes = epsilon(norm.epsilon());
    if (norm.groups() == maps.size(0)) {
      List<String> inputs = List.of(context.x(), context.weight("weight"), context.weight("bias"));
      writer.node(context.name(), "InstanceNormalization", attributes, inputs);
      return;
    }
    String grouped = writer.integers(context.part("grouped-shape"), 0, norm.groups(), -1);
    String x = writer.node(context.part("grouped"), "Reshape", context.x(), grouped);
    int[] groups = {norm.groups()};
    String ones = writer.floats(context.part("ones"), groups, GraphWriter.ones(norm.groups()));
    String zeros = writer.floats(context.part("zeros"), groups, new float[norm.groups()]);
    String y =
        writer.node(
            context.part("norm"), "InstanceNormalization", attributes, List.of(x, ones, zeros));
    String shape =
        writer.integers(context.part("maps-shape"), 0, maps.size(0), maps.size(1), maps.size(2));
    String back = writer.node(context.part("maps"), "Reshape", y, shape);
    String scaled = writer.node(context.part("scaled"), "Mul", back, context.channels("weight"));
    writer.node(context.name(), "Add", scaled, context.channels("bias"));
  }

  static void localResponse(ExportContext context, LocalResponseNorm norm) {
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    attributes.put("size", Attribute.of((long) norm.size()));
    attributes.put("alpha", Attribute.of(norm.alpha()));
    attributes.put("beta", Attribute.of(norm.beta()));
    attributes.put("bias", Attribute.of(norm.k()));
    context.writer().node(context.name(), "LRN", attributes, List.of(context.x()));
  }
}
