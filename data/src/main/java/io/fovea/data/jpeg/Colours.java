package io.fovea.data.jpeg;

/** Conversion of a row of samples to RGB, as libjpeg does (jdcolor.c; JFIF 1.02, page 3). */
enum Colours {
  GREY,
  RGB,
  YCC,
  /** As Adobe's programs store them, 255 for no ink; Pillow takes all files so. */
  CMYK,
  /** Adobe's: cyan, magenta and yellow stored as Y, Cb and Cr. */
  YCCK;

  int channels() {
    return this == GREY ? 1 : 3;
  }

  static int clamp(int v) {
    return v < 0 ? 0 : Math.min(v, 255);
  }

  static void ycc(
      byte[] ys, int y0, byte[] bs, int b0, byte[] rs, int r0, int width, byte[] out, int at) {
    for (int x = 0; x < width; x++, at += 3) {
      int y = ys[y0 + x] & 0xff;
      int cb = (bs[b0 + x] & 0xff) - 128;
      int cr = (rs[r0 + x] & 0xff) - 128;
      int r = y + ((91881 * cr + 32768) >> 16);
      int g = y + ((-22554 * cb - 46802 * cr + 32768) >> 16);
      int b = y + ((116130 * cb + 32768) >> 16);
      if (((r | g | b) & ~0xff) != 0) {
        r = clamp(r);
        g = clamp(g);
        b = clamp(b);
      }
      out[at] = (byte) r;
      out[at + 1] = (byte) g;
      out[at + 2] = (byte) b;
    }
  }

  /** Inks to light as Pillow does (Convert.c, cmyk2rgb): 255 - k - c * (255 - k) / 255, rounded. */
  static void cmyk(byte[][] from, int[] at, int width, Colours kind, byte[] out, int to) {
    for (int x = 0; x < width; x++, to += 3) {
      int c = from[0][at[0] + x] & 0xff;
      int m = from[1][at[1] + x] & 0xff;
      int y = from[2][at[2] + x] & 0xff;
      int k = from[3][at[3] + x] & 0xff;
      if (kind == YCCK) {
        int cb = m - 128;
        int cr = y - 128;
        int l = c;
        c = clamp(255 - (l + ((91881 * cr + 32768) >> 16)));
        m = clamp(255 - (l + ((-22554 * cb - 46802 * cr + 32768) >> 16)));
        y = clamp(255 - (l + ((116130 * cb + 32768) >> 16)));
      }
      c = 255 - c;
      m = 255 - m;
      y = 255 - y;
      int white = k;
      out[to] = (byte) clamp(white - product(c, white));
      out[to + 1] = (byte) clamp(white - product(m, white));
      out[to + 2] = (byte) clamp(white - product(y, white));
    }
  }

  private static int product(int a, int b) {
    int p = a * b + 128;
    return ((p >> 8) + p) >> 8;
  }
}
