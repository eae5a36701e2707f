package io.fovea.format.onnx.export;

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
import io.fovea.layer.LayerNorm2d;
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
import java.util.List;

/** Exports every layer as nodes of opset {@value NetworkExport#OPSET}. */
final class LayerNodes {
  private LayerNodes() {}

  /**
   * Writes a layer.
   *
   * @throws IllegalArgumentException if it is user-defined
   */
  static void write(ExportContext context, Layer layer) {
    switch (layer) {
      case Conv2d conv -> conv(context, conv);
      case Dense dense -> dense(context, dense);
      case MaxPool2d pool ->
          pooling(context, "MaxPool", Attributes.of(pool.window()), pool.ceilMode());
      case AvgPool2d pool -> averagePooling(context, pool);
      case GlobalAvgPool2d pool -> flattened(context, "GlobalAveragePool");
      case GlobalMaxPool2d pool -> flattened(context, "GlobalMaxPool");
      case BatchNorm2d norm -> NormNodes.batchNorm(context, norm);
      case LayerNorm norm -> NormNodes.layerNorm(context, norm);
      case LayerNorm2d norm -> NormNodes.layerNorm2d(context, norm);
      case GroupNorm norm -> NormNodes.groupNorm(context, norm);
      case Relu relu -> simple(context, "Relu");
      case LeakyRelu leaky ->
          simple(context, "LeakyRelu", new Attributes().with("alpha", leaky.slope()));
      case PRelu prelu -> context.write("PRelu", context.x(), slopes(context, prelu));
      case Selu selu -> ActivationNodes.selu(context, selu);
      case HardSigmoid hard -> ActivationNodes.hardSigmoid(context, hard);
      case HardSwish swish -> simple(context, "HardSwish");
      case Softplus softplus -> simple(context, "Softplus");
      case Clip clip -> ActivationNodes.clip(context, clip);
      case Mish mish -> ActivationNodes.mish(context);
      case Elu elu -> simple(context, "Elu", new Attributes().with("alpha", elu.alpha()));
      case Sigmoid sigmoid -> simple(context, "Sigmoid");
      case Tanh tanh -> simple(context, "Tanh");
      case Silu silu -> ActivationNodes.silu(context);
      case Gelu gelu when gelu.approximate() -> ActivationNodes.approximateGelu(context);
      case Gelu gelu -> ActivationNodes.exactGelu(context);
      case Softmax softmax -> simple(context, "Softmax", new Attributes().with("axis", 1));
      case Flatten flatten -> simple(context, "Flatten", new Attributes().with("axis", 1));
      case Dropout dropout ->
          context.write("Dropout", context.x(), context.number("ratio", dropout.rate()));
      // ONNX has no dropout of channels, and at inference nothing is dropped.
      case Dropout2d dropout -> simple(context, "Identity");
      case ZeroPad2d pad -> SizeNodes.pad(context, pad);
      case Upsample2d up -> SizeNodes.upsample(context, up);
      case Resize2d resize -> SizeNodes.resize(context, resize);
      case ChannelAffine affine -> affine(context, affine);
      case ConvTranspose2d conv -> transposed(context, conv);
      case LocalResponseNorm norm -> NormNodes.localResponse(context, norm);
      case ChannelShuffle shuffle -> ChannelNodes.shuffle(context, shuffle);
      case ChannelSlice slice -> ChannelNodes.slice(context, slice);
      case Add add -> context.write(sum(context), new Attributes(), beside(context));
      case Multiply multiply -> context.write("Mul", new Attributes(), beside(context));
      case Concat concat ->
          context.write("Concat", new Attributes().with("axis", 1), context.inputs());
      case Layer.Custom custom ->
          throw new IllegalArgumentException(
              "%s: ONNX export: %s is a layer of your own, which ONNX has no operator for; build the network to export of built-in layers"
                  .formatted(context.name(), custom.type()));
    }
  }

  private static void averagePooling(ExportContext context, AvgPool2d pool) {
    Attributes attributes = Attributes.of(pool.window());
    if (attributes.all().containsKey("dilations")) {
      throw new IllegalArgumentException(
          "%s: ONNX export: averages over a window with a dilation, which ONNX has from opset 19 on; the file has opset %d, average over a window without"
              .formatted(context.name(), NetworkExport.OPSET));
    }
    attributes.with("count_include_pad", pool.countIncludePad() ? 1L : 0L);
    pooling(context, "AveragePool", attributes, pool.ceilMode());
  }

  private static void simple(ExportContext context, String operator) {
    context.write(operator, context.x());
  }

  private static void simple(ExportContext context, String operator, Attributes attributes) {
    context.write(operator, attributes, List.of(context.x()));
  }

  private static void conv(ExportContext context, Conv2d conv) {
    Attributes attributes = Attributes.of(conv.window()).with("group", conv.groups());
    context.write("Conv", attributes, weighted(context, conv.bias()));
  }

  private static void dense(ExportContext context, Dense dense) {
    context.write("Gemm", new Attributes().with("transB", 1), weighted(context, dense.bias()));
  }

  private static void transposed(ExportContext context, ConvTranspose2d conv) {
    Attributes attributes =
        Attributes.of(conv.window())
            .with("group", conv.groups())
            .with("output_padding", conv.outputPaddingHeight(), conv.outputPaddingWidth());
    context.write("ConvTranspose", attributes, weighted(context, conv.bias()));
  }

  private static List<String> weighted(ExportContext context, boolean bias) {
    return bias
        ? List.of(context.x(), context.weight("weight"), context.weight("bias"))
        : List.of(context.x(), context.weight("weight"));
  }

  private static void pooling(
      ExportContext context, String operator, Attributes attributes, boolean ceil) {
    simple(context, operator, ceil ? attributes.with("ceil_mode", 1) : attributes);
  }

  /** The slopes; a single one broadcasts over maps and rows. */
  private static String slopes(ExportContext context, PRelu prelu) {
    return prelu.shared() ? context.weight("weight") : context.channels("weight");
  }

  private static void affine(ExportContext context, ChannelAffine affine) {
    String scale = context.channels("weight");
    if (affine.bias()) {
      String scaled = context.part("scaled", "Mul", context.x(), scale);
      context.write("Add", scaled, context.channels("bias"));
    } else {
      context.write("Mul", context.x(), scale);
    }
  }

  /** (C, 1, 1) to (C). */
  private static void flattened(ExportContext context, String operator) {
    String maps = context.part("maps", operator, context.x());
    context.write("Flatten", new Attributes().with("axis", 1), List.of(maps));
  }

  private static String sum(ExportContext context) {
    return context.inputs().size() == 2 ? "Add" : "Sum";
  }

  /**
   * The inputs of an element-wise layer; one number a channel (C) beside maps becomes (C, 1, 1), so
   * that ONNX broadcasts it over the pixels.
   */
  static List<String> beside(ExportContext context) {
    boolean maps = false;
    for (int i = 0; i < context.inputs().size(); i++) {
      maps |= context.shape(i).rank() == 3;
    }
    List<String> inputs = new ArrayList<>();
    for (int i = 0; i < context.inputs().size(); i++) {
      boolean narrow = maps && context.shape(i).rank() == 1;
      inputs.add(narrow ? pixel(context, i) : context.inputs().get(i));
    }
    return inputs;
  }

  private static String pixel(ExportContext context, int input) {
    String axes = context.integers("axes" + input, 2, 3);
    return context.part("pixel" + input, "Unsqueeze", context.inputs().get(input), axes);
  }
}
