/** Predictions over HTTP: the server of {@code fovea serve}, for a program to start. */
module io.fovea.serve {
  requires transitive io.fovea.core;
  requires transitive io.fovea.http;
  requires io.fovea.data;
  requires io.fovea.format;
  requires java.management;
  requires jdk.httpserver;
  requires tools.jackson.databind;
  requires static org.jspecify;

  exports io.fovea.serve;
}
