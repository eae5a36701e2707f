package io.fovea.data.picture;

import io.fovea.data.base.DataException;
import io.fovea.data.png.PngEncoder;
import io.fovea.data.png.PngHeader;
import io.fovea.dataset.Framing;
import io.fovea.dataset.Image;
import io.fovea.tensor.Shape;
import java.awt.image.BufferedImage;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Decodes and encodes pictures, within limits on bytes and pixels; what it accepts is stated in
 * {@code Images}. The first bytes of a file choose its decoder.
 */
public final class ImageCodec {
  /** The most pixels of a picture. */
  static final long LARGEST_PIXELS = 64_000_000;

  /** The most bytes of a file. */
  public static final long LARGEST_FILE = 256_000_000;

  /** The first bytes of a file, which say what its format is. */
  private static final int BEGINNING = 8;

  private ImageCodec() {}

  /** The decoder for a file that begins with these bytes. */
  private static PictureFormat decoder(byte[] beginning, String name) throws DataException {
    if (PngHeader.isPng(beginning)) {
      return new PngPictures();
    }
    if (JpegFiles.isJpeg(beginning)) {
      return new JpegFiles();
    }
    if (!Desktop.IS_THERE) {
      throw new DataException(
          "image %s: expects a PNG or JPEG file, got %s; other formats are decoded by the module java.desktop, which this Java lacks: take a Java with it (jlink --add-modules java.desktop), or convert the file"
              .formatted(name, beginning(beginning)));
    }
    return new PluginDecoder();
  }

  /**
   * Reads a picture for a model's input: a JPEG may be reduced, see {@link DecodingTarget}.
   *
   * @throws OutOfMemoryError if there is no memory for it, which may not be its own fault
   */
  public static Image read(Path file, String name, Shape input, Framing framing)
      throws DataException {
    return read(bytes(file, name), name, input, framing);
  }

  static Image read(Path file, String name, DecodingTarget target) throws DataException {
    return read(bytes(file, name), name, target);
  }

  static byte[] bytes(Path file, String name) throws DataException {
    if (Files.isDirectory(file)) {
      throw new DataException(
          "image %s: expects a PNG, JPEG, BMP or GIF file, got a folder; name the files in it"
              .formatted(name));
    }
    if (Devices.isDevice(file)) {
      throw new DataException(
          "image %s: expects a PNG, JPEG, BMP or GIF file, got a device, which may never end; name a file"
              .formatted(name));
    }
    try {
      long length = Files.size(file);
      if (length > LARGEST_FILE) {
        throw new DataException(
            "image " + name + ": expects a file of at most 256 MB, got " + length + " bytes");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw DataException.of("image " + name + ": cannot be read", e, "; check the path");
    }
  }

  /** Decodes the bytes of a file, whose name is for messages. */
  public static Image read(byte[] bytes, String name) throws DataException {
    return read(bytes, name, DecodingTarget.FULL_SIZE);
  }

  public static Image read(byte[] bytes, String name, Shape input, Framing framing)
      throws DataException {
    return read(bytes, name, DecodingTarget.of(input, framing));
  }

  private static Image read(byte[] bytes, String name, DecodingTarget target) throws DataException {
    return decoder(bytes, name).read(bytes, name, target);
  }

  public static Image of(BufferedImage picture) {
    return PluginDecoder.of(picture);
  }

  /** The number of pixels of a picture, from its header. */
  public static long pixels(byte[] bytes, String name) throws DataException {
    ImageSizeSurvey.Sides sides = sides(bytes, name);
    return sides.width() * sides.height();
  }

  /** The most bytes for reading a file, by its length and header; 0 if that cannot be read. */
  static long memory(Path file, DecodingTarget target) {
    if (!Files.isRegularFile(file)) {
      return 0; // the other end of a pipe gives its bytes once
    }
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      in.mark(BEGINNING);
      byte[] beginning = in.readNBytes(BEGINNING);
      in.reset();
      return Files.size(file)
          + decoder(beginning, file.toString()).memory(in, file.toString(), target);
    } catch (IOException unreadable) {
      return 0;
    }
  }

  /** Refuses a picture of too many pixels by its header, before it is decoded. */
  static void requireSize(String name, long width, long height) throws DataException {
    if (width * height > LARGEST_PIXELS) {
      throw new DataException(
          "image %s: expects at most 64 million pixels, got %dx%d; scale it down first"
              .formatted(name, width, height));
    }
  }

  static String beginning(byte[] bytes) {
    return bytes.length == 0
        ? "an empty file"
        : "one that begins with bytes "
            + HexFormat.ofDelimiter(" ").formatHex(bytes, 0, Math.min(4, bytes.length));
  }

  /** Width and height of the upright picture, from its header. */
  static ImageSizeSurvey.Sides sides(byte[] bytes, String name) throws DataException {
    return decoder(bytes, name).sides(bytes, name);
  }

  static DataException undecodable(String name, @Nullable String why, @Nullable Throwable cause) {
    if (why != null && why.contains("Unsupported Image Type")) {
      return otherColours(name, cause);
    }
    return new DataException(
        "image %s: cannot be decoded%s; it is damaged or truncated, give a complete one"
            .formatted(name, why == null ? "" : " (" + why + ")"),
        cause);
  }

  static DataException otherColours(String name, @Nullable Throwable cause) {
    return new DataException(
        "image %s: expects grey or RGB colours, got others such as CMYK; convert it to RGB"
            .formatted(name),
        cause);
  }

  public static byte[] png(Image image) {
    return PngEncoder.bytes(image.channels(), image.height(), image.width(), image.pixels());
  }
}
