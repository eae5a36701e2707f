package io.fovea.studio;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** What is sent back. */
sealed interface Reply {
  /** The mapper for all that goes to the pages. */
  JsonMapper JSON = JsonMapper.builder().build();

  /** A whole body. */
  @SuppressWarnings("ArrayRecordComponent") // never compared, written once
  record Whole(int status, String type, byte[] body) implements Reply {}

  /** A file, sent in pieces. */
  record Attachment(java.nio.file.Path file, String type) implements Reply {}

  /** A stream of events, which lasts until the page goes away. */
  record Stream(Events events) implements Reply {}

  /** Writes events one after the other. */
  @FunctionalInterface
  interface Events {
    /** Returns when there is nothing more to say. */
    void write(EventStream to) throws java.io.IOException, InterruptedException;
  }

  /** Status 200 and a value as JSON. */
  static Reply json(Object value) {
    return json(200, value);
  }

  /** A value as JSON. */
  static Reply json(int status, Object value) {
    return new Whole(status, "application/json", JSON.writeValueAsBytes(value));
  }

  /** A picture. */
  static Reply png(byte[] bytes) {
    return new Whole(200, "image/png", bytes);
  }

  /** Text, of a file whose type is known. */
  static Reply text(String type, String text) {
    return new Whole(200, type, text.getBytes(StandardCharsets.UTF_8));
  }

  /** A reason for people. */
  static Reply refusal(int status, String reason) {
    return json(status, Map.of("error", reason));
  }
}
