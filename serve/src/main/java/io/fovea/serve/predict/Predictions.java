package io.fovea.serve.predict;

import io.fovea.http.ComputePool;
import io.fovea.http.HttpError;
import io.fovea.inference.Prediction;
import io.fovea.preprocessing.Preprocessing.Fitted;
import io.fovea.serve.model.LoadedModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Computes predictions from the body of a {@code POST /predict}.
 *
 * @param pictures decodes files
 * @param reading the threads that decode large bodies, which limits their number
 */
public record Predictions(PictureDecoder pictures, ComputePool reading) {
  /**
   * Computes the prediction for a body.
   *
   * @throws HttpError 400, 413, 415 or 503
   * @throws InterruptedException if the request times out
   */
  public Prediction of(LoadedModel model, byte[] body) throws IOException, InterruptedException {
    if (PictureDecoder.isPicture(body)) {
      Fitted fitted =
          PictureDecoder.isSmall(body)
              ? pictures.fitted("predict", body, model)
              : reading.call(() -> pictures.fitted("predict", body, model));
      return model
          .answers(model.preprocessing().inputs(List.of(fitted), model.input()))
          .getFirst()
          .withDoubt(fitted.doubt());
    }
    throw new HttpError(
        415,
        "predict: expects the bytes of a PNG, JPEG, BMP or GIF file%s"
            .formatted(
                isJson(body)
                    ? ", got JSON; send pixels to POST /v2/models/NAME/infer, as an input of datatype UINT8"
                    : isForm(body)
                        ? ", got a multipart form; send the file itself: curl --data-binary @FILE instead of curl -F"
                        : ""));
  }

  /**
   * Whether a body begins with a boundary of multipart/form-data (RFC 2046) and a part's header.
   */
  private static boolean isForm(byte[] body) {
    String start = new String(body, 0, Math.min(body.length, 256), StandardCharsets.ISO_8859_1);
    return start.matches("(?si)--[^\\r\\n]+\\r?\\ncontent-disposition: *form-data.*");
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
