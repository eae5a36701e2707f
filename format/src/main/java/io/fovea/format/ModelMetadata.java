package io.fovea.format;

import io.fovea.format.json.JsonObject;
import io.fovea.format.json.JsonValue;
import io.fovea.format.json.StrictJson;
import io.fovea.format.network.NetworkJson;
import io.fovea.format.network.NetworkReader;
import io.fovea.network.Network;
import io.fovea.preprocessing.Preprocessing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The labels and the preprocessing of a model as named texts, for files of other formats: the names
 * of the classes, {@code ["cat", "dog"]}, and how pixels become inputs, {@code {"mean": [0.13],
 * "deviation": [0.31], "background": "dark", "framing": "stretch"}}, one number a channel, x =
 * (pixel/255 - mean) / deviation.
 */
public final class ModelMetadata {
  /** The key of the names of the classes, a JSON list in the order of the outputs. */
  public static final String LABELS = "fovea.labels";

  /** The key of the preprocessing, a JSON object. */
  public static final String PREPROCESSING = "fovea.preprocessing";

  private ModelMetadata() {}

  /** The texts of a network. */
  public static Map<String, String> of(Network network) {
    return of(network.labels(), network.preprocessing());
  }

  /** The texts of a network with these classes and this preprocessing. */
  public static Map<String, String> of(List<String> labels, Preprocessing preprocessing) {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put(
        LABELS,
        StrictJson.text(
            json -> {
              json.writeStartArray();
              labels.forEach(json::writeString);
              json.writeEndArray();
            }));
    texts.put(PREPROCESSING, StrictJson.text(json -> NetworkJson.writeObject(json, preprocessing)));
    return texts;
  }

  /**
   * The names of the classes, if given.
   *
   * @param file the file's name, for messages
   * @throws FormatException if they are no list of texts
   */
  public static Optional<List<String>> labels(String file, Map<String, String> texts)
      throws FormatException {
    String json = texts.get(LABELS);
    if (json == null) {
      return Optional.empty();
    }
    String place = file + ": " + LABELS;
    List<String> labels = new ArrayList<>();
    if (StrictJson.read(place, json) instanceof JsonValue.Items items) {
      for (JsonValue item : items.values()) {
        if (item instanceof JsonValue.Text text) {
          labels.add(text.value());
        }
      }
      if (labels.size() == items.values().size()) {
        return Optional.of(List.copyOf(labels));
      }
    }
    throw new FormatException(
        place + ": expects a list of texts, such as [\"cat\", \"dog\"]; write the file again");
  }

  /**
   * How pixels become inputs, if given.
   *
   * @param file the file's name, for messages
   * @throws FormatException if it is not in the form that {@link #of} writes
   */
  public static Optional<Preprocessing> preprocessing(String file, Map<String, String> texts)
      throws FormatException {
    String json = texts.get(PREPROCESSING);
    if (json == null) {
      return Optional.empty();
    }
    String place = file + ": " + PREPROCESSING;
    return Optional.of(
        NetworkReader.preprocessing(place, JsonObject.of(place, StrictJson.read(place, json))));
  }
}
