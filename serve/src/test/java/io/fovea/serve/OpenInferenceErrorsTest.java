package io.fovea.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.serve.KeptConnection.Answer;
import java.io.IOException;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each error of the protocol: the right status, and {"error": what is expected}. */
class OpenInferenceErrorsTest extends ServedTests {
  private static final String INFER = "/v2/models/pets/infer";
  private static final String EXPECTED =
      "; expects {\"inputs\": [{\"name\", \"shape\", \"datatype\", \"data\"}]}";

  /** "{IN," stands for a request up to the name of its input. */
  private static String whole(String json) {
    return json.replace("{IN,", "{\"inputs\":[{\"name\":\"input\",")
        .replace("SHAPE", "\"shape\":[1,1,6,5]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[]|the body is not a JSON object",
        "{} {}|the body has more than one JSON object",
        "{\"id\":42,\"inputs\":[]}|\"id\" is not a text",
        "{\"inputs\":{}}|\"inputs\" is not an array of objects",
        "{\"inputs\":[1]}|\"inputs\" is not an array of objects",
        "{\"outputs\":3}|\"outputs\" is not an array of objects",
        "{\"parameters\":[]}|\"parameters\" is not an object",
        "{\"parameters\":{\"a\":[1]}}|\"parameters\" has something other than texts, numbers and booleans",
        "{\"parameters\":{\"a\":null}}|\"parameters\" has something other than texts, numbers and booleans",
        "{\"parameters\":{\"binary_data_output\":1}}|\"binary_data_output\" is not a boolean",
        "{IN,\"parameters\":{\"binary_data_size\":\"9\"}}]}|\"binary_data_size\" is not a number",
        "{IN,\"parameters\":{\"binary_data_size\":-1}}]}|\"binary_data_size\" is not a whole number from 0 up",
        "{IN,\"parameters\":{\"shared_memory_region\":\"a\"}}]}|tensors in shared memory are not supported; send their values",
        "{IN,\"shape\":3}]}|\"shape\" is not an array",
        "{IN,\"shape\":[1.5]}]}|\"shape\" is not a short array of whole numbers",
        "{IN,\"shape\":[-1,1,6,5]}]}|\"shape\" is not a short array of whole numbers",
        "{IN,\"shape\":[99999999999]}]}|\"shape\" is not a short array of whole numbers",
        "{IN,\"data\":\"x\"}]}|\"data\" is not an array",
        "{IN,\"data\":[[1],[2,3]]}]}|\"data\" has arrays of several lengths at one depth",
        "{IN,\"data\":[1,[2]]}]}|\"data\" has arrays of several lengths at one depth",
        "{IN,\"data\":[[[[[[[[[1]]]]]]]]]}]}|\"data\" is nested deeper than 8 arrays",
        "{IN,\"data\":[null]}]}|\"data\" has something other than numbers or texts",
        "{IN,\"data\":[{}]}]}|\"data\" has something other than numbers or texts",
        "{IN,\"datatype\":\"FP32\",SHAPE,\"data\":[1,2]}]}|\"data\" has 2 numbers and 0 texts, and the shape [1, 1, 6, 5] holds 30 numbers",
        "{IN,\"datatype\":\"FP32\",SHAPE,\"data\":[\"a\"]}]}|\"data\" has 0 numbers and 1 texts, and the shape [1, 1, 6, 5] holds 30 numbers",
        "{IN,\"datatype\":\"BYTES\",\"shape\":[2],\"data\":[\"a\"]}]}|\"data\" has 0 numbers and 1 texts, and the shape [2] holds 2 texts",
      })
  void request_ofAnotherForm_is400(String json, String what) throws IOException {
    assertRefused(client.post(INFER, whole(json)), 400, "infer: " + what + EXPECTED);
  }

