package io.fovea.serve.predict;

import io.fovea.dataset.Image;
import io.fovea.http.ComputePool;
import io.fovea.http.HttpError;
import io.fovea.inference.Prediction;
import io.fovea.preprocessing.Preprocessing.Fitted;
import io.fovea.serve.model.LoadedModel;
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
public record Predictions(PictureDecoder pictures, ComputePool reading) {
  /** The key of the warning that a picture does not look like the training images. */
  public static final String DOUBT = "doubt";

  /**
   * The prediction of a request.
   *
   * @param doubt the warning that the picture does not look like the training images, if any
   */
  public record Answered(Prediction prediction, Optional<String> doubt) {}

  /**
   * Computes the prediction for a body.
   *
   * @throws HttpError 400, 413, 415 or 503
   * @throws InterruptedException if the request times out
   */
  public Answered of(LoadedModel model, byte[] body) throws IOException, InterruptedException {
    if (PictureDecoder.isPicture(body)) {
      Fitted fitted =
          PictureDecoder.isSmall(body)
              ? pictures.fitted("predict", body, model)
              : reading.call(() -> pictures.fitted("predict", body, model));
      Tensor x = inputs(model, List.of(fitted.image()));
      return new Answered(model.answers(x).getFirst(), fitted.doubt());
    }
    throw new HttpError(
        415,
        "predict: expects the bytes of a PNG, JPEG, BMP or GIF file%s"
            .formatted(
                isJson(body)
                    ? ", got JSON; send pixels to POST /v2/models/NAME/infer, as an input of datatype UINT8"
                    : ""));
  }

  public static Tensor inputs(LoadedModel model, List<Image> images) {
    Tensor x = Tensor.zeros(model.input(), images.size());
    for (int n = 0; n < images.size(); n++) {
      int offset = n * model.input().elements();
      model.preprocessing().inputs(images.get(n), model.input(), x.array(), offset);
    }
    return x;
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
