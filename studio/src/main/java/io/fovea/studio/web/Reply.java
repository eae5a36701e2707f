package io.fovea.studio.web;

import com.sun.net.httpserver.HttpExchange;
import io.fovea.http.HttpError;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** A response. */
public sealed interface Reply {
  JsonMapper JSON = JsonMapper.builder().build();

  @SuppressWarnings("ArrayRecordComponent") // never compared, written once
  record Whole(int status, String type, byte[] body) implements Reply {}

  record Attachment(java.nio.file.Path file, String type) implements Reply {}

  /** A stream of events, which lasts until the page disconnects. */
  record Stream(Events events) implements Reply {}

  @FunctionalInterface
  interface Events {
    /** Writes events, and returns after the last one. */
    void write(EventStream to) throws java.io.IOException, InterruptedException;
  }

  static Reply json(Object value) {
    return json(200, value);
  }

  static Reply json(int status, Object value) {
    return new Whole(status, "application/json", JSON.writeValueAsBytes(value));
  }

  static Reply png(byte[] bytes) {
    return new Whole(200, "image/png", bytes);
  }

  static Reply text(String type, String text) {
    return new Whole(200, type, text.getBytes(StandardCharsets.UTF_8));
  }

  /** A refusal: JSON for a script, a page with links for a typed address. */
  static Reply refusal(HttpExchange exchange, HttpError refused) {
    String accepted = String.valueOf(exchange.getRequestHeaders().getFirst("Accept"));
    if (!accepted.contains("text/html") || exchange.getRequestURI().getPath().startsWith("/api/")) {
      return refusal(refused.status(), refused.reason());
    }
    String page =
        """
        <!doctype html><html lang="en"><meta charset="utf-8"><title>Fovea studio</title>
        <link rel="stylesheet" href="/studio.css"><main><h1>Not here</h1><p>%s.</p>
        <p><a href="/">The studio</a>, <a href="/book">the book</a></p></main></html>
        """
            .formatted(refused.reason().replace("&", "&amp;").replace("<", "&lt;"));
    byte[] bytes = page.getBytes(StandardCharsets.UTF_8);
    return new Whole(refused.status(), "text/html; charset=utf-8", bytes);
  }

  static Reply refusal(int status, String reason) {
    return json(status, Map.of("error", reason));
  }
}
