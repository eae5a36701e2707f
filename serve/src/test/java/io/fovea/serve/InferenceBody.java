package io.fovea.serve;

import io.fovea.serve.KeptConnection.Answer;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;

/** Bodies with binary tensor data, as the protocol's own clients make and read them. */
final class InferenceBody {
  private InferenceBody() {}

  /** The header that says how much of a body is JSON. */
  static String header(String json) {
    return "Inference-Header-Content-Length: " + json.getBytes(StandardCharsets.UTF_8).length;
  }

  static byte[] of(String json, byte[] binary) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(json.getBytes(StandardCharsets.UTF_8));
    body.writeBytes(binary);
    return body.toByteArray();
  }

  static byte[] floats(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return bytes.array();
  }

  static byte[] elements(byte[]... elements) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] element : elements) {
      all.writeBytes(
          ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(element.length).array());
      all.writeBytes(element);
    }
    return all.toByteArray();
  }

  static JsonNode json(Answer answer) {
    return KeptConnection.read(
        new String(answer.body(), 0, length(answer), StandardCharsets.UTF_8));
  }

  private static int length(Answer answer) {
    return Integer.parseInt(answer.header("Inference-Header-Content-Length"));
  }

  static ByteBuffer binary(Answer answer) {
    int from = length(answer);
    return ByteBuffer.wrap(answer.body(), from, answer.body().length - from)
        .slice()
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The numbers of an answer's tensor that came as JSON. */
  static float[] data(JsonNode json, String output) {
    JsonNode data = tensor(json, output).path("data");
    float[] values = new float[data.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = data.get(i).floatValue();
    }
    return values;
  }

  /** An answer's tensor. */
  static JsonNode tensor(JsonNode json, String output) {
    for (JsonNode each : json.path("outputs")) {
      if (each.path("name").asString().equals(output)) {
        return each;
      }
    }
    throw new AssertionError("no output " + output + " in " + json);
  }
}
