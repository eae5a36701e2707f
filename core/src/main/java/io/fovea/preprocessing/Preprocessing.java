package io.fovea.preprocessing;

import io.fovea.dataset.Dataset;
import io.fovea.dataset.Framing;
import io.fovea.dataset.Image;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How pixels become inputs; a part of the model, because predictions need the same preprocessing as
 * training.
 *
 * <pre>x[c] = (pixel/255 - mean[c]) / deviation[c]</pre>
 *
 * @param mean one number a channel
 * @param deviation one number a channel, above 0
 * @param background the backgrounds of the training images, so that a drawing of the other polarity
 *     can be inverted
 * @param framing how pictures of other shapes become the input's size
 */
public record Preprocessing(
    List<Double> mean, List<Double> deviation, Background background, Framing framing) {
  /**
   * Edges darker than this are a dark background, edges lighter than {@link #LEAST_LIGHT} a light
   * one.
   */
  private static final double LEAST_DARK = 64;

  private static final double LEAST_LIGHT = 191;

  /** The longest side of images that may be framed as digits. */
  private static final int LARGEST_DIGIT = 64;

  /** A picture whose pixels differ by less counts as empty. */
  private static final int PLAIN = 8;

  /** The colours of a thing on paper in one light differ by less, see {@link #colours}. */
  private static final double COLOURED = 10;

  /** Pixels whose colours are compared. */
  private static final int COMPARED = 4096;

  /**
   * A picture in the form of the model's training images.
   *
   * @param image in the model's size, colours and polarity
   * @param doubt why it does not look like the training images; empty where it does
   */
  public record Fitted(Image image, Optional<String> doubt) {}

  /** The background of the objects in the training images. */
  public enum Background {
    /** Grey images with light objects on a dark background, as in MNIST. */
    DARK,
    /** Grey images with dark objects on a light background. */
    LIGHT,
    /** Colour, or no clear background: images are not inverted. */
    MIXED
  }

  /**
   * Copies the lists and checks them.
   *
   * @throws IllegalArgumentException if they differ in length, a deviation is not a positive
   *     number, or digits are to be framed for images other than grey ones on a dark background
   */
  public Preprocessing {
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
    if (mean.size() != deviation.size() || mean.isEmpty()) {
      throw new IllegalArgumentException(
          "preprocessing: mean and deviation need one number a channel each, got %s and %s"
              .formatted(mean.size(), deviation.size()));
    }
    for (int c = 0; c < mean.size(); c++) {
      if (!Double.isFinite(mean.get(c))
          || !(deviation.get(c) > 0)
          || deviation.get(c).isInfinite()) {
        throw new IllegalArgumentException(
            "preprocessing: mean must be a number and deviation above 0, got %s and %s in channel %d"
                .formatted(mean.get(c), deviation.get(c), c));
      }
    }
    if (framing == Framing.DIGIT && (mean.size() != 1 || background != Background.DARK)) {
      throw new IllegalArgumentException(
          "preprocessing: framing digit expects grey images on a dark background, got %d channels and background %s; frame otherwise"
              .formatted(mean.size(), background.name().toLowerCase(Locale.ROOT)));
    }
  }

  /** A preprocessing that stretches pictures to the input's size. */
  public Preprocessing(List<Double> mean, List<Double> deviation, Background background) {
    this(mean, deviation, background, Framing.STRETCH);
  }

  /** The same with another framing. */
  public Preprocessing withFraming(Framing other) {
    return new Preprocessing(mean, deviation, background, other);
  }

  /**
   * The same with other means and deviations, background and framing unchanged.
   *
   * @param means one number a channel, one for all channels, or none to keep these
   * @param deviations likewise, above 0
   * @throws IllegalArgumentException if there are more or fewer of them, or they are no such
   *     numbers
   */
  public Preprocessing withScaling(List<Double> means, List<Double> deviations) {
    return new Preprocessing(
        forEachChannel("mean", means, mean),
        forEachChannel("deviation", deviations, deviation),
        background,
        framing);
  }

  private static List<Double> forEachChannel(String what, List<Double> given, List<Double> own) {
    if (given.isEmpty()) {
      return own;
    }
    if (given.size() != 1 && given.size() != own.size()) {
      throw new IllegalArgumentException(
          "preprocessing: expects one %s, or one for each channel (%d), got %s"
              .formatted(what, own.size(), given));
    }
    return given.size() == 1 ? Collections.nCopies(own.size(), given.getFirst()) : given;
  }

  /**
   * The preprocessing of torchvision's networks for ImageNet, from its documentation: means 0.485,
   * 0.456, 0.406 and deviations 0.229, 0.224, 0.225 of red, green and blue, on a centre crop.
   */
  public static Preprocessing imageNet() {
    return new Preprocessing(
        List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225), Background.MIXED, Framing.CROP);
  }

  /** x = pixel/255, for {@code channels} channels. */
  public static Preprocessing unit(int channels, Background background) {
    return new Preprocessing(
        Collections.nCopies(channels, 0.0), Collections.nCopies(channels, 1.0), background);
  }

  /** x = pixel/255 with the background and the framing found in the images. */
  public static Preprocessing unit(Dataset images) {
    Background background = backgroundOf(images);
    return unit(images.shape().size(0), background).withFraming(framingOf(images, background));
  }

  /**
   * x = (pixel/255 - mean) / deviation, both measured over the given (training) images, per
   * channel.
   */
  public static Preprocessing standard(Dataset images) {
    ChannelStatistics measured = ChannelStatistics.of(images);
    Background background = backgroundOf(images);
    return new Preprocessing(
        measured.mean(), measured.deviation(), background, framingOf(images, background));
  }

  /**
   * The background of grey images by the median of their edges' means; colour images count as
   * mixed.
   */
  public static Background backgroundOf(Dataset images) {
    Shape shape = images.shape();
    if (shape.size(0) != 1 || images.size() == 0) {
      return Background.MIXED;
    }
    double[] edges = summaries(images).mapToDouble(summary -> summary[1]).sorted().toArray();
    double median = edges[edges.length / 2];
    return median < LEAST_DARK
        ? Background.DARK
        : median > LEAST_LIGHT ? Background.LIGHT : Background.MIXED;
  }

  /** {@link Dataset#summary} of the {@link #sample}, in its order. */
  private static Stream<double[]> summaries(Dataset images) {
    IntStream sample = sample(images);
    return (images.isSlow() ? sample.parallel() : sample).mapToObj(images::summary);
  }

  /** The indices of up to 500 images, evenly spread. */
  private static IntStream sample(Dataset images) {
    int looked = Math.min(500, images.size());
    return IntStream.range(0, looked).map(i -> (int) ((long) i * images.size() / looked));
  }

  /**
   * The framing for pictures: as digits, if the images are small, grey, on a dark background and
   * size-normalised as MNIST's are; otherwise the data set's own framing.
   */
  private static Framing framingOf(Dataset images, Background background) {
    Shape shape = images.shape();
    boolean isDigits =
        background == Background.DARK
            && shape.size(1) == shape.size(2)
            && shape.size(1) <= LARGEST_DIGIT
            && DigitFraming.isUsual(sample(images).mapToObj(images::image).toList());
    return isDigits ? Framing.DIGIT : images.framing();
  }

  /**
   * The background colour of images, a pixel of 0 to 255 for each channel: 0 for a dark background,
   * 255 for a light one, else the mean colour of up to 500 images.
   */
  public static float[] backgroundColour(Dataset images) {
    float[] colour = new float[images.shape().size(0)];
    Background ground = backgroundOf(images);
    if (ground != Background.MIXED) {
      Arrays.fill(colour, ground == Background.DARK ? 0 : 255);
      return colour;
    }
    List<double[]> all = summaries(images).toList();
    double numbers = (double) all.size() * images.shape().elements();
    for (int c = 0; c < colour.length; c++) {
      double sum = 0;
      for (double[] summary : all) {
        sum += summary[c];
      }
      colour[c] = (float) (sum * colour.length / numbers);
    }
    return colour;
  }

  /** True if x is pixel/255. */
  public boolean isUnit() {
    // Called for every image: a stream would cost more than the comparison.
    for (int c = 0; c < mean.size(); c++) {
      if (mean.get(c) != 0 || deviation.get(c) != 1) {
        return false;
      }
    }
    return true;
  }

  /** Turns the pixels (0 to 255, channels-last) of {@code images} images into inputs, in place. */
  public void apply(float[] pixels, int offset, int length) {
    int end = offset + length;
    for (int i = offset; i < end; i++) {
      pixels[i] = pixels[i] / 255f;
    }
    if (!isUnit()) {
      int channels = mean.size();
      for (int c = 0; c < channels; c++) {
        float m = mean.get(c).floatValue();
        float d = deviation.get(c).floatValue();
        if (channels == 1) {
          standardize(pixels, offset, end, m, d);
        } else {
          standardize(pixels, offset + c, end, channels, m, d);
        }
      }
    }
  }

  /** Scales elements at stride 1, so that the compiler vectorises the loop. */
  private static void standardize(float[] pixels, int from, int end, float m, float d) {
    for (int i = from; i < end; i++) {
      pixels[i] = (pixels[i] - m) / d;
    }
  }

  private static void standardize(float[] pixels, int from, int end, int step, float m, float d) {
    for (int i = from; i < end; i += step) {
      pixels[i] = (pixels[i] - m) / d;
    }
  }

  /**
   * A picture in the form of the model's training images: grey or colour, inverted if its edge is
   * light and the model's background is dark (or the other way round), and brought to the input's
   * size.
   *
   * @param shape (C, H, W) of the model's input
   */
  public Image fit(Image picture, Shape shape) {
    return fitted(picture, shape).image();
  }

  /** {@link #fit}, with a doubt where the result does not look like the training images. */
  public Fitted fitted(Image picture, Shape shape) {
    Image image = ChannelOrder.inChannels(picture, shape);
    Image fitted;
    Optional<String> doubt;
    if (isFramedAsDigit(image, shape)) {
      DigitFraming.Framed framed = DigitFraming.of(image, shape.size(1), shape.size(2));
      fitted = framed.image();
      doubt = framed.doubt();
    } else {
      fitted = ImageFraming.of(onItsBackground(image), shape.size(1), shape.size(2), framing);
      doubt = doubt(fitted);
    }
    boolean losesColours =
        doubt.isEmpty()
            && background != Background.MIXED
            && image.channels() < picture.channels()
            && colours(picture) > COLOURED;
    return new Fitted(
        fitted, losesColours ? Optional.of("it is in colour, theirs are grey") : doubt);
  }

  /**
   * How much the colours of a picture differ: the medians of |d - median of d|, summed over d = red
   * - green and d = blue - green. Neither ink of a colour nor yellow light makes it large.
   */
  private static double colours(Image picture) {
    int pixels = picture.height() * picture.width();
    int count = Math.min(COMPARED, pixels);
    double[] differences = new double[count];
    double sum = 0;
    for (int channel = 0; channel <= 2; channel += 2) {
      for (int k = 0; k < count; k++) {
        int at = (int) ((long) k * pixels / count);
        int y = at / picture.width();
        int x = at % picture.width();
        differences[k] = picture.get(channel, y, x) - picture.get(1, y, x);
      }
      double median = Selection.median(differences, count);
      for (int k = 0; k < count; k++) {
        differences[k] = Math.abs(differences[k] - median);
      }
      sum += Selection.median(differences, count);
    }
    return sum;
  }

  private boolean isFramedAsDigit(Image image, Shape shape) {
    return framing == Framing.DIGIT
        && (image.height() != shape.size(1) || image.width() != shape.size(2));
  }

  private Image onItsBackground(Image image) {
    if (background == Background.MIXED) {
      return image;
    }
    boolean isLight = image.edgeMean() > 127.5;
    return isLight == (background == Background.LIGHT) ? image : image.inverted();
  }

  private Optional<String> doubt(Image fitted) {
    if (background == Background.MIXED) {
      return Optional.empty();
    }
    int least = 255;
    int most = 0;
    for (byte pixel : fitted.pixels()) {
      least = Math.min(least, pixel & 0xff);
      most = Math.max(most, pixel & 0xff);
    }
    if (most - least < PLAIN) {
      return Optional.of("it is plain, nothing stands out from the background");
    }
    double edge = fitted.edgeMean();
    boolean isGrey =
        (background == Background.DARK && edge >= LEAST_DARK)
            || (background == Background.LIGHT && edge <= LEAST_LIGHT);
    return isGrey
        ? Optional.of(
            "its edge is grey (%.0f of 255), theirs are %s"
                .formatted(edge, background.name().toLowerCase(Locale.ROOT)))
        : Optional.empty();
  }

  /**
   * Writes a picture of any size as the inputs of a network to destination[offset ...]: fitted and
   * scaled.
   *
   * @param shape (C, H, W) of the model's input
   */
  public void inputs(Image image, Shape shape, float[] destination, int offset) {
    write(fit(image, shape), destination, offset);
  }

  /** Fitted pictures of a shape as the inputs (N, C, H, W) of a network. */
  public Tensor inputs(List<Fitted> pictures, Shape shape) {
    Tensor x = Tensor.zeros(shape, pictures.size());
    for (int n = 0; n < pictures.size(); n++) {
      write(pictures.get(n).image(), x.array(), n * shape.elements());
    }
    return x;
  }

  private void write(Image fitted, float[] destination, int offset) {
    byte[] bytes = fitted.pixels();
    for (int i = 0; i < bytes.length; i++) {
      destination[offset + i] = bytes[i] & 0xff;
    }
    apply(destination, offset, bytes.length);
  }
}
