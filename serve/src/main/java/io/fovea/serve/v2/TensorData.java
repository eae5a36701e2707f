package io.fovea.serve.v2;

import io.fovea.http.HttpError;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The values of a tensor in JSON: an array of numbers or of texts, flat or nested, in row-major
 * order. They may precede the tensor's type, since members of an object have no order.
 */
public final class TensorData {
  private static final int DEEPEST = 8;

  private final JsonParser parser;
  private final int most;
  private final List<String> texts = new ArrayList<>();
  private float[] numbers = new float[64];
  private int count;
  private final int[] lengths = new int[DEEPEST]; // of the arrays at each depth, from the outermost
  private int depth; // of the values: 1 for a flat array; 0 before the first one

  private TensorData(JsonParser parser, int most) {
    this.parser = parser;
    this.most = most;
    Arrays.fill(lengths, -1);
  }

  /**
   * Reads an array whose beginning is the parser's current token.
   *
   * @param most the most values
   * @throws HttpError 400, or 413 if there are too many values
   */
  public static TensorData read(JsonParser parser, int most) {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw InferenceReader.bad("\"data\" is not an array");
    }
    TensorData data = new TensorData(parser, most);
    data.readArray(0);
    return data;
  }

  private void readArray(int outer) {
    if (outer == DEEPEST) {
      throw InferenceReader.bad("\"data\" is nested deeper than " + DEEPEST + " arrays");
    }
    int length = 0;
    for (JsonToken next = parser.nextToken();
        next != JsonToken.END_ARRAY;
        next = parser.nextToken()) {
      if (next == JsonToken.START_ARRAY) {
        readArray(outer + 1);
      } else {
        readValue(next, outer + 1);
      }
      length++;
    }
    if (lengths[outer] < 0) {
      lengths[outer] = length;
    } else if (lengths[outer] != length) {
      throw ragged();
    }
  }

  private static HttpError ragged() {
    return InferenceReader.bad("\"data\" has arrays of several lengths at one depth");
  }

  private void readValue(JsonToken token, int own) {
    if (depth == 0) {
      depth = own;
    } else if (depth != own) {
      throw ragged();
    }
    if (count + texts.size() == most) {
      throw new HttpError(413, "infer: expects at most %d values in \"data\"".formatted(most));
    }
    if (token == JsonToken.VALUE_STRING) {
      texts.add(parser.getString());
    } else if (token.isNumeric()) {
      if (count == numbers.length) {
        numbers = Arrays.copyOf(numbers, Math.min(most, 2 * count));
      }
      numbers[count++] = parser.getFloatValue();
    } else {
      throw InferenceReader.bad("\"data\" has something other than numbers or texts");
    }
  }

  /** Refuses nested arrays that do not match the shape. */
  private void requireNesting(List<Integer> shape) {
    for (int i = 0; depth > 1 && i < Math.max(depth, shape.size()); i++) {
      if (i >= depth || i >= shape.size() || lengths[i] != shape.get(i)) {
        throw InferenceReader.bad("the nesting of \"data\" differs from \"shape\"");
      }
    }
  }

  /**
   * The numbers in row-major order.
   *
   * @throws HttpError 400 if they are not those of a tensor of this shape
   */
  public float[] numbers(List<Integer> shape) {
    int wanted = shape.stream().reduce(1, (a, b) -> a * b);
    if (!texts.isEmpty() || count != wanted) {
      throw InferenceReader.bad(
          "\"data\" has %d numbers and %d texts, and the shape %s holds %d numbers"
              .formatted(count, texts.size(), shape, wanted));
    }
    requireNesting(shape);
    return Arrays.copyOf(numbers, count);
  }

  /**
   * The texts in row-major order.
   *
   * @throws HttpError 400 if they are not those of a tensor of this shape
   */
  public List<String> texts(List<Integer> shape) {
    if (count > 0 || texts.size() != shape.getFirst()) {
      throw InferenceReader.bad(
          "\"data\" has %d numbers and %d texts, and the shape %s holds %d texts"
              .formatted(count, texts.size(), shape, shape.getFirst()));
    }
    requireNesting(shape);
    return texts;
  }
}
