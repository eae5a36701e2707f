package io.fovea.format.network;

import io.fovea.format.FormatException;
import io.fovea.format.json.JsonObject;
import io.fovea.format.json.JsonValue;
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
import io.fovea.layer.LayerNorm2d;
import io.fovea.layer.LocalResponseNorm;
import io.fovea.layer.MaxPool2d;
import io.fovea.layer.Multiply;
import io.fovea.layer.PRelu;
import io.fovea.layer.Resize2d;
import io.fovea.layer.Softmax;
import io.fovea.layer.Upsample2d;
import io.fovea.layer.ZeroPad2d;
import io.fovea.tensor.Window;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.core.JsonGenerator;

/**
 * Reads and writes layers whose attributes are windows, numbers and flags, in JSON: the components
 * of their records by name, in their order. An optional component has the value of the default
 * layer of its type. Infinite bounds of activations are not written, nor are flags of activations
 * and poolings with the default value: these came later, and the bytes of files do not change.
 */
final class RecordJson {
  private static final Map<String, Layer> USUAL = usual();

  private static final Set<String> REQUIRED =
      Set.of(
          "conv2d.filters",
          "group_norm.groups",
          "local_response_norm.size",
          "channel_shuffle.groups",
          "channel_slice.from",
          "channel_slice.to",
          "upsample2d.factor",
          "resize2d.height",
          "resize2d.width",
          "dense.outputs",
          "dropout.rate",
          "dropout2d.rate");

  private static final Map<String, String> NUMBERS =
      Map.of(
          "epsilon", "a number above 0",
          "momentum", "a number from 0 to 1",
          "rate", "a number from 0 to below 1");

  private RecordJson() {}

  private static Map<String, Layer> usual() {
    Map<String, Layer> usual = new LinkedHashMap<>();
    Window one = Window.square(1, 1, 0, 1);
    put(usual, new Conv2d(1, one, 1, true), new ConvTranspose2d(1, one, 0, 0, 1, true));
    put(
        usual,
        new MaxPool2d(one, false),
        new AvgPool2d(one, false, false),
        new ZeroPad2d(0, 0, 0, 0));
    put(usual, new GlobalAvgPool2d(), new GlobalMaxPool2d(), new BatchNorm2d(), new LayerNorm());
    put(
        usual,
        new LayerNorm2d(),
        new GroupNorm(1),
        new LocalResponseNorm(1),
        new ChannelAffine(true),
        new PRelu());
    for (Class<?> kind : ActivationLayer.class.getPermittedSubclasses()) {
      put(usual, make(kind, new Class<?>[0], new Object[0]));
    }
    put(usual, new Softmax(), new Flatten(), new ChannelShuffle(1), new ChannelSlice(0, 1));
    put(usual, new Upsample2d(1), new Resize2d(1, 1), new Dense(1, true));
    put(usual, new Dropout(0), new Dropout2d(0), new Add(), new Multiply(), new Concat());
    return usual;
  }

  private static void put(Map<String, Layer> usual, Layer... layers) {
    for (Layer layer : layers) {
      usual.put(layer.type(), layer);
    }
  }

  static Map<String, List<String>> keys() {
    Map<String, List<String>> keys = new LinkedHashMap<>();
    USUAL.forEach(
        (type, usual) ->
            keys.put(type, Arrays.stream(components(usual)).flatMap(RecordJson::keys).toList()));
    return keys;
  }

  private static Stream<String> keys(RecordComponent component) {
    return component.getType() == Window.class
        ? WindowJson.KEYS.stream()
        : Stream.of(key(component));
  }

  private static RecordComponent[] components(Layer layer) {
    return layer.getClass().getRecordComponents();
  }

  /** alignCorners as align_corners. */
  private static String key(RecordComponent component) {
    return component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }

  static void write(JsonGenerator json, Layer layer) {
    for (RecordComponent component : components(layer)) {
      String key = key(component);
      switch (value(component, layer)) {
        case Window window -> WindowJson.write(json, window, isPooling(layer));
        case Integer number -> json.writeNumberProperty(key, number);
        case Float number -> {
          if (Float.isFinite(number)) {
            json.writeNumberProperty(key, number);
          }
        }
        case Boolean flag -> {
          boolean isUsual = flag.equals(value(component, usual(layer.type())));
          if (!isUsual || !(layer instanceof ActivationLayer || isPooling(layer))) {
            json.writeBooleanProperty(key, flag);
          }
        }
        default -> throw new IllegalStateException("no JSON for " + component);
      }
    }
  }

  private static boolean isPooling(Layer layer) {
    return layer instanceof MaxPool2d || layer instanceof AvgPool2d;
  }

  /** Reads the attributes of a type of {@link #keys}. */
  static Layer read(JsonObject node, String type) throws FormatException {
    Layer usual = usual(type);
    RecordComponent[] components = components(usual);
    Class<?>[] types = new Class<?>[components.length];
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      String key = key(components[i]);
      Object otherwise = value(components[i], usual);
      if (otherwise instanceof Window) {
        values[i] = WindowJson.read(node, isPooling(usual));
      } else {
        boolean isGiven = node.has(key) || REQUIRED.contains(type + "." + key);
        values[i] = isGiven ? value(node, key, otherwise) : otherwise;
      }
    }
    return make(usual.getClass(), types, values);
  }

  /** A value of the same kind as the default. */
  private static Object value(JsonObject node, String key, Object usual) throws FormatException {
    return switch (usual) {
      case Integer _ -> {
        boolean isSize = key.equals("size") || key.equals("factor");
        long most = isSize ? WindowJson.LARGEST : Integer.MAX_VALUE;
        yield (int) node.wide(key, key.equals("from") ? 0 : 1, most);
      }
      case Float _ -> decimal(node, key, NUMBERS.getOrDefault(key, "a number"));
      default -> node.flag(key, (Boolean) usual);
    };
  }

  /** Parsed as a float directly: via double the last bit might differ. */
  private static float decimal(JsonObject node, String key, String expected)
      throws FormatException {
    JsonValue value = node.required(key, expected);
    return Float.parseFloat(node.as(JsonValue.Numeral.class, key, value, expected).text());
  }

  private static Layer usual(String type) {
    return Objects.requireNonNull(USUAL.get(type), type);
  }

  private static Object value(RecordComponent component, Object layer) {
    try {
      return component.getAccessor().invoke(layer);
    } catch (ReflectiveOperationException impossible) {
      throw new IllegalStateException(impossible); // a public accessor of an exported record
    }
  }

  private static Layer make(Class<?> kind, Class<?>[] types, Object[] values) {
    try {
      return (Layer) kind.getConstructor(types).newInstance(values);
    } catch (InvocationTargetException refused) {
      if (refused.getCause() instanceof IllegalArgumentException reason) {
        throw reason; // with the layer's own message
      }
      throw new IllegalStateException(refused);
    } catch (ReflectiveOperationException missing) {
      throw new IllegalStateException(
          kind + ": a layer needs a public constructor of its components", missing);
    }
  }
}
