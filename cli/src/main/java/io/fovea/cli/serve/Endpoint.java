package io.fovea.cli.serve;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * One method of one address: who answers, and what the OpenAPI document says of it. Both are in one
 * place, so that the document knows every address and no other.
 *
 * @param method GET or POST
 * @param path with names of segments in braces
 * @param isOpen whether no token is needed
 * @param summary one line
 * @param query names of parameters behind the question mark
 * @param request the schema of the body by its type; none for GET
 * @param response the schema of an answer with status 200 by its type
 * @param handler answers
 */
record Endpoint(
    String method,
    String path,
    boolean isOpen,
    String summary,
    List<String> query,
    Map<String, String> request,
    Map<String, String> response,
    Handler handler) {
  static final String JSON = "application/json";
  static final String BYTES = "application/octet-stream";

  /** Answers the requests to one address. */
  @FunctionalInterface
  interface Handler {
    /**
     * The answer.
     *
     * @param segments of the path, by their names
     * @throws io.fovea.http.Refusal with a status and a reason for the client
     * @throws InterruptedException if the request's time is over
     */
    HttpReply answer(HttpExchange exchange, Map<String, String> segments)
        throws IOException, InterruptedException;
  }

  /** A GET that is answered with JSON of a schema. */
  static Endpoint get(String path, String summary, String schema, Handler handler) {
    return new Endpoint(
        "GET", path, false, summary, List.of(), Map.of(), Map.of(JSON, schema), handler);
  }

  /** The same for everybody, token or not. */
  Endpoint open() {
    return new Endpoint(method, path, true, summary, query, request, response, handler);
  }
}
