package io.fovea.serve.predict;

import com.sun.net.httpserver.HttpExchange;
import io.fovea.serve.model.LoadedModel;
import io.fovea.serve.model.ModelRepository;
import io.fovea.serve.model.ModelVersion;
import io.fovea.serve.web.Admission;
import io.fovea.serve.web.Endpoint;
import io.fovea.serve.web.HttpReply;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Fovea's own protocol: label and probabilities for a picture. */
public record PredictApi(ModelRepository repository, Admission admission, Predictions predictions) {
  public List<Endpoint> endpoints() {
    return List.of(
        new Endpoint(
            "POST",
            "/predict",
            false,
            "Label and probabilities of a picture",
            List.of("top", "model", "version"),
            Map.of(Endpoint.BYTES, "picture", "image/*", "picture"),
            Map.of(Endpoint.JSON, "prediction"),
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
            return HttpReply.json(200, predictions.of(model, body).members(query.top()));
          }
        });
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
