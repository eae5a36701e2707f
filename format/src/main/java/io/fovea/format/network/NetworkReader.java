package io.fovea.format.network;

import io.fovea.dataset.Framing;
import io.fovea.format.FormatException;
import io.fovea.format.json.JsonObject;
import io.fovea.format.json.JsonValue;
import io.fovea.format.json.StrictJson;
import io.fovea.format.message.Quotation;
import io.fovea.layer.Layer;
import io.fovea.network.Graph;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;

/** Reads the description of a network; optional keys get their defaults here. */
public final class NetworkReader {
  /** The keys of a description; editors add the first one. */
  static final List<String> KEYS =
      List.of("$schema", "format", "version", "input", "nodes", "labels", "preprocessing");

  static final List<String> PREPROCESSING_KEYS =
      List.of("mean", "deviation", "background", "framing");

  public record Node(String name, IntFunction<Layer> layer, List<String> inputs) {}

  /** What a description says; the file's name is for messages. */
  public record Content(
      String file,
      Optional<Shape> input,
      List<Node> nodes,
      Optional<List<String>> labels,
      Optional<Preprocessing> preprocessing) {}

  private final String file;
  private final LayerReader layers;
  private final Map<String, Integer> numbers = new HashMap<>();

  /**
   * A reader.
   *
   * @param file the file's name, for messages
   * @param custom factories of the layers that are not built in, by type
   */
  public NetworkReader(
      String file, Map<String, Function<Map<String, Object>, Layer.Custom>> custom) {
    this.file = file;
    this.layers = new LayerReader(custom);
  }

  public Content read(String text) throws FormatException {
    JsonObject json = JsonObject.of(file, StrictJson.read(file, text));
    checkVersion(json);
    json.only(KEYS);
    Optional<Shape> input = json.has("input") ? Optional.of(input(json)) : Optional.empty();
    Optional<List<String>> labels =
        json.has("labels") ? Optional.of(List.copyOf(json.texts("labels"))) : Optional.empty();
    Optional<Preprocessing> preprocessing =
        json.has("preprocessing")
            ? Optional.of(preprocessing(file, json.object("preprocessing")))
            : Optional.empty();
    return new Content(file, input, nodes(json), labels, preprocessing);
  }

  private void checkVersion(JsonObject json) throws FormatException {
    if (json.has("format") && !json.text("format").equals(NetworkJson.FORMAT)) {
      throw json.wrong(
          "format", "\"" + NetworkJson.FORMAT + "\"", new JsonValue.Text(json.text("format")));
    }
    if (json.has("version")) {
      long version = json.wide("version", 1, Long.MAX_VALUE);
      if (version > NetworkJson.VERSION) {
        throw new FormatException(
            "%s: has version %d, but this Fovea reads versions up to %d; use a newer Fovea"
                .formatted(file, version, NetworkJson.VERSION));
      }
    }
  }

  private static Shape input(JsonObject json) throws FormatException {
    String expected = "the sizes of one image, such as [1, 28, 28] (channels, height, width)";
    JsonValue value = json.required("input", expected);
    if (!(value instanceof JsonValue.Items)) {
      throw json.wrong("input", expected, value);
    }
    int[] sizes = json.wholes("input", 1, Integer.MAX_VALUE, expected, 1, 3);
    try {
      return Shape.of(sizes);
    } catch (IllegalArgumentException tooLarge) {
      throw new FormatException(
          "%s: \"input\" %s is too large; an image must fit in one Java array"
              .formatted(json.place(), Arrays.toString(sizes)),
          tooLarge);
    }
  }

  public static Preprocessing preprocessing(String file, JsonObject json) throws FormatException {
    json.only(PREPROCESSING_KEYS);
    Preprocessing.Background background =
        word(json, "background", Preprocessing.Background.values(), "dark, light or mixed");
    try {
      return new Preprocessing(
          json.numbers("mean"),
          json.numbers("deviation"),
          background,
          json.has("framing")
              ? word(json, "framing", Framing.values(), "stretch, crop or digit")
              : Framing.STRETCH);
    } catch (IllegalArgumentException refused) {
      throw new FormatException(file + ": " + refused.getMessage(), refused);
    }
  }

  private static <T extends Enum<T>> T word(
      JsonObject json, String key, T[] values, String expected) throws FormatException {
    String word = json.text(key);
    for (T known : values) {
      if (known.name().toLowerCase(Locale.ROOT).equals(word)) {
        return known;
      }
    }
    throw json.wrong(key, expected, new JsonValue.Text(word));
  }

  private List<Node> nodes(JsonObject json) throws FormatException {
    List<JsonValue> items = json.items("nodes", "a list of layers");
    List<Node> nodes = new ArrayList<>();
    String previous = Graph.INPUT;
    for (JsonValue item : items) {
      Node node = node(item, nodes.size() + 1, previous);
      nodes.add(node);
      previous = node.name();
    }
    return List.copyOf(nodes);
  }

  private Node node(JsonValue item, int number, String previous) throws FormatException {
    JsonObject unnamed = JsonObject.of(file + ": node " + number, item);
    JsonObject given =
        unnamed.has("name")
            ? unnamed.named(file + ": " + Quotation.name(unnamed.text("name")))
            : unnamed;
    String type = given.text("layer");
    String kind = Graph.kind(type);
    String numbered = kind + numbers.merge(kind, 1, Integer::sum);
    String name = given.has("name") ? given.text("name") : numbered;
    JsonObject json = layers.knows(type) ? given.named(file + ": " + Quotation.name(name)) : given;
    IntFunction<Layer> layer = layers.read(json, type);
    List<String> inputs = json.has("inputs") ? json.texts("inputs") : List.of(previous);
    return new Node(name, layer, List.copyOf(inputs));
  }
}
