package io.fovea.data.augment.adjust;

import io.fovea.data.augment.buffer.AugmentBuffer;

/**
 * Changes of colours as torchvision's functional adjustments make them, on pixels of 0 to 255 that
 * need not be integers. Each works in place on the buffer's image.
 */
public final class ColorAdjustments {
  // Luma as in torchvision's rgb_to_grayscale.
  private static final float RED = 0.2989f;
  private static final float GREEN = 0.587f;
  private static final float BLUE = 0.114f;

  private ColorAdjustments() {}

  private static float grey(float[] pixels, int at, int channels) {
    return channels == 1
        ? pixels[at]
        : RED * pixels[at] + GREEN * pixels[at + 1] + BLUE * pixels[at + 2];
  }

  private static float blended(float pixel, float other, float factor) {
    return Math.clamp(factor * pixel + (1 - factor) * other, 0f, 255f);
  }

  /** min(255, factor * pixel), as pixels are not negative: adjust_brightness. */
  public static void brightness(AugmentBuffer buffer, float factor) {
    float[] pixels = buffer.pixels();
    for (int i = buffer.offset(); i < buffer.offset() + buffer.elements(); i++) {
      pixels[i] = blended(pixels[i], 0, factor);
    }
  }

  /** Blends with the mean of the grey image: adjust_contrast. */
  public static void contrast(AugmentBuffer buffer, float factor) {
    float[] pixels = buffer.pixels();
    int channels = buffer.channels();
    int end = buffer.offset() + buffer.elements();
    double sum = 0;
    for (int i = buffer.offset(); i < end; i += channels) {
      sum += grey(pixels, i, channels);
    }
    float mean = (float) (sum * channels / buffer.elements());
    for (int i = buffer.offset(); i < end; i++) {
      pixels[i] = blended(pixels[i], mean, factor);
    }
  }

  /** Blends with the grey image: adjust_saturation. Grey images do not change. */
  public static void saturation(AugmentBuffer buffer, float factor) {
    int channels = buffer.channels();
    if (channels == 1) {
      return;
    }
    float[] pixels = buffer.pixels();
    int end = buffer.offset() + buffer.elements();
    for (int i = buffer.offset(); i < end; i += channels) {
      float grey = grey(pixels, i, channels);
      for (int c = 0; c < channels; c++) {
        pixels[i + c] = blended(pixels[i + c], grey, factor);
      }
    }
  }

  /**
   * Rotates the hue by a share of the circle: adjust_hue, with its conversion to hue, saturation,
   * value and back (Foley and van Dam). Grey images do not change.
   *
   * @param shift from -0.5 to 0.5
   */
  public static void hue(AugmentBuffer buffer, float shift) {
    int channels = buffer.channels();
    if (channels == 1) {
      return;
    }
    float[] pixels = buffer.pixels();
    int end = buffer.offset() + buffer.elements();
    for (int i = buffer.offset(); i < end; i += channels) {
      turn(pixels, i, shift);
    }
  }

  private static void turn(float[] pixels, int at, float shift) {
    float r = pixels[at];
    float g = pixels[at + 1];
    float b = pixels[at + 2];
    float most = Math.max(r, Math.max(g, b));
    float span = most - Math.min(r, Math.min(g, b));
    if (span == 0) {
      return;
    }
    float sector;
    if (most == r) {
      sector = (g - b) / span;
    } else if (most == g) {
      sector = 2 + (b - r) / span;
    } else {
      sector = 4 + (r - g) / span;
    }
    float turned = sector / 6 + shift;
    float six = (turned - (float) Math.floor(turned)) * 6;
    int whole = (int) six;
    float part = six - whole;
    float low = most - span;
    float falling = most - span * part;
    float rising = most - span * (1 - part);
    switch (whole % 6) {
      case 0 -> put(pixels, at, most, rising, low);
      case 1 -> put(pixels, at, falling, most, low);
      case 2 -> put(pixels, at, low, most, rising);
      case 3 -> put(pixels, at, low, falling, most);
      case 4 -> put(pixels, at, rising, low, most);
      default -> put(pixels, at, most, low, falling);
    }
  }

