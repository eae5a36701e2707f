package io.fovea.format.onnx.export;

import io.fovea.layer.BatchNorm2d;
import io.fovea.layer.GroupNorm;
import io.fovea.layer.LayerNorm;
import io.fovea.layer.LayerNorm2d;
import io.fovea.layer.LocalResponseNorm;
import io.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Exports normalisations. */
final class NormNodes {
  private NormNodes() {}

  private static Attributes epsilon(float epsilon) {
    return new Attributes().with("epsilon", epsilon);
  }

  private static List<String> scaled(ExportContext context, String x) {
    return List.of(x, context.weight("weight"), context.weight("bias"));
  }

  /** ONNX's momentum is the weight of the running statistics, core's that of the batch. */
  static void batchNorm(ExportContext context, BatchNorm2d norm) {
    List<String> inputs = new ArrayList<>(scaled(context, context.x()));
    inputs.add(context.weight("running_mean"));
    inputs.add(context.weight("running_var"));
    Attributes attributes = epsilon(norm.epsilon()).with("momentum", 1 - norm.momentum());
    context.write("BatchNormalization", attributes, inputs);
  }

  static void layerNorm(ExportContext context, LayerNorm norm) {
    Attributes attributes = epsilon(norm.epsilon()).with("axis", 1);
    context.write("LayerNormalization", attributes, scaled(context, context.x()));
  }

  /** The operator normalises last axes: the channels come last for it, and go back. */
  static void layerNorm2d(ExportContext context, LayerNorm2d norm) {
    Attributes toLast = new Attributes().with("perm", 0, 2, 3, 1);
    String last = context.part("channels-last", "Transpose", toLast, List.of(context.x()));
    Attributes attributes = epsilon(norm.epsilon()).with("axis", -1);
    String y = context.part("norm", "LayerNormalization", attributes, scaled(context, last));
    context.write("Transpose", new Attributes().with("perm", 0, 3, 1, 2), List.of(y));
  }

  /**
   * Exports a group as one channel of an instance normalisation, then the scale and shift of each
   * channel: opset 17 has no GroupNormalization, and that of opset 18 scales groups instead of
   * channels.
   */
  static void groupNorm(ExportContext context, GroupNorm norm) {
    Shape maps = context.shape();
    Attributes attributes = epsilon(norm.epsilon());
    if (norm.groups() == maps.size(0)) {
      context.write("InstanceNormalization", attributes, scaled(context, context.x()));
      return;
    }
    String grouped = context.integers("grouped-shape", 0, norm.groups(), -1);
    String x = context.part("grouped", "Reshape", context.x(), grouped);
    int[] groups = {norm.groups()};
    float[] one = new float[norm.groups()];
    Arrays.fill(one, 1);
    String ones = context.floats("ones", groups, one);
    String zeros = context.floats("zeros", groups, new float[norm.groups()]);
    String y = context.part("norm", "InstanceNormalization", attributes, List.of(x, ones, zeros));
    String back = context.part("maps", "Reshape", y, ChannelNodes.shape(context, maps));
    String scaled = context.part("scaled", "Mul", back, context.channels("weight"));
    context.write("Add", scaled, context.channels("bias"));
  }

  static void localResponse(ExportContext context, LocalResponseNorm norm) {
    Attributes attributes =
        new Attributes()
            .with("size", norm.size())
            .with("alpha", norm.alpha())
            .with("beta", norm.beta())
            .with("bias", norm.k());
    context.write("LRN", attributes, List.of(context.x()));
  }
}
