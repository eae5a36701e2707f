package io.fovea.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.fovea.serve.KeptConnection.Answer;
import io.fovea.serve.web.Endpoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** /openapi.json knows every address, and answers are as it says. */
class OpenApiTest extends ServedTests {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @SuppressWarnings("NullAway.Init")
  private JsonNode document;

  @BeforeEach
  void read() throws IOException {
    document = client.get("/openapi.json").json();
  }

  private List<JsonNode> operations() {
    List<JsonNode> all = new ArrayList<>();
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      path.getValue().properties().forEach(method -> all.add(method.getValue()));
    }
    return all;
  }

  @Test
  void paths_areTheServersEndpoints() {
    Set<String> documented = new TreeSet<>();
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
        documented.add(method.getKey() + " " + path.getKey());
      }
    }
    Set<String> answered = new TreeSet<>();
    for (Endpoint endpoint : served.server.endpoints()) {
      answered.add(endpoint.method().toLowerCase(java.util.Locale.ROOT) + " " + endpoint.path());
    }
    assertThat(documented).isEqualTo(answered).contains("post /predict", "get /openapi.json");
    assertThat(document.path("openapi").asString()).isEqualTo("3.1.0");
  }

  @Test
  void operationIds_areUnique() {
    List<String> ids = operations().stream().map(o -> o.path("operationId").asString()).toList();
    assertThat(new HashSet<>(ids)).hasSize(ids.size());
  }

  /** Each parameter in a path's braces is described, and nothing else claims to be in the path. */
  @Test
  void pathParameters_areDescribed() {
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      for (JsonNode operation : path.getValue()) {
        for (String name : List.of("model", "version")) {
          assertThat(operation.path("parameters").toString().contains("/path_" + name))
              .as(path.getKey())
              .isEqualTo(path.getKey().contains("{" + name + "}"));
        }
      }
    }
  }

  @Test
  void references_allLeadSomewhere() {
    List<String> references = new ArrayList<>();
    collect(document, references);
    assertThat(references).hasSizeGreaterThan(40);
    for (String reference : references) {
      assertThat(reference).startsWith("#/");
      assertThat(document.at(reference.substring(1)).isMissingNode()).as(reference).isFalse();
    }
    for (Map.Entry<String, JsonNode> kind : document.path("components").properties()) {
      for (Map.Entry<String, JsonNode> each : kind.getValue().properties()) {
        if (!kind.getKey().equals("securitySchemes")) {
          assertThat(references)
              .as("used")
              .contains("#/components/" + kind.getKey() + "/" + each.getKey());
        }
      }
    }
  }

  private static void collect(JsonNode node, List<String> references) {
    if (node.has("$ref")) {
      references.add(node.path("$ref").asString());
    }
    node.forEach(child -> collect(child, references));
  }

  @Test
  void security_isAskedForWhereATokenIs() throws IOException {
    assertThat(operations()).allMatch(operation -> !operation.has("security"));
    try (Served own = new Served(Served.LIMITS, "s3cret");
        KeptConnection known = new KeptConnection(own.server.port())) {
      JsonNode paths =
          known.get("/openapi.json", "Authorization: Bearer s3cret").json().path("paths");
      assertThat(paths.at("/~1predict/post/security").toString()).isEqualTo("[{\"token\":[]}]");
      assertThat(paths.at("/~1health/get").has("security")).isFalse();
    }
  }

  private Schema schema(String name) {
    ObjectNode schema = JSON.createObjectNode();
    schema.put("$ref", "#/components/schemas/" + name);
    schema.set("components", document.path("components"));
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(schema.toString(), InputFormat.JSON);
  }

  private void assertIs(String name, Answer answer) {
    assertThat(schema(name).validate(answer.text(), InputFormat.JSON)).as(answer.text()).isEmpty();
  }

  @Test
  void answers_areOfTheirSchemas() throws IOException {
    assertIs("models", client.get("/models"));
    assertIs("health", client.get("/health"));
    assertIs("metadata_server_response", client.get("/v2"));
    assertIs("live_server_response", client.get("/v2/health/live"));
    assertIs("ready_server_response", client.get("/v2/health/ready"));
    assertIs("metadata_model_response", client.get("/v2/models/pets"));
    assertIs("ready_model_response", client.get("/v2/models/pets/ready"));
    assertIs("refusal", client.get("/v2/models/cars"));
    assertIs("prediction", client.post("/predict?top=2&model=pets&version=1", Served.png(1)));
    String pixels = "[" + "7,".repeat(29) + "7]";
    String request =
        "{\"id\":\"1\",\"inputs\":[{\"name\":\"input\",\"shape\":[1,1,6,5],\"datatype\":\"UINT8\",\"data\":%s}]}"
            .formatted(pixels);
    assertThat(schema("inference_request").validate(request, InputFormat.JSON)).isEmpty();
    assertIs("inference_response", client.post("/v2/models/pets/infer", request));
  }

  /** The schemas can tell right from wrong. */
  @Test
  void schemas_refuseOtherAnswers() {
    assertThat(schema("ready_model_response").validate("{\"name\":1}", InputFormat.JSON))
        .isNotEmpty();
    assertThat(schema("prediction").validate("[{\"label\":1}]", InputFormat.JSON)).isNotEmpty();
    assertThat(schema("inference_request").validate("{\"inputs\":[{}]}", InputFormat.JSON))
        .isNotEmpty();
  }
}
