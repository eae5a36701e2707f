package io.fovea.serve.v2;

import io.fovea.http.HttpError;
import io.fovea.inference.Prediction;
import io.fovea.serve.model.LoadedModel;
import io.fovea.serve.web.HttpReply;
import io.fovea.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The response to an inference request: the tensors {@value #LOGITS}, the network's outputs as in
 * an exported ONNX file, and {@value #PROBABILITIES}, their softmax; each as JSON, as binary data
 * after the JSON, or as the names of the most probable classes.
 */
public final class InferenceReply {
  /** The network's outputs, before any softmax. */
  public static final String LOGITS = "output";

  /** The same as in {@code POST /predict}. */
  public static final String PROBABILITIES = "probabilities";

  /** The header in a request and a response: the length of the JSON before binary data. */
  public static final String HEADER_LENGTH = "Inference-Header-Content-Length";

  private final InferenceRequest request;
  private final List<String> labels;
  private final Tensor logits;
  private final List<Prediction> predictions;
  private final ByteArrayOutputStream binary = new ByteArrayOutputStream();
  private boolean isBinary;

  private InferenceReply(
      InferenceRequest request, List<String> labels, Tensor logits, List<Prediction> predictions) {
    this.request = request;
    this.labels = labels;
    this.logits = logits;
    this.predictions = predictions;
  }

  /**
   * Refuses a request for unknown outputs before anything is computed.
   *
   * @throws HttpError 400
   */
  public static void requireOutputs(InferenceRequest request) {
    Set<String> names = new HashSet<>();
    for (InferenceRequest.Output output : request.outputs()) {
      String name = output.name();
      if (!(name.equals(LOGITS) || name.equals(PROBABILITIES)) || !names.add(name)) {
        throw new HttpError(
            400,
            "infer: expects the outputs \"%s\" and \"%s\", each at most once, got \"%s\""
                .formatted(LOGITS, PROBABILITIES, name));
      }
    }
  }

  /**
   * The response.
   *
   * @param doubts warnings, as parameters of the response
   * @throws HttpError 400 if the outputs are not finite
   */
  public static HttpReply of(
      LoadedModel model, InferenceRequest request, Tensor logits, Map<String, Object> doubts) {
    for (float value : logits.toArray()) {
      if (!Float.isFinite(value)) {
        throw new HttpError(
            400, "infer: the network's outputs are not finite; send smaller FP32 values");
      }
    }
    InferenceReply reply =
        new InferenceReply(request, model.labels(), logits, model.predictions(logits));
    return reply.of(model, doubts);
  }

  private HttpReply of(LoadedModel model, Map<String, Object> doubts) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model_name", model.name());
    json.put("model_version", model.version());
    request.id().ifPresent(id -> json.put("id", id));
    if (!doubts.isEmpty()) {
      json.put("parameters", doubts);
    }
    List<InferenceRequest.Output> wanted = request.outputs();
    if (wanted.isEmpty()) {
      wanted =
          List.of(
              new InferenceRequest.Output(LOGITS, Optional.empty(), 0),
              new InferenceRequest.Output(PROBABILITIES, Optional.empty(), 0));
    }
    json.put("outputs", wanted.stream().map(this::tensor).toList());
    HttpReply reply = HttpReply.json(200, json);
    if (!isBinary) {
      return reply;
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream(reply.body().length + binary.size());
    body.writeBytes(reply.body());
    body.writeBytes(binary.toByteArray());
    return new HttpReply(
        200,
        "application/octet-stream",
        body.toByteArray(),
        Map.of(HEADER_LENGTH, Integer.toString(reply.body().length)));
  }

  private Map<String, Object> tensor(InferenceRequest.Output output) {
    float[] values = output.name().equals(LOGITS) ? logits.toArray() : probabilities();
    Map<String, Object> tensor = new LinkedHashMap<>();
    tensor.put("name", output.name());
    if (output.classes() > 0) {
      int classes = Math.min(output.classes(), labels.size());
      List<String> best = best(values, classes);
      tensor.put("datatype", "BYTES");
      tensor.put("shape", List.of(logits.count(), classes));
      put(output, tensor, best, bytes(best));
    } else {
      List<Integer> shape = new ArrayList<>(List.of(logits.count()));
      IntStream.of(logits.shape().sizes()).forEach(shape::add);
      tensor.put("datatype", "FP32");
      tensor.put("shape", shape);
      ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(values);
      put(output, tensor, values, bytes.array());
    }
    return tensor;
  }

  private void put(
      InferenceRequest.Output output, Map<String, Object> tensor, Object data, byte[] bytes) {
    if (output.binary().orElse(request.binaryOutput())) {
      isBinary = true;
      tensor.put("parameters", Map.of("binary_data_size", bytes.length));
      binary.writeBytes(bytes);
    } else {
      tensor.put("data", data);
    }
  }

  private float[] probabilities() {
    float[] all = new float[predictions.size() * labels.size()];
    for (int n = 0; n < predictions.size(); n++) {
      for (int k = 0; k < labels.size(); k++) {
        all[n * labels.size() + k] = predictions.get(n).probabilities().get(k).floatValue();
      }
    }
    return all;
  }

  /** The classes with the highest values, as VALUE:INDEX:LABEL. */
  private List<String> best(float[] values, int classes) {
    List<String> all = new ArrayList<>();
    for (int n = 0; n < logits.count(); n++) {
      int from = n * labels.size();
      IntStream.range(0, labels.size())
          .boxed()
          .sorted(Comparator.comparingDouble((Integer k) -> values[from + k]).reversed())
          .limit(classes)
          .map(k -> values[from + k] + ":" + k + ":" + labels.get(k))
          .forEach(all::add);
    }
    return all;
  }

  private static byte[] bytes(List<String> texts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (String text : texts) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      all.writeBytes(
          ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(utf8.length).array());
      all.writeBytes(utf8);
    }
    return all.toByteArray();
  }
}
