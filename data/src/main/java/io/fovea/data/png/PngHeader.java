package io.fovea.data.png;

import java.nio.ByteBuffer;

/**
 * The chunk IHDR (section 11.2.1), which comes first.
 *
 * @param depth bits of a sample: 1, 2, 4, 8 or 16
 * @param colour the colour type: {@link #GREY}, {@link #RGB}, {@link #PALETTE}, {@link #GREY_ALPHA}
 *     or {@link #RGB_ALPHA}
 * @param isInterlaced whether the pixels come in the seven passes of Adam7
 */
public record PngHeader(int width, int height, int depth, int colour, boolean isInterlaced) {
  /** The bytes of a file up to the end of its header. */
  public static final int LENGTH = 33;

  static final int GREY = 0;
  static final int RGB = 2;
  static final int PALETTE = 3;
  static final int GREY_ALPHA = 4;
  static final int RGB_ALPHA = 6;

  /** Every PNG file begins with these bytes. */
  static final long SIGNATURE = 0x89504e47_0d0a1a0aL;

  private static final int CONTENT = 13;

  /** Whether a file begins as PNG files do; a file that is cut within these bytes is taken, too. */
  public static boolean isPng(byte[] beginning) {
    return beginning.length >= 4 && ByteBuffer.wrap(beginning).getInt() == (int) (SIGNATURE >>> 32);
  }

  /** Reads the first {@link #LENGTH} bytes of a file. */
  public static PngHeader of(byte[] bytes) throws PngException {
    ByteBuffer file = ByteBuffer.wrap(bytes);
    if (bytes.length < LENGTH) {
      throw new PngException("its header of %d bytes is cut at %d".formatted(LENGTH, bytes.length));
    }
    if (file.getLong() != SIGNATURE) {
      throw new PngException("its signature is changed, as by a transfer that treats it as text");
    }
    if (file.getInt() != CONTENT || file.getInt() != PngChunks.IHDR) {
      throw new PngException("its first chunk is not IHDR");
    }
    if (!PngChunks.isIntact(bytes, new PngChunks.Span(16, CONTENT), file)) {
      throw PngChunks.wrongChecksum(8);
    }
    PngHeader header =
        new PngHeader(file.getInt(16), file.getInt(20), bytes[24], bytes[25], bytes[28] == 1);
    header.check(bytes[26], bytes[27], bytes[28]);
    return header;
  }

  private void check(int compression, int filters, int interlace) throws PngException {
    if (width < 1 || height < 1) {
      throw new PngException("its header says %dx%d pixels".formatted(width, height));
    }
    boolean fits =
        switch (colour) {
          case GREY -> depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
          case PALETTE -> depth == 1 || depth == 2 || depth == 4 || depth == 8;
          case RGB, GREY_ALPHA, RGB_ALPHA -> depth == 8 || depth == 16;
          default -> false;
        };
    if (!fits) {
      throw new PngException(
          "its header says colour type %d with %d bits".formatted(colour, depth));
    }
    if (compression != 0 || filters != 0 || interlace < 0 || interlace > 1) {
      throw new PngException(
          "its header says compression %d, filters %d, interlacing %d"
              .formatted(compression, filters, interlace));
    }
  }

  /** Samples of a stored pixel. */
  int samples() {
    return switch (colour) {
      case GREY, PALETTE -> 1;
      case GREY_ALPHA -> 2;
      case RGB -> 3;
      default -> 4;
    };
  }

  /** Channels without transparency; a palette may turn out to be grey. */
  int channels() {
    return colour == GREY || colour == GREY_ALPHA ? 1 : 3;
  }

  /** The bytes of a row of some pixels, without its filter. */
  long rowBytes(int pixels) {
    return ((long) pixels * samples() * depth + 7) / 8;
  }

  /** The most bytes that decoding allocates: the picture and a copy, indices, two rows. */
  public long memory() {
    long pixels = (long) width * height;
    return pixels * (2 * channels() + (colour == PALETTE ? 1 : 0))
        + 2 * (rowBytes(width) + 16)
        + 100_000;
  }
}
