package io.fovea.data.jpeg;

/**
 * How the samples of a component become those of the picture: as libjpeg does by default
 * (jdsample.c), a triangle filter for factors of 2, and repetition for others.
 */
enum Upsampling {
  /** As they are. */
  NONE,
  /** Twice the width: 3/4 of the nearer sample and 1/4 of the further one. */
  WIDER,
  /** Twice the height. */
  HIGHER,
  /** Twice the width and height. */
  BOTH,
  /** Each sample repeated. */
  REPEATED;

  boolean needsRowBelow() {
    return this == HIGHER || this == BOTH;
  }

  static Upsampling of(int wider, int higher, int width, boolean isSmooth) {
    if (wider == 1 && higher == 1) {
      return NONE;
    }
    if (wider == 2 && higher == 1 && isSmooth && width > 2) {
      return WIDER;
    }
    if (wider == 1 && higher == 2 && isSmooth) {
      return HIGHER;
    }
    if (wider == 2 && higher == 2 && isSmooth && width > 2) {
      return BOTH;
    }
    return REPEATED;
  }

  static void wider(byte[] in, int at, int width, byte[] out) {
    int last = in[at] & 0xff;
    int here = last;
    int next = in[at + 1] & 0xff;
    out[0] = (byte) here;
    out[1] = (byte) ((here * 3 + next + 2) >> 2);
    for (int x = 1; x < width - 1; x++) {
      last = here;
      here = next;
      next = in[at + x + 1] & 0xff;
      out[2 * x] = (byte) ((here * 3 + last + 1) >> 2);
      out[2 * x + 1] = (byte) ((here * 3 + next + 2) >> 2);
    }
    out[2 * width - 2] = (byte) ((next * 3 + here + 1) >> 2);
    out[2 * width - 1] = (byte) next;
  }

  static void higher(byte[] in, int near, int far, int width, int bias, byte[] out) {
    for (int x = 0; x < width; x++) {
      out[x] = (byte) (((in[near + x] & 0xff) * 3 + (in[far + x] & 0xff) + bias) >> 2);
    }
  }

  static void both(byte[] in, int near, int far, int width, byte[] out) {
    int last;
    int here = (in[near] & 0xff) * 3 + (in[far] & 0xff);
    int next = (in[near + 1] & 0xff) * 3 + (in[far + 1] & 0xff);
    out[0] = (byte) ((here * 4 + 8) >> 4);
    out[1] = (byte) ((here * 3 + next + 7) >> 4);
    for (int x = 1; x < width - 1; x++) {
      last = here;
      here = next;
      next = (in[near + x + 1] & 0xff) * 3 + (in[far + x + 1] & 0xff);
      out[2 * x] = (byte) ((here * 3 + last + 8) >> 4);
      out[2 * x + 1] = (byte) ((here * 3 + next + 7) >> 4);
    }
    out[2 * width - 2] = (byte) ((next * 3 + here + 8) >> 4);
    out[2 * width - 1] = (byte) ((next * 4 + 7) >> 4);
  }

  static void repeated(byte[] in, int at, int times, int outWidth, byte[] out) {
    for (int x = 0, i = at; x < outWidth; i++) {
      byte sample = in[i];
      for (int end = Math.min(x + times, outWidth); x < end; x++) {
        out[x] = sample;
      }
    }
  }
}
