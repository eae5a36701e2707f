package io.fovea.serve.predict;

import io.fovea.http.HttpError;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The query of a {@code POST /predict}.
 *
 * @param top the number of requested classes; 0 for all
 * @param model the model's name; empty if not given
 * @param version its version; empty if not given
 */
public record Query(int top, String model, String version) {
  private static final Set<String> NAMES = Set.of("top", "model", "version");

  /**
   * Reads a query.
   *
   * @throws HttpError 400 for unknown parameters
   */
  public static Query of(@Nullable String query) {
    Map<String, String> values = new HashMap<>();
    for (String pair : query == null || query.isEmpty() ? new String[0] : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? "" : pair.substring(0, equals);
      String value = pair.substring(equals + 1);
      if (!NAMES.contains(name) || value.isEmpty() || values.put(name, value) != null) {
        throw other();
      }
    }
    String top = values.getOrDefault("top", "");
    if (!top.matches("|0*[1-9][0-9]{0,8}")) {
      throw other();
    }
    return new Query(
        top.isEmpty() ? 0 : Integer.parseInt(top),
        values.getOrDefault("model", ""),
        values.getOrDefault("version", ""));
  }

  private static HttpError other() {
    return new HttpError(
        400,
        "predict: expects only top=K with a whole number from 1 up, model=NAME and version=V in the query");
  }
}
