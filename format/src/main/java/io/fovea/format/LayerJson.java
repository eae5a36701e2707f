package io.fovea.format;

import io.fovea.format.message.Quotation;
import io.fovea.layer.Add;
import io.fovea.layer.AvgPool2d;
import io.fovea.layer.BatchNorm2d;
import io.fovea.layer.Concat;
import io.fovea.layer.Conv2d;
import io.fovea.layer.Dense;
import io.fovea.layer.Dropout;
import io.fovea.layer.Dropout2d;
import io.fovea.layer.Elu;
import io.fovea.layer.Flatten;
import io.fovea.layer.Gelu;
import io.fovea.layer.GlobalAvgPool2d;
import io.fovea.layer.GroupNorm;
import io.fovea.layer.Layer;
import io.fovea.layer.LayerNorm;
import io.fovea.layer.LeakyRelu;
import io.fovea.layer.MaxPool2d;
import io.fovea.layer.Relu;
import io.fovea.layer.Sigmoid;
import io.fovea.layer.Silu;
import io.fovea.layer.Softmax;
import io.fovea.layer.Tanh;
import io.fovea.layer.Upsample2d;
import io.fovea.layer.ZeroPad2d;
import io.fovea.tensor.Window;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import tools.jackson.core.JsonGenerator;

/**
 * The facts of every layer in JSON, written in full and read with defaults. docs/model-format.md
 * and docs/network.schema.json describe the same.
 */
final class LayerJson {
  /** The keys of every node. */
  static final List<String> NODE_KEYS = List.of("name", "layer", "inputs");

  /** The word that stands for the number of classes of the data. */
  static final String CLASSES = "classes";

  /** Keeps every sum and product of a window within an int. */
  static final int LARGEST_WINDOW = 32_767;

  private static final String PADDING =
      "a whole number, a list of two (vertical, horizontal) or of four (top, left, bottom, right)";

  private static final Map<String, List<String>> KEYS = new LinkedHashMap<>();

