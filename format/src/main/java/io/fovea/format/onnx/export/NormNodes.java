package io.fovea.format.onnx.export;

import io.fovea.format.onnx.graph.Attribute;
import io.fovea.layer.BatchNorm2d;
import io.fovea.layer.GroupNorm;
import io.fovea.layer.LayerNorm;
import io.fovea.layer.LocalResponseNorm;
import io.fovea.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Normalisations. */
final class NormNodes {
  private NormNodes() {}

  private static Map<String, Attribute> epsilon(float epsilon) {
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    attributes.put("epsilon", Attribute.of(epsilon));
    return attributes;
  }

  /** ONNX's momentum is what stays of the running statistics, core's what comes from the batch. */
  static void batchNorm(Place p, BatchNorm2d norm) {
    Map<String, Attribute> attributes = epsilon(norm.epsilon());
    attributes.put("momentum", Attribute.of(1 - norm.momentum()));
    List<String> inputs =
        List.of(
            p.x(),
            p.weight("weight"),
            p.weight("bias"),
            p.weight("running_mean"),
            p.weight("running_var"));
    p.sheet().node(p.name(), "BatchNormalization", attributes, inputs);
  }

  static void layerNorm(Place p, LayerNorm norm) {
    Map<String, Attribute> attributes = epsilon(norm.epsilon());
    attributes.put("axis", Attribute.of(1L));
    List<String> inputs = List.of(p.x(), p.weight("weight"), p.weight("bias"));
    p.sheet().node(p.name(), "LayerNormalization", attributes, inputs);
  }

  /**
   * A group as one channel of an instance normalisation, then the scale and shift of each channel:
   * opset 17 has no GroupNormalization, and that of opset 18 scales groups instead of channels.
   */
  static void groupNorm(Place p, GroupNorm norm) {
    Sheet sheet = p.sheet();
    Shape maps = p.shape();
    Map<String, Attribute> attributes = epsilon(norm.epsilon());
    if (norm.groups() == maps.size(0)) {
      List<String> inputs = List.of(p.x(), p.weight("weight"), p.weight("bias"));
      sheet.node(p.name(), "InstanceNormalization", attributes, inputs);
      return;
    }
    String grouped = sheet.wholes(p.part("grouped-shape"), 0, norm.groups(), -1);
    String x = sheet.node(p.part("grouped"), "Reshape", p.x(), grouped);
    int[] groups = {norm.groups()};
    String ones = sheet.floats(p.part("ones"), groups, Sheet.ones(norm.groups()));
    String zeros = sheet.floats(p.part("zeros"), groups, new float[norm.groups()]);
    String y =
        sheet.node(p.part("norm"), "InstanceNormalization", attributes, List.of(x, ones, zeros));
    String shape = sheet.wholes(p.part("maps-shape"), 0, maps.size(0), maps.size(1), maps.size(2));
    String back = sheet.node(p.part("maps"), "Reshape", y, shape);
    String scaled = sheet.node(p.part("scaled"), "Mul", back, p.channels("weight"));
    sheet.node(p.name(), "Add", scaled, p.channels("bias"));
  }

  static void localResponse(Place p, LocalResponseNorm norm) {
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    attributes.put("size", Attribute.of((long) norm.size()));
    attributes.put("alpha", Attribute.of(norm.alpha()));
    attributes.put("beta", Attribute.of(norm.beta()));
    attributes.put("bias", Attribute.of(norm.k()));
    p.sheet().node(p.name(), "LRN", attributes, List.of(p.x()));
  }
}
