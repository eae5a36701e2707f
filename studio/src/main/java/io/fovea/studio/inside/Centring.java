package io.fovea.studio.inside;

import io.fovea.dataset.Image;

/**
 * A drawing framed as MNIST's digits were: "the original black and white images were size
 * normalized to fit in a 20x20 pixel box while preserving their aspect ratio. The resulting images
 * contain grey levels as a result of the anti-aliasing technique used by the normalization
 * algorithm. The images were centered in a 28x28 image by computing the center of mass of the
 * pixels, and translating the image so as to position this point at the center of the 28x28 field"
 * (LeCun, Cortes and Burges, "The MNIST database of handwritten digits",
 * http://yann.lecun.com/exdb/mnist/).
 *
 * <pre>
 * s = box / max(h, w)      box = 20 of 28 pixels, h and w the sides of the ink's bounding box
 * the ink's box at round(s*h) x round(s*w), each pixel a weighted mean ({@link Image#resized})
 * moved by whole pixels so that  sum of i*p[i,j] / sum of p[i,j] = H/2, and the same for columns
 * </pre>
 *
 * where the centre is pixel (14, 14), counted from 0: the mean over MNIST's 10,000 test images is
 * (13.99, 14.01). Fields of other sizes have a box in the same proportion.
 */
public final class Centring {
  private static final int FIELD = 28;
  private static final int BOX = 20;

  /** Fainter than this share of the brightest pixel is ground, not ink: paper is never even. */
  private static final int FAINTEST = 8;

  /** Rows and columns from top left (inclusive) to bottom right (exclusive). */
  private record Bounds(int top, int left, int bottom, int right) {}

  private Centring() {}

  /** True where nothing was drawn: every pixel is black. */
  public static boolean isEmpty(Image ink) {
    return brightest(ink) == 0;
  }

  /**
   * The drawing in a field of the given size; an empty drawing gives an empty field.
   *
   * @param ink grey, light on black
   * @throws IllegalArgumentException if it is in colour
   */
  public static Image of(Image ink, int height, int width) {
    if (ink.channels() != 1) {
      throw new IllegalArgumentException(
          "centring: expects a grey drawing, got one of %d channels; convert it first"
              .formatted(ink.channels()));
    }
    if (isEmpty(ink)) {
      return Image.of(1, height, width, new byte[height * width]);
    }
    Image cut = cut(ink, bounds(ink));
    double box = Math.max(1, (double) Math.min(height, width) * BOX / FIELD);
    double scale = box / Math.max(cut.height(), cut.width());
    Image scaled =
        cut.resized(
            (int) Math.max(1, Math.round(cut.height() * scale)),
            (int) Math.max(1, Math.round(cut.width() * scale)));
    return placed(scaled, height, width);
  }

  private static int brightest(Image ink) {
    int brightest = 0;
    for (byte pixel : ink.pixels()) {
      brightest = Math.max(brightest, pixel & 0xff);
    }
    return brightest;
  }

  private static Bounds bounds(Image ink) {
    int least = brightest(ink) / FAINTEST;
    int top = ink.height();
    int left = ink.width();
    int bottom = 0;
    int right = 0;
    for (int i = 0; i < ink.height(); i++) {
      for (int j = 0; j < ink.width(); j++) {
        if (ink.get(0, i, j) > least) {
          top = Math.min(top, i);
          left = Math.min(left, j);
          bottom = Math.max(bottom, i + 1);
          right = Math.max(right, j + 1);
        }
      }
    }
    return new Bounds(top, left, bottom, right);
  }

  private static Image cut(Image ink, Bounds bounds) {
    int height = bounds.bottom() - bounds.top();
    int width = bounds.right() - bounds.left();
    byte[] pixels = new byte[height * width];
    for (int i = 0; i < height; i++) {
      for (int j = 0; j < width; j++) {
        pixels[i * width + j] = (byte) ink.get(0, bounds.top() + i, bounds.left() + j);
      }
    }
    return Image.of(1, height, width, pixels);
  }

  /** Puts the centre of mass onto the field's centre; what would lie outside is cut off. */
  private static Image placed(Image ink, int height, int width) {
    double mass = 0;
    double rows = 0;
    double columns = 0;
    for (int i = 0; i < ink.height(); i++) {
      for (int j = 0; j < ink.width(); j++) {
        int p = ink.get(0, i, j);
        mass += p;
        rows += (double) i * p;
        columns += (double) j * p;
      }
    }
    if (mass == 0) {
      return Image.of(1, height, width, new byte[height * width]);
    }
    int down = (int) Math.round(height / 2.0 - rows / mass);
    int across = (int) Math.round(width / 2.0 - columns / mass);
    byte[] pixels = new byte[height * width];
    for (int i = Math.max(0, -down); i < Math.min(ink.height(), height - down); i++) {
      for (int j = Math.max(0, -across); j < Math.min(ink.width(), width - across); j++) {
        pixels[(i + down) * width + j + across] = (byte) ink.get(0, i, j);
      }
    }
    return Image.of(1, height, width, pixels);
  }
}
