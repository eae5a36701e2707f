package io.fovea.studio;

import io.fovea.http.Router;

/** The requests of one page of the studio. */
@FunctionalInterface
interface Routes {
  /** Adds the page's routes. */
  void register(Router<Handler> router);
}
