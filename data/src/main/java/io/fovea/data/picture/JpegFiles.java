package io.fovea.data.picture;

import io.fovea.data.base.DataException;
import io.fovea.data.jpeg.JpegDecoder;
import io.fovea.data.jpeg.JpegException;
import io.fovea.dataset.FullSize;
import io.fovea.dataset.Image;
import java.io.IOException;
import java.io.InputStream;

/** Reads JPEG files, and turns them by their EXIF orientation. */
final class JpegFiles implements PictureFormat {
  /** The headers of nearly all files lie in so many bytes; a thumbnail is in them. */
  private static final int USUAL_HEADERS = 1 << 18;

  /** Whether a file that begins with these bytes is a JPEG (T.81, table B.1: SOI, and a marker). */
  static boolean isJpeg(byte[] beginning) {
    return beginning.length > 2 && beginning[0] == (byte) 0xff && beginning[1] == (byte) 0xd8;
  }

  private static JpegDecoder open(byte[] bytes, String name) throws DataException {
    try {
      return JpegDecoder.of(bytes);
    } catch (JpegException e) {
      throw refused(name, e);
    }
  }

  @Override
  public Image read(byte[] bytes, String name, DecodingTarget target) throws DataException {
    JpegDecoder decoder = open(bytes, name);
    ImageCodec.requireSize(name, decoder.width(), decoder.height());
    Orientation orientation = Orientation.of(bytes);
    int scale = scale(decoder, orientation, target);
    try {
      JpegDecoder.Picture picture = decoder.decode(scale);
      Image image =
          Image.of(picture.channels(), picture.height(), picture.width(), picture.pixels());
      return orientation.apply(
          image.reducedFrom(new FullSize(scale, 0, 0, decoder.height(), decoder.width())));
    } catch (JpegException e) {
      throw refused(name, e);
    }
  }

  private static int scale(JpegDecoder decoder, Orientation orientation, DecodingTarget target) {
    return orientation.isTurned()
        ? target.scale(decoder.width(), decoder.height())
        : target.scale(decoder.height(), decoder.width());
  }

  @Override
  public ImageSizeSurvey.Sides sides(byte[] bytes, String name) throws DataException {
    JpegDecoder decoder = open(bytes, name);
    ImageSizeSurvey.Sides stored = new ImageSizeSurvey.Sides(decoder.width(), decoder.height());
    return Orientation.of(bytes).isTurned() ? stored.turned() : stored;
  }

  /**
   * The decoder's own bound, and three copies of the picture: as it is handed over, turned, and in
   * the result. At most that of the largest picture, which a larger one does not reach.
   */
  @Override
  public long memory(InputStream file, String name, DecodingTarget target) throws IOException {
    byte[] beginning = file.readNBytes(USUAL_HEADERS);
    JpegDecoder decoder = open(beginning, name);
    long pixels = (long) decoder.width() * decoder.height();
    if (pixels > ImageCodec.LARGEST_PIXELS) {
      return 0; // it is refused by its header
    }
    int scale = scale(decoder, Orientation.of(beginning), target);
    return decoder.memory(scale) + 3 * decoder.pictureBytes(scale);
  }

  private static DataException refused(String name, JpegException e) {
    return e.isDamage()
        ? ImageCodec.undecodable(name, e.getMessage(), e)
        : new DataException(
            "image %s: expects a JPEG of 8 bits in Huffman coding, baseline or progressive, of at most 100 scans, got one with %s; save it anew as a baseline JPEG"
                .formatted(name, e.getMessage()),
            e);
  }
}
