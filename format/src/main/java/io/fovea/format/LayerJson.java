package io.fovea.format;

import io.fovea.format.message.Quotation;
import io.fovea.layer.ActivationLayer;
import io.fovea.layer.Add;
import io.fovea.layer.AvgPool2d;
import io.fovea.layer.BatchNorm2d;
import io.fovea.layer.ChannelAffine;
import io.fovea.layer.ChannelShuffle;
import io.fovea.layer.ChannelSlice;
import io.fovea.layer.Concat;
import io.fovea.layer.Conv2d;
import io.fovea.layer.ConvTranspose2d;
import io.fovea.layer.Dense;
import io.fovea.layer.Dropout;
import io.fovea.layer.Dropout2d;
import io.fovea.layer.Flatten;
import io.fovea.layer.GlobalAvgPool2d;
import io.fovea.layer.GlobalMaxPool2d;
import io.fovea.layer.GroupNorm;
import io.fovea.layer.Layer;
import io.fovea.layer.LayerNorm;
import io.fovea.layer.LocalResponseNorm;
import io.fovea.layer.MaxPool2d;
import io.fovea.layer.Multiply;
import io.fovea.layer.PRelu;
import io.fovea.layer.Resize2d;
import io.fovea.layer.Softmax;
import io.fovea.layer.Upsample2d;
import io.fovea.layer.ZeroPad2d;
import io.fovea.tensor.Window;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;

/**
 * The facts of every layer in JSON, written in full; {@link LayerReader} reads them with defaults.
 * docs/model-format.md and docs/network.schema.json describe the same.
 */
final class LayerJson {
  /** The keys of every node. */
  static final List<String> NODE_KEYS = List.of("name", "layer", "inputs");

  private static final Map<String, List<String>> KEYS = new LinkedHashMap<>();

  static {
    KEYS.put(
        "conv2d", List.of("filters", "kernel", "stride", "padding", "dilation", "groups", "bias"));
    KEYS.put(
        "conv_transpose2d",
        List.of(
            "filters",
            "kernel",
            "stride",
            "padding",
            "output_padding",
            "dilation",
            "groups",
            "bias"));
    KEYS.put("max_pool2d", List.of("kernel", "stride", "padding", "dilation", "ceil_mode"));
    KEYS.put(
        "avg_pool2d",
        List.of("kernel", "stride", "padding", "dilation", "ceil_mode", "count_include_pad"));
    KEYS.put("global_avg_pool2d", List.of());
    KEYS.put("global_max_pool2d", List.of());
    KEYS.put("batch_norm2d", List.of("epsilon", "momentum"));
    KEYS.put("layer_norm", List.of("epsilon"));
    KEYS.put("group_norm", List.of("groups", "epsilon"));
    KEYS.put("local_response_norm", List.of("size", "alpha", "beta", "k"));
    KEYS.put("channel_affine", List.of("bias"));
    KEYS.put("prelu", List.of("shared"));
    KEYS.putAll(ActivationJson.keys());
    KEYS.put("softmax", List.of());
    KEYS.put("flatten", List.of());
    KEYS.put("channel_shuffle", List.of("groups"));
    KEYS.put("channel_slice", List.of("from", "to"));
    KEYS.put("zero_pad2d", List.of("padding"));
    KEYS.put("upsample2d", List.of("factor"));
    KEYS.put("resize2d", List.of("height", "width", "align_corners"));
    KEYS.put("dense", List.of("outputs", "bias"));
    KEYS.put("dropout", List.of("rate"));
    KEYS.put("dropout2d", List.of("rate"));
    KEYS.put("add", List.of());
    KEYS.put("multiply", List.of());
    KEYS.put("concat", List.of());
  }

  private LayerJson() {}

  /** The types of the built-in layers. */
  static Collection<String> types() {
    return KEYS.keySet();
  }

  /** The keys of one built-in type, besides those of every node. */
  static List<String> keys(String type) {
    return KEYS.getOrDefault(type, List.of());
  }

  /** Writes a layer's facts into the present object. */
  static void write(JsonGenerator json, Layer layer) {
    switch (layer) {
      case ConvTranspose2d conv -> writeFacts(json, conv);
      case LocalResponseNorm norm -> writeFacts(json, norm);
      case ChannelShuffle shuffle -> json.writeNumberProperty("groups", shuffle.groups());
      case ChannelSlice slice -> {
        json.writeNumberProperty("from", slice.from());
        json.writeNumberProperty("to", slice.to());
      }
      case Conv2d conv -> writeFacts(json, conv);
      case MaxPool2d pool -> writePooling(json, pool.window(), pool.ceilMode());
      case AvgPool2d pool -> {
        writePooling(json, pool.window(), pool.ceilMode());
        writeIfTrue(json, "count_include_pad", pool.countIncludePad());
      }
      case BatchNorm2d norm ->
          writeBoth(json, "epsilon", norm.epsilon(), "momentum", norm.momentum());
      case Dense dense -> {
        json.writeNumberProperty("outputs", dense.outputs());
        json.writeBooleanProperty("bias", dense.bias());
      }
      case Dropout dropout -> json.writeNumberProperty("rate", dropout.rate());
      case ActivationLayer activation -> ActivationJson.write(json, activation);
      case PRelu prelu -> json.writeBooleanProperty("shared", prelu.shared());
      case ChannelAffine affine -> json.writeBooleanProperty("bias", affine.bias());
      case Dropout2d dropout -> json.writeNumberProperty("rate", dropout.rate());
      case LayerNorm norm -> json.writeNumberProperty("epsilon", norm.epsilon());
      case GroupNorm norm -> {
        json.writeNumberProperty("groups", norm.groups());
        json.writeNumberProperty("epsilon", norm.epsilon());
      }
      case ZeroPad2d pad ->
          writeNumbers(json, "padding", pad.top(), pad.left(), pad.bottom(), pad.right());
      case Resize2d resize -> writeFacts(json, resize);
      case Upsample2d up -> json.writeNumberProperty("factor", up.factor());
      case Add _,
          Multiply _,
          Concat _,
          Flatten _,
          GlobalAvgPool2d _,
          GlobalMaxPool2d _,
          Softmax _ -> {}
      case Layer.Custom custom -> writeCustom(json, custom);
    }
  }

