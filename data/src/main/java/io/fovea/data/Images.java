package io.fovea.data;

import io.fovea.data.base.DataException;
import io.fovea.data.picture.ImageCodec;
import io.fovea.data.source.ImageFolder;
import io.fovea.dataset.Framing;
import io.fovea.dataset.Image;
import io.fovea.file.AtomicFile;
import io.fovea.tensor.Shape;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads and writes pictures: reads PNG, JPEG, BMP and GIF (the first frame), and other formats that
 * a plug-in of ImageIO decodes, such as WebP; writes PNG.
 *
 * <p>Grey files give 1 channel, all others 3 (red, green, blue); a palette counts as grey if all
 * colours in use are. Sample values are used as stored; embedded colour profiles are ignored, as in
 * other tools. 16 bits are scaled to 8 and rounded. Transparent pixels are blended with white. A
 * JPEG is rotated by its EXIF orientation. Files of more than 64 million pixels are refused before
 * they are decoded, and so are PNG files with wrong checksums, and truncated files. What follows
 * the end of a picture in its file, such as the film of a phone's motion photo, is ignored.
 *
 * <p>PNG and JPEG files are decoded by Fovea in integers, so their pixels are the same in every
 * Java and on every processor. Other formats are decoded by the JDK's module {@code java.desktop}.
 */
public final class Images {
  private Images() {}

  /**
   * Reads a picture.
   *
   * @throws DataException if the file cannot be read, is no PNG, JPEG, BMP or GIF file, is damaged
   *     or truncated, or is too large
   */
  public static Image read(Path file) throws DataException {
    return read(file, Shape.of(), Framing.STRETCH);
  }

  /**
   * Reads a picture for a model, as training, {@code fovea predict} and the server do: a large JPEG
   * is decoded at 1/2, 1/4 or 1/8 of its size, as long as twice the input's sides remain. That is
   * faster and takes less memory; the model's input is nearly the same as from {@link #read(Path)}.
   * The picture {@linkplain Image#fullSize knows its full size}.
   *
   * @param input the shape of the model's input
   * @param framing how the model brings pictures to that shape; for digits nothing is reduced
   * @throws DataException as {@link #read(Path)}
   */
  public static Image read(Path file, Shape input, Framing framing) throws DataException {
    try {
      return ImageCodec.read(file, file.toString(), input, framing);
    } catch (OutOfMemoryError full) {
      throw new DataException(
          "image %s: expects a picture that fits into memory, got one that does not; scale it down, or give more: FOVEA_JAVA_OPTS=-Xmx8g"
              .formatted(file),
          full);
    }
  }

  /**
   * The files in a folder and the folders in it, in order of paths; hidden files and files that
   * operating systems create are skipped.
   *
   * @throws DataException if a folder cannot be read
   */
  public static List<Path> filesIn(Path folder) throws DataException {
    return ImageFolder.files(folder);
  }

  /**
   * Decodes the bytes of a file.
   *
   * @param name its name in messages
   * @throws DataException as {@link #read(Path)}
   * @throws OutOfMemoryError if the picture does not fit into memory
   */
  public static Image read(byte[] bytes, String name) throws DataException {
    return ImageCodec.read(bytes, name);
  }

  /**
   * Decodes the bytes of a file for a model, see {@link #read(Path, Shape, Framing)}.
   *
   * @param name its name in messages
   * @throws DataException as {@link #read(Path)}
   * @throws OutOfMemoryError if the picture does not fit into memory
   */
  public static Image read(byte[] bytes, String name, Shape input, Framing framing)
      throws DataException {
    return ImageCodec.read(bytes, name, input, framing);
  }

  /**
   * Reads a picture from a stream to its end, such as an upload's. The stream is not closed.
   *
   * @throws DataException as {@link #read(Path)}, or if the stream has more than 256 MB
   */
  public static Image read(InputStream in) throws DataException {
    try {
      byte[] bytes = in.readNBytes((int) ImageCodec.LARGEST_FILE + 1);
      if (bytes.length > ImageCodec.LARGEST_FILE) {
        throw new DataException(
            "image from a stream: expects at most 256 MB, got more; scale the picture down");
      }
      return read(bytes, "from a stream");
    } catch (IOException e) {
      throw DataException.of("image from a stream: cannot be read", e, "; send it again");
    }
  }

  /**
   * The pixels of a picture that the program has already decoded or drawn, with the channels and
   * the conversions of {@link #read(Path)}.
   *
   * @throws IllegalArgumentException if it has more than 64 million pixels, or its colours are
   *     neither grey nor RGB
   */
  public static Image of(BufferedImage picture) {
    return ImageCodec.of(picture);
  }

  /**
   * The number of pixels of a picture, from its header only: nothing is decoded.
   *
   * @param name what to call it in messages
   * @throws DataException if the bytes are no PNG, JPEG, BMP or GIF file, or the header is damaged
   */
  public static long pixels(byte[] bytes, String name) throws DataException {
    return ImageCodec.pixels(bytes, name);
  }

  /**
   * A picture as the bytes of a PNG file; reading them gives the same pixels.
   *
   * @throws DataException no more: the present encoder cannot fail, but programs catch this
   */
  public static byte[] png(Image image) throws DataException {
    return ImageCodec.png(image);
  }

  /**
   * Writes a picture as PNG, atomically: readers see the complete old or new file.
   *
   * @throws DataException if the file cannot be written
   */
  public static void write(Image image, Path file) throws DataException {
    byte[] bytes = png(image);
    try {
      AtomicFile.write(file, out -> out.write(bytes));
    } catch (IOException e) {
      throw DataException.of("image " + file + ": cannot be written", e, "");
    }
  }
}
