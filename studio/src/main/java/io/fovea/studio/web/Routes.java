package io.fovea.studio.web;

import io.fovea.http.Router;

/** The requests of one page of the studio. */
@FunctionalInterface
public interface Routes {
  void register(Router<Handler> router);
}
