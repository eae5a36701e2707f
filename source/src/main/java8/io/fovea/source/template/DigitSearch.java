package io.fovea.source.template;

import static io.fovea.source.template.DigitStrokes.Strokes.*;

import io.fovea.source.template.Pictures.Picture;
import java.util.Arrays;

/** Framing of digits: finding and placing them. {@link DigitStrokes} is the rest of the class. */
@SuppressWarnings({"NarrowCalculation", "ProtectedMembersInFinalClass"}) // DigitStrokes uses them
class DigitSearch {
  // ## digit
  /**
   * Frames a handwritten digit as MNIST's were: contrast to the background for dark and for light
   * ink, the component of most contrast with the parts near it, strokes of usual width, in a box of
   * 20 of 28 pixels, its centre of mass at the centre.
   */
  protected static final class DigitFraming {
    /** Connected pixels: number, box, sum of contrast, and how many lie on the picture's edge. */
    private static final class Blob {
      int number;
      int top;
      int left;
      int bottom;
      int right;
      double mass;
      int edge;

      Blob(int number, int top, int left, int bottom, int right, double mass, int edge) {
        this.number = number;
        this.top = top;
        this.left = left;
        this.bottom = bottom;
        this.right = right;
        this.mass = mass;
        this.edge = edge;
      }

      Blob with(Blob other) {
        return new Blob(
            number,
            Math.min(top, other.top),
            Math.min(left, other.left),
            Math.max(bottom, other.bottom),
            Math.max(right, other.right),
            mass + other.mass,
            edge + other.edge);
      }

      Blob grown(int by, int height, int width) {
        return new Blob(
            number,
            Math.max(0, top - by),
            Math.max(0, left - by),
            Math.min(height, bottom + by),
            Math.min(width, right + by),
            mass,
            edge);
      }

      int longer() {
        return Math.max(bottom - top, right - left);
      }

      int gap(Blob other) {
        int down = Math.max(other.top - bottom, top - other.bottom);
        int across = Math.max(other.left - right, left - other.right);
        return Math.max(0, Math.max(down, across));
      }
    }

    /** The components (8 neighbours) of the values above a threshold. */
    private static final class Blobs {
      final int height;
      final int width;
      final int[] numbers; // of the component of each pixel, 0 for none
      final java.util.List<Blob> all = new java.util.ArrayList<Blob>();

      Blobs(float[] values, int height, int width, double threshold) {
        this.height = height;
        this.width = width;
        this.numbers = new int[height * width];
        int[] stack = new int[values.length];
        for (int k = 0; k < values.length; k++) {
          if (values[k] > threshold && numbers[k] == 0) {
            all.add(flood(values, threshold, k, stack));
          }
        }
      }

      private Blob flood(float[] values, double threshold, int start, int[] stack) {
        Blob blob = new Blob(all.size() + 1, height, width, 0, 0, 0, 0);
        int depth = 0;
        stack[depth++] = start;
        numbers[start] = blob.number;
        while (depth > 0) {
          int k = stack[--depth];
          int y = k / width;
          int x = k % width;
          blob.top = Math.min(blob.top, y);
          blob.left = Math.min(blob.left, x);
          blob.bottom = Math.max(blob.bottom, y + 1);
          blob.right = Math.max(blob.right, x + 1);
          blob.mass += values[k];
          blob.edge += y == 0 || x == 0 || y == height - 1 || x == width - 1 ? 1 : 0;
          for (int i = Math.max(0, y - 1); i <= Math.min(height - 1, y + 1); i++) {
            for (int j = Math.max(0, x - 1); j <= Math.min(width - 1, x + 1); j++) {
              int next = i * width + j;
              if (numbers[next] == 0 && values[next] > threshold) {
                numbers[next] = blob.number;
                stack[depth++] = next;
              }
            }
          }
        }
        return blob;
      }

      boolean touches(int y, int x, boolean[] some) {
        for (int i = Math.max(0, y - 1); i <= Math.min(height - 1, y + 1); i++) {
          for (int j = Math.max(0, x - 1); j <= Math.min(width - 1, x + 1); j++) {
            if (some[numbers[i * width + j]]) {
              return true;
            }
          }
        }
        return false;
      }
    }

