package io.fovea.studio;

import io.fovea.http.Refusal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Addresses and who answers them. A pattern is a path whose segments are matched as they are, or,
 * in braces, give their text a name: {@code /api/runs/{run}/events}.
 */
final class Router {
  private final List<Route> routes = new ArrayList<>();

  private record Route(String method, List<String> pattern, Handler handler) {
    /** The named segments, where the path fits. */
    Optional<Map<String, String>> match(List<String> path) {
      if (path.size() != pattern.size()) {
        return Optional.empty();
      }
      Map<String, String> named = new HashMap<>();
      for (int i = 0; i < path.size(); i++) {
        String own = pattern.get(i);
        if (own.startsWith("{")) {
          named.put(own.substring(1, own.length() - 1), path.get(i));
        } else if (!own.equals(path.get(i))) {
          return Optional.empty();
        }
      }
      return Optional.of(named);
    }
  }

  /** Who answers a request, and the named segments of its path. */
  record Match(Handler handler, Map<String, String> segments) {}

  /** Reading, which changes nothing. */
  Router get(String pattern, Handler handler) {
    routes.add(new Route("GET", segments(pattern), handler));
    return this;
  }

  /** Doing something: asked by the studio's own pages only. */
  Router post(String pattern, Handler handler) {
    routes.add(new Route("POST", segments(pattern), handler));
    return this;
  }

  /**
   * Who answers.
   *
   * @throws Refusal 404 where nobody does, 405 where the method is another one
   */
  Match match(String method, String path) {
    List<String> segments = segments(path);
    boolean known = false;
    for (Route route : routes) {
      Optional<Map<String, String>> named = route.match(segments);
      if (named.isPresent() && route.method().equals(method)) {
        return new Match(route.handler(), named.get());
      }
      known |= named.isPresent();
    }
    throw known
        ? new Refusal(405, "studio: this address does not take " + method)
        : new Refusal(404, "studio: there is nothing at this address");
  }

  private static List<String> segments(String path) {
    return List.of(path.split("/", -1));
  }
}
