package io.fovea.format.network;

import io.fovea.format.json.StrictJson;
import io.fovea.network.Graph;
import io.fovea.network.Network;
import io.fovea.preprocessing.Preprocessing;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;

/** Writes the description of a network, in full. */
public final class NetworkJson {
  static final String FORMAT = "fovea.network";
  static final int VERSION = 1;

  private NetworkJson() {}

  public static String of(Network network) {
    return StrictJson.object(
        json -> {
          writeGraph(json, network.graph());
          json.writeArrayPropertyStart("labels");
          network.labels().forEach(json::writeString);
          json.writeEndArray();
          writePreprocessing(json, network.preprocessing());
        });
  }

  public static void writeGraph(JsonGenerator json, Graph graph) {
    json.writeStringProperty("format", FORMAT);
    json.writeNumberProperty("version", VERSION);
    WindowJson.write(json, "input", graph.input().sizes());
    json.writeArrayPropertyStart("nodes");
    for (Graph.Node node : graph.nodes()) {
      json.writeStartObject();
      json.writeStringProperty("name", node.name());
      json.writeStringProperty("layer", node.layer().type());
      json.writeArrayPropertyStart("inputs");
      node.inputs().forEach(json::writeString);
      json.writeEndArray();
      LayerJson.write(json, node.layer());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  public static void writePreprocessing(JsonGenerator json, Preprocessing preprocessing) {
    json.writeName("preprocessing");
    writeObject(json, preprocessing);
  }

  public static void writeObject(JsonGenerator json, Preprocessing preprocessing) {
    json.writeStartObject();
    writeNumbers(json, "mean", preprocessing.mean());
    writeNumbers(json, "deviation", preprocessing.deviation());
    json.writeStringProperty(
        "background", preprocessing.background().name().toLowerCase(Locale.ROOT));
    json.writeStringProperty("framing", preprocessing.framing().name().toLowerCase(Locale.ROOT));
    json.writeEndObject();
  }

  private static void writeNumbers(JsonGenerator json, String key, List<Double> numbers) {
    json.writeArrayPropertyStart(key);
    numbers.forEach(number -> json.writeNumber((double) number));
    json.writeEndArray();
  }
}
