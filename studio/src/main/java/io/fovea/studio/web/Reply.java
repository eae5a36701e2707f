package io.fovea.studio.web;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** A response. */
public sealed interface Reply {
  /** The mapper for responses. */
  JsonMapper JSON = JsonMapper.builder().build();

  /** A body in memory. */
  @SuppressWarnings("ArrayRecordComponent") // never compared, written once
  record Whole(int status, String type, byte[] body) implements Reply {}

  /** A file, sent in parts. */
  record Attachment(java.nio.file.Path file, String type) implements Reply {}

  /** A stream of events, which lasts until the page disconnects. */
  record Stream(Events events) implements Reply {}

  /** Writes events. */
  @FunctionalInterface
  interface Events {
    /** Writes events, and returns after the last one. */
    void write(EventStream to) throws java.io.IOException, InterruptedException;
  }

  /** A response with status 200 and a value as JSON. */
  static Reply json(Object value) {
    return json(200, value);
  }

  /** A response with a value as JSON. */
  static Reply json(int status, Object value) {
    return new Whole(status, "application/json", JSON.writeValueAsBytes(value));
  }

  /** A picture. */
  static Reply png(byte[] bytes) {
    return new Whole(200, "image/png", bytes);
  }

  /** Text of a media type. */
  static Reply text(String type, String text) {
    return new Whole(200, type, text.getBytes(StandardCharsets.UTF_8));
  }

  /** A refusal with a reason for people. */
  static Reply refusal(int status, String reason) {
    return json(status, Map.of("error", reason));
  }
}
