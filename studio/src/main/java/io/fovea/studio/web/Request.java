package io.fovea.studio.web;

import com.sun.net.httpserver.HttpExchange;
import io.fovea.http.BodyReader;
import io.fovea.http.HttpError;
import io.fovea.http.MalformedJson;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

public final class Request {
  private final HttpExchange exchange;
  private final Map<String, String> segments;
  private final Map<String, String> query;
  private final BodyReader bodies;
  private byte @Nullable [] received;

  public Request(HttpExchange exchange, Map<String, String> segments, BodyReader bodies) {
    this.exchange = exchange;
    this.segments = segments;
    this.query = parameters(exchange.getRequestURI().getRawQuery());
    this.bodies = bodies;
  }

  /** A named segment of the path, not decoded. */
  public String segment(String name) {
    String text = segments.get(name);
    if (text == null) {
      throw new IllegalStateException("route without a segment " + name);
    }
    return text;
  }

  public Optional<String> query(String name) {
    return Optional.ofNullable(query.get(name));
  }

  /**
   * An integer query parameter.
   *
   * @throws HttpError 400 if it is missing or out of range
   */
  public int number(String name, int from, int to) {
    String text = query.getOrDefault(name, "");
    if (text.matches("-?[0-9]{1,9}")) {
      int value = Integer.parseInt(text);
      if (value >= from && value <= to) {
        return value;
      }
    }
    throw new HttpError(
        400,
        "studio: expects %s as a whole number from %d to %d, got \"%s\""
            .formatted(name, from, to, text));
  }

  /** As {@link #number}, with a default. */
  public int number(String name, int from, int to, int otherwise) {
    return query.containsKey(name) ? number(name, from, to) : otherwise;
  }

  /**
   * The body.
   *
   * @throws HttpError 413 if it is too long
   */
  public byte[] bytes() throws IOException {
    byte[] before = received;
    if (before != null) {
      return before;
    }
    try (BodyReader.Body body = bodies.read(exchange)) {
      received = body.bytes();
      return received;
    } catch (InterruptedException late) {
      throw new CancellationException("timed out");
    } catch (IOException broken) {
      throw new HttpError(400, "studio: the body breaks off; send it again");
    }
  }

  /**
   * Reads the body of a POST, so that {@link #bytes} returns at once on any thread.
   *
   * @throws HttpError 413 if it is too long
   */
  public void receive() throws IOException {
    if (exchange.getRequestMethod().equals("POST")) {
      received = bytes();
    }
  }

  /**
   * The body as a JSON object.
   *
   * @throws HttpError 400 if it is not one
   */
  public JsonNode json() throws IOException {
    try {
      JsonNode node = Reply.JSON.readTree(bytes());
      if (node.isObject()) {
        return node;
      }
    } catch (JacksonException malformed) {
      throw new HttpError(
          400,
          "studio: the body is not JSON: %s; expects a JSON object"
              .formatted(MalformedJson.reason(malformed)));
    }
    throw new HttpError(400, "studio: expects a JSON object as body");
  }

  /**
   * A text of the body's object, stripped; empty if it is missing. Another value has status 400.
   */
  public String text(String name) throws IOException {
    JsonNode node = json().path(name);
    if (!node.isString() && !node.isMissingNode()) {
      throw new HttpError(400, "studio: expects \"%s\" as a text, in quotes".formatted(name));
    }
    return node.asString("").strip();
  }

  private static Map<String, String> parameters(@Nullable String raw) {
    Map<String, String> all = new HashMap<>();
    if (raw == null || raw.isEmpty()) {
      return all;
    }
    for (String pair : raw.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? "" : pair.substring(equals + 1);
      all.put(decoded(name), decoded(value));
    }
    return all;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException malformed) {
      throw new HttpError(400, "studio: the address has a malformed %-escape");
    }
  }
}
