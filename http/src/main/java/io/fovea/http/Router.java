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
   * Who answers a method of an address.
   *
   * @param segments the named segments of the path
   */
  public record Match<H>(H handler, Map<String, String> segments) {}

  /**
   * A known address.
   *
   * @param operation named first in every refusal
   * @param pattern the first one that the path fits
   * @param matches who answers, by method
   */
  public record Address<H>(String operation, String pattern, Map<String, Match<H>> matches) {
    /**
     * Who answers a method.
     *
     * @throws Refusal 405 where nobody does
     */
    public Match<H> match(String method) {
      Match<H> match = matches.get(method);
      if (match == null) {
        throw Refusal.ofMethod(operation + ": " + pattern, List.copyOf(matches.keySet()));
      }
      return match;
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

  /** An address; where several patterns fit a path and have the method, the first one answers. */
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
