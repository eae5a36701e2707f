package io.fovea.serve;

import com.sun.net.httpserver.HttpExchange;
import io.fovea.http.ComputePool;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Fovea's own protocol: label and probabilities for a picture. */
record PredictApi(
    ModelRepository repository, Admission admission, Predictions predictions, ComputePool reading) {
  /** The endpoints of the protocol. */
  List<Endpoint> endpoints() {
    return List.of(
        new Endpoint(
            "POST",
            "/predict",
            false,
            "Label and probabilities of a picture, or of pixels",
            List.of("top", "model", "version"),
            Map.of(Endpoint.JSON, "pixels", Endpoint.BYTES, "picture", "image/*", "picture"),
            Map.of(Endpoint.JSON, "predictions"),
            (exchange, segments) -> predict(exchange)),
        Endpoint.get(
            "/models",
            "The models and their versions",
            "models",
            (exchange, segments) -> HttpReply.json(200, models())));
  }

  private HttpReply predict(HttpExchange exchange) throws IOException, InterruptedException {
    Query query = Query.of(exchange.getRequestURI().getRawQuery());
    repository.version("predict", query.model(), query.version()); // else its body is not read
    return admission.admit(
        "predict",
        exchange,
        body -> {
          try (LoadedModel model = repository.take("predict", query.model(), query.version())) {
            Predictions.Answered answered = predictions.of(model, body);
            return answered.several()
                ? reading.call(() -> reply(answered, query.top())) // up to 256 times as long
                : reply(answered, query.top());
          }
        });
  }

  private static HttpReply reply(Predictions.Answered answered, int top) {
    List<Map<String, Object>> all =
        answered.all().stream()
            .map(answer -> top > 0 ? PredictionJson.top(answer, top) : PredictionJson.of(answer))
            .toList();
    answered.doubt().ifPresent(text -> all.getFirst().put(PredictionJson.DOUBT, text));
    return HttpReply.json(200, answered.several() ? all : all.getFirst());
  }

  private List<Map<String, Object>> models() {
    return repository.versions().stream().map(PredictApi::facts).toList();
  }

  private static Map<String, Object> facts(ModelVersion version) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("name", version.name());
    facts.put("version", Integer.toString(version.version()));
    facts.put("ready", version.isReady());
    if (version.loads() > 0) {
      facts.put("loaded", version.loaded().toString());
    }
    if (!version.reason().isEmpty()) {
      facts.put("reason", version.reason());
    }
    return facts;
  }
}
