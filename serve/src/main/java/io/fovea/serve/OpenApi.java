package io.fovea.serve;

import io.fovea.serve.web.Endpoint;
import io.fovea.serve.web.HttpReply;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.type.TypeReference;

/**
 * The OpenAPI 3.1 document of a server: the paths are those of the endpoints, schemas and texts
 * those of {@code openapi.json} beside this class.
 */
final class OpenApi {
  private static final Pattern SEGMENT = Pattern.compile("\\{([a-z]+)}");

  private OpenApi() {}

  /**
   * The document.
   *
   * @param hasToken whether endpoints that are not open need a token
   */
  static Map<String, Object> document(List<Endpoint> endpoints, boolean hasToken) {
    Map<String, Object> document = new LinkedHashMap<>(template());
    Map<String, Map<String, Object>> paths = new LinkedHashMap<>();
    for (Endpoint endpoint : endpoints) {
      paths
          .computeIfAbsent(endpoint.path(), key -> new LinkedHashMap<>())
          .put(endpoint.method().toLowerCase(Locale.ROOT), operation(endpoint, hasToken));
    }
    document.put("paths", paths);
    return document;
  }

  private static Map<String, Object> template() {
    try (InputStream in = OpenApi.class.getResourceAsStream("openapi.json")) {
      if (in == null) {
        throw new IllegalStateException("serve: openapi.json is missing; build the jar again");
      }
      return HttpReply.JSON.readValue(in, new TypeReference<LinkedHashMap<String, Object>>() {});
    } catch (IOException damaged) {
      throw new UncheckedIOException(damaged);
    }
  }

  private static Map<String, Object> operation(Endpoint endpoint, boolean hasToken) {
    Map<String, Object> operation = new LinkedHashMap<>();
    operation.put("operationId", id(endpoint));
    operation.put("summary", endpoint.summary());
    operation.put("tags", List.of(endpoint.path().startsWith("/v2") ? "open-inference" : "fovea"));
    List<String> names = new ArrayList<>();
    Matcher segments = SEGMENT.matcher(endpoint.path());
    while (segments.find()) {
      names.add("path_" + segments.group(1));
    }
    endpoint.query().forEach(name -> names.add("query_" + name));
    if (!names.isEmpty()) {
      operation.put("parameters", names.stream().map(name -> ref("parameters", name)).toList());
    }
    if (!endpoint.request().isEmpty()) {
      operation.put(
          "requestBody", Map.of("required", true, "content", content(endpoint.request())));
    }
    Map<String, Object> responses = new LinkedHashMap<>();
    responses.put("200", Map.of("description", "OK", "content", content(endpoint.response())));
    responses.put("4XX", ref("responses", "refusal"));
    responses.put("5XX", ref("responses", "refusal"));
    operation.put("responses", responses);
    if (hasToken && !endpoint.isOpen()) {
      operation.put("security", List.of(Map.of("token", List.of())));
    }
    return operation;
  }

  private static String id(Endpoint endpoint) {
    String path = endpoint.path().replaceAll("[^a-z0-9.]+", "_");
    return endpoint.method().toLowerCase(Locale.ROOT) + path;
  }

  private static Map<String, Object> content(Map<String, String> schemas) {
    Map<String, Object> content = new TreeMap<>();
    schemas.forEach((type, schema) -> content.put(type, Map.of("schema", ref("schemas", schema))));
    return content;
  }

  private static Map<String, String> ref(String kind, String name) {
    return Map.of("$ref", "#/components/" + kind + "/" + name);
  }
}