  private static void writeBoth(JsonGenerator json, String key, float a, String other, float b) {
    json.writeNumberProperty(key, a);
    json.writeNumberProperty(other, b);
  }

  private static void writeFacts(JsonGenerator json, Resize2d resize) {
    json.writeNumberProperty("height", resize.height());
    json.writeNumberProperty("width", resize.width());
    json.writeBooleanProperty("align_corners", resize.alignCorners());
  }

  private static void writeFacts(JsonGenerator json, ConvTranspose2d conv) {
    json.writeNumberProperty("filters", conv.filters());
    writeWindow(json, conv.window());
    writeNumbers(json, "output_padding", conv.outputPaddingHeight(), conv.outputPaddingWidth());
    writeDilation(json, conv.window());
    json.writeNumberProperty("groups", conv.groups());
    json.writeBooleanProperty("bias", conv.bias());
  }

  private static void writeFacts(JsonGenerator json, Conv2d conv) {
    json.writeNumberProperty("filters", conv.filters());
    writeWindow(json, conv.window());
    writeDilation(json, conv.window());
    json.writeNumberProperty("groups", conv.groups());
    json.writeBooleanProperty("bias", conv.bias());
  }

  private static void writeFacts(JsonGenerator json, LocalResponseNorm norm) {
    json.writeNumberProperty("size", norm.size());
    json.writeNumberProperty("alpha", norm.alpha());
    json.writeNumberProperty("beta", norm.beta());
    json.writeNumberProperty("k", norm.k());
  }

  private static void writeWindow(JsonGenerator json, Window w) {
    writeNumbers(json, "kernel", w.kernelHeight(), w.kernelWidth());
    writeNumbers(json, "stride", w.strideHeight(), w.strideWidth());
    writeNumbers(json, "padding", w.top(), w.left(), w.bottom(), w.right());
  }

  private static void writePooling(JsonGenerator json, Window w, boolean ceilMode) {
    writeWindow(json, w);
    if (w.dilationHeight() != 1 || w.dilationWidth() != 1) {
      writeDilation(json, w);
    }
    writeIfTrue(json, "ceil_mode", ceilMode);
  }

  private static void writeDilation(JsonGenerator json, Window w) {
    writeNumbers(json, "dilation", w.dilationHeight(), w.dilationWidth());
  }

  /** For facts that came later: where they are false, files stay what they were, byte for byte. */
  private static void writeIfTrue(JsonGenerator json, String key, boolean value) {
    if (value) {
      json.writeBooleanProperty(key, true);
    }
  }

  private static void writeNumbers(JsonGenerator json, String key, int... numbers) {
    json.writeArrayPropertyStart(key);
    for (int number : numbers) {
      json.writeNumber(number);
    }
    json.writeEndArray();
  }

  private static void writeCustom(JsonGenerator json, Layer.Custom layer) {
    if (types().contains(layer.type())) {
      throw new IllegalArgumentException(
          "write: a custom layer has the type %s of a built-in one; give it a name of its own"
              .formatted(layer.type()));
    }
    json.writeObjectPropertyStart("attributes");
    layer.attributes().forEach((key, value) -> writeAttribute(json, layer.type(), key, value));
    json.writeEndObject();
  }

  private static void writeAttribute(JsonGenerator json, String type, String key, Object value) {
    if (value instanceof String text) {
      json.writeStringProperty(key, text);
    } else if (value instanceof Boolean flag) {
      json.writeBooleanProperty(key, flag);
    } else if (value instanceof Integer || value instanceof Long) {
      json.writeNumberProperty(key, ((Number) value).longValue());
    } else if ((value instanceof Float || value instanceof Double)
        && Double.isFinite(((Number) value).doubleValue())) {
      json.writeNumberProperty(key, ((Number) value).doubleValue());
    } else {
      throw new IllegalArgumentException(
          "write: the attribute %s of the custom layer %s must be a text, a finite number or a boolean, got %s"
              .formatted(Quotation.of(key), Quotation.of(type), value));
    }
  }
}
