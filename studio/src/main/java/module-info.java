/**
 * The studio: a local web server with pages for training networks, inspecting them, and browsing
 * data sets.
 */
module io.fovea.studio {
  requires transitive io.fovea.core;
  requires transitive tools.jackson.databind;
  requires io.fovea.data;
  requires io.fovea.format;
  requires io.fovea.http;
  requires io.fovea.transfer;
  requires jdk.httpserver;
  requires static org.jspecify;

  exports io.fovea.studio;

  opens io.fovea.studio.inside to
      tools.jackson.databind;
}
