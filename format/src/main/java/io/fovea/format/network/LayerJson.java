package io.fovea.format.network;

import io.fovea.format.message.Quotation;
import io.fovea.layer.AvgPool2d;
import io.fovea.layer.Conv2d;
import io.fovea.layer.ConvTranspose2d;
import io.fovea.layer.Layer;
import io.fovea.layer.MaxPool2d;
import io.fovea.layer.ZeroPad2d;
import io.fovea.tensor.Window;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;

/**
 * Writes the attributes of every layer in JSON, in full; {@link LayerReader} reads them with
 * defaults. Windows and sides have their own forms; other attributes are written by {@link
 * RecordJson}. docs/network-json.md and docs/network.schema.json describe the same.
 */
public final class LayerJson {
  static final List<String> NODE_KEYS = List.of("name", "layer", "inputs");

  private static final Map<String, List<String>> KEYS = new LinkedHashMap<>();

  static {
    put("conv2d", "filters kernel stride padding dilation groups bias");
    put("conv_transpose2d", "filters kernel stride padding output_padding dilation groups bias");
    put("max_pool2d", "kernel stride padding dilation ceil_mode");
    put("avg_pool2d", "kernel stride padding dilation ceil_mode count_include_pad");
    put("zero_pad2d", "padding");
    KEYS.putAll(RecordJson.keys());
  }

  private LayerJson() {}

  private static void put(String type, String keys) {
    KEYS.put(type, List.of(keys.split(" ", -1)));
  }

  public static Collection<String> types() {
    return KEYS.keySet();
  }

  /** The keys of one built-in type, besides those of every node. */
  static List<String> keys(String type) {
    return KEYS.getOrDefault(type, List.of());
  }

  static void write(JsonGenerator json, Layer layer) {
    switch (layer) {
      case Conv2d conv -> writeFacts(json, conv);
      case ConvTranspose2d conv -> writeFacts(json, conv);
      case MaxPool2d pool -> writePooling(json, pool.window(), pool.ceilMode());
      case AvgPool2d pool -> {
        writePooling(json, pool.window(), pool.ceilMode());
        writeIfTrue(json, "count_include_pad", pool.countIncludePad());
      }
      case ZeroPad2d pad ->
          writeNumbers(json, "padding", pad.top(), pad.left(), pad.bottom(), pad.right());
      case Layer.Custom custom -> writeCustom(json, custom);
      default -> RecordJson.write(json, layer);
    }
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

  /**
   * Writes an attribute of a later version: where it is false, the bytes of files do not change.
   */
  private static void writeIfTrue(JsonGenerator json, String key, boolean value) {
    if (value) {
      json.writeBooleanProperty(key, true);
    }
  }

  static void writeNumbers(JsonGenerator json, String key, int... numbers) {
    json.writeName(key);
    json.writeArray(numbers, 0, numbers.length);
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
