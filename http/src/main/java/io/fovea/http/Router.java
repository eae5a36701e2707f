package io.fovea.http;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Maps paths and methods to handlers. A pattern is a path; a segment in braces is a parameter and
 * matches any text that is not empty: {@code /api/runs/{run}/events}. Segments are never decoded.
 *
 * @param <H> the type of handlers
 */
public final class Router<H> {
  private final String operation;
  private final Map<String, Route<H>> routes = new LinkedHashMap<>();

  private record Route<H>(List<String> segments, Map<String, H> handlers) {
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
   * A handler with its parameters.
   *
   * @param segments the parameters of the path
   */
  public record Match<H>(H handler, Map<String, String> segments) {}

  /**
   * A known path.
   *
   * @param operation the first word of every refusal
   * @param pattern the first matching pattern
   * @param matches the handlers by method
   */
  public record Address<H>(String operation, String pattern, Map<String, Match<H>> matches) {
    /**
     * The handler of a method.
     *
     * @throws HttpError 405 if there is none
     */
    public Match<H> match(String method) {
      Match<H> match = matches.get(method);
      if (match == null) {
        throw HttpError.ofMethod(operation + ": " + pattern, List.copyOf(matches.keySet()));
      }
      return match;
    }
  }

  /** An empty router; {@code operation} is the first word of every refusal. */
  public Router(String operation) {
    this.operation = operation;
  }

  public Router<H> get(String pattern, H handler) {
    return add("GET", pattern, handler);
  }

  public Router<H> post(String pattern, H handler) {
    return add("POST", pattern, handler);
  }

  /** Adds a handler; of several matching patterns with the method, the first one is used. */
  public Router<H> add(String method, String pattern, H handler) {
    routes
        .computeIfAbsent(pattern, key -> new Route<>(segments(key), new LinkedHashMap<>()))
        .handlers()
        .put(method, handler);
    return this;
  }

  /** The route of a path, if there is one. */
  public Optional<Address<H>> find(String path) {
    List<String> segments = segments(path);
    String first = "";
    Map<String, Match<H>> matches = new LinkedHashMap<>();
    for (Map.Entry<String, Route<H>> route : routes.entrySet()) {
      Optional<Map<String, String>> named = route.getValue().match(segments);
      if (named.isPresent()) {
        first = first.isEmpty() ? route.getKey() : first;
        route
            .getValue()
            .handlers()
            .forEach((method, own) -> matches.putIfAbsent(method, new Match<>(own, named.get())));
      }
    }
    return matches.isEmpty()
        ? Optional.empty()
        : Optional.of(new Address<>(operation, first, matches));
  }

  private static List<String> segments(String path) {
    return List.of(path.split("/", -1));
  }
}
