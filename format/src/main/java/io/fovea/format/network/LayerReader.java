package io.fovea.format.network;

import io.fovea.format.FormatException;
import io.fovea.format.json.JsonObject;
import io.fovea.format.json.JsonValue;
import io.fovea.format.message.Quotation;
import io.fovea.layer.AvgPool2d;
import io.fovea.layer.Conv2d;
import io.fovea.layer.ConvTranspose2d;
import io.fovea.layer.Dense;
import io.fovea.layer.Layer;
import io.fovea.layer.MaxPool2d;
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

  /** Keeps every sum and product of a window within an int. */
  static final int LARGEST_WINDOW = 32_767;

  private static final String PADDING =
      "a whole number, a list of two (vertical, horizontal) or of four (top, left, bottom, right)";

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
      case "conv2d" -> convolution(node, false);
      case "conv_transpose2d" -> convolution(node, true);
      case "max_pool2d" -> new MaxPool2d(poolWindow(node), node.flag("ceil_mode", false));
      case "avg_pool2d" ->
          new AvgPool2d(
              poolWindow(node),
              node.flag("ceil_mode", false),
              node.flag("count_include_pad", false));
      case "zero_pad2d" -> {
        node.required("padding", PADDING);
        int[] sides = padding(node);
        yield new ZeroPad2d(sides[0], sides[1], sides[2], sides[3]);
      }
      default -> RecordJson.read(node, type);
    };
  }

  private static Layer convolution(JsonObject node, boolean transposed) throws FormatException {
    int filters = node.whole("filters", 1);
    int[] kernel = pair(node, "kernel", 1, 0, 0);
    Window window =
        window(node, kernel, pair(node, "stride", 1, 1, 1), pair(node, "dilation", 1, 1, 1));
    int[] more = node.has("output_padding") ? pair(node, "output_padding", 0, 0, 0) : new int[2];
    int groups = node.wholeOr("groups", 1, 1);
    boolean bias = node.flag("bias", true);
    return transposed
        ? new ConvTranspose2d(filters, window, more[0], more[1], groups, bias)
        : new Conv2d(filters, window, groups, bias);
  }

  private static Window poolWindow(JsonObject node) throws FormatException {
    int[] kernel = pair(node, "kernel", 1, 0, 0);
    int[] stride = pair(node, "stride", 1, kernel[0], kernel[1]);
    return window(node, kernel, stride, pair(node, "dilation", 1, 1, 1));
  }

  private static Window window(JsonObject node, int[] kernel, int[] stride, int[] dilation)
      throws FormatException {
    int[] padding = padding(node);
    return new Window(
        kernel[0],
        kernel[1],
        stride[0],
        stride[1],
        padding[0],
        padding[1],
        padding[2],
        padding[3],
        dilation[0],
        dilation[1]);
  }

  /** Height and width; 0 as a default means that there is none. */
  private static int[] pair(JsonObject node, String key, int least, int height, int width)
      throws FormatException {
    if (!node.has(key) && height > 0) {
      return new int[] {height, width};
    }
    String expected = "a whole number, or a list of two (height, width)";
    int[] given = node.wholes(key, least, LARGEST_WINDOW, expected, 2);
    return given.length == 2 ? given : new int[] {given[0], given[0]};
  }

  private static int[] padding(JsonObject node) throws FormatException {
    if (!node.has("padding")) {
      return new int[4];
    }
    int[] given = node.wholes("padding", 0, LARGEST_WINDOW, PADDING, 2, 4);
    return switch (given.length) {
      case 1 -> new int[] {given[0], given[0], given[0], given[0]};
      case 2 -> new int[] {given[0], given[1], given[0], given[1]};
      default -> given;
    };
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