  private static void put(float[] pixels, int at, float r, float g, float b) {
    pixels[at] = Math.clamp(r, 0f, 255f);
    pixels[at + 1] = Math.clamp(g, 0f, 255f);
    pixels[at + 2] = Math.clamp(b, 0f, 255f);
  }

  /**
   * Blends with the smoothed image: adjust_sharpness. The smoothed image has the mean of the 3x3
   * pixels around, the middle one counted five times; pixels at the edges stay.
   */
  public static void sharpness(AugmentBuffer buffer, float factor) {
    int channels = buffer.channels();
    int height = buffer.height();
    int width = buffer.width();
    if (height <= 2 || width <= 2) {
      return;
    }
    float[] pixels = buffer.pixels();
    float[] before = buffer.saved();
    int row = width * channels;
    for (int y = 1; y < height - 1; y++) {
      for (int k = channels; k < row - channels; k++) {
        int at = y * row + k;
        float sum = 4 * before[at];
        for (int dy = -row; dy <= row; dy += row) {
          sum += before[at + dy - channels] + before[at + dy] + before[at + dy + channels];
        }
        pixels[buffer.offset() + at] = blended(before[at], sum / 13, factor);
      }
    }
  }

  /** Keeps the upper {@code bits} of the 8 bits of each pixel: posterize. */
  public static void posterize(AugmentBuffer buffer, int bits) {
    int mask = -(1 << (8 - bits)) & 0xff;
    float[] pixels = buffer.pixels();
    for (int i = buffer.offset(); i < buffer.offset() + buffer.elements(); i++) {
      pixels[i] = value(pixels[i]) & mask;
    }
  }

  /** Inverts the pixels from a threshold on: solarize. */
  public static void solarize(AugmentBuffer buffer, float threshold) {
    float[] pixels = buffer.pixels();
    for (int i = buffer.offset(); i < buffer.offset() + buffer.elements(); i++) {
      pixels[i] = pixels[i] >= threshold ? 255 - pixels[i] : pixels[i];
    }
  }

  /** Stretches each channel to the full range: autocontrast. */
  public static void autoContrast(AugmentBuffer buffer) {
    float[] pixels = buffer.pixels();
    int channels = buffer.channels();
    int end = buffer.offset() + buffer.elements();
    for (int c = 0; c < channels; c++) {
      float least = Float.MAX_VALUE;
      float most = -Float.MAX_VALUE;
      for (int i = buffer.offset() + c; i < end; i += channels) {
        least = Math.min(least, pixels[i]);
        most = Math.max(most, pixels[i]);
      }
      if (most > least) {
        for (int i = buffer.offset() + c; i < end; i += channels) {
          pixels[i] = Math.clamp((pixels[i] - least) * (255 / (most - least)), 0f, 255f);
        }
      }
    }
  }

  /** Makes all values of a channel about equally frequent: equalize. */
  public static void equalize(AugmentBuffer buffer) {
    float[] pixels = buffer.pixels();
    int channels = buffer.channels();
    int end = buffer.offset() + buffer.elements();
    for (int c = 0; c < channels; c++) {
      int[] histogram = new int[256];
      for (int i = buffer.offset() + c; i < end; i += channels) {
        histogram[value(pixels[i])]++;
      }
      int[] table = table(histogram, buffer.elements() / channels);
      for (int i = buffer.offset() + c; i < end; i += channels) {
        pixels[i] = table[value(pixels[i])];
      }
    }
  }

  private static int value(float pixel) {
    return Math.clamp(Math.round(pixel), 0, 255);
  }

  /** The new value of each value: PIL's and torchvision's table, in integers. */
  private static int[] table(int[] histogram, int count) {
    int last = 255;
    while (last > 0 && histogram[last] == 0) {
      last--;
    }
    int step = (count - histogram[last]) / 255;
    int[] table = new int[256];
    int sum = 0;
    for (int v = 0; v < 256; v++) {
      table[v] = step == 0 ? v : Math.min(255, (sum + step / 2) / step);
      sum += histogram[v];
    }
    return table;
  }
}
