package io.fovea.http;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Addresses and who answers them. A pattern is a path whose segments are matched as they are, or,
 * in braces, give their text, which is not empty, a name: {@code /api/runs/{run}/events}. Segments
 * are never decoded.
 *
 * @param <H> who answers
 */
public final class Router<H> {
  private final String operation;
  private final Map<String, Route<H>> routes = new LinkedHashMap<>();

  /** One pattern, and who answers which method. */
  private record Route<H>(List<String> segments, Map<String, H> handlers) {
    /** The named segments, where the path fits. */
    Optional<Map<String, String>> match(List<String> path) {
      if (path.size() != segments.size()) {
        return Optional.empty();
      }
      Map<String, String> named = new HashMap<>();
      for (int i = 0; i < path.size(); i++) {
        String own = segments.get(i);
        if (own.startsWith("{") && !path.get(i).isEmpty()) {
          named.put(own.substring(1, own.length() - 1), path.get(i));
        } else if (!own.equals(path.get(i))) {
          return Optional.empty();
        }
      }
      return Optional.of(named);
    }
  }

  /**
   * A known address.
   *
   * @param operation named first in every refusal
   * @param pattern that the path fits
   * @param handlers who answers, by method
   * @param segments the named segments of the path
   */
  public record Address<H>(
      String operation, String pattern, Map<String, H> handlers, Map<String, String> segments) {
    /**
     * Who answers a method.
     *
     * @throws Refusal 405 where nobody does
     */
    public H handler(String method) {
      H handler = handlers.get(method);
      if (handler == null) {
        throw Refusal.ofMethod(operation + ": " + pattern, List.copyOf(handlers.keySet()));
      }
      return handler;
    }
  }

  /** No addresses; {@code operation} is named first in every refusal. */
  public Router(String operation) {
    this.operation = operation;
  }

  /** Reading, which changes nothing. */
  public Router<H> get(String pattern, H handler) {
    return add("GET", pattern, handler);
  }

  /** Doing something. */
  public Router<H> post(String pattern, H handler) {
    return add("POST", pattern, handler);
  }

  /** An address; where several patterns fit a path, the one that was added first answers. */
  public Router<H> add(String method, String pattern, H handler) {
    routes
        .computeIfAbsent(pattern, key -> new Route<>(segments(key), new LinkedHashMap<>()))
        .handlers()
        .put(method, handler);
    return this;
  }

  /** The address that a path means, if there is one. */
  public Optional<Address<H>> find(String path) {
    List<String> segments = segments(path);
    for (Map.Entry<String, Route<H>> route : routes.entrySet()) {
      Optional<Map<String, String>> named = route.getValue().match(segments);
      if (named.isPresent()) {
        return Optional.of(
            new Address<>(operation, route.getKey(), route.getValue().handlers(), named.get()));
      }
    }
    return Optional.empty();
  }

  private static List<String> segments(String path) {
    return List.of(path.split("/", -1));
  }
}
