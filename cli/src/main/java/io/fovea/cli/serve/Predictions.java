package io.fovea.cli.serve;

import io.fovea.data.DataException;
import io.fovea.data.Images;
import io.fovea.http.Computing;
import io.fovea.http.Refusal;
import io.fovea.inference.BatchingClassifier;
import io.fovea.inference.Classifier;
import io.fovea.inference.Prediction;
import io.fovea.network.Preprocessing.Fitted;
import io.fovea.tensor.Tensor;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** From the bytes of a request to predictions. */
final class Predictions {
  /** Bytes of a body, and pixels of a picture, that are decoded sooner than handed over. */
  private static final int SMALL = 1 << 16;

  private final Classifier classifier;
  private final BatchingClassifier batching;
  private final long maxPixels;
  private final Computing reading; // large pictures, so only as many at once as threads

  /**
   * The answers to a request.
   *
   * @param all one a picture
   * @param several whether an array was asked for
   * @param doubt why a picture does not look like the training images, where it does not
   */
  record Answered(List<Prediction> all, boolean several, Optional<String> doubt) {}

  /**
   * Answers of a classifier.
   *
   * @param batching the same classifier's
   * @param reading decodes what is large
   */
  Predictions(
      Classifier classifier, BatchingClassifier batching, Computing reading, long maxPixels) {
    this.classifier = classifier;
    this.batching = batching;
    this.maxPixels = maxPixels;
    this.reading = reading;
  }

  /**
   * The answers for a body.
   *
   * @throws Refusal 400, 413, 415 or 503
   * @throws InterruptedException if the request's time is over
   */
  Answered of(byte[] body) throws IOException, InterruptedException {
    if (isPicture(body)) {
      Fitted fitted = isSmall(body) ? picture(body) : reading.call(() -> picture(body));
      return new Answered(List.of(batching.classify(fitted.image())), false, fitted.doubt());
    }
    if (isJson(body)) {
      PixelJson.Sent sent = body.length <= SMALL ? pixels(body) : reading.call(() -> pixels(body));
      return new Answered(batching.probabilities(sent.pixels()), sent.several(), Optional.empty());
    }
    throw new Refusal(
        415, "predict: expects the bytes of a PNG, JPEG, BMP or GIF file, or JSON with pixels");
  }

  /** Whether decoding takes less than a millisecond; what is no picture is found out at once. */
  private static boolean isSmall(byte[] body) {
    try {
      return body.length <= SMALL && Images.pixels(body, "body") <= SMALL;
    } catch (DataException noPicture) {
      return true;
    }
  }

  private PixelJson.Sent pixels(byte[] body) {
    PixelJson.Sent sent = PixelJson.read(body, classifier.input());
    Tensor x = sent.pixels();
    classifier.preprocessing().apply(x.array(), 0, x.elements());
    return sent;
  }

  /** Decoded and at once made as small as the model wants it. */
  private Fitted picture(byte[] body) {
    if (classifier.input().rank() != 3) {
      throw new Refusal(415, "predict: this model takes features, not pictures; send JSON");
    }
    try {
      long pixels = Images.pixels(body, "body");
      if (pixels > maxPixels) {
        throw new Refusal(
            413,
            "predict: expects a picture of at most %d pixels, got %d; scale it down"
                .formatted(maxPixels, pixels));
      }
      return classifier.preprocessing().fitted(Images.read(body, "body"), classifier.input());
    } catch (DataException e) {
      throw new Refusal(400, "predict: " + e.getMessage());
    }
  }

  private static boolean isPicture(byte[] body) {
    return begins(body, 0x89, 'P', 'N', 'G')
        || begins(body, 0xff, 0xd8, 0xff)
        || begins(body, 'G', 'I', 'F', '8')
        || begins(body, 'B', 'M');
  }

  private static boolean begins(byte[] body, int... start) {
    if (body.length < start.length) {
      return false;
    }
    for (int i = 0; i < start.length; i++) {
      if ((body[i] & 0xff) != start[i]) {
        return false;
      }
    }
    return true;
  }

  private static boolean isJson(byte[] body) {
    int at = 0;
    while (at < body.length
        && (body[at] == ' ' || body[at] == '\n' || body[at] == '\r' || body[at] == '\t')) {
      at++;
    }
    return at < body.length && (body[at] == '{' || body[at] == '[');
  }
}
