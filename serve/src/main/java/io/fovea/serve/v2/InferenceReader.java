package io.fovea.serve.v2;

import io.fovea.http.HttpError;
import io.fovea.http.MalformedJson;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads the JSON of an inference request as a stream, so that errors are refused at their position
 * and numbers become no objects. Unknown members are skipped.
 */
public final class InferenceReader {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /** The most tensors of one request; no model here has more. */
  private static final int TENSORS = 16;

  /** The most characters of a name, which a refusal repeats. */
  private static final int LONGEST_TEXT = 1000;

  private static final String BINARY_SIZE = "binary_data_size";
  private static final String BINARY = "binary_data";
  private static final String BINARY_OUTPUT = "binary_data_output";
  private static final String CLASSES = "classification";

  private final JsonParser parser;
  private final int mostValues;

  private InferenceReader(JsonParser parser, int mostValues) {
    this.parser = parser;
    this.mostValues = mostValues;
  }

  /**
   * Reads the request.
   *
   * @param length length of the JSON in bytes
   * @param mostValues the most values of one tensor
   * @throws HttpError 400, or 413 if there are too many values
   */
  public static InferenceRequest read(byte[] body, int length, int mostValues) {
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), body, 0, length)) {
      return new InferenceReader(parser, mostValues).request();
    } catch (JacksonException e) {
      throw bad("the body is not JSON: " + MalformedJson.reason(e));
    }
  }

  public static HttpError bad(String what) {
    return new HttpError(
        400,
        "infer: %s; expects {\"inputs\": [{\"name\", \"shape\", \"datatype\", \"data\"}]}"
            .formatted(what));
  }

  private static void require(boolean right, String otherwise) {
    if (!right) {
      throw bad(otherwise);
    }
  }

  private InferenceRequest request() {
    require(parser.nextToken() == JsonToken.START_OBJECT, "the body is not a JSON object");
    Optional<String> id = Optional.empty();
    Map<String, Object> parameters = Map.of();
    List<InferenceRequest.Input> inputs = new ArrayList<>();
    List<InferenceRequest.Output> outputs = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String member = parser.currentName();
      parser.nextToken();
      switch (member) {
        case "id" -> id = Optional.of(text(member));
        case "parameters" -> parameters = parameters();
        case "inputs" -> objects(member, () -> inputs.add(input()));
        case "outputs" -> objects(member, () -> outputs.add(output()));
        default -> parser.skipChildren();
      }
    }
    require(parser.nextToken() == null, "the body has more than one JSON object");
    return new InferenceRequest(id, flag(parameters, BINARY_OUTPUT).orElse(false), inputs, outputs);
  }

  private void objects(String member, Runnable one) {
    require(
        parser.currentToken() == JsonToken.START_ARRAY,
        "\"" + member + "\" is not an array of objects");
    int count = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      require(
          parser.currentToken() == JsonToken.START_OBJECT,
          "\"" + member + "\" is not an array of objects");
      count++;
      require(count <= TENSORS, "\"%s\" has more than %d tensors".formatted(member, TENSORS));
      one.run();
    }
  }

  private InferenceRequest.Input input() {
    String name = "";
    String datatype = "";
    List<Integer> shape = List.of();
    Optional<TensorData> data = Optional.empty();
    Map<String, Object> parameters = Map.of();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String member = parser.currentName();
      parser.nextToken();
      switch (member) {
        case "name" -> name = text(member);
        case "datatype" -> datatype = text(member);
        case "shape" -> shape = shape();
        case "data" -> data = Optional.of(TensorData.read(parser, mostValues));
        case "parameters" -> parameters = parameters();
        default -> parser.skipChildren();
      }
    }
    double bytes = number(parameters, BINARY_SIZE, -1);
    return new InferenceRequest.Input(name, datatype, shape, data, (long) bytes);
  }

  private InferenceRequest.Output output() {
    String name = "";
    Map<String, Object> parameters = Map.of();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String member = parser.currentName();
      parser.nextToken();
      switch (member) {
        case "name" -> name = text(member);
        case "parameters" -> parameters = parameters();
        default -> parser.skipChildren();
      }
    }
    int classes = (int) number(parameters, CLASSES, 0);
    return new InferenceRequest.Output(name, flag(parameters, BINARY), classes);
  }

  private String text(String member) {
    require(parser.currentToken() == JsonToken.VALUE_STRING, "\"" + member + "\" is not a text");
    String text = parser.getString();
    require(
        text.length() <= LONGEST_TEXT,
        "\"%s\" has %d characters, and %d are the most"
            .formatted(member, text.length(), LONGEST_TEXT));
    return text;
  }

  private List<Integer> shape() {
    require(parser.currentToken() == JsonToken.START_ARRAY, "\"shape\" is not an array");
    List<Integer> sizes = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      boolean whole = parser.currentToken() == JsonToken.VALUE_NUMBER_INT;
      double size = whole ? parser.getDoubleValue() : -1;
      require(
          size >= 0 && size <= Integer.MAX_VALUE && sizes.size() < TENSORS,
          "\"shape\" is not a short array of whole numbers");
      sizes.add((int) size);
    }
    return sizes;
  }

  /** Reads the supported parameters; each is a text, a number or a boolean. */
  private Map<String, Object> parameters() {
    require(parser.currentToken() == JsonToken.START_OBJECT, "\"parameters\" is not an object");
    Map<String, Object> known = new HashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      JsonToken value = parser.nextToken();
      require(
          value.isScalarValue() && value != JsonToken.VALUE_NULL,
          "\"parameters\" has something other than texts, numbers and booleans");
      require(
          !key.startsWith("shared_memory"),
          "tensors in shared memory are not supported; send their values");
      switch (key) {
        case BINARY_SIZE, CLASSES -> {
          require(value.isNumeric(), "\"" + key + "\" is not a number");
          known.put(key, parser.getDoubleValue());
        }
        case BINARY, BINARY_OUTPUT -> {
          require(value.isBoolean(), "\"" + key + "\" is not a boolean");
          known.put(key, value == JsonToken.VALUE_TRUE);
        }
        default -> {} // of another client or server
      }
    }
    return known;
  }

  private static Optional<Boolean> flag(Map<String, Object> parameters, String key) {
    return Optional.ofNullable((Boolean) parameters.get(key));
  }

  private static double number(Map<String, Object> parameters, String key, double otherwise) {
    @Nullable Double value = (Double) parameters.get(key);
    if (value == null) {
      return otherwise;
    }
    require(
        value >= 0 && value <= Integer.MAX_VALUE && value == Math.rint(value),
        "\"" + key + "\" is not a whole number from 0 up");
    return value;
  }
}
