package io.fovea.format.network;

import io.fovea.format.message.Quotation;
import io.fovea.layer.ConvTranspose2d;
import io.fovea.layer.Layer;
import io.fovea.layer.ZeroPad2d;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;

/**
 * Writes the attributes of every layer in JSON, in full; {@link LayerReader} reads them with
 * defaults. Transposed convolutions and paddings are written here, all others by {@link
 * RecordJson}. docs/network-json.md and docs/network.schema.json describe the same.
 */
public final class LayerJson {
  static final List<String> NODE_KEYS = List.of("name", "layer", "inputs");

  private static final Map<String, List<String>> KEYS = new LinkedHashMap<>();

  static {
    KEYS.putAll(RecordJson.keys()); // all types, of which two have another form
    put("conv_transpose2d", "filters kernel stride padding output_padding dilation groups bias");
    put("zero_pad2d", "padding");
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
      case ConvTranspose2d conv -> writeFacts(json, conv);
      case ZeroPad2d pad ->
          WindowJson.write(json, "padding", pad.top(), pad.left(), pad.bottom(), pad.right());
      case Layer.Custom custom -> writeCustom(json, custom);
      default -> RecordJson.write(json, layer);
    }
  }

  private static void writeFacts(JsonGenerator json, ConvTranspose2d conv) {
    json.writeNumberProperty("filters", conv.filters());
    WindowJson.writeWithoutDilation(json, conv.window());
    WindowJson.write(json, "output_padding", conv.outputPaddingHeight(), conv.outputPaddingWidth());
    WindowJson.writeDilation(json, conv.window());
    json.writeNumberProperty("groups", conv.groups());
    json.writeBooleanProperty("bias", conv.bias());
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
