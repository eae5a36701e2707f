package io.fovea.data.png;

import io.fovea.data.Pictures;
import io.fovea.random.RandomKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.DeflaterOutputStream;

/** PNG files of random rows: any bytes behind a filter are pixels. */
final class PngFiles {
  /** Colour type and depth of every kind of file. */
  static final List<int[]> KINDS =
      List.of(
          new int[] {0, 1},
          new int[] {0, 2},
          new int[] {0, 4},
          new int[] {0, 8},
          new int[] {0, 16},
          new int[] {2, 8},
          new int[] {2, 16},
          new int[] {3, 1},
          new int[] {3, 2},
          new int[] {3, 4},
          new int[] {3, 8},
          new int[] {4, 8},
          new int[] {4, 16},
          new int[] {6, 8},
          new int[] {6, 16});

  private PngFiles() {}

  /**
   * A file with every filter.
   *
   * @param transparent whether it has tRNS, and samples of few values, so that its colour is met
   */
  static byte[] random(
      int colour,
      int depth,
      boolean interlaced,
      boolean transparent,
      int width,
      int height,
      long seed)
      throws IOException {
    RandomKey key = RandomKey.of(seed).with("png");
    int samples = new int[] {1, 0, 3, 1, 2, 0, 4}[colour];
    List<byte[]> chunks = new ArrayList<>();
    chunks.add(header(width, height, depth, colour, interlaced));
    byte[] palette = new byte[3 << depth % 16];
    for (int i = 0; i < palette.length; i++) {
      palette[i] = (byte) key.bits(900_000L + i / (seed % 3 == 0 ? 3 : 1)); // some are grey
    }
    if (colour == 3) {
      chunks.add(Pictures.chunk("PLTE", palette));
    }
    if (transparent) {
      byte[] clear = new byte[colour == 3 ? (1 << depth) - 1 : 2 * samples];
      for (int i = 0; i < clear.length; i++) {
        clear[i] = (byte) (colour == 3 ? key.bits(800_000L + i) : depth == 16 ? 7 : i % 2);
      }
      chunks.add(Pictures.chunk("tRNS", clear));
    }
    byte[] rows = rows(samples * depth, interlaced, transparent && colour != 3, width, height, key);
    byte[] stream = deflated(rows);
    int cut = stream.length / 3; // in two chunks, one of them in the middle of anything
    chunks.add(Pictures.chunk("tEXt", new byte[] {'a', 0, 'b'}));
    chunks.add(Pictures.chunk("IDAT", java.util.Arrays.copyOf(stream, cut)));
    chunks.add(Pictures.chunk("IDAT", java.util.Arrays.copyOfRange(stream, cut, stream.length)));
    chunks.add(Pictures.chunk("IEND", new byte[0]));
    return Pictures.png(chunks.toArray(byte[][]::new));
  }

  static byte[] header(int width, int height, int depth, int colour, boolean interlaced) {
    return Pictures.chunk(
        "IHDR",
        ByteBuffer.allocate(13)
            .putInt(width)
            .putInt(height)
            .put((byte) depth)
            .put((byte) colour)
            .put(12, (byte) (interlaced ? 1 : 0))
            .array());
  }

  static byte[] deflated(byte[] rows) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(out)) {
      deflater.write(rows);
    }
    return out.toByteArray();
  }

  private static byte[] rows(
      int bits, boolean interlaced, boolean few, int width, int height, RandomKey key) {
    ByteArrayOutputStream rows = new ByteArrayOutputStream();
    int[][] passes =
        interlaced
            ? new int[][] {
              {0, 0, 8, 8},
              {4, 0, 8, 8},
              {0, 4, 4, 8},
              {2, 0, 4, 4},
              {0, 2, 2, 4},
              {1, 0, 2, 2},
              {0, 1, 1, 2}
            }
            : new int[][] {{0, 0, 1, 1}};
    long at = 0;
    for (int[] pass : passes) {
      int columns = Math.ceilDiv(width - pass[0], pass[2]);
      for (int y = pass[1]; y < height && columns > 0; y += pass[3]) {
        rows.write(few ? 0 : (int) Math.floorMod(key.bits(at++), 5L));
        for (int i = 0; i < Math.ceilDiv(columns * bits, 8); i++) {
          long value = key.bits(at++);
          rows.write((int) (few ? (value & 3) == 0 ? 7 : value & 1 : value));
        }
      }
    }
    return rows.toByteArray();
  }
}
