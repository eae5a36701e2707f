package io.fovea.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.data.base.DataException;
import io.fovea.dataset.Image;
import io.fovea.inference.Prediction;
import io.fovea.serve.KeptConnection.Answer;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The Open Inference Protocol as its specification and its clients' documents show it. */
class OpenInferenceTest extends ServedTests {
  private static final String INFER = "/v2/models/pets/infer";
  private static final Shape SHAPE = Shape.of(1, 6, 5);

  private static float[] inputs(int seed, int images) {
    float[] values = new float[30 * images];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(seed + i * 0.7);
    }
    return values;
  }

  private float[] logits(float... inputs) {
    return served.classifier.outputs(Tensor.of(SHAPE, inputs.length / 30, inputs)).toArray();
  }

  private static float[] probabilities(Prediction... answers) {
    float[] all = new float[4 * answers.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = answers[i / 4].probabilities().get(i % 4).floatValue();
    }
    return all;
  }

  private Prediction classified(int seed) {
    return served.classifier.classify(Served.picture(seed));
  }

  private static String request(String datatype, String shape, String data) {
    return """
        {"id": "42",
         "inputs": [{"name": "input", "shape": %s, "datatype": "%s", "data": %s}]}"""
        .formatted(shape, datatype, data);
  }

  private static String pixels(Image image) {
    List<String> pixels = new ArrayList<>();
    for (byte pixel : image.pixels()) { // one channel: memory order is logical order
      pixels.add(Integer.toString(pixel & 0xff));
    }
    return String.join(",", pixels);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v2", "/v2/"})
  void server_metadata_namesItsExtensions(String path) throws IOException {
    Answer answer = client.get(path);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(answer.text())
        .isEqualTo(
            "{\"name\":\"fovea\",\"version\":\"0.1.0\",\"extensions\":[\"binary_tensor_data\",\"classification\"]}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /v2/health/live                 | {"live":true}
          /v2/health/ready                | {"live":true,"ready":true}
          /v2/models/pets/ready           | {"name":"pets","ready":true}
          /v2/models/pets/versions/1/ready | {"name":"pets","ready":true}
          """)
  void health_whileServing_isLiveAndReady(String path, String expected) throws IOException {
    assertThat(client.get(path).text()).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v2/models/pets", "/v2/models/pets/versions/1"})
  void model_metadata_describesTensorsAndClasses(String path) throws IOException {
    Answer answer = client.get(path);
    assertThat(answer.status()).isEqualTo(200);
    JsonNode json = answer.json();
    assertThat(json.path("name").asString()).isEqualTo("pets");
    assertThat(json.path("versions").toString()).isEqualTo("[\"1\"]");
    assertThat(json.path("platform").asString()).isEqualTo("fovea_safetensors");
    assertThat(json.path("inputs").get(0).toString())
        .startsWith("{\"name\":\"input\",\"datatype\":\"FP32\",\"shape\":[-1,1,6,5]");
    assertThat(json.path("outputs").toString())
        .isEqualTo(
            "[{\"name\":\"output\",\"datatype\":\"FP32\",\"shape\":[-1,4]},{\"name\":\"probabilities\",\"datatype\":\"FP32\",\"shape\":[-1,4]}]");
    assertThat(json.path("parameters").path("fovea.labels").asString())
        .isEqualTo("[\"ant\",\"bee\",\"cat\",\"dog\"]");
    assertThat(json.path("parameters").path("fovea.preprocessing").asString())
        .contains("\"mean\":[0.25]", "\"deviation\":[0.5]", "\"background\":\"dark\"");
  }

  /** FP32 are the network's inputs as they are, as for an exported ONNX file. */
  @Test
  void infer_fp32Flat_isTheNetworksOutputs() throws IOException {
    float[] x = inputs(1, 2);
    Answer answer = client.post(INFER, request("FP32", "[2,1,6,5]", Arrays.toString(x)));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    JsonNode json = answer.json();
    assertThat(json.path("model_name").asString()).isEqualTo("pets");
    assertThat(json.path("model_version").asString()).isEqualTo("1");
    assertThat(json.path("id").asString()).isEqualTo("42");
    assertThat(InferenceBody.tensor(json, "output").path("shape").toString()).isEqualTo("[2,4]");
    assertThat(InferenceBody.tensor(json, "output").path("datatype").asString()).isEqualTo("FP32");
    assertThat(InferenceBody.data(json, "output")).isEqualTo(logits(x));
    List<Prediction> expected = served.classifier.probabilities(Tensor.of(SHAPE, 2, x));
    assertThat(InferenceBody.data(json, "probabilities"))
        .isEqualTo(probabilities(expected.get(0), expected.get(1)));
  }

  @Test
  void infer_fp32Nested_isTheSame() throws IOException {
    float[] x = inputs(2, 1);
    StringBuilder nested = new StringBuilder("[[[");
    for (int row = 0; row < 6; row++) {
      nested.append(row == 0 ? "" : ",");
      nested.append(Arrays.toString(Arrays.copyOfRange(x, 5 * row, 5 * row + 5)));
    }
    Answer answer = client.post(INFER, request("FP32", "[1,1,6,5]", nested + "]]]"));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(InferenceBody.data(answer.json(), "output")).isEqualTo(logits(x));
  }

  /** Members of a JSON object have no order: maps of some languages are written by their names. */
  @Test
  void infer_membersInAlphabeticalOrder_isRead() throws IOException {
    float[] x = inputs(3, 1);
    String json =
        """
        {"inputs":[{"data":%s,"datatype":"FP32","name":"input","parameters":{"own":1},
        "shape":[1,1,6,5]}],"model_name":"pets","outputs":[{"name":"output"}],
        "parameters":{"sequence":"a","own":true}}"""
            .formatted(Arrays.toString(x));
    Answer answer = client.post(INFER, json);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.json().has("id")).isFalse();
    assertThat(answer.json().path("outputs").size()).isEqualTo(1);
    assertThat(InferenceBody.data(answer.json(), "output")).isEqualTo(logits(x));
  }

  /** UINT8 are pixels, as those of POST /predict. */
  @Test
  void infer_uint8_isThePicturesAnswer() throws IOException {
    String both = "[" + pixels(Served.picture(1)) + "," + pixels(Served.picture(2)) + "]";
    JsonNode json =
        client.post("/v2/models/pets/versions/1/infer", request("UINT8", "[2,1,6,5]", both)).json();
    assertThat(InferenceBody.data(json, "probabilities"))
        .isEqualTo(probabilities(classified(1), classified(2)));
  }

  /** BYTES are files of pictures, in JSON as base64. */
  @Test
  void infer_bytesAsJson_isThePicturesAnswer() throws IOException {
    String files =
        "[\"%s\",\"%s\"]"
            .formatted(
                Base64.getEncoder().encodeToString(Served.png(5)),
                Base64.getEncoder().encodeToString(Served.png(6)));
    Answer answer = client.post(INFER, request("BYTES", "[2]", files));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(InferenceBody.data(answer.json(), "probabilities"))
        .isEqualTo(probabilities(classified(5), classified(6)));
  }

  @Test
  void infer_plainPicture_warns() throws IOException {
    byte[] plain = io.fovea.data.Images.png(Image.of(1, 6, 5, new byte[30]));
    String file = "[\"" + Base64.getEncoder().encodeToString(plain) + "\"]";
    JsonNode json = client.post(INFER, request("BYTES", "[1]", file)).json();
    assertThat(json.path("parameters").path("doubt_0").asString()).startsWith("it is plain");
  }

  private Answer binary(String input, String outputs, byte[] binary) throws IOException {
    String json = "{\"inputs\":[%s],\"outputs\":[%s]}".formatted(input, outputs);
    return client.post(
        INFER,
        InferenceBody.of(json, binary),
        "Content-Type: application/octet-stream",
        InferenceBody.header(json));
  }

  private static String input(String datatype, String shape, int bytes) {
    return "{\"name\":\"input\",\"datatype\":\"%s\",\"shape\":%s,\"parameters\":{\"binary_data_size\":%d}}"
        .formatted(datatype, shape, bytes);
  }

  /** The extension's example, with this model's tensors: binary both ways. */
  @Test
  void infer_binaryBothWays_isTheSame() throws IOException {
    float[] x = inputs(4, 2);
    Answer answer =
        binary(
            input("FP32", "[2,1,6,5]", 240),
            "{\"name\":\"output\",\"parameters\":{\"binary_data\":true}}",
            InferenceBody.floats(x));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEqualTo("application/octet-stream");
    JsonNode tensor = InferenceBody.tensor(InferenceBody.json(answer), "output");
    assertThat(tensor.has("data")).isFalse();
    assertThat(tensor.path("parameters").path("binary_data_size").asInt()).isEqualTo(32);
    ByteBuffer bytes = InferenceBody.binary(answer);
    assertThat(bytes.remaining()).isEqualTo(32);
    float[] values = new float[8];
    bytes.asFloatBuffer().get(values);
    assertThat(values).isEqualTo(logits(x));
  }

  @Test
  void infer_binaryOutputOfAll_isOverriddenByAnOutput() throws IOException {
    byte[] pixels = Served.picture(7).pixels();
    String json =
        """
        {"parameters":{"binary_data_output":true},"inputs":[%s],
         "outputs":[{"name":"probabilities"},{"name":"output","parameters":{"binary_data":false}}]}"""
            .formatted(input("UINT8", "[1,1,6,5]", 30));
    Answer answer = client.post(INFER, InferenceBody.of(json, pixels), InferenceBody.header(json));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    JsonNode read = InferenceBody.json(answer);
    assertThat(read.path("outputs").get(0).path("name").asString()).isEqualTo("probabilities");
    assertThat(InferenceBody.data(read, "output")).hasSize(4);
    float[] values = new float[4];
    InferenceBody.binary(answer).asFloatBuffer().get(values);
    assertThat(values).isEqualTo(probabilities(classified(7)));
  }

  @Test
  void infer_bytesAsBinary_isThePicturesAnswer() throws IOException {
    byte[] files = InferenceBody.elements(Served.png(8), Served.png(9));
    Answer answer =
        binary(input("BYTES", "[2]", files.length), "{\"name\":\"probabilities\"}", files);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(InferenceBody.data(answer.json(), "probabilities"))
        .isEqualTo(probabilities(classified(8), classified(9)));
  }

  /** VALUE:INDEX:LABEL of the most probable classes. */
  @Test
  void infer_classification_namesTheBestClasses() throws IOException {
    Prediction expected = classified(3);
    String json =
        """
        {"inputs":[{"name":"input","shape":[1,1,6,5],"datatype":"UINT8","data":[%s]}],
         "outputs":[{"name":"probabilities","parameters":{"classification":2}},
                    {"name":"output","parameters":{"classification":9,"binary_data":true}}]}"""
            .formatted(pixels(Served.picture(3)));
    Answer answer = client.post(INFER, json);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    JsonNode read = InferenceBody.json(answer);
    JsonNode tensor = InferenceBody.tensor(read, "probabilities");
    assertThat(tensor.path("datatype").asString()).isEqualTo("BYTES");
    assertThat(tensor.path("shape").toString()).isEqualTo("[1,2]");
    List<String> best =
        expected.top(2).stream()
            .map(
                one ->
                    "\"%s:%d:%s\"".formatted((float) one.probability(), one.index(), one.label()))
            .toList();
    assertThat(tensor.path("data").toString()).isEqualTo("[" + String.join(",", best) + "]");
    assertThat(InferenceBody.tensor(read, "output").path("shape").toString()).isEqualTo("[1,4]");
    ByteBuffer bytes = InferenceBody.binary(answer);
    byte[] first = new byte[bytes.getInt()];
    bytes.get(first);
    assertThat(new String(first, StandardCharsets.UTF_8)).endsWith(":" + expected.label());
  }

  /** Several images of many clients give each its own: batches share passes, not answers. */
  @Test
  void infer_largestBatch_isAnswered() throws IOException {
    float[] x = inputs(5, 256);
    Answer answer =
        binary(
            input("FP32", "[256,1,6,5]", 4 * x.length),
            "{\"name\":\"output\"}",
            InferenceBody.floats(x));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(InferenceBody.data(answer.json(), "output")).isEqualTo(logits(x));
  }

  /** What a model of pictures would say to the specification's own example. */
  @Test
  void infer_theSpecificationsExample_isRefusedInItsForm() throws IOException {
    String json =
        """
        {"id" : "42",
         "inputs" : [
           {"name" : "input0", "shape" : [ 2, 2 ], "datatype" : "UINT32", "data" : [ 1, 2, 3, 4 ]},
           {"name" : "input1", "shape" : [ 3 ], "datatype" : "BOOL", "data" : [ true ]}],
         "outputs" : [{"name" : "output0"}]}""";
    Answer answer = client.post(INFER, json);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error())
        .startsWith("infer: \"data\" has something other than numbers or texts");
  }

  @Test
  void ids_andTrace_comeBack() throws IOException, DataException {
    String trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    Answer answer =
        client.post("/predict", Served.png(1), "X-Request-Id: a-1", "traceparent: " + trace);
    assertThat(answer.header("X-Request-Id")).isEqualTo("a-1");
    assertThat(answer.header("traceparent")).isEqualTo(trace);
    Answer other = client.get("/v2", "X-Request-Id: a b", "traceparent: 00-0-0-0");
    assertThat(other.header("X-Request-Id")).matches("[0-9a-f]{32}");
    assertThat(other.header("traceparent")).isEmpty();
  }
}
