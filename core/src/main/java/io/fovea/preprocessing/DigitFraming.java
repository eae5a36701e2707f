package io.fovea.preprocessing;

import io.fovea.dataset.Image;
import io.fovea.preprocessing.ConnectedComponents.Blob;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A handwritten digit on paper or a board, framed as MNIST's digits were: "the original black and
 * white images were size normalized to fit in a 20x20 pixel box while preserving their aspect
 * ratio. The resulting images contain grey levels as a result of the anti-aliasing technique used
 * by the normalization algorithm. The images were centered in a 28x28 image by computing the center
 * of mass of the pixels, and translating the image so as to position this point at the center of
 * the 28x28 field" (LeCun, Cortes and Burges, "The MNIST database of handwritten digits",
 * http://yann.lecun.com/exdb/mnist/).
 *
 * <p>A photograph goes through these steps, at {@value #WORK} pixels at most:
 *
 * <ol>
 *   <li>contrast to the background, once for dark ink and once for light ink ({@link InkContrast});
 *   <li>the component of most contrast above the noise; what touches the picture's edge, such as
 *       the desk beside the paper, counts half, and less the more it touches;
 *   <li>a threshold by Otsu's method within its box ("A threshold selection method from gray-level
 *       histograms", IEEE Transactions on Systems, Man and Cybernetics 9, 1979), lowered for the
 *       thin parts of a stroke; and the components near the largest one;
 *   <li>of dark and light ink, the one with the larger sum of contrast;
 *   <li>strokes thinner or thicker than those of MNIST are brought to MNIST's range ({@link
 *       Strokes});
 *   <li>box and centre of mass ({@link #drawing}).
 * </ol>
 */
public final class DigitFraming {
  private static final int FIELD = 28;
  private static final int BOX = 20;

  /**
   * The longer side of the picture in which ink is searched: a digit of a twentieth of it fills the
   * box.
   */
  private static final int WORK = 400;

  /**
   * Pixels fainter than one part in this many of the brightest are background: paper is never even.
   */
  private static final int FAINTEST = 8;

  /** The least contrast of ink; ink is also several standard deviations above the noise. */
  private static final double LEAST_CONTRAST = 0.05;

  private static final double DEVIATIONS = 5;

  /** The factor of Otsu's threshold, which lies midway; the faint parts of strokes lie lower. */
  private static final double LOWERED = 0.6;

  /** Components with a smaller sum of contrast are specks. */
  private static final double SPECK = 3;

  /** A part of a digit has at least this share of the largest part's contrast, and is near it. */
  private static final double PART = 0.03;

  private static final double NEAR = 0.35;

  /** Mean of the framed picture over 255: of MNIST's 70,000 images, 0.025 to 0.398. */
  private static final double FAINT = 0.02;

  private static final double FULL = 0.42;

  /** The most ink outside the digit, as a share of the digit's. */
  private static final double STRAY = 0.5;

  private DigitFraming() {}

  /**
   * A framed picture.
   *
   * @param image grey, light on black
   * @param doubt why it does not look like a digit of MNIST; empty if it does
   */
  public record Framed(Image image, Optional<String> doubt) {}

  /**
   * The ink of a digit that was found.
   *
   * @param picture the part of the picture in its box, light on black
   * @param mass the sum of its contrast
   * @param stray the sum of the contrast of other components
   */
  private record Found(Image picture, double mass, double stray) {}

  /** Frames a photograph or drawing of one digit, dark on light or light on dark, to a size. */
  public static Framed of(Image picture, int height, int width) {
    Image grey = picture.withChannels(1);
    double scale = Math.min(1, (double) WORK / Math.max(grey.height(), grey.width()));
    int h = side(grey.height(), scale);
    int w = side(grey.width(), scale);
    InkContrast ink = InkContrast.of(grey.resized(h, w));
    Optional<Found> best =
        Stream.of(find(ink.contrast(true), h, w), find(ink.contrast(false), h, w))
            .flatMap(Optional::stream)
            .max(Comparator.comparingDouble(Found::mass));
    if (best.isEmpty()) {
      Image nothing = Image.of(1, height, width, new byte[height * width]);
      return new Framed(nothing, Optional.of("nothing stands out from the background"));
    }
    Found found = best.get();
    Image framed = drawing(Strokes.normalised(found.picture(), BOX), height, width);
    return new Framed(framed, doubt(framed, found));
  }

  private static Optional<String> doubt(Image framed, Found found) {
    long sum = 0;
    for (byte pixel : framed.pixels()) {
      sum += pixel & 0xff;
    }
    double mean = sum / (255.0 * framed.height() * framed.width());
    if (found.stray() > STRAY * found.mass()) {
      return Optional.of("several things stand out, and the largest one was taken");
    }
    if (mean < FAINT || mean > FULL) {
      return Optional.of(
          "what stands out fills %.0f %% of the image, digits fill 3 to 40 %%"
              .formatted(100 * mean));
    }
    return Optional.empty();
  }

  private static int side(int length, double scale) {
    return (int) Math.max(1, Math.round(length * scale));
  }

  /** The digit in a map of contrast; empty where nothing stands out from the noise. */
  private static Optional<Found> find(float[] contrast, int h, int w) {
    double noise = Math.max(LEAST_CONTRAST, DEVIATIONS * deviation(contrast));
    Optional<Blob> coarse = largest(ConnectedComponents.of(contrast, h, w, noise).all(), h, w);
    if (coarse.isEmpty() || coarse.get().mass() < SPECK) {
      return Optional.empty();
    }
    Blob around = coarse.get().grown(2 + coarse.get().longer() / 6, h, w);
    double threshold = Math.max(noise, LOWERED * otsu(contrast, w, around));
    ConnectedComponents blobs = ConnectedComponents.of(contrast, h, w, threshold);
    List<Blob> inside = blobs.all().stream().filter(blob -> blob.gap(around) == 0).toList();
    return largest(inside, h, w).map(main -> found(contrast, h, w, blobs, main));
  }

  private static Optional<Blob> largest(List<Blob> blobs, int h, int w) {
    return blobs.stream().max(Comparator.comparingDouble(blob -> score(blob, h + w)));
  }

  private static double score(Blob blob, int sides) {
    // Half at the edge, nothing with a fifth of both sides there: a desk, not a digit.
    return blob.isCut()
        ? blob.mass() / 2 * Math.max(0, 1 - blob.edge() / (0.2 * sides))
        : blob.mass();
  }

  /**
   * The standard deviation of the noise, from the median of absolute deviations of every seventh
   * pixel.
   */
  private static double deviation(float[] contrast) {
    double[] sample = new double[(contrast.length + 6) / 7];
    for (int i = 0; i < sample.length; i++) {
      sample[i] = contrast[7 * i];
    }
    float median = (float) Selection.median(sample, sample.length);
    for (int i = 0; i < sample.length; i++) {
      sample[i] = Math.abs((float) sample[i] - median);
    }
    // 1.4826 deviations of a normal distribution for one median of absolute deviations.
    return 1.4826 * Selection.median(sample, sample.length);
  }

  /**
   * Otsu's threshold of the pixels of a box: the one with the largest variance between both
   * classes.
   */
  private static double otsu(float[] contrast, int w, Blob box) {
    int[] histogram = new int[256];
    long all = 0;
    double total = 0;
    for (int y = box.top(); y < box.bottom(); y++) {
      for (int x = box.left(); x < box.right(); x++) {
        int level = Math.clamp(Math.round(255 * contrast[y * w + x]), 0, 255);
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
  private static Found found(float[] contrast, int h, int w, ConnectedComponents blobs, Blob main) {
    boolean[] isKept = new boolean[blobs.all().size() + 1];
    isKept[main.number()] = true;
    Blob digit = main;
    List<Blob> rest = new ArrayList<>(blobs.all());
    rest.remove(main);
    // A part that joins enlarges the digit, so that others may become near.
    for (boolean isGrowing = true; isGrowing; ) {
      isGrowing = false;
      for (Blob blob : List.copyOf(rest)) {
        if (blob.mass() >= PART * main.mass()
            && blob.gap(digit) <= NEAR * digit.longer()
            && (main.isCut() || !blob.isCut())) {
          isKept[blob.number()] = true;
          digit = digit.with(blob);
          rest.remove(blob);
          isGrowing = true;
        }
      }
    }
    var whole = rest.stream().filter(blob -> !blob.isCut());
    double stray = whole.mapToDouble(Blob::mass).reduce(0, Double::sum);
    Image picture = picture(contrast, w, blobs, isKept, digit.grown(1, h, w));
    return new Found(picture, digit.mass(), stray);
  }

  /**
   * A picture of the kept components with their soft edges; the upper quartile of their contrast is
   * white.
   */
  private static Image picture(
      float[] contrast, int w, ConnectedComponents blobs, boolean[] isKept, Blob box) {
    float[] inside = new float[contrast.length];
    int count = 0;
    for (int k = 0; k < contrast.length; k++) {
      if (isKept[blobs.label(k)]) {
        inside[count++] = contrast[k];
      }
    }
    Arrays.sort(inside, 0, count);
    float white = inside[count * 3 / 4];
    int height = box.bottom() - box.top();
    int width = box.right() - box.left();
    byte[] pixels = new byte[height * width];
    for (int k = 0; k < pixels.length; k++) {
      int y = box.top() + k / width;
      int x = box.left() + k % width;
      if (blobs.touches(y, x, isKept)) {
        pixels[k] = (byte) Math.round(255 * Math.clamp(contrast[y * w + x] / white, 0, 1));
      }
    }
    return Image.of(1, height, width, pixels);
  }

  /** True if nothing was drawn: every pixel is black. */
  public static boolean isEmpty(Image ink) {
    return brightest(ink) == 0;
  }

  /**
   * Ink on black in a field of the given size; an empty drawing gives an empty field.
   *
   * <pre>
   * s = box / max(h, w)      box = 20 of 28 pixels, h and w the sides of the ink's bounding box
   * the ink's box at round(s*h) x round(s*w), each pixel a weighted mean ({@link Image#resized})
   * moved by an integer number of pixels so that  sum of i*p[i,j] / sum of p[i,j] = H/2, and the same for columns
   * </pre>
   *
   * where the centre is pixel (14, 14), counted from 0: the mean over MNIST's 10,000 test images is
   * (13.99, 14.01). Fields of other sizes have a box in the same proportion.
   *
   * @param ink grey, light on black
   * @throws IllegalArgumentException if it is in colour
   */
  public static Image drawing(Image ink, int height, int width) {
    if (ink.channels() != 1) {
      throw new IllegalArgumentException(
          "framing: expects a grey drawing, got one of %d channels; convert it first"
              .formatted(ink.channels()));
    }
    if (isEmpty(ink)) {
      return Image.of(1, height, width, new byte[height * width]);
    }
    Image cut = cut(ink);
    double box = Math.max(1, (double) Math.min(height, width) * BOX / FIELD);
    double scale = box / Math.max(cut.height(), cut.width());
    return placed(cut.resized(side(cut.height(), scale), side(cut.width(), scale)), height, width);
  }

  private static int brightest(Image ink) {
    int brightest = 0;
    for (byte pixel : ink.pixels()) {
      brightest = Math.max(brightest, pixel & 0xff);
    }
    return brightest;
  }

  private static Image cut(Image ink) {
    Blob box = box(ink, brightest(ink) / FAINTEST);
    return ink.cropped(box.top(), box.left(), box.bottom() - box.top(), box.right() - box.left());
  }

  /**
   * The bounding box of all pixels brighter than a level; top below bottom where there are none.
   */
  private static Blob box(Image ink, int level) {
    int top = ink.height();
    int left = ink.width();
    int bottom = 0;
    int right = 0;
    for (int y = 0; y < ink.height(); y++) {
      for (int x = 0; x < ink.width(); x++) {
        if (ink.get(0, y, x) > level) {
          top = Math.min(top, y);
          left = Math.min(left, x);
          bottom = Math.max(bottom, y + 1);
          right = Math.max(right, x + 1);
        }
      }
    }
    return new Blob(0, top, left, bottom, right, 0, 0);
  }

  /** Moves the centre of mass to the field's centre; pixels outside are cut off. */
  private static Image placed(Image ink, int height, int width) {
    double mass = 0;
    double rows = 0;
    double columns = 0;
    for (int y = 0; y < ink.height(); y++) {
      for (int x = 0; x < ink.width(); x++) {
        int p = ink.get(0, y, x);
        mass += p;
        rows += (double) y * p;
        columns += (double) x * p;
      }
    }
    byte[] pixels = new byte[height * width];
    if (mass > 0) {
      int down = (int) Math.round(height / 2.0 - rows / mass);
      int across = (int) Math.round(width / 2.0 - columns / mass);
      for (int y = Math.max(0, -down); y < Math.min(ink.height(), height - down); y++) {
        for (int x = Math.max(0, -across); x < Math.min(ink.width(), width - across); x++) {
          pixels[(y + down) * width + x + across] = (byte) ink.get(0, y, x);
        }
      }
    }
    return Image.of(1, height, width, pixels);
  }

  /**
   * Whether images are framed like MNIST's: the longer side of the ink is the same in nearly every
   * image, from 0.6 to 0.9 of the image's. In MNIST it is 20 of 28 pixels in 69,978 of 70,000
   * images.
   *
   * @param images square, grey, light on black
   */
  public static boolean isUsual(List<Image> images) {
    int side = images.isEmpty() ? 0 : images.getFirst().height();
    int[] longer = new int[side + 1];
    for (Image image : images) {
      Blob box = box(image, brightest(image) / FAINTEST);
      longer[Math.clamp(box.longer(), 0, side)]++;
    }
    int most = 0;
    int at = 0;
    for (int length = 1; length < side; length++) {
      int count = longer[length - 1] + longer[length] + longer[length + 1];
      if (count > most) {
        most = count;
        at = length;
      }
    }
    return !images.isEmpty()
        && most >= 0.95 * images.size()
        && at >= 0.6 * side
        && at <= 0.9 * side;
  }
}
