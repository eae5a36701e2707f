package io.fovea.format.onnx.export;

import io.fovea.format.onnx.graph.Attribute;
import io.fovea.layer.Add;
import io.fovea.layer.AvgPool2d;
import io.fovea.layer.BatchNorm2d;
import io.fovea.layer.ChannelAffine;
import io.fovea.layer.ChannelShuffle;
import io.fovea.layer.ChannelSlice;
import io.fovea.layer.Clip;
import io.fovea.layer.Concat;
import io.fovea.layer.Conv2d;
import io.fovea.layer.ConvTranspose2d;
import io.fovea.layer.Dense;
import io.fovea.layer.Dropout;
import io.fovea.layer.Dropout2d;
import io.fovea.layer.Elu;
import io.fovea.layer.Flatten;
import io.fovea.layer.Gelu;
import io.fovea.layer.GlobalAvgPool2d;
import io.fovea.layer.GlobalMaxPool2d;
import io.fovea.layer.GroupNorm;
import io.fovea.layer.HardSigmoid;
import io.fovea.layer.HardSwish;
import io.fovea.layer.Layer;
import io.fovea.layer.LayerNorm;
import io.fovea.layer.LeakyRelu;
import io.fovea.layer.LocalResponseNorm;
import io.fovea.layer.MaxPool2d;
import io.fovea.layer.Mish;
import io.fovea.layer.Multiply;
import io.fovea.layer.PRelu;
import io.fovea.layer.Relu;
import io.fovea.layer.Resize2d;
import io.fovea.layer.Selu;
import io.fovea.layer.Sigmoid;
import io.fovea.layer.Silu;
import io.fovea.layer.Softmax;
import io.fovea.layer.Softplus;
import io.fovea.layer.Tanh;
import io.fovea.layer.Upsample2d;
import io.fovea.layer.ZeroPad2d;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Every layer as nodes of opset {@value NetworkExport#OPSET}. */
final class LayerNodes {
  private LayerNodes() {}

  /**
   * Writes a layer.
   *
   * @throws IllegalArgumentException if it is one of your own
   */
  static void write(Place p, Layer layer) {
    switch (layer) {
      case Conv2d conv -> conv(p, conv);
      case Dense dense -> dense(p, dense);
      case MaxPool2d pool -> {
        Map<String, Attribute> attributes = WindowAttributes.of(pool.window());
        pooling(p, "MaxPool", attributes, pool.ceilMode());
      }
      case AvgPool2d pool -> {
        Map<String, Attribute> attributes = WindowAttributes.of(pool.window());
        if (attributes.containsKey("dilations")) {
          throw new IllegalArgumentException(
              "%s: ONNX export: averages over a window with a dilation, which ONNX has from opset 19 on; the file has opset %d, average over a window without"
                  .formatted(p.name(), NetworkExport.OPSET));
        }
        attributes.put("count_include_pad", Attribute.of(pool.countIncludePad() ? 1L : 0L));
        pooling(p, "AveragePool", attributes, pool.ceilMode());
      }
      case GlobalAvgPool2d pool -> flattened(p, "GlobalAveragePool");
      case GlobalMaxPool2d pool -> flattened(p, "GlobalMaxPool");
      case BatchNorm2d norm -> NormNodes.batchNorm(p, norm);
      case LayerNorm norm -> NormNodes.layerNorm(p, norm);
      case GroupNorm norm -> NormNodes.groupNorm(p, norm);
      case Relu relu -> simple(p, "Relu");
      case LeakyRelu leaky -> simple(p, "LeakyRelu", "alpha", Attribute.of(leaky.slope()));
      case PRelu prelu -> p.sheet().node(p.name(), "PRelu", p.x(), slopes(p, prelu));
      case Selu selu -> {
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        attributes.put("alpha", Attribute.of(selu.alpha()));
        attributes.put("gamma", Attribute.of(selu.gamma()));
        p.sheet().node(p.name(), "Selu", attributes, List.of(p.x()));
      }
      case HardSigmoid hard -> {
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        attributes.put("alpha", Attribute.of(hard.alpha()));
        attributes.put("beta", Attribute.of(hard.beta()));
        p.sheet().node(p.name(), "HardSigmoid", attributes, List.of(p.x()));
      }
      case HardSwish swish -> simple(p, "HardSwish");
      case Softplus softplus -> simple(p, "Softplus");
      case Clip clip -> CurveNodes.clip(p, clip);
      case Mish mish -> CurveNodes.mish(p);
      case Elu elu -> simple(p, "Elu", "alpha", Attribute.of(elu.alpha()));
      case Sigmoid sigmoid -> simple(p, "Sigmoid");
      case Tanh tanh -> simple(p, "Tanh");
      case Silu silu -> CurveNodes.silu(p);
      case Gelu gelu -> CurveNodes.gelu(p, gelu.approximate());
      case Softmax softmax -> simple(p, "Softmax", "axis", Attribute.of(1L));
      case Flatten flatten -> simple(p, "Flatten", "axis", Attribute.of(1L));
      case Dropout dropout -> {
        String rate = p.sheet().number(p.part("ratio"), dropout.rate());
        p.sheet().node(p.name(), "Dropout", p.x(), rate);
      }
      // ONNX cannot drop whole channels, and at inference nothing is dropped.
      case Dropout2d dropout -> simple(p, "Identity");
      case ZeroPad2d pad -> SizeNodes.pad(p, pad);
      case Upsample2d up -> SizeNodes.upsample(p, up);
      case Resize2d resize -> SizeNodes.resize(p, resize);
      case ChannelAffine affine -> affine(p, affine);
      case ConvTranspose2d conv -> transposed(p, conv);
      case LocalResponseNorm norm -> NormNodes.localResponse(p, norm);
      case ChannelShuffle shuffle -> ChannelNodes.shuffle(p, shuffle);
      case ChannelSlice slice -> ChannelNodes.slice(p, slice);
      case Add add -> p.sheet().node(p.name(), sum(p), Map.of(), beside(p));
      case Multiply multiply -> p.sheet().node(p.name(), "Mul", Map.of(), beside(p));
      case Concat concat ->
          p.sheet().node(p.name(), "Concat", Map.of("axis", Attribute.of(1L)), p.inputs());
      case Layer.Custom custom ->
          throw new IllegalArgumentException(
              "%s: ONNX export: %s is a layer of your own, which ONNX has no operator for; build the network to export of built-in layers"
                  .formatted(p.name(), custom.type()));
    }
  }

  private static void simple(Place p, String operator) {
    p.sheet().node(p.name(), operator, p.x());
  }

  private static void simple(Place p, String operator, String key, Attribute value) {
    p.sheet().node(p.name(), operator, Map.of(key, value), List.of(p.x()));
  }

  private static void conv(Place p, Conv2d conv) {
    Map<String, Attribute> attributes = WindowAttributes.of(conv.window());
    attributes.put("group", Attribute.of((long) conv.groups()));
    p.sheet().node(p.name(), "Conv", attributes, weighted(p, conv.bias()));
  }

  private static void transposed(Place p, ConvTranspose2d conv) {
    Map<String, Attribute> attributes = WindowAttributes.of(conv.window());
    attributes.put("group", Attribute.of((long) conv.groups()));
    attributes.put(
        "output_padding", Sheet.ints(conv.outputPaddingHeight(), conv.outputPaddingWidth()));
    p.sheet().node(p.name(), "ConvTranspose", attributes, weighted(p, conv.bias()));
  }

  private static void dense(Place p, Dense dense) {
    Map<String, Attribute> attributes = Map.of("transB", Attribute.of(1L));
    p.sheet().node(p.name(), "Gemm", attributes, weighted(p, dense.bias()));
  }

  private static List<String> weighted(Place p, boolean bias) {
    return bias
        ? List.of(p.x(), p.weight("weight"), p.weight("bias"))
        : List.of(p.x(), p.weight("weight"));
  }

  private static void pooling(
      Place p, String operator, Map<String, Attribute> attributes, boolean ceil) {
    if (ceil) {
      attributes.put("ceil_mode", Attribute.of(1L));
    }
    p.sheet().node(p.name(), operator, attributes, List.of(p.x()));
  }

  /** One slope for all channels meets maps and rows alike. */
  private static String slopes(Place p, PRelu prelu) {
    return prelu.shared() ? p.weight("weight") : p.channels("weight");
  }

  private static void affine(Place p, ChannelAffine affine) {
    String scale = p.channels("weight");
    if (affine.bias()) {
      String scaled = p.sheet().node(p.part("scaled"), "Mul", p.x(), scale);
      p.sheet().node(p.name(), "Add", scaled, p.channels("bias"));
    } else {
      p.sheet().node(p.name(), "Mul", p.x(), scale);
    }
  }

  /** (C, 1, 1) to (C). */
  private static void flattened(Place p, String operator) {
    String maps = p.sheet().node(p.part("maps"), operator, p.x());
    p.sheet().node(p.name(), "Flatten", Map.of("axis", Attribute.of(1L)), List.of(maps));
  }

  private static String sum(Place p) {
    return p.inputs().size() == 2 ? "Add" : "Sum";
  }

  /**
   * The inputs of an element-wise layer; one number a channel (C) beside maps becomes (C, 1, 1), so
   * that ONNX broadcasts it over the pixels.
   */
  static List<String> beside(Place p) {
    boolean maps = false;
    for (int i = 0; i < p.inputs().size(); i++) {
      maps |= p.shape(i).rank() == 3;
    }
    List<String> inputs = new ArrayList<>();
    for (int i = 0; i < p.inputs().size(); i++) {
      boolean narrow = maps && p.shape(i).rank() == 1;
      inputs.add(narrow ? pixel(p, i) : p.inputs().get(i));
    }
    return inputs;
  }

  private static String pixel(Place p, int input) {
    String axes = p.sheet().wholes(p.part("axes" + input), 2, 3);
    return p.sheet().node(p.part("pixel" + input), "Unsqueeze", p.inputs().get(input), axes);
  }
}
