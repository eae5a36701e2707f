/** Bounds for HTTP servers: who may ask, how much a request may send, how long it may take. */
module io.fovea.http {
  requires transitive jdk.httpserver;
  requires transitive tools.jackson.core;
  requires static org.jspecify;

  exports io.fovea.http;
}
