package io.fovea.serve;

import io.fovea.dataset.Image;
import io.fovea.http.ComputePool;
import io.fovea.http.HttpError;
import io.fovea.inference.Prediction;
import io.fovea.preprocessing.Preprocessing.Fitted;
import io.fovea.tensor.Tensor;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Computes predictions from the body of a {@code POST /predict}.
 *
 * @param pictures decodes files
 * @param reading the threads that decode large bodies, which limits their number
 */
record Predictions(PictureDecoder pictures, ComputePool reading) {
  /**
   * The predictions of a request.
   *
   * @param all one prediction for each picture
   * @param several whether the response is an array
   * @param doubt the warning that a picture does not look like the training images, if any
   */
  record Answered(List<Prediction> all, boolean several, Optional<String> doubt) {}

  /**
   * Computes the predictions for a body.
   *
   * @throws HttpError 400, 413, 415 or 503
   * @throws InterruptedException if the request times out
   */
  Answered of(LoadedModel model, byte[] body) throws IOException, InterruptedException {
    if (PictureDecoder.isPicture(body)) {
      Fitted fitted =
          PictureDecoder.isSmall(body)
              ? pictures.fitted("predict", body, model)
              : reading.call(() -> pictures.fitted("predict", body, model));
      Tensor x = inputs(model, List.of(fitted.image()));
      return new Answered(model.answers(x), false, fitted.doubt());
    }
    if (isJson(body)) {
      PixelJson.Sent sent =
          body.length <= PictureDecoder.SMALL
              ? pixels(model, body)
              : reading.call(() -> pixels(model, body));
      return new Answered(model.answers(sent.pixels()), sent.several(), Optional.empty());
    }
    throw new HttpError(
        415, "predict: expects the bytes of a PNG, JPEG, BMP or GIF file, or JSON with pixels");
  }

  /** Fitted pictures as the network's inputs. */
  static Tensor inputs(LoadedModel model, List<Image> images) {
    Tensor x = Tensor.zeros(model.input(), images.size());
    for (int n = 0; n < images.size(); n++) {
      int offset = n * model.input().elements();
      model.preprocessing().inputs(images.get(n), model.input(), x.array(), offset);
    }
    return x;
  }

  private static PixelJson.Sent pixels(LoadedModel model, byte[] body) {
    PixelJson.Sent sent = PixelJson.read(body, model.input());
    Tensor x = sent.pixels();
    model.preprocessing().apply(x.array(), 0, x.elements());
    return sent;
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
