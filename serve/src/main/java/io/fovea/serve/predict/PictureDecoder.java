package io.fovea.serve.predict;

import io.fovea.data.Images;
import io.fovea.data.base.DataException;
import io.fovea.dataset.Image;
import io.fovea.http.HttpError;
import io.fovea.preprocessing.Preprocessing.Fitted;
import io.fovea.serve.model.LoadedModel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;

/**
 * Decodes untrusted pictures, as many concurrently as fit into half the heap.
 *
 * @param maxPixels the most pixels of one picture, read from its header before decoding
 * @param free the budget of further pixels to decode, in thousands
 */
public record PictureDecoder(long maxPixels, Semaphore free) {
  /** The most bytes for a pixel of an 8-bit picture: stored, decoded, fitted. */
  private static final int BYTES_PER_PIXEL = 12;

  /** Limits on bytes and pixels below which decoding is faster than a change of threads. */
  public static final int SMALL = 1 << 16;

  /** A decoder of pictures up to this many pixels, or as many as fit into half the heap. */
  public static PictureDecoder of(long maxPixels) {
    long most = Runtime.getRuntime().maxMemory() / 2 / BYTES_PER_PIXEL;
    return new PictureDecoder(
        Math.min(maxPixels, most), new Semaphore(Math.toIntExact(most / 1000 + 1), true));
  }

  /** Whether these bytes begin like a file that {@link Images} can read. */
  public static boolean isPicture(byte[] bytes) {
    String start = new String(bytes, 0, Math.min(bytes.length, 4), StandardCharsets.ISO_8859_1);
    return Stream.of("\u0089PNG", "\u00ff\u00d8\u00ff", "GIF8", "BM").anyMatch(start::startsWith);
  }

  /** Whether decoding takes less than a millisecond; other files are refused at once. */
  public static boolean isSmall(byte[] bytes) {
    try {
      return bytes.length <= SMALL && Images.pixels(bytes, "body") <= SMALL;
    } catch (DataException noPicture) {
      return true;
    }
  }

  /**
   * Decodes a picture and fits it to the model's input.
   *
   * @throws HttpError 400, 413 or 415
   * @throws InterruptedException if the request times out before there is memory for it
   */
  public Fitted fitted(String operation, byte[] bytes, LoadedModel model)
      throws InterruptedException {
    if (model.input().rank() != 3) {
      throw new HttpError(
          415,
          operation
              + ": the model's input is features, not a picture; send numbers to POST /v2/models/NAME/infer, as an input of datatype FP32");
    }
    try {
      long pixels = Images.pixels(bytes, "body");
      if (pixels > maxPixels) {
        throw new HttpError(
            413,
            "%s: expects a picture of at most %d pixels, got %d; scale it down"
                .formatted(operation, maxPixels, pixels));
      }
      int thousands = (int) (pixels / 1000);
      free.acquire(thousands);
      try {
        Image picture = Images.read(bytes, "body", model.input(), model.preprocessing().framing());
        return model.preprocessing().fitted(picture, model.input());
      } finally {
        free.release(thousands);
      }
    } catch (DataException e) {
      throw new HttpError(400, operation + ": " + e.getMessage());
    }
  }
}
