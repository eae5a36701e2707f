package io.fovea.format;

import io.fovea.format.message.Quotation;
import io.fovea.layer.Layer;
import io.fovea.network.Graph;
import io.fovea.network.Preprocessing;
import io.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;

/** Reads the description of a network; what may be left out gets its default here. */
final class NetworkReader {
  /** The keys of a description; editors add the first one. */
  static final List<String> KEYS =
      List.of("$schema", "format", "version", "input", "nodes", "labels", "preprocessing");

  static final List<String> PREPROCESSING_KEYS = List.of("mean", "deviation", "background");

  /** A layer in its place, for a number of classes. */
  record Node(String name, IntFunction<Layer> layer, List<String> inputs) {}

  private final String file;
  private final CustomLayers custom;
  private final Map<String, Integer> numbers = new HashMap<>();

  /**
   * A reader.
   *
   * @param file the file's name, for messages
   * @param custom the layers that are not built in
   */
  NetworkReader(String file, CustomLayers custom) {
    this.file = file;
    this.custom = custom;
  }

  NetworkDescription read(String text) throws FormatException {
    Facts facts = Facts.of(file, Json.read(file, text));
    checkVersion(facts);
    facts.only(KEYS);
    Optional<Shape> input = facts.has("input") ? Optional.of(input(facts)) : Optional.empty();
    Optional<List<String>> labels =
        facts.has("labels") ? Optional.of(labels(facts)) : Optional.empty();
    Optional<Preprocessing> preprocessing =
        facts.has("preprocessing")
            ? Optional.of(preprocessing(file, facts.object("preprocessing")))
            : Optional.empty();
    return new NetworkDescription(file, input, nodes(facts), labels, preprocessing);
  }

  private void checkVersion(Facts facts) throws FormatException {
    if (facts.has("format") && !facts.text("format").equals(NetworkJson.FORMAT)) {
      throw facts.wrong(
          "format", "\"" + NetworkJson.FORMAT + "\"", new JsonValue.Text(facts.text("format")));
    }
    if (facts.has("version")) {
      long version = facts.wide("version", 1, Long.MAX_VALUE);
      if (version > NetworkJson.VERSION) {
        throw new FormatException(
            "%s: has version %d, but this Fovea reads versions up to %d; use a newer Fovea"
                .formatted(file, version, NetworkJson.VERSION));
      }
    }
  }

  private static Shape input(Facts facts) throws FormatException {
    String expected = "the sizes of one image, such as [1, 28, 28] (channels, height, width)";
    JsonValue value = facts.required("input", expected);
    if (!(value instanceof JsonValue.Items)) {
      throw facts.wrong("input", expected, value);
    }
    int[] sizes = facts.wholes("input", 1, Integer.MAX_VALUE, expected, 1, 3);
    try {
      return Shape.of(sizes);
    } catch (IllegalArgumentException tooLarge) {
      throw new FormatException(
          facts.place()
              + ": \"input\" "
              + Arrays.toString(sizes)
              + " is too large; an image must fit in one Java array",
          tooLarge);
    }
  }

  private static List<String> labels(Facts facts) throws FormatException {
    return List.copyOf(facts.texts("labels"));
  }

  /** Mean, deviation and background of one object. */
  static Preprocessing preprocessing(String file, Facts facts) throws FormatException {
    facts.only(PREPROCESSING_KEYS);
    String background = facts.text("background");
    for (Preprocessing.Background known : Preprocessing.Background.values()) {
      if (known.name().toLowerCase(Locale.ROOT).equals(background)) {
        try {
          return new Preprocessing(facts.numbers("mean"), facts.numbers("deviation"), known);
        } catch (IllegalArgumentException refused) {
          throw new FormatException(file + ": " + refused.getMessage(), refused);
        }
      }
    }
    throw facts.wrong("background", "dark, light or mixed", new JsonValue.Text(background));
  }

  private List<Node> nodes(Facts facts) throws FormatException {
    List<JsonValue> items = facts.items("nodes", "a list of layers");
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
    Facts unnamed = Facts.of(file + ": node " + number, item);
    Facts given =
        unnamed.has("name")
            ? unnamed.at(file + ": " + Quotation.name(unnamed.text("name")))
            : unnamed;
    String type = given.text("layer");
    String kind = Graph.kind(type);
    String numbered = kind + numbers.merge(kind, 1, Integer::sum);
    String name = given.has("name") ? given.text("name") : numbered;
    boolean known = LayerJson.types().contains(type) || custom.types().contains(type);
    Facts facts = known ? given.at(file + ": " + Quotation.name(name)) : given;
    IntFunction<Layer> layer = LayerReader.read(facts, type, custom);
    List<String> inputs = facts.has("inputs") ? facts.texts("inputs") : List.of(previous);
    return new Node(name, layer, List.copyOf(inputs));
  }
}
