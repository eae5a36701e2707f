package io.fovea.serve.web;

import io.fovea.file.DisplayText;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * A response.
 *
 * @param headers besides those of every response
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, written once
public record HttpReply(int status, String type, byte[] body, Map<String, String> headers) {
  public static final JsonMapper JSON = JsonMapper.builder().build();

  /** A response of JSON, in which labels cannot steer a terminal. */
  public static HttpReply json(int status, Object value) {
    byte[] body = DisplayText.of(JSON.writeValueAsString(value)).getBytes(StandardCharsets.UTF_8);
    return new HttpReply(status, "application/json", body, Map.of());
  }

  public static HttpReply text(String type, String text) {
    return new HttpReply(200, type, text.getBytes(StandardCharsets.UTF_8), Map.of());
  }

  public static HttpReply refusal(int status, String reason) {
    return json(status, Map.of("error", reason));
  }
}
