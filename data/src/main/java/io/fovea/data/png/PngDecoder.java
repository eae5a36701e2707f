package io.fovea.data.png;

import io.fovea.dataset.Image;
import java.util.Arrays;

/**
 * Decodes a PNG file of any colour type, depth and interlacing. Grey gives one channel, colour
 * three, a palette one if all colours in use are grey; 16 bits are rounded to 8; what is
 * transparent is put on white.
 */
public final class PngDecoder {
  /** No stream of deflate has more bytes for a byte: 258 for two bits, less the codes' lengths. */
  private static final long MOST_INFLATION = 1032;

  /** First column, first row, step of columns, step of rows of the passes (section 8.2). */
  private static final int[][] ADAM7 = {
    {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
  };

  private static final int[][] ONE_PASS = {{0, 0, 1, 1}};

  private final byte[] file;
  private final PngHeader header;
  private final PngChunks chunks;

  /** The colour that tRNS makes transparent; -1, which no sample has, without. */
  private final int[] transparent;

  private PngDecoder(byte[] file, PngHeader header, PngChunks chunks) throws PngException {
    this.file = file;
    this.header = header;
    this.chunks = chunks;
    this.transparent = transparent();
  }

  /**
   * Decodes a file.
   *
   * @param header that of the file, of as many pixels as the caller wants to have
   * @throws PngException if the file is damaged or truncated
   */
  public static Image read(byte[] file, PngHeader header) throws PngException {
    return new PngDecoder(file, header, PngChunks.of(file)).image();
  }

  private Image image() throws PngException {
    long most = MOST_INFLATION * chunks.compressed();
    long least = header.isInterlaced() ? 0 : header.height();
    if (least + header.rowBytes(header.width()) * header.height() > most) {
      throw new PngException(
          "its %d compressed bytes are too few for %dx%d pixels"
              .formatted(chunks.compressed(), header.width(), header.height()));
    }
    boolean isPalette = header.colour() == PngHeader.PALETTE;
    if (isPalette && (chunks.palette().length() == 0 || chunks.palette().length() % 3 != 0)) {
      throw new PngException(
          "its palette PLTE has %d bytes, not three a colour".formatted(chunks.palette().length()));
    }
    int channels = isPalette ? 1 : header.channels();
    byte[] pixels = new byte[header.width() * header.height() * channels];
    int step = Math.max(1, header.samples() * header.depth() / 8);
    try (PngLines lines =
        new PngLines(file, chunks, step, Math.toIntExact(header.rowBytes(header.width())))) {
      for (int[] pass : header.isInterlaced() ? ADAM7 : ONE_PASS) {
        readPass(lines, pass, pixels, channels);
      }
      lines.end();
    }
    return isPalette
        ? coloured(pixels)
        : Image.of(channels, header.height(), header.width(), pixels);
  }

  private void readPass(PngLines lines, int[] pass, byte[] pixels, int channels)
      throws PngException {
    int columns = (header.width() - pass[0] + pass[2] - 1) / pass[2];
    if (columns == 0) {
      return; // then the pass has no rows either, not even their filters
    }
    lines.beginPass();
    int length = (int) header.rowBytes(columns);
    boolean isAsStored =
        header.depth() == 8
            && header.samples() == channels
            && pass[2] == 1
            && (transparent[0] < 0 || header.colour() == PngHeader.PALETTE);
    for (int y = pass[1]; y < header.height(); y += pass[3]) {
      byte[] line = lines.next(length);
      int to = y * header.width() * channels;
      if (isAsStored) {
        System.arraycopy(line, lines.step(), pixels, to, length);
      } else {
        convert(line, lines.step(), columns, pixels, to + pass[0] * channels, pass[2] * channels);
      }
    }
  }

  /** Writes the pixels of a row, {@code step} bytes apart; of a palette, its indices. */
  private void convert(byte[] line, int from, int columns, byte[] pixels, int to, int step) {
    int samples = header.samples();
    boolean isPalette = header.colour() == PngHeader.PALETTE;
    int channels = isPalette ? 1 : header.channels();
    boolean hasAlpha = samples > channels;
    int most = (1 << header.depth()) - 1;
    for (int x = 0, at = to; x < columns; x++, at += step) {
      int first = x * samples;
      if (isPalette) {
        pixels[at] = (byte) sample(line, from, first);
        continue;
      }
      int a = most;
      if (hasAlpha) {
        a = sample(line, from, first + channels);
      } else if (transparent[0] >= 0 && isTransparent(line, from, first)) {
        a = 0;
      }
      for (int c = 0; c < channels; c++) {
        pixels[at + c] = Opacity.onWhite(sample(line, from, first + c), a, most);
      }
    }
  }

  private boolean isTransparent(byte[] line, int from, int first) {
    for (int c = 0; c < transparent.length; c++) {
      if (sample(line, from, first + c) != transparent[c]) {
        return false;
      }
    }
    return true;
  }

  /** Sample {@code i} of a row that begins at {@code from}; the leftmost is in the high bits. */
  private int sample(byte[] line, int from, int i) {
    int depth = header.depth();
    if (depth == 8) {
      return line[from + i] & 0xff;
    }
    if (depth == 16) {
      return ((line[from + 2 * i] & 0xff) << 8) | (line[from + 2 * i + 1] & 0xff);
    }
    int bit = i * depth;
    return line[from + (bit >> 3)] >> (8 - depth - (bit & 7)) & ((1 << depth) - 1);
  }

  private int[] transparent() throws PngException {
    int channels = header.channels();
    PngChunks.Span given = chunks.transparency();
    if (given.length() == 0 || header.samples() != channels) {
      return new int[] {-1}; // a palette has opacities instead, alpha samples need no colour
    }
    if (given.length() != 2 * channels) {
      throw new PngException(
          "its chunk tRNS has %d bytes instead of %d".formatted(given.length(), 2 * channels));
    }
    int[] colour = new int[channels];
    for (int c = 0; c < channels; c++) {
      int at = given.from() + 2 * c;
      int value = ((file[at] & 0xff) << 8) | (file[at + 1] & 0xff);
      colour[c] = value & ((1 << header.depth()) - 1);
    }
    return colour;
  }

  /** The colours of indices; one that the palette does not have is black, as in other tools. */
  private Image coloured(byte[] indices) {
    byte[] colours = new byte[3 * 256];
    boolean[] isGrey = new boolean[256];
    Arrays.fill(isGrey, true);
    for (int i = 0; i < Math.min(256, chunks.palette().length() / 3); i++) {
      int a =
          i < chunks.transparency().length() ? file[chunks.transparency().from() + i] & 0xff : 255;
      int at = chunks.palette().from() + 3 * i;
      isGrey[i] = a == 0 || (file[at] == file[at + 1] && file[at] == file[at + 2]);
      for (int c = 0; c < 3; c++) {
        colours[3 * i + c] = Opacity.onWhite(file[at + c] & 0xff, a, 255);
      }
    }
    boolean grey = true;
    for (byte index : indices) {
      grey &= isGrey[index & 0xff];
    }
    int channels = grey ? 1 : 3;
    byte[] pixels = new byte[indices.length * channels];
    for (int i = 0; i < indices.length; i++) {
      for (int c = 0; c < channels; c++) {
        pixels[i * channels + c] = colours[3 * (indices[i] & 0xff) + c];
      }
    }
    return Image.of(channels, header.height(), header.width(), pixels);
  }
}
