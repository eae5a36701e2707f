package io.fovea.format.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.fovea.format.ExampleRuns;
import io.fovea.format.FormatException;
import io.fovea.format.NetworkDescription;
import io.fovea.format.Scale;
import io.fovea.format.json.JsonObject;
import io.fovea.format.json.JsonValue;
import io.fovea.format.json.StrictJson;
import io.fovea.network.Graph;
import io.fovea.network.Zoo;
import io.fovea.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** docs/network-json.md and docs/network.schema.json say what the reader does. */
class ModelFormatDocTest {
  private static final Path DOCS = Path.of("..", "docs");

  private static List<String> examples() throws IOException {
    Matcher block =
        Pattern.compile("^```json\\n(.*?)^```", Pattern.DOTALL | Pattern.MULTILINE)
            .matcher(Files.readString(DOCS.resolve("network-json.md")));
    List<String> examples = new ArrayList<>();
    while (block.find()) {
      examples.add(String.valueOf(block.group(1)));
    }
    return examples;
  }

  private static String schemaText() throws IOException {
    return Files.readString(DOCS.resolve("network.schema.json"));
  }

  private static Schema schema() throws IOException {
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(schemaText(), InputFormat.JSON);
  }

  private static JsonObject object(JsonValue value) throws FormatException {
    return JsonObject.of("schema", value);
  }

  @Test
  void examples_ofTheDocument_buildAndSatisfyTheSchema() throws IOException {
    assertThat(examples()).hasSizeGreaterThanOrEqualTo(2);
    for (String example : examples()) {
      Graph graph = NetworkDescription.parse(example).graph(Shape.of(1, 28, 28), 10);

      assertThat(graph.output()).isEqualTo(Shape.of(10));
      assertThat(schema().validate(example, InputFormat.JSON)).isEmpty();
    }
  }

  @Test
  void schema_writtenDescriptions_areValid() throws IOException {
    List<String> written = new ArrayList<>();
    written.add(NetworkDescription.json(ExampleRuns.network()));
    for (Zoo zoo : Zoo.values()) {
      written.add(NetworkDescription.json(zoo.graph(Shape.of(3, 32, 32), 10)));
    }
    written.add(
        NetworkDescription.json(
            Graph.of(
                Shape.of(4),
                List.of(
                    new Graph.Node(
                        "own", new Scale(0.5, 2, true, "note"), List.of(Graph.INPUT))))));

    for (String description : written) {
      assertThat(schema().validate(description, InputFormat.JSON)).as(description).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"nodes\": []}",
        "{\"nodes\": [{\"layer\": \"relu\"}], \"labelz\": []}",
        "{\"nodes\": [{\"layer\": \"relu\", \"rate\": 1}]}",
        "{\"nodes\": [{\"layer\": \"conv2d\", \"filters\": 4}]}",
        "{\"nodes\": [{\"layer\": \"conv2d\", \"filters\": 4, \"kernel\": [3, 3, 3]}]}",
        "{\"nodes\": [{\"layer\": \"conv2d\", \"filters\": 4, \"kernel\": 3, \"padding\": [1, 1, 1]}]}",
        "{\"nodes\": [{\"layer\": \"dense\", \"outputs\": \"labels\"}]}",
        "{\"nodes\": [{\"layer\": \"dropout\", \"rate\": 1}]}",
        "{\"nodes\": [{\"layer\": \"batch_norm2d\", \"epsilon\": 0}]}",
        "{\"nodes\": [{\"layer\": \"batch_norm2d\", \"momentum\": 1.5}]}",
        "{\"nodes\": [{\"layer\": \"batch_norm2d\", \"momentum\": null}]}",
        "{\"nodes\": [{\"layer\": \"add\", \"inputs\": [\"input\"]}]}",
        "{\"nodes\": [{\"layer\": \"relu\", \"name\": \"a.b\"}]}",
        "{\"version\": 2, \"nodes\": [{\"layer\": \"relu\"}]}",
        "{\"input\": [28, 28], \"nodes\": [{\"layer\": \"relu\"}]}"
      })
  void schema_wrongDescription_isRefusedByBoth(String text) throws IOException {
    assertThat(schema().validate(text, InputFormat.JSON)).isNotEmpty();
    assertThatThrownBy(() -> NetworkDescription.parse(text).graph(Shape.of(1, 28, 28), 10))
        .isInstanceOf(FormatException.class);
  }

  @Test
  void schema_layersAndKeys_areThoseOfTheReader() throws IOException {
    JsonObject schema = object(StrictJson.read("schema", schemaText()));
    assertThat(schema.object("properties").values().keySet())
        .containsExactlyInAnyOrderElementsOf(NetworkReader.KEYS);
    assertThat(
            schema
                .object("properties")
                .object("preprocessing")
                .object("properties")
                .values()
                .keySet())
        .containsExactlyInAnyOrderElementsOf(NetworkReader.PREPROCESSING_KEYS);

    List<String> layers = new ArrayList<>();
    for (Map.Entry<String, JsonValue> entry : schema.object("$defs").values().entrySet()) {
      JsonObject definition = object(entry.getValue());
      if (!definition.has("properties") || entry.getKey().equals("custom")) {
        continue;
      }
      layers.add(entry.getKey());
      JsonObject properties = definition.object("properties");
      assertThat(properties.object("layer").text("const")).isEqualTo(entry.getKey());
      List<String> keys = new ArrayList<>(LayerJson.NODE_KEYS);
      keys.addAll(LayerJson.keys(entry.getKey()));
      assertThat(properties.values().keySet()).containsExactlyInAnyOrderElementsOf(keys);
    }
    assertThat(layers).containsExactlyInAnyOrderElementsOf(LayerJson.types());
    assertThat(
            schema
                .object("$defs")
                .object("custom")
                .object("properties")
                .object("layer")
                .object("not")
                .texts("enum"))
        .containsExactlyInAnyOrderElementsOf(LayerJson.types());
    assertThat(schema.object("properties").object("nodes").object("items").items("oneOf", "list"))
        .hasSize(layers.size() + 1);
  }

  @Test
  void document_everyLayerAndKey_isExplained() throws IOException {
    String text = Files.readString(DOCS.resolve("network-json.md"));
    for (String type : LayerJson.types()) {
      assertThat(text).contains("`" + type + "`");
      for (String key : LayerJson.keys(type)) {
        assertThat(text).contains("`" + key + "`");
      }
    }
  }
}