    /** Ink that was found, light on black, and the sum of its contrast. */
    private static final class Found {
      final Picture picture;
      final double mass;

      Found(Picture picture, double mass) {
        this.picture = picture;
        this.mass = mass;
      }
    }

    /** A picture of another size, framed. */
    static Picture of(Picture grey, int height, int width) {
      double scale = Math.min(1, 400.0 / Math.max(grey.height, grey.width));
      int h = side(grey.height, scale);
      int w = side(grey.width, scale);
      int[] pixels = grey.resized(h, w).pixels;
      double[] background = surface(pixels, h, w);
      addMedians(background, pixels, h, w);
      Found dark = find(contrast(pixels, background, w, true), h, w);
      Found light = find(contrast(pixels, background, w, false), h, w);
      if (dark == null && light == null) {
        return new Picture(height, width, new int[height * width]);
      }
      boolean isLight = dark == null || (light != null && light.mass > dark.mass);
      return drawing(normalised(isLight ? light.picture : dark.picture, 20), height, width);
    }

    protected static int side(int length, double scale) {
      return (int) Math.max(1, Math.round(length * scale));
    }

    protected static double clamp(double value, double least, double most) {
      return Math.min(most, Math.max(value, least));
    }

    /** The digit in a map of contrast; null where nothing stands out from the noise. */
    private static Found find(float[] contrast, int h, int w) {
      double noise = Math.max(0.05, 5 * deviation(contrast));
      Blob coarse = largest(new Blobs(contrast, h, w, noise).all, h, w);
      if (coarse == null || coarse.mass < 3) {
        return null;
      }
      Blob around = coarse.grown(2 + coarse.longer() / 6, h, w);
      Blobs blobs = new Blobs(contrast, h, w, Math.max(noise, 0.6 * otsu(contrast, w, around)));
      java.util.List<Blob> inside = new java.util.ArrayList<Blob>();
      for (Blob blob : blobs.all) {
        if (blob.gap(around) == 0) {
          inside.add(blob);
        }
      }
      Blob main = largest(inside, h, w);
      return main == null ? null : found(contrast, h, w, blobs, main);
    }

    /** What touches the picture's edge, such as a desk, counts half, and less the more it does. */
    private static Blob largest(java.util.List<Blob> blobs, int h, int w) {
      Blob best = null;
      double most = 0;
      for (Blob blob : blobs) {
        double inside = Math.max(0, 1 - blob.edge / (0.2 * (h + w)));
        double score = blob.edge > 0 ? blob.mass / 2 * inside : blob.mass;
        if (best == null || score > most) {
          best = blob;
          most = score;
        }
      }
      return best;
    }

    private static double deviation(float[] contrast) {
      double[] sample = new double[(contrast.length + 6) / 7];
      for (int i = 0; i < sample.length; i++) {
        sample[i] = contrast[7 * i];
      }
      float median = (float) median(sample, sample.length);
      for (int i = 0; i < sample.length; i++) {
        sample[i] = Math.abs((float) sample[i] - median);
      }
      return 1.4826 * median(sample, sample.length);
    }

    protected static double median(double[] values, int count) {
      double[] sorted = Arrays.copyOf(values, count);
      Arrays.sort(sorted);
      return sorted[count / 2];
    }

    /** Otsu's threshold: the one with the largest variance between both classes. */
    private static double otsu(float[] contrast, int w, Blob box) {
      int[] histogram = new int[256];
      long all = 0;
      double total = 0;
      for (int y = box.top; y < box.bottom; y++) {
        for (int x = box.left; x < box.right; x++) {
          int level = Math.max(0, Math.min(255, Math.round(255 * contrast[y * w + x])));
          histogram[level]++;
          total += level;
          all++;
        }
      }
      double best = -1;
      int threshold = 0;
      double sum = 0;
      long count = 0;
      for (int level = 0; level < 255; level++) {
        count += histogram[level];
        sum += (double) level * histogram[level];
        double difference = sum / Math.max(1, count) - (total - sum) / Math.max(1, all - count);
        double variance = difference * difference * count * (all - count);
        if (variance > best) {
          best = variance;
          threshold = level;
        }
      }
      return (threshold + 0.5) / 255;
    }

