package io.fovea.data.png;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Writes pictures of 8 bits as PNG. Each row gets the filter whose bytes have the smallest sum of
 * absolute values (section 12.7), which usually compresses best.
 */
public final class PngEncoder {
  private static final int[] COLOURS = {
    PngHeader.GREY, PngHeader.GREY_ALPHA, PngHeader.RGB, PngHeader.RGB_ALPHA
  };
  private static final int FILTERS = 5;
  private static final int BUFFER = 1 << 16;

  private PngEncoder() {}

  /**
   * A file of the given pixels.
   *
   * @param channels 1 grey, 2 with alpha, 3 red, green, blue, 4 with alpha
   * @param pixels unsigned bytes; element (c, y, x) at (y*width + x)*channels + c
   */
  public static byte[] bytes(int channels, int height, int width, byte[] pixels) {
    ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height);
    header.put((byte) 8).put((byte) COLOURS[channels - 1]);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(ByteBuffer.allocate(8).putLong(PngHeader.SIGNATURE).array());
    chunk(file, PngChunks.IHDR, header.array(), header.capacity());
    deflate(file, channels, width * channels, pixels);
    chunk(file, PngChunks.IEND, new byte[0], 0);
    return file.toByteArray();
  }

  private static void chunk(ByteArrayOutputStream file, int type, byte[] content, int length) {
    byte[] chunk =
        ByteBuffer.allocate(length + 12)
            .putInt(length)
            .putInt(type)
            .put(content, 0, length)
            .array();
    CRC32 checksum = new CRC32();
    checksum.update(chunk, 4, 4 + length);
    ByteBuffer.wrap(chunk).putInt(8 + length, (int) checksum.getValue());
    file.writeBytes(chunk);
  }

  private static void deflate(ByteArrayOutputStream file, int step, int length, byte[] pixels) {
    byte[] compressed = new byte[BUFFER];
    byte[][] tried = new byte[FILTERS][length + 1];
    try (Deflater deflater = new Deflater()) {
      for (int from = 0; from < pixels.length; from += length) {
        deflater.setInput(filtered(pixels, from, length, step, tried));
        while (!deflater.needsInput()) {
          int size = deflater.deflate(compressed);
          if (size > 0) {
            chunk(file, PngChunks.IDAT, compressed, size);
          }
        }
      }
      deflater.finish();
      while (!deflater.finished()) {
        chunk(file, PngChunks.IDAT, compressed, deflater.deflate(compressed));
      }
    }
  }

  /** A row behind the number of its filter. */
  private static byte[] filtered(byte[] pixels, int from, int length, int step, byte[][] tried) {
    long[] sums = new long[FILTERS];
    for (int i = 0; i < length; i++) {
      int at = from + i;
      int a = i < step ? 0 : pixels[at - step] & 0xff;
      int b = from == 0 ? 0 : pixels[at - length] & 0xff;
      int c = i < step || from == 0 ? 0 : pixels[at - length - step] & 0xff;
      tried[0][i + 1] = pixels[at];
      tried[1][i + 1] = (byte) (pixels[at] - a);
      tried[2][i + 1] = (byte) (pixels[at] - b);
      tried[3][i + 1] = (byte) (pixels[at] - (a + b) / 2);
      tried[4][i + 1] = (byte) (pixels[at] - PngLines.nearest(a, b, c));
      for (int f = 0; f < FILTERS; f++) {
        sums[f] += Math.abs(tried[f][i + 1]);
      }
    }
    int best = 0;
    for (int f = 1; f < FILTERS; f++) {
      best = sums[f] < sums[best] ? f : best;
    }
    tried[best][0] = (byte) best;
    return tried[best];
  }
}
