package io.fovea.data.picture;

import io.fovea.data.base.DataException;
import io.fovea.dataset.Image;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Decodes and encodes pictures by ImageIO, within limits on bytes and pixels; what it accepts is
 * stated in {@code Images}.
 */
public final class ImageCodec {
  private static final Set<String> FORMATS = Set.of("png", "jpeg", "bmp", "gif");
  private static final long LARGEST_PIXELS = 64_000_000;

  /** The most bytes of a file. */
  public static final long LARGEST_FILE = 256_000_000;

  /** The most bytes for a pixel of an 8-bit picture while it is read: stored, converted, copied. */
  private static final long BYTES_PER_PIXEL = 12;

  private ImageCodec() {}

  /**
   * Reads a picture of a set.
   *
   * @throws OutOfMemoryError if there is no memory for it, which may not be its own fault
   */
  public static Image read(Path file, String name) throws DataException {
    return read(bytes(file, name), name);
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
    } catch (DataException e) {
      throw e;
    } catch (IOException e) {
      throw new DataException(
          "image " + name + ": cannot be read: " + DataException.reason(e) + "; check the path", e);
    }
  }

  /** Decodes the bytes of a file, whose name is for messages. */
  public static Image read(byte[] bytes, String name) throws DataException {
    return look(
        bytes,
        name,
        (reader, in) -> {
          Image image = decode(reader, in, bytes, name);
          return isJpeg(reader) ? Orientation.of(bytes).apply(image) : image;
        });
  }

  public static Image of(BufferedImage picture) {
    int space = picture.getColorModel().getColorSpace().getType();
    long pixels = (long) picture.getWidth() * picture.getHeight();
    if (pixels > LARGEST_PIXELS
        || (space != ColorSpace.TYPE_GRAY && space != ColorSpace.TYPE_RGB)) {
      throw new IllegalArgumentException(
          "image: expects at most 64 million pixels in grey or RGB, got %,d in colour space %d; scale or convert it"
              .formatted(pixels, space));
    }
    return Pixels.of(picture);
  }

  private static boolean isJpeg(ImageReader reader) throws IOException {
    return reader.getFormatName().equalsIgnoreCase("jpeg");
  }

  private interface Look<T> {
    T at(ImageReader reader, ImageInputStream in) throws IOException;
  }

  private static <T> T look(byte[] bytes, String name, Look<T> look) throws DataException {
    return look(new ByteArrayInputStream(bytes), bytes, name, look);
  }

  private static <T> T look(InputStream file, byte[] bytes, String name, Look<T> look)
      throws DataException {
    // The stream of ImageIO.createImageInputStream would go through a temporary file.
    try (ImageInputStream in = new MemoryCacheImageInputStream(file)) {
      ImageReader reader = reader(in).orElseThrow(() -> otherFormat(bytes, name));
      try {
        return look.at(reader, in);
      } finally {
        reader.dispose();
      }
    } catch (DataException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      if (e.getCause() instanceof OutOfMemoryError full) {
        throw full; // the picture may be intact
      }
      // The decoders throw index and argument errors for some damaged files.
      throw undecodable(name, e.getMessage(), e);
    }
  }

  /** The number of pixels of a picture, from its header. */
  public static long pixels(byte[] bytes, String name) throws DataException {
    return look(bytes, name, ImageCodec::pixels);
  }

  private static long pixels(ImageReader reader, ImageInputStream in) throws IOException {
    reader.setInput(in, true, true);
    return (long) reader.getWidth(0) * reader.getHeight(0);
  }

  /** The most bytes for reading a file, by its length and header; 0 if that cannot be read. */
  static long memory(Path file) {
    if (!Files.isRegularFile(file)) {
      return 0; // the other end of a pipe gives its bytes once
    }
    try (InputStream in = Files.newInputStream(file)) {
      long pixels = look(in, new byte[0], file.toString(), ImageCodec::pixels);
      return Files.size(file) + BYTES_PER_PIXEL * Math.min(pixels, LARGEST_PIXELS);
    } catch (IOException unreadable) {
      return 0;
    }
  }

  /** Width and height of the upright picture, from its header. */
  static ImageSizeSurvey.Sides sides(byte[] bytes, String name) throws DataException {
    return look(
        bytes,
        name,
        (reader, in) -> {
          reader.setInput(in, true, true);
          ImageSizeSurvey.Sides stored =
              new ImageSizeSurvey.Sides(reader.getWidth(0), reader.getHeight(0));
          boolean isTurned = isJpeg(reader) && Orientation.of(bytes).isTurned();
          return isTurned ? stored.turned() : stored;
        });
  }

  private static DataException otherFormat(byte[] bytes, String name) {
    return new DataException(
        "image %s: expects a PNG, JPEG, BMP or GIF file, got %s%s"
            .formatted(
                name,
                beginning(bytes),
                isWebp(bytes)
                    ? " (WebP); convert it, or put an ImageIO plug-in for it on the module path"
                    : "; convert it"));
  }

  /**
   * The decoder of a file: the JDK's for the four formats, or a plug-in's for any other. The JDK's
   * decoders of WBMP and TIFF are excluded: any file that begins with two zero bytes counts as
   * WBMP.
   */
  private static Optional<ImageReader> reader(ImageInputStream in) throws IOException {
    Optional<ImageReader> plugin = Optional.empty();
    for (Iterator<ImageReader> all = ImageIO.getImageReaders(in); all.hasNext(); ) {
      ImageReader reader = all.next();
      if (FORMATS.contains(reader.getFormatName().toLowerCase(Locale.ROOT))) {
        return Optional.of(reader);
      }
      boolean isOfJdk = reader.getClass().getModule() == ImageIO.class.getModule();
      if (plugin.isEmpty() && !isOfJdk) {
        plugin = Optional.of(reader);
      } else {
        reader.dispose();
      }
    }
    return plugin;
  }

  private static boolean isWebp(byte[] bytes) {
    return bytes.length >= 12
        && new String(bytes, 0, 4, StandardCharsets.ISO_8859_1).equals("RIFF")
        && new String(bytes, 8, 4, StandardCharsets.ISO_8859_1).equals("WEBP");
  }

  private static String beginning(byte[] bytes) {
    return bytes.length == 0
        ? "an empty file"
        : "one that begins with bytes "
            + HexFormat.ofDelimiter(" ").formatHex(bytes, 0, Math.min(4, bytes.length));
  }

  private static Image decode(ImageReader reader, ImageInputStream in, byte[] bytes, String name)
      throws IOException {
    reader.setInput(in, true, true); // without metadata such as text chunks
    long width = reader.getWidth(0);
    long height = reader.getHeight(0);
    if (width * height > LARGEST_PIXELS) {
      throw new DataException(
          "image %s: expects at most 64 million pixels, got %sx%s; scale it down first"
              .formatted(name, width, height));
    }
    Integrity.require(bytes, name);
    // For a truncated file the JPEG decoder fills the missing part with grey and only warns.
    Warnings warnings = new Warnings();
    reader.addIIOReadWarningListener(warnings);
    BufferedImage picture = reader.read(0);
    String early = warnings.early;
    if (early != null) {
      throw undecodable(name, early, null);
    }
    int space = picture.getColorModel().getColorSpace().getType();
    if (space != ColorSpace.TYPE_GRAY && space != ColorSpace.TYPE_RGB) {
      throw otherColours(name, null);
    }
    return Pixels.of(picture);
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

  private static DataException otherColours(String name, @Nullable Throwable cause) {
    return new DataException(
        "image %s: expects grey or RGB colours, got others such as CMYK; convert it to RGB"
            .formatted(name),
        cause);
  }

  private static final class Warnings implements IIOReadWarningListener {
    @Nullable String early;

    @Override
    public void warningOccurred(ImageReader source, String warning) {
      String lower = warning.toLowerCase(Locale.ROOT);
      if (early == null && (lower.contains("premature end") || lower.contains("truncated"))) {
        early = warning;
      }
    }
  }

  public static byte[] png(Image image) throws DataException {
    try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
      if (!ImageIO.write(Pixels.picture(image), "png", out)) {
        throw new DataException("image: this Java has no PNG encoder");
      }
      return out.toByteArray();
    } catch (DataException e) {
      throw e;
    } catch (IOException e) {
      throw new DataException("image: cannot be encoded: " + DataException.reason(e), e);
    }
  }
}
