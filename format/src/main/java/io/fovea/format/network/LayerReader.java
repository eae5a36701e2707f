package io.fovea.format.network;

import io.fovea.format.FormatException;
import io.fovea.format.json.JsonObject;
import io.fovea.format.json.JsonValue;
import io.fovea.format.message.Quotation;
import io.fovea.layer.ConvTranspose2d;
import io.fovea.layer.Dense;
import io.fovea.layer.Layer;
import io.fovea.layer.ZeroPad2d;
import io.fovea.network.DidYouMean;
import io.fovea.tensor.Window;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * Reads the attributes of every layer from JSON, as {@link LayerJson} writes them, and with
 * defaults.
 */
final class LayerReader {
  /** The word that stands for the number of classes of the data. */
  static final String CLASSES = "classes";

  private final Map<String, Function<Map<String, Object>, Layer.Custom>> custom;

  /**
   * A reader.
   *
   * @param custom factories of the layers that are not built in, by type, from their attributes
   */
  LayerReader(Map<String, Function<Map<String, Object>, Layer.Custom>> custom) {
    this.custom = custom;
  }

  /** Whether a type is built in or has a factory. */
  boolean knows(String type) {
    return LayerJson.types().contains(type) || custom.containsKey(type);
  }

  /**
   * Reads a layer's attributes.
   *
   * @return the layer, for a number of classes
   */
  IntFunction<Layer> read(JsonObject node, String type) throws FormatException {
    if (!LayerJson.types().contains(type)) {
      Layer layer = readCustom(node, type);
      return classes -> layer;
    }
    List<String> known = new ArrayList<>(LayerJson.NODE_KEYS);
    known.addAll(LayerJson.keys(type));
    node.only(known);
    try {
      if (type.equals("dense") && isClasses(node)) {
        boolean bias = node.flag("bias", true);
        return classes -> new Dense(classes, bias);
      }
      Layer layer = readBuiltIn(node, type);
      return classes -> layer;
    } catch (IllegalArgumentException refused) {
      throw new FormatException(node.place() + ": " + refused.getMessage(), refused);
    }
  }

  private static boolean isClasses(JsonObject dense) throws FormatException {
    String expected = "a whole number from 1, or \"classes\"";
    JsonValue value = dense.required("outputs", expected);
    if (value instanceof JsonValue.Text text) {
      if (!text.value().equals(CLASSES)) {
        throw dense.wrong("outputs", expected, value);
      }
      return true;
    }
    return false;
  }

  private static Layer readBuiltIn(JsonObject node, String type) throws FormatException {
    return switch (type) {
      case "conv_transpose2d" -> transposed(node);
      case "zero_pad2d" -> {
        node.required("padding", WindowJson.PADDING);
        int[] sides = WindowJson.padding(node);
        yield new ZeroPad2d(sides[0], sides[1], sides[2], sides[3]);
      }
      default -> RecordJson.read(node, type);
    };
  }

  private static Layer transposed(JsonObject node) throws FormatException {
    int filters = node.whole("filters", 1);
    Window window = WindowJson.read(node, false);
    int[] more = WindowJson.pair(node, "output_padding", 0, 0, 0);
    int groups = node.wholeOr("groups", 1, 1);
    boolean bias = node.flag("bias", true);
    return new ConvTranspose2d(filters, window, more[0], more[1], groups, bias);
  }

  /** Makes a layer; an exception of the factory is reported as an error of the file. */
  private Layer readCustom(JsonObject node, String type) throws FormatException {
    Function<Map<String, Object>, Layer.Custom> factory = custom.get(type);
    if (factory == null) {
      throw unknown(node.place(), type);
    }
    Map<String, Object> attributes = attributes(node);
    Layer.Custom layer;
    try {
      layer = factory.apply(attributes);
    } catch (RuntimeException refused) {
      throw new FormatException(
          "%s: the custom layer %s refuses its attributes %s: %s"
              .formatted(
                  node.place(),
                  Quotation.of(type),
                  Quotation.plain(attributes.toString()),
                  Quotation.plain(String.valueOf(refused.getMessage()))),
          refused);
    }
    if (!layer.type().equals(type)) {
      throw new FormatException(
          "%s: the factory registered for %s made a layer of type %s; register it under that name"
              .formatted(node.place(), Quotation.of(type), Quotation.of(layer.type())));
    }
    return layer;
  }

  private FormatException unknown(String place, String type) {
    List<String> known = new ArrayList<>(LayerJson.types());
    known.addAll(custom.keySet());
    return new FormatException(
        "%s: the layer %s is unknown; register a layer of your own with CustomLayers.with(type, factory)%s"
            .formatted(place, Quotation.of(type), DidYouMean.expected(type, known)));
  }

  private static Map<String, Object> attributes(JsonObject node) throws FormatException {
    List<String> known = new ArrayList<>(LayerJson.NODE_KEYS);
    known.add("attributes");
    node.only(known);
    Map<String, Object> attributes = new LinkedHashMap<>();
    if (node.has("attributes")) {
      JsonObject given = node.object("attributes");
      for (Map.Entry<String, JsonValue> entry : given.values().entrySet()) {
        attributes.put(entry.getKey(), attribute(given, entry.getKey(), entry.getValue()));
      }
    }
    return attributes;
  }

  private static Object attribute(JsonObject attributes, String key, JsonValue value)
      throws FormatException {
    return switch (value) {
      case JsonValue.Text text -> text.value();
      case JsonValue.Flag flag -> flag.value();
      case JsonValue.Numeral numeral ->
          numeral.whole().isPresent()
              ? (Object) numeral.whole().getAsLong()
              : (Object) Double.parseDouble(numeral.text());
      default -> throw attributes.wrong(key, "a text, a number, true or false", value);
    };
  }
}
