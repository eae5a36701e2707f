package io.fovea.serve.v2;

import io.fovea.http.HttpError;
import io.fovea.preprocessing.Preprocessing.Fitted;
import io.fovea.serve.model.LoadedModel;
import io.fovea.serve.predict.PictureDecoder;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The input tensor of an inference request, {@value #NAME}, in one of three types. FP32 (N, C, H,
 * W), or (N, F): the network's inputs, as in an exported ONNX file. UINT8 of the same shape:
 * pixels, which are normalised for the model. BYTES (N): files of pictures, which are fitted as by
 * {@code POST /predict}; in JSON as base64.
 *
 * @param shape the tensor's shape, N first
 * @param numbers the values of FP32 and UINT8, in row-major order
 * @param files the elements of BYTES
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record InferenceInput(
    String datatype, List<Integer> shape, float[] numbers, List<byte[]> files) {
  /** The name of the input, as in exported ONNX files. */
  public static final String NAME = "input";

  /** The most images of a request. */
  public static final int IMAGES = 256;

  public record Prepared(Tensor x, Map<String, Object> doubts) {}

  /**
   * Reads the input of a request to a model.
   *
   * @param body the JSON, then binary data
   * @param header length of the JSON in bytes
   * @throws HttpError 400, or 413 if there are too many images
   */
  public static InferenceInput of(InferenceRequest request, byte[] body, int header, Shape model) {
    if (request.inputs().size() != 1 || !request.inputs().getFirst().name().equals(NAME)) {
      throw bad(
          "expects one input, \"%s\", got %s"
              .formatted(
                  NAME, request.inputs().stream().map(InferenceRequest.Input::name).toList()));
    }
    InferenceRequest.Input input = request.inputs().getFirst();
    requireShape(input, model);
    requireOneSource(input, body.length - header);
    ByteBuffer binary =
        ByteBuffer.wrap(body, header, body.length - header).order(ByteOrder.LITTLE_ENDIAN);
    boolean isBinary = input.binaryBytes() >= 0;
    if (input.datatype().equals("BYTES")) {
      List<byte[]> files = isBinary ? elements(binary) : decoded(input);
      if (files.size() != input.shape().getFirst()) {
        throw bad(
            "the shape %s holds %d texts, got %d"
                .formatted(input.shape(), input.shape().getFirst(), files.size()));
      }
      return new InferenceInput("BYTES", input.shape(), new float[0], files);
    }
    float[] numbers =
        isBinary ? numbers(input, binary) : input.data().orElseThrow().numbers(input.shape());
    requireRange(input.datatype(), numbers);
    return new InferenceInput(input.datatype(), input.shape(), numbers, List.of());
  }

  private static HttpError bad(String what) {
    return new HttpError(400, "infer: " + what);
  }

  private static void requireShape(InferenceRequest.Input input, Shape model) {
    List<Integer> image =
        switch (input.datatype()) {
          case "FP32", "UINT8" -> IntStream.of(model.sizes()).boxed().toList();
          case "BYTES" -> List.of();
          default ->
              throw bad(
                  "expects the datatype FP32 (inputs), UINT8 (pixels) or BYTES (files of pictures), got \"%s\""
                      .formatted(input.datatype()));
        };
    List<Integer> shape = input.shape();
    if (shape.isEmpty() || !shape.subList(1, shape.size()).equals(image) || shape.getFirst() < 1) {
      List<Integer> expected = new ArrayList<>(List.of(-1));
      expected.addAll(image);
      throw bad(
          "expects \"%s\" of type %s as %s, where -1 is the number of images, got the shape %s"
              .formatted(NAME, input.datatype(), expected, shape));
    }
    if (shape.getFirst() > IMAGES) {
      throw new HttpError(413, "infer: expects at most %d images a request".formatted(IMAGES));
    }
  }

  private static void requireOneSource(InferenceRequest.Input input, int behind) {
    if (input.binaryBytes() < 0 ? behind > 0 : input.binaryBytes() != behind) {
      throw bad(
          "%d bytes follow the JSON, but \"binary_data_size\" of \"%s\" is %d"
              .formatted(behind, NAME, Math.max(0, input.binaryBytes())));
    }
    if (input.data().isPresent() == (input.binaryBytes() >= 0)) {
      throw bad(
          "expects either \"data\" or the parameter \"binary_data_size\" for \"" + NAME + "\"");
    }
  }

  private static float[] numbers(InferenceRequest.Input input, ByteBuffer binary) {
    int count = input.shape().stream().reduce(1, (a, b) -> a * b);
    long bytes = count * (input.datatype().equals("FP32") ? 4L : 1L);
    if (binary.remaining() != bytes) {
      throw bad(
          "%s of the shape %s takes %d bytes of binary data, got %d"
              .formatted(input.datatype(), input.shape(), bytes, binary.remaining()));
    }
    float[] numbers = new float[count];
    if (bytes > count) {
      binary.asFloatBuffer().get(numbers);
    } else {
      for (int i = 0; i < count; i++) {
        numbers[i] = binary.get() & 0xff;
      }
    }
    return numbers;
  }

  private static void requireRange(String datatype, float[] numbers) {
    boolean isPixels = datatype.equals("UINT8");
    for (float value : numbers) {
      if (isPixels
          ? !(value >= 0 && value <= 255 && value == (int) value)
          : !Float.isFinite(value)) {
        throw bad(
            isPixels
                ? "UINT8 values must be whole numbers from 0 to 255, got " + value
                : "FP32 values must be finite, got " + value);
      }
    }
  }

  /** The elements of a binary BYTES tensor: each is its length in 4 bytes, then its bytes. */
  private static List<byte[]> elements(ByteBuffer binary) {
    List<byte[]> all = new ArrayList<>();
    while (binary.hasRemaining()) {
      int length = binary.remaining() < 4 ? -1 : binary.getInt();
      if (length < 0 || length > binary.remaining()) {
        throw bad(
            "element %d of the BYTES tensor ends after the binary data; each begins with its length as 4 little-endian bytes"
                .formatted(all.size()));
      }
      byte[] element = new byte[length];
      binary.get(element);
      all.add(element);
    }
    return all;
  }

  private static List<byte[]> decoded(InferenceRequest.Input input) {
    List<byte[]> all = new ArrayList<>();
    for (String text : input.data().orElseThrow().texts(input.shape())) {
      try {
        all.add(Base64.getDecoder().decode(text));
      } catch (IllegalArgumentException other) {
        throw bad("element %d of the BYTES tensor is not base64".formatted(all.size()));
      }
    }
    return all;
  }

  /** Whether {@link #prepared} takes about a millisecond or less. */
  public boolean isSmall() {
    return numbers.length <= PictureDecoder.SMALL
        && files.size() <= 4
        && files.stream().allMatch(PictureDecoder::isSmall);
  }

  /**
   * The inputs of the network.
   *
   * @throws HttpError 400, 413 or 415 for a file that is not a picture or is too large
   * @throws InterruptedException if the request times out
   */
  public Prepared prepared(LoadedModel model, PictureDecoder pictures) throws InterruptedException {
    if (!datatype.equals("BYTES")) {
      Tensor x = Tensor.of(model.input(), shape.getFirst(), numbers);
      if (datatype.equals("UINT8")) {
        model.preprocessing().apply(x.array(), 0, x.elements());
      }
      return new Prepared(x, Map.of());
    }
    List<Fitted> images = new ArrayList<>();
    Map<String, Object> doubts = new LinkedHashMap<>();
    for (byte[] file : files) {
      if (!PictureDecoder.isPicture(file)) {
        throw bad(
            "element %d of the BYTES tensor is not a PNG, JPEG, BMP or GIF file"
                .formatted(images.size()));
      }
      Fitted fitted = pictures.fitted("infer", file, model);
      String key = "doubt_" + images.size();
      fitted.doubt().ifPresent(text -> doubts.put(key, text));
      images.add(fitted);
    }
    return new Prepared(model.preprocessing().inputs(images, model.input()), doubts);
  }
}
