package io.fovea.studio;

import io.fovea.http.Router;

/** What one page of the studio asks the server for: each page adds its own addresses. */
@FunctionalInterface
interface Routes {
  /** Adds the addresses. */
  void register(Router<Handler> router);
}
