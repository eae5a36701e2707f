package io.fovea.data.png;

import java.util.Arrays;
import java.util.Iterator;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The rows of a picture, inflated one by one, their filters undone (section 9). With x a byte of
 * the row, a the byte of the pixel to the left, b that above, c that above a, each 0 outside:
 *
 * <pre>
 * 0 none      x
 * 1 sub       x + a
 * 2 up        x + b
 * 3 average   x + floor((a + b) / 2)
 * 4 Paeth     x + the one of a, b, c that is closest to a + b - c; of equal ones the first
 * </pre>
 */
final class PngLines implements AutoCloseable {
  private final byte[] file;
  private final Iterator<PngChunks.Span> parts;
  private final Inflater inflater = new Inflater();

  /** Bytes from a byte to that of the pixel to the left, at least 1. */
  private final int step;

  private byte[] line;
  private byte[] above;
  private int rows;

  /**
   * @param longest the bytes of the longest row
   */
  PngLines(byte[] file, PngChunks chunks, int step, int longest) {
    this.file = file;
    this.parts = chunks.pixels().iterator();
    this.step = step;
    this.line = new byte[step + longest];
    this.above = new byte[step + longest];
  }

  /** Bytes before a row: zeros, which stand for the pixel left of the first. */
  int step() {
    return step;
  }

  /** The next row is the first of a pass: nothing is above it. */
  void beginPass() {
    Arrays.fill(line, (byte) 0);
  }

  /** The next row; it begins behind {@link #step} bytes, and is valid until the next call. */
  byte[] next(int length) throws PngException {
    byte[] free = above;
    above = line;
    line = free;
    // The filter's byte is inflated to just before the row, where a zero belongs.
    inflate(step - 1, length + 1);
    int filter = line[step - 1];
    line[step - 1] = 0;
    int end = step + length;
    switch (filter) {
      case 0 -> {}
      case 1 -> {
        for (int i = step; i < end; i++) {
          line[i] += line[i - step];
        }
      }
      case 2 -> {
        for (int i = step; i < end; i++) {
          line[i] += above[i];
        }
      }
      case 3 -> {
        for (int i = step; i < end; i++) {
          line[i] += (byte) (((line[i - step] & 0xff) + (above[i] & 0xff)) >> 1);
        }
      }
      case 4 -> paeth(line, above, end);
      default -> throw new PngException("row %d has filter %d".formatted(rows, filter & 0xff));
    }
    rows++;
    return line;
  }

  private void paeth(byte[] row, byte[] prior, int end) {
    for (int i = step; i < end; i++) {
      row[i] += (byte) nearest(row[i - step] & 0xff, prior[i] & 0xff, prior[i - step] & 0xff);
    }
  }

  /** Paeth's predictor (section 9.4). */
  static int nearest(int a, int b, int c) {
    int toA = Math.abs(b - c);
    int toB = Math.abs(a - c);
    int toC = Math.abs(a + b - 2 * c);
    if (toA <= toB && toA <= toC) {
      return a;
    }
    return toB <= toC ? b : c;
  }

  private void inflate(int from, int length) throws PngException {
    try {
      for (int done = 0; done < length; ) {
        int more = inflater.inflate(line, from + done, length - done);
        done += more;
        if (more == 0 && !refilled()) {
          throw new PngException("its pixels end in row %d".formatted(rows));
        }
      }
    } catch (DataFormatException e) {
      throw damaged(e);
    }
  }

  /** False at the end of the compressed pixels. */
  private boolean refilled() {
    if (inflater.finished() || inflater.needsDictionary() || !parts.hasNext()) {
      return false;
    }
    PngChunks.Span part = parts.next();
    inflater.setInput(file, part.from(), part.length());
    return true;
  }

  /**
   * After the last row: reads on to Adler's checksum, which the inflater compares. Bytes that are
   * too many are left compressed, so that they cannot be a bomb.
   */
  void end() throws PngException {
    try {
      byte[] beyond = new byte[1];
      while (!inflater.finished() && inflater.inflate(beyond) == 0) {
        if (!inflater.finished() && !refilled()) {
          throw new PngException("its compressed pixels end before their checksum");
        }
      }
    } catch (DataFormatException e) {
      throw damaged(e);
    }
  }

  private PngException damaged(DataFormatException e) {
    return new PngException("row %d: %s".formatted(rows, e.getMessage()));
  }

  @Override
  public void close() {
    inflater.close();
  }
}