  /** No text of a client comes back at length. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{IN,\"datatype\":\"LONG\"}]}",
        "{\"inputs\":[{\"name\":\"LONG\"}]}",
        "{\"outputs\":[{\"name\":\"LONG\"}]}",
        "{\"id\":\"LONG\"}"
      })
  void text_long_is400(String json) throws IOException {
    String member = json.replaceFirst(".*\"([a-z]+)\":\"LONG.*", "$1");
    assertRefused(
        client.post(INFER, whole(json).replace("LONG", "x".repeat(90_000))),
        400,
        "infer: \"%s\" has 90000 characters, and 1000 are the most".formatted(member) + EXPECTED);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{IN,\"datatype\":\"FP32\",SHAPE,\"data\":[1],\"data\":[2]}]}|81",
        "{\"inputs\":[],\"inputs\":[]}|22"
      })
  void member_givenTwice_is400(String json, int column) throws IOException {
    assertRefused(
        client.post(INFER, whole(json)),
        400,
        "infer: the body is not JSON: a member of an object is there twice at line 1, column "
            + column
            + EXPECTED);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|expects one input, \"input\", got []",
        "{\"inputs\":[{\"name\":\"x\"}]}|expects one input, \"input\", got [x]",
        "{\"inputs\":[{\"name\":\"input\"},{\"name\":\"b\"}]}|expects one input, \"input\", got [input, b]",
        "{IN,\"datatype\":\"INT64\",SHAPE,\"data\":[]}]}|expects the datatype FP32 (inputs), UINT8 (pixels) or BYTES (files of pictures), got \"INT64\"",
        "{IN,\"datatype\":\"FP32\",\"data\":[]}]}|expects \"input\" of type FP32 as [-1, 1, 6, 5], where -1 is the number of images, got the shape []",
        "{IN,\"datatype\":\"FP32\",\"shape\":[1,6,5],\"data\":[]}]}|expects \"input\" of type FP32 as [-1, 1, 6, 5], where -1 is the number of images, got the shape [1, 6, 5]",
        "{IN,\"datatype\":\"FP32\",\"shape\":[0,1,6,5],\"data\":[]}]}|expects \"input\" of type FP32 as [-1, 1, 6, 5], where -1 is the number of images, got the shape [0, 1, 6, 5]",
        "{IN,\"datatype\":\"BYTES\",\"shape\":[1,1],\"data\":[\"a\"]}]}|expects \"input\" of type BYTES as [-1], where -1 is the number of images, got the shape [1, 1]",
        "{IN,\"datatype\":\"FP32\",SHAPE}]}|expects either \"data\" or the parameter \"binary_data_size\" for \"input\"",
        "{IN,\"datatype\":\"FP32\",SHAPE,\"parameters\":{\"binary_data_size\":120}}]}|0 bytes follow the JSON, but \"binary_data_size\" of \"input\" is 120",
        "{IN,\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\"%\"]}]}|element 0 of the BYTES tensor is not base64",
        "{IN,\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\"aGVsbG8=\"]}]}|element 0 of the BYTES tensor is not a PNG, JPEG, BMP or GIF file",
        "{\"inputs\":[],\"outputs\":[{\"name\":\"x\"}]}|expects the outputs \"output\" and \"probabilities\", each at most once, got \"x\"",
        "{\"inputs\":[],\"outputs\":[{\"name\":\"output\"},{\"name\":\"output\"}]}|expects the outputs \"output\" and \"probabilities\", each at most once, got \"output\"",
      })
  void tensor_thatTheModelDoesNotTake_is400(String json, String what) throws IOException {
    assertRefused(client.post(INFER, whole(json)), 400, "infer: " + what);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "UINT8|256|UINT8 values must be whole numbers from 0 to 255, got 256.0",
        "UINT8|0.5|UINT8 values must be whole numbers from 0 to 255, got 0.5",
        "UINT8|-1|UINT8 values must be whole numbers from 0 to 255, got -1.0",
        "FP32|1e999|FP32 values must be finite, got Infinity",
        "FP32|3e38|the network's outputs are not finite; send smaller FP32 values",
      })
  void values_outOfRange_are400(String datatype, String value, String what) throws IOException {
    String data = value + ("," + value).repeat(29);
    assertRefused(
        client.post(
            INFER,
            whole("{IN,\"datatype\":\"%s\",SHAPE,\"data\":[%s]}]}".formatted(datatype, data))),
        400,
        "infer: " + what);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "{\"inputs\":[{\"data\":[NaN]}]}", "hello", ""})
  void json_damaged_is400(String json) throws IOException {
    Answer answer = client.post(INFER, json);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error()).startsWith("infer: the body is not ").endsWith(EXPECTED);
  }

  @Test
  void images_tooMany_are413() throws IOException {
    String json = whole("{IN,\"datatype\":\"UINT8\",\"shape\":[257,1,6,5],\"data\":[0]}]}");
    assertRefused(client.post(INFER, json), 413, "infer: expects at most 256 images a request");
    String values = "0,".repeat(256 * 30) + "0";
    String many = whole("{IN,\"datatype\":\"UINT8\",\"data\":[%s]}]}".formatted(values));
    assertRefused(client.post(INFER, many), 413, "infer: expects at most 7680 values in \"data\"");
  }

  @Test
  void picture_tooLarge_is413() throws IOException {
    byte[] png =
        io.fovea.data.Images.png(io.fovea.dataset.Image.of(1, 1001, 1000, new byte[1_001_000]));
    String json =
        whole(
            "{IN,\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\"%s\"]}]}"
                .formatted(Base64.getEncoder().encodeToString(png)));
    assertRefused(
        client.post(INFER, json),
        413,
        "infer: expects a picture of at most 1000000 pixels, got 1001000; scale it down");
  }

  private Answer binary(String input, int header, byte[] binary) throws IOException {
    String json = whole("{IN," + input + "}]}");
    int length = header < 0 ? json.length() : header;
    return client.post(
        INFER, InferenceBody.of(json, binary), "Inference-Header-Content-Length: " + length);
  }

  @Test
  void binaryData_ofAnotherLength_is400() throws IOException {
    String fp32 = "\"datatype\":\"FP32\",SHAPE,\"parameters\":{\"binary_data_size\":%d}";
    assertRefused(
        binary(fp32.formatted(120), -1, new byte[119]),
        400,
        "infer: 119 bytes follow the JSON, but \"binary_data_size\" of \"input\" is 120");
    assertRefused(
        binary(fp32.formatted(119), -1, new byte[119]),
        400,
        "infer: FP32 of the shape [1, 1, 6, 5] takes 120 bytes of binary data, got 119");
    assertRefused(
        binary("\"datatype\":\"FP32\",SHAPE,\"data\":[1]", -1, new byte[4]),
        400,
        "infer: 4 bytes follow the JSON, but \"binary_data_size\" of \"input\" is 0");
    assertRefused(
        binary(
            "\"datatype\":\"FP32\",SHAPE,\"data\":[1],\"parameters\":{\"binary_data_size\":4}",
            -1,
            new byte[4]),
        400,
        "infer: expects either \"data\" or the parameter \"binary_data_size\" for \"input\"");
    float[] values = new float[30];
    values[7] = Float.NaN;
    assertRefused(
        binary(fp32.formatted(120), -1, InferenceBody.floats(values)),
        400,
        "infer: FP32 values must be finite, got NaN");
  }

  @Test
  void bytes_damaged_are400() throws IOException {
    String bytes = "\"datatype\":\"BYTES\",\"shape\":[1],\"parameters\":{\"binary_data_size\":%d}";
    String ends =
        "infer: element 0 of the BYTES tensor ends after the binary data; each begins with its length as 4 little-endian bytes";
    assertRefused(binary(bytes.formatted(3), -1, new byte[3]), 400, ends);
    assertRefused(binary(bytes.formatted(5), -1, new byte[] {9, 0, 0, 0, 1}), 400, ends);
    assertRefused(binary(bytes.formatted(4), -1, new byte[] {0, 0, 0, -1}), 400, ends);
    byte[] two = InferenceBody.elements(Served.png(1), Served.png(2));
    assertRefused(
        binary(bytes.formatted(two.length), -1, two),
        400,
        "infer: the shape [1] holds 1 texts, got 2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "x", "99999", "1e1", "99999999999"})
  void headerLength_impossible_is400(String length) throws IOException {
    assertRefused(
        client.post(INFER, "{}", "Inference-Header-Content-Length: " + length),
        400,
        "infer: expects Inference-Header-Content-Length from 0 to 2, the bytes of the body");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/ready"})
  void model_unknown_is404(String end) throws IOException {
    String operation = end.isEmpty() ? "metadata" : "ready";
    assertRefused(
        client.get("/v2/models/cars" + end),
        404,
        operation + ": there is no model \"cars\"; this server has: pets");
    assertRefused(
        client.get("/v2/models/pets/versions/2" + end),
        404,
        operation + ": the model has no version \"2\", but: [1]");
    assertThat(client.get("/v2/models/pets/versions/01" + end).status()).isEqualTo(404);
    assertThat(client.get("/v2/models/pets/versions/latest" + end).status()).isEqualTo(404);
    assertRefused(
        client.post("/v2/models/cars/infer", "{}"),
        404,
        "infer: there is no model \"cars\"; this server has: pets");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v2/models",
        "/v2/models/",
        "/v2/models//infer",
        "/v2/models//ready",
        "/v2/health",
        "/v2/models/pets/versions",
        "/v2/models/pets/versions//infer",
        "/v2/models/pets/explain",
        "/v2/repository/index",
        "/v3"
      })
  void address_unknown_is404(String path) throws IOException {
    assertRefused(client.get(path), 404, "serve: unknown path; GET /openapi.json lists all paths");
  }

  @Test
  void token_missing_is401ButForHealth() throws IOException {
    try (Served own = new Served(Served.LIMITS, "s3cret");
        KeptConnection stranger = new KeptConnection(own.server.port())) {
      for (String path :
          new String[] {"/v2", "/v2/models/pets", "/v2/models/pets/ready", "/models", "/v2/x"}) {
        assertThat(stranger.get(path).status()).as(path).isEqualTo(401);
      }
      assertThat(stranger.post(INFER, "{}").status()).isEqualTo(401);
      assertThat(stranger.get("/v2/health/live").status()).isEqualTo(200);
      assertThat(stranger.get("/v2/health/ready").status()).isEqualTo(200);
      assertThat(stranger.get("/v2", "Authorization: Bearer s3cret").status()).isEqualTo(200);
    }
  }

  @Test
  void server_stopping_isLiveButNotReady() throws Exception {
    Served own = new Served(Served.LIMITS, "");
    try (java.net.Socket waiting = own.connect();
        KeptConnection probe = new KeptConnection(own.server.port())) {
      String head = own.head("POST " + INFER, "Content-Length: 2") + "{";
      waiting.getOutputStream().write(Served.latin(head));
      while (!probe.get("/metrics").text().contains("fovea_requests_in_flight 2\n")) {
        Thread.sleep(5);
      }
      Thread stopping = Thread.ofVirtual().start(own::close);
      while (probe.get("/v2/health/ready").status() == 200) {
        Thread.sleep(5);
      }
      Answer ready = probe.get("/v2/health/ready");
      assertRefused(ready, 503, "serve: the server is stopping; use another one");
      assertThat(ready.header("Retry-After")).isEqualTo("1");
      assertThat(probe.get("/v2/health/live").status()).isEqualTo(200);
      waiting.getOutputStream().write('}');
      assertThat(Served.status(Served.answer(waiting))).isEqualTo(400);
      stopping.join();
    }
  }
}