    /** The largest part with those near it, those near these, and so on. */
    private static Found found(float[] contrast, int h, int w, Blobs blobs, Blob main) {
      boolean[] isKept = new boolean[blobs.all.size() + 1];
      isKept[main.number] = true;
      Blob digit = main;
      for (boolean isGrowing = true; isGrowing; ) {
        isGrowing = false;
        for (Blob blob : blobs.all) {
          if (!isKept[blob.number]
              && blob.mass >= 0.03 * main.mass
              && blob.gap(digit) <= 0.35 * digit.longer()
              && (main.edge > 0 || blob.edge == 0)) {
            isKept[blob.number] = true;
            digit = digit.with(blob);
            isGrowing = true;
          }
        }
      }
      return new Found(picture(contrast, w, blobs, isKept, digit.grown(1, h, w)), digit.mass);
    }

    private static Picture picture(
        float[] contrast, int w, Blobs blobs, boolean[] isKept, Blob box) {
      float[] inside = new float[contrast.length];
      int count = 0;
      for (int k = 0; k < contrast.length; k++) {
        if (isKept[blobs.numbers[k]]) {
          inside[count++] = contrast[k];
        }
      }
      Arrays.sort(inside, 0, count);
      float white = inside[count * 3 / 4];
      int height = box.bottom - box.top;
      int width = box.right - box.left;
      int[] pixels = new int[height * width];
      for (int k = 0; k < pixels.length; k++) {
        int y = box.top + k / width;
        int x = box.left + k % width;
        if (blobs.touches(y, x, isKept)) {
          pixels[k] = Math.round(255 * Math.min(1f, Math.max(contrast[y * w + x] / white, 0f)));
        }
      }
      return new Picture(height, width, pixels);
    }

    private static int brightest(Picture ink) {
      int brightest = 0;
      for (int pixel : ink.pixels) {
        brightest = Math.max(brightest, pixel);
      }
      return brightest;
    }

    /** Ink on black in a field of the given size. */
    private static Picture drawing(Picture ink, int height, int width) {
      if (brightest(ink) == 0) {
        return new Picture(height, width, new int[height * width]);
      }
      Picture cut = cut(ink);
      double box = Math.max(1, (double) Math.min(height, width) * 20 / 28);
      double scale = box / Math.max(cut.height, cut.width);
      return placed(cut.resized(side(cut.height, scale), side(cut.width, scale)), height, width);
    }

    private static Picture cut(Picture ink) {
      int level = brightest(ink) / 8;
      int top = ink.height;
      int left = ink.width;
      int bottom = 0;
      int right = 0;
      for (int k = 0; k < ink.pixels.length; k++) {
        if (ink.pixels[k] > level) {
          top = Math.min(top, k / ink.width);
          left = Math.min(left, k % ink.width);
          bottom = Math.max(bottom, k / ink.width + 1);
          right = Math.max(right, k % ink.width + 1);
        }
      }
      return ink.cropped(top, left, bottom - top, right - left);
    }

    private static Picture placed(Picture ink, int height, int width) {
      double mass = 0;
      double rows = 0;
      double columns = 0;
      for (int k = 0; k < ink.pixels.length; k++) {
        int p = ink.pixels[k];
        mass += p;
        rows += (double) (k / ink.width) * p;
        columns += (double) (k % ink.width) * p;
      }
      int[] pixels = new int[height * width];
      if (mass > 0) {
        int down = (int) Math.round(height / 2.0 - rows / mass);
        int across = (int) Math.round(width / 2.0 - columns / mass);
        for (int y = Math.max(0, -down); y < Math.min(ink.height, height - down); y++) {
          for (int x = Math.max(0, -across); x < Math.min(ink.width, width - across); x++) {
            pixels[(y + down) * width + x + across] = ink.pixels[y * ink.width + x];
          }
        }
      }
      return new Picture(height, width, pixels);
    }

    // ##
  }
}
