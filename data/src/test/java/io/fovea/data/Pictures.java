package io.fovea.data;

import io.fovea.dataset.Image;
import io.fovea.random.RandomKey;
import java.awt.Color;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;

/** Small pictures for the tests. */
public final class Pictures {
  private Pictures() {}

  public static byte[] encode(BufferedImage picture, String format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (!ImageIO.write(picture, format, out)) {
      throw new IOException("no encoder for " + format);
    }
    return out.toByteArray();
  }

  /** A picture of samples that are stored as they are, 8 or 16 bits each. */
  public static BufferedImage samples(
      int space, boolean alpha, int bits, int width, int... samples) {
    ColorModel colours =
        new ComponentColorModel(
            ColorSpace.getInstance(space),
            alpha,
            false,
            alpha ? ColorModel.TRANSLUCENT : ColorModel.OPAQUE,
            bits == 8 ? DataBuffer.TYPE_BYTE : DataBuffer.TYPE_USHORT);
    int height = samples.length / width / colours.getNumComponents();
    WritableRaster raster = colours.createCompatibleWritableRaster(width, height);
    raster.setPixels(0, 0, width, height, samples);
    return new BufferedImage(colours, raster, false, null);
  }

  public static BufferedImage grey(int width, int... samples) {
    return samples(ColorSpace.CS_GRAY, false, 8, width, samples);
  }

  public static BufferedImage palette(int width, IndexColorModel colours, int... indices) {
    BufferedImage picture =
        new BufferedImage(width, indices.length / width, BufferedImage.TYPE_BYTE_INDEXED, colours);
    picture.getRaster().setPixels(0, 0, width, indices.length / width, indices);
    return picture;
  }

  public static BufferedImage plain(int width, int height, Color colour) {
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < width * height; i++) {
      picture.setRGB(i % width, i / width, colour.getRGB());
    }
    return picture;
  }

  public static BufferedImage noise(int width, int height, int type) {
    BufferedImage picture = new BufferedImage(width, height, type);
    RandomKey key = RandomKey.of(5).with("picture");
    for (int i = 0; i < width * height; i++) {
      picture.setRGB(i % width, i / width, 0xff000000 | (int) key.bits(i));
    }
    return picture;
  }

  public static void write(Path file, BufferedImage picture, String format) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, encode(picture, format));
  }

  public static void write(Path file, Image image) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, Images.png(image));
  }

  /** A PNG file of a signature and these chunks. */
  public static byte[] png(byte[]... chunks) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    for (byte[] chunk : chunks) {
      out.write(chunk);
    }
    return out.toByteArray();
  }

  public static byte[] chunk(String type, byte[] data) {
    CRC32 crc = new CRC32();
    crc.update(type.getBytes(StandardCharsets.US_ASCII));
    crc.update(data);
    return ByteBuffer.allocate(12 + data.length)
        .putInt(data.length)
        .put(type.getBytes(StandardCharsets.US_ASCII))
        .put(data)
        .putInt((int) crc.getValue())
        .array();
  }

  public static byte[] header(int width, int height, int bits, int colourType) {
    return chunk(
        "IHDR",
        ByteBuffer.allocate(13)
            .putInt(width)
            .putInt(height)
            .put((byte) bits)
            .put((byte) colourType)
            .array());
  }

  /** A JPEG file with an EXIF block that has the orientation and nothing else. */
  public static byte[] oriented(byte[] jpeg, int orientation) {
    ByteBuffer exif = ByteBuffer.allocate(36);
    exif.putShort((short) 0xffe1).putShort((short) 34);
    exif.put("Exif\0\0".getBytes(StandardCharsets.US_ASCII));
    exif.put("MM\0*".getBytes(StandardCharsets.US_ASCII)).putInt(8); // TIFF, big-endian
    exif.putShort((short) 1); // entries: tag, type (short), count, value, padding
    exif.putShort((short) 0x0112).putShort((short) 3).putInt(1);
    exif.putShort((short) orientation).putShort((short) 0);
    exif.putInt(0);
    return ByteBuffer.allocate(jpeg.length + 36)
        .put(jpeg, 0, 2)
        .put(exif.array())
        .put(jpeg, 2, jpeg.length - 2)
        .array();
  }
}
