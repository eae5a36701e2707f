package io.fovea.serve.web;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * One method of one path: its handler, and its entry in the OpenAPI document. Both are in one
 * place, so that the document lists exactly the existing paths.
 *
 * @param method GET or POST
 * @param path the path, with names of segments in braces
 * @param isOpen whether requests need no token
 * @param summary one line
 * @param query names of query parameters
 * @param request the schema of the body by media type; empty for GET
 * @param response the schema of a response with status 200, by media type
 * @param handler handles its requests
 */
public record Endpoint(
    String method,
    String path,
    boolean isOpen,
    String summary,
    List<String> query,
    Map<String, String> request,
    Map<String, String> response,
    Handler handler) {
  public static final String JSON = "application/json";
  public static final String BYTES = "application/octet-stream";

  @FunctionalInterface
  public interface Handler {
    /**
     * Handles a request.
     *
     * @param segments of the path, by their names
     * @throws io.fovea.http.HttpError with a status and a reason for the client
     * @throws InterruptedException if the request times out
     */
    HttpReply answer(HttpExchange exchange, Map<String, String> segments)
        throws IOException, InterruptedException;
  }

  public static Endpoint get(String path, String summary, String schema, Handler handler) {
    return new Endpoint(
        "GET", path, false, summary, List.of(), Map.of(), Map.of(JSON, schema), handler);
  }

  public Endpoint open() {
    return new Endpoint(method, path, true, summary, query, request, response, handler);
  }
}
