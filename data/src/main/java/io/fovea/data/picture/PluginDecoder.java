package io.fovea.data.picture;

import io.fovea.data.base.DataException;
import io.fovea.dataset.Image;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
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
 * Decodes pictures by ImageIO: the only decoder that needs {@code java.desktop}. It is loaded only
 * for files that the decoders of Fovea do not read.
 */
final class PluginDecoder implements PictureFormat {
  private static final Set<String> FORMATS = Set.of("bmp", "gif");

  /** The most bytes for a pixel of an 8-bit picture while it is read: stored, converted, copied. */
  private static final long BYTES_PER_PIXEL = 12;

  @Override
  public Image read(byte[] bytes, String name, DecodingTarget target) throws DataException {
    return look(bytes, name, (reader, in) -> decode(reader, in, name));
  }

  static Image of(BufferedImage picture) {
    int space = picture.getColorModel().getColorSpace().getType();
    long pixels = (long) picture.getWidth() * picture.getHeight();
    if (pixels > ImageCodec.LARGEST_PIXELS
        || (space != ColorSpace.TYPE_GRAY && space != ColorSpace.TYPE_RGB)) {
      throw new IllegalArgumentException(
          "image: expects at most 64 million pixels in grey or RGB, got %,d in colour space %d; scale or convert it"
              .formatted(pixels, space));
    }
    return Pixels.of(picture);
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
      throw ImageCodec.undecodable(name, e.getMessage(), e);
    }
  }

  @Override
  public long memory(InputStream file, String name, DecodingTarget target) throws IOException {
    ImageSizeSurvey.Sides sides = look(file, new byte[0], name, PluginDecoder::header);
    return BYTES_PER_PIXEL * Math.min(sides.width() * sides.height(), ImageCodec.LARGEST_PIXELS);
  }

  private static ImageSizeSurvey.Sides header(ImageReader reader, ImageInputStream in)
      throws IOException {
    reader.setInput(in, true, true); // without metadata such as text chunks
    return new ImageSizeSurvey.Sides(reader.getWidth(0), reader.getHeight(0));
  }

  @Override
  public ImageSizeSurvey.Sides sides(byte[] bytes, String name) throws DataException {
    return look(bytes, name, PluginDecoder::header);
  }

  private static DataException otherFormat(byte[] bytes, String name) {
    return new DataException(
        "image %s: expects a PNG, JPEG, BMP or GIF file, got %s%s"
            .formatted(
                name,
                ImageCodec.beginning(bytes),
                isWebp(bytes)
                    ? " (WebP); convert it, or put an ImageIO plug-in for it on the module path"
                    : "; convert it"));
  }

  /**
   * The decoder of a file: the JDK's for the formats above, or a plug-in's for any other. The JDK's
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

  private static Image decode(ImageReader reader, ImageInputStream in, String name)
      throws IOException {
    ImageSizeSurvey.Sides sides = header(reader, in);
    ImageCodec.requireSize(name, sides.width(), sides.height());
    // For a truncated file a decoder may fill the missing part with grey and only warn.
    Warnings warnings = new Warnings();
    reader.addIIOReadWarningListener(warnings);
    BufferedImage picture = reader.read(0);
    String early = warnings.early;
    if (early != null) {
      throw ImageCodec.undecodable(name, early, null);
    }
    int space = picture.getColorModel().getColorSpace().getType();
    if (space != ColorSpace.TYPE_GRAY && space != ColorSpace.TYPE_RGB) {
      throw ImageCodec.otherColours(name, null);
    }
    return Pixels.of(picture);
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
}
