/** The common parts of Fovea's HTTP servers: limits on access, bytes and time. */
module io.fovea.http {
  requires transitive jdk.httpserver;
  requires transitive tools.jackson.core;
  requires static org.jspecify;

  exports io.fovea.http;
}
