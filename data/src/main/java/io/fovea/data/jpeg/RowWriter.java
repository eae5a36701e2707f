package io.fovea.data.jpeg;

/** Turns decoded rows of MCUs into rows of pixels: upsampling, then colours. */
final class RowWriter {
  final byte[] pixels;
  private final DecodedFrame frame;
  private final boolean needsRowBelow;
  private final byte[][] wide;
  private final byte[][] rows;
  private final int[] at;
  private int next;

  RowWriter(DecodedFrame frame) {
    this.frame = frame;
    int n = frame.planes.length;
    this.pixels = new byte[frame.outWidth * frame.outHeight * frame.colours.channels()];
    this.wide = new byte[n][];
    this.rows = new byte[n][];
    this.at = new int[n];
    boolean below = false;
    for (int i = 0; i < n; i++) {
      below |= frame.planes[i].upsampling.needsRowBelow();
      if (frame.planes[i].upsampling != Upsampling.NONE) {
        wide[i] = new byte[frame.outWidth + 16];
      }
    }
    this.needsRowBelow = below;
  }

  /** Writes the rows of pixels that can be written once row {@code mcuRow} of MCUs is decoded. */
  void write(int mcuRow) {
    int end = (mcuRow + 1) * frame.maxV * frame.size;
    if (mcuRow == frame.mcusHigh - 1) {
      end = frame.outHeight;
    } else if (needsRowBelow) {
      end--;
    }
    for (; next < end; next++) {
      int to = next * frame.outWidth * frame.colours.channels();
      for (int i = 0; i < rows.length; i++) {
        upsample(i, next);
      }
      colour(to);
    }
  }

  private static int offset(Plane c, int row) {
    return (row & c.ringMask) * c.stride;
  }

  private void upsample(int i, int y) {
    Plane c = frame.planes[i];
    byte[] out = wide[i];
    rows[i] = out;
    at[i] = 0;
    switch (c.upsampling) {
      case NONE -> {
        rows[i] = c.ring;
        at[i] = offset(c, y);
      }
      case WIDER -> Upsampling.wider(c.ring, offset(c, y), c.width, out);
      case HIGHER ->
          Upsampling.higher(c.ring, offset(c, y / 2), far(c, y), c.width, 1 + y % 2, out);
      case BOTH -> Upsampling.both(c.ring, offset(c, y / 2), far(c, y), c.width, out);
      case REPEATED ->
          Upsampling.repeated(c.ring, offset(c, y / c.higher), c.wider, frame.outWidth, out);
    }
  }

  /** The row above for the upper of two rows, the row below for the lower. */
  private static int far(Plane c, int y) {
    int row = y / 2 + (y % 2 == 0 ? -1 : 1);
    return offset(c, Math.clamp(row, 0, c.height - 1));
  }

  private void colour(int to) {
    int width = frame.outWidth;
    switch (frame.colours) {
      case GREY -> System.arraycopy(rows[0], at[0], pixels, to, width);
      case YCC -> Colours.ycc(rows[0], at[0], rows[1], at[1], rows[2], at[2], width, pixels, to);
      case RGB -> {
        for (int x = 0; x < width; x++) {
          pixels[to + 3 * x] = rows[0][at[0] + x];
          pixels[to + 3 * x + 1] = rows[1][at[1] + x];
          pixels[to + 3 * x + 2] = rows[2][at[2] + x];
        }
      }
      case CMYK, YCCK -> Colours.cmyk(rows, at, width, frame.colours, pixels, to);
    }
  }
}
