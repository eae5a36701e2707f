package io.fovea.serve.v2;

import com.sun.net.httpserver.HttpExchange;
import io.fovea.format.ModelMetadata;
import io.fovea.http.ComputePool;
import io.fovea.http.HttpError;
import io.fovea.serve.model.LoadedModel;
import io.fovea.serve.model.ModelRepository;
import io.fovea.serve.model.ModelVersion;
import io.fovea.serve.predict.PictureDecoder;
import io.fovea.serve.web.Admission;
import io.fovea.serve.web.Endpoint;
import io.fovea.serve.web.HttpReply;
import io.fovea.tensor.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The Open Inference Protocol over HTTP, version 2 of the data plane, as in KServe and other
 * servers, with the extensions for binary tensor data and for classification. See <a
 * href="https://github.com/kserve/open-inference-protocol">its specification</a>.
 *
 * @param version the server's
 */
public record InferenceApi(
    ModelRepository repository,
    Admission admission,
    PictureDecoder pictures,
    ComputePool reading,
    String version) {
  /** Whether the process responds; also true while it stops. */
  public static final String LIVE = "/v2/health/live";

  private static final String MODEL = "/v2/models/{model}";
  private static final String VERSION = MODEL + "/versions/{version}";

  public List<Endpoint> endpoints() {
    List<Endpoint> all = new ArrayList<>();
    for (String path : List.of("/v2", "/v2/")) {
      all.add(
          Endpoint.get(
              path,
              "Server metadata: name, version, extensions",
              "metadata_server_response",
              (exchange, segments) -> HttpReply.json(200, server())));
    }
    all.add(
        Endpoint.get(
                LIVE,
                "Whether the server is alive",
                "live_server_response",
                (exchange, segments) -> HttpReply.json(200, Map.of("live", true)))
            .open());
    all.add(
        Endpoint.get(
                "/v2/health/ready",
                "Whether all models are ready, status 503 if not",
                "ready_server_response",
                (exchange, segments) -> ready())
            .open());
    for (String path : List.of(MODEL, VERSION)) {
      all.add(
          Endpoint.get(
              path,
              "Model metadata: inputs, outputs, classes",
              "metadata_model_response",
              (exchange, segments) -> metadata(name(segments), version(segments))));
      all.add(
          Endpoint.get(
              path + "/ready",
              "Whether a model is ready, status 503 if not",
              "ready_model_response",
              (exchange, segments) -> ready(name(segments), version(segments))));
      all.add(
          new Endpoint(
              "POST",
              path + "/infer",
              false,
              "Inference; binary tensor data with the header Inference-Header-Content-Length",
              List.of(),
              Map.of(Endpoint.JSON, "inference_request", Endpoint.BYTES, "binary_body"),
              Map.of(Endpoint.JSON, "inference_response", Endpoint.BYTES, "binary_body"),
              (exchange, segments) -> infer(exchange, name(segments), version(segments))));
    }
    return all;
  }

  private static String name(Map<String, String> segments) {
    return segments.getOrDefault("model", "");
  }

  private static String version(Map<String, String> segments) {
    return segments.getOrDefault("version", "");
  }

  private Map<String, Object> server() {
    Map<String, Object> server = new LinkedHashMap<>();
    server.put("name", "fovea");
    server.put("version", version);
    server.put("extensions", List.of("binary_tensor_data", "classification"));
    return server;
  }

  private HttpReply ready() {
    boolean ready = repository.isReady();
    return HttpReply.json(ready ? 200 : 503, new TreeMap<>(Map.of("live", true, "ready", ready)));
  }

  private HttpReply ready(String name, String version) {
    ModelVersion meant = repository.version("ready", name, version);
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("name", name);
    facts.put("ready", meant.isReady());
    if (!meant.reason().isEmpty()) {
      facts.put("reason", meant.reason()); // also where older content answers
    }
    return HttpReply.json(meant.isReady() ? 200 : 503, facts);
  }

  private HttpReply metadata(String name, String version) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("name", name);
    facts.put("versions", ModelRepository.texts(repository.versions("metadata", name)));
    facts.put("platform", "fovea_safetensors");
    try (LoadedModel model = repository.take("metadata", name, version)) {
      List<Integer> input = new ArrayList<>(List.of(-1));
      IntStream.of(model.input().sizes()).forEach(input::add);
      List<Integer> output = List.of(-1, model.labels().size());
      Map<String, Object> tensor = tensor(InferenceInput.NAME, input);
      tensor.put("parameters", Map.of("also", "UINT8 pixels of this shape; BYTES files, [-1]"));
      facts.put("inputs", List.of(tensor));
      facts.put(
          "outputs",
          List.of(
              tensor(InferenceReply.LOGITS, output), tensor(InferenceReply.PROBABILITIES, output)));
      facts.put("parameters", ModelMetadata.of(model.labels(), model.preprocessing()));
    }
    return HttpReply.json(200, facts);
  }

  private static Map<String, Object> tensor(String name, List<Integer> shape) {
    Map<String, Object> tensor = new LinkedHashMap<>();
    tensor.put("name", name);
    tensor.put("datatype", "FP32");
    tensor.put("shape", shape);
    return tensor;
  }

  private HttpReply infer(HttpExchange exchange, String name, String version)
      throws IOException, InterruptedException {
    repository.version("infer", name, version); // else its body is not read
    return admission.admit(
        "infer",
        exchange,
        body -> {
          int header = headerLength(exchange, body.length);
          try (LoadedModel model = repository.take("infer", name, version)) {
            return infer(model, body, header);
          }
        });
  }

  private static int headerLength(HttpExchange exchange, int body) {
    String text = exchange.getRequestHeaders().getFirst(InferenceReply.HEADER_LENGTH);
    if (text == null) {
      return body;
    }
    if (!text.strip().matches("[0-9]{1,9}") || Integer.parseInt(text.strip()) > body) {
      throw new HttpError(
          400,
          "infer: expects %s from 0 to %d, the bytes of the body"
              .formatted(InferenceReply.HEADER_LENGTH, body));
    }
    return Integer.parseInt(text.strip());
  }

  private record Asked(InferenceRequest request, InferenceInput input) {}

  private HttpReply infer(LoadedModel model, byte[] body, int header)
      throws IOException, InterruptedException {
    Asked asked =
        body.length <= PictureDecoder.SMALL
            ? asked(model, body, header)
            : reading.call(() -> asked(model, body, header));
    InferenceInput input = asked.input();
    InferenceInput.Prepared prepared =
        input.isSmall()
            ? input.prepared(model, pictures)
            : reading.call(() -> input.prepared(model, pictures));
    Tensor logits = model.outputs(prepared.x());
    return logits.count() == 1
        ? InferenceReply.of(model, asked.request(), logits, prepared.doubts())
        : reading.call(() -> InferenceReply.of(model, asked.request(), logits, prepared.doubts()));
  }

  private static Asked asked(LoadedModel model, byte[] body, int header) {
    int most = InferenceInput.IMAGES * model.input().elements();
    InferenceRequest request = InferenceReader.read(body, header, most);
    InferenceReply.requireOutputs(request);
    return new Asked(request, InferenceInput.of(request, body, header, model.input()));
  }
}
