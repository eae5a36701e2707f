package io.fovea.serve;

import io.fovea.http.HttpError;
import io.fovea.http.MalformedJson;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Pixels sent as JSON: {@code {"pixels": [...]}} for one picture, {@code {"images": [[...], ...]}}
 * for several. A picture is one flat array of C*H*W numbers from 0 to 255, in (C, H, W) order: all
 * of the first channel row by row, then the next. It is read as a stream, so that errors are
 * refused at their position, however long or deep the rest is.
 */
final class PixelJson {
  private static final JsonFactory JSON = JsonFactory.builder().build();

  private final Shape shape;
  private final JsonParser parser;
  private final List<float[]> images = new ArrayList<>();

  private PixelJson(Shape shape, JsonParser parser) {
    this.shape = shape;
    this.parser = parser;
  }

  /**
   * The pictures of a request.
   *
   * @param pixels values from 0 to 255, not preprocessed
   * @param several true for "images", whose response is an array
   */
  record Sent(Tensor pixels, boolean several) {}

  /**
   * Reads a body.
   *
   * @param shape the shape of one picture
   * @throws HttpError 400, or 413 if there are too many pictures
   */
  static Sent read(byte[] body, Shape shape) {
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), body)) {
      return new PixelJson(shape, parser).read();
    } catch (JacksonException e) {
      throw bad("is not JSON: " + MalformedJson.reason(e));
    }
  }

  private static HttpError bad(String what) {
    return new HttpError(
        400,
        "predict: the body %s; expects {\"pixels\": [numbers from 0 to 255]} or {\"images\": [[...], ...]}"
            .formatted(what));
  }

  private Sent read() {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw bad("is not a JSON object");
    }
    if (parser.nextToken() != JsonToken.PROPERTY_NAME) {
      throw bad("is empty");
    }
    String name = parser.currentName();
    boolean several = name.equals("images");
    if (!several && !name.equals("pixels")) {
      throw bad("has the unknown member \"" + shortened(name) + "\"");
    }
    if (parser.nextToken() != JsonToken.START_ARRAY) {
      throw bad("has no array as \"" + name + "\"");
    }
    if (several) {
      readSeveral();
    } else {
      readPicture();
    }
    if (parser.nextToken() != JsonToken.END_OBJECT || parser.nextToken() != null) {
      throw bad("has more than \"" + name + "\"");
    }
    int elements = shape.elements();
    float[] all = new float[images.size() * elements];
    for (int n = 0; n < images.size(); n++) {
      System.arraycopy(images.get(n), 0, all, n * elements, elements);
    }
    return new Sent(Tensor.of(shape, images.size(), all), several);
  }

  private void readSeveral() {
    for (JsonToken next = parser.nextToken();
        next != JsonToken.END_ARRAY;
        next = parser.nextToken()) {
      if (next != JsonToken.START_ARRAY) {
        throw bad("has something other than arrays of pixels in \"images\"");
      }
      if (images.size() == Limits.IMAGES) {
        throw new HttpError(
            413, "predict: expects at most %d images a request".formatted(Limits.IMAGES));
      }
      readPicture();
    }
    if (images.isEmpty()) {
      throw bad("has no images");
    }
  }

  /** Reads one flat array after its start token. */
  private void readPicture() {
    float[] pixels = new float[shape.elements()];
    int count = 0;
    for (JsonToken next = parser.nextToken();
        next != JsonToken.END_ARRAY;
        next = parser.nextToken()) {
      if (next == null || !next.isNumeric()) {
        throw bad("has something other than numbers as pixels");
      }
      double value = parser.getDoubleValue();
      if (!(value >= 0 && value <= 255)) {
        throw bad("has a pixel that is not from 0 to 255");
      }
      if (count < pixels.length) {
        pixels[count] = (float) value;
      }
      count++;
    }
    if (count != pixels.length) {
      throw bad(
          "has %d pixels, but the model expects %s = %d"
              .formatted(count, shape.toString().replace("x", " x "), pixels.length));
    }
    images.add(pixels);
  }

  private static String shortened(String name) {
    String plain = name.replaceAll("[^ -~]|\"", "?");
    return plain.length() <= 40 ? plain : plain.substring(0, 40) + "...";
  }
}