  static {
    KEYS.put(
        "conv2d", List.of("filters", "kernel", "stride", "padding", "dilation", "groups", "bias"));
    KEYS.put("max_pool2d", List.of("kernel", "stride", "padding"));
    KEYS.put("avg_pool2d", List.of("kernel", "stride", "padding"));
    KEYS.put("global_avg_pool2d", List.of());
    KEYS.put("batch_norm2d", List.of("epsilon", "momentum"));
    KEYS.put("layer_norm", List.of("epsilon"));
    KEYS.put("group_norm", List.of("groups", "epsilon"));
    KEYS.put("relu", List.of());
    KEYS.put("leaky_relu", List.of("slope"));
    KEYS.put("elu", List.of("alpha"));
    for (String type : List.of("gelu", "silu", "sigmoid", "tanh", "softmax")) {
      KEYS.put(type, List.of());
    }
    KEYS.put("flatten", List.of());
    KEYS.put("zero_pad2d", List.of("padding"));
    KEYS.put("upsample2d", List.of("factor"));
    KEYS.put("dense", List.of("outputs", "bias"));
    KEYS.put("dropout", List.of("rate"));
    KEYS.put("dropout2d", List.of("rate"));
    KEYS.put("add", List.of());
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
      case Conv2d conv -> {
        json.writeNumberProperty("filters", conv.filters());
        writeWindow(json, conv.window());
        writeNumbers(
            json, "dilation", conv.window().dilationHeight(), conv.window().dilationWidth());
        json.writeNumberProperty("groups", conv.groups());
        json.writeBooleanProperty("bias", conv.bias());
      }
      case MaxPool2d pool -> writeWindow(json, pool.window());
      case AvgPool2d pool -> writeWindow(json, pool.window());
      case BatchNorm2d norm -> {
        json.writeNumberProperty("epsilon", norm.epsilon());
        json.writeNumberProperty("momentum", norm.momentum());
      }
      case Dense dense -> {
        json.writeNumberProperty("outputs", dense.outputs());
        json.writeBooleanProperty("bias", dense.bias());
      }
      case Dropout dropout -> json.writeNumberProperty("rate", dropout.rate());
      case LeakyRelu leaky -> json.writeNumberProperty("slope", leaky.slope());
      case Elu elu -> json.writeNumberProperty("alpha", elu.alpha());
      case Dropout2d dropout -> json.writeNumberProperty("rate", dropout.rate());
      case LayerNorm norm -> json.writeNumberProperty("epsilon", norm.epsilon());
      case GroupNorm norm -> {
        json.writeNumberProperty("groups", norm.groups());
        json.writeNumberProperty("epsilon", norm.epsilon());
      }
      case ZeroPad2d pad ->
          writeNumbers(json, "padding", pad.top(), pad.left(), pad.bottom(), pad.right());
      case Upsample2d up -> json.writeNumberProperty("factor", up.factor());
      case Add add -> {}
      case Concat concat -> {}
      case Flatten flatten -> {}
      case GlobalAvgPool2d pool -> {}
      case Gelu gelu -> {}
      case Relu relu -> {}
      case Sigmoid sigmoid -> {}
      case Silu silu -> {}
      case Softmax softmax -> {}
      case Tanh tanh -> {}
      case Layer.Custom custom -> writeCustom(json, custom);
    }
  }

  private static void writeWindow(JsonGenerator json, Window w) {
    writeNumbers(json, "kernel", w.kernelHeight(), w.kernelWidth());
    writeNumbers(json, "stride", w.strideHeight(), w.strideWidth());
    writeNumbers(json, "padding", w.top(), w.left(), w.bottom(), w.right());
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

  /**
   * Reads a layer's facts.
   *
   * @return the layer, for a number of classes
   */
  static IntFunction<Layer> read(Facts node, String type, CustomLayers custom)
      throws FormatException {
    if (!KEYS.containsKey(type)) {
      Layer layer = readCustom(node, type, custom);
      return classes -> layer;
    }
    List<String> known = new ArrayList<>(NODE_KEYS);
    known.addAll(keys(type));
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

  private static boolean isClasses(Facts dense) throws FormatException {
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

  private static Layer readBuiltIn(Facts node, String type) throws FormatException {
    return switch (type) {
      case "conv2d" -> {
        int filters = node.whole("filters", 1);
        int[] kernel = pair(node, "kernel", 1, 0, 0);
        Window window =
            window(node, kernel, pair(node, "stride", 1, 1, 1), pair(node, "dilation", 1, 1, 1));
        yield new Conv2d(filters, window, node.wholeOr("groups", 1, 1), node.flag("bias", true));
      }
      case "max_pool2d" -> new MaxPool2d(poolWindow(node));
      case "avg_pool2d" -> new AvgPool2d(poolWindow(node));
      case "batch_norm2d" -> {
        BatchNorm2d usual = new BatchNorm2d();
        yield new BatchNorm2d(
            epsilon(node, usual.epsilon()),
            decimalOr(node, "momentum", "a number from 0 to 1", usual.momentum()));
      }
      case "dense" -> new Dense(node.whole("outputs", 1), node.flag("bias", true));
      case "dropout" -> new Dropout(decimal(node, "rate", "a number from 0 to below 1"));
      case "dropout2d" -> new Dropout2d(decimal(node, "rate", "a number from 0 to below 1"));
      case "layer_norm" -> new LayerNorm(epsilon(node, new LayerNorm().epsilon()));
      case "group_norm" ->
          new GroupNorm(node.whole("groups", 1), epsilon(node, new GroupNorm(1).epsilon()));
      case "zero_pad2d" -> {
        node.required("padding", PADDING);
        int[] sides = padding(node);
        yield new ZeroPad2d(sides[0], sides[1], sides[2], sides[3]);
      }
      case "upsample2d" -> new Upsample2d((int) node.wide("factor", 1, LARGEST_WINDOW));
      case "add" -> new Add();
      case "concat" -> new Concat();
      case "flatten" -> new Flatten();
      case "global_avg_pool2d" -> new GlobalAvgPool2d();
      case "relu" -> new Relu();
      case "leaky_relu" ->
          new LeakyRelu(decimalOr(node, "slope", "a number", new LeakyRelu().slope()));
      case "elu" -> new Elu(decimalOr(node, "alpha", "a number", new Elu().alpha()));
      case "gelu" -> new Gelu();
      case "silu" -> new Silu();
      case "sigmoid" -> new Sigmoid();
      case "tanh" -> new Tanh();
      case "softmax" -> new Softmax();
      default -> throw new IllegalStateException("no reader for " + type);
    };
  }

  /** Parsed as a float at once: by way of a double, the last bit might differ. */
  private static float decimal(Facts node, String key, String expected) throws FormatException {
    JsonValue value = node.required(key, expected);
    if (value instanceof JsonValue.Numeral numeral) {
      return Float.parseFloat(numeral.text());
    }
    throw node.wrong(key, expected, value);
  }

  private static float decimalOr(Facts node, String key, String expected, float fallback)
      throws FormatException {
    return node.has(key) ? decimal(node, key, expected) : fallback;
  }

  private static float epsilon(Facts node, float usual) throws FormatException {
    return decimalOr(node, "epsilon", "a number above 0", usual);
  }

  private static Window poolWindow(Facts node) throws FormatException {
    int[] kernel = pair(node, "kernel", 1, 0, 0);
    int[] stride = pair(node, "stride", 1, kernel[0], kernel[1]);
    return window(node, kernel, stride, new int[] {1, 1});
  }

  private static Window window(Facts node, int[] kernel, int[] stride, int[] dilation)
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
  private static int[] pair(Facts node, String key, int least, int height, int width)
      throws FormatException {
    if (!node.has(key) && height > 0) {
      return new int[] {height, width};
    }
    String expected = "a whole number, or a list of two (height, width)";
    int[] given = node.wholes(key, least, LARGEST_WINDOW, expected, 2);
    return given.length == 2 ? given : new int[] {given[0], given[0]};
  }

  /** Top, left, bottom and right. */
  private static int[] padding(Facts node) throws FormatException {
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

  private static Layer readCustom(Facts node, String type, CustomLayers custom)
      throws FormatException {
    Map<String, Object> attributes = new LinkedHashMap<>();
    if (custom.types().contains(type)) {
      List<String> known = new ArrayList<>(NODE_KEYS);
      known.add("attributes");
      node.only(known);
      if (node.has("attributes")) {
        Facts given = node.object("attributes");
        for (Map.Entry<String, JsonValue> entry : given.values().entrySet()) {
          attributes.put(entry.getKey(), attribute(given, entry.getKey(), entry.getValue()));
        }
      }
    }
    return custom.make(node.place(), type, attributes);
  }

  private static Object attribute(Facts attributes, String key, JsonValue value)
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
