package io.fovea.network;

import io.fovea.dataset.Dataset;
import io.fovea.dataset.Framing;
import io.fovea.dataset.Image;
import io.fovea.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How pixels become inputs; a part of the model, because predictions need the same as training had.
 *
 * <pre>x[c] = (pixel/255 - mean[c]) / deviation[c]</pre>
 *
 * @param mean one number a channel
 * @param deviation one number a channel, above 0
 * @param background what the training images' backgrounds were like, so that a drawing of the other
 *     polarity can be inverted
 * @param framing how pictures of other shapes become the input's size
 */
public record Preprocessing(
    List<Double> mean, List<Double> deviation, Background background, Framing framing) {
  /** What surrounds the objects in the training images. */
  public enum Background {
    /** Grey images with light objects on a dark ground, as MNIST has. */
    DARK,
    /** Grey images with dark objects on a light ground. */
    LIGHT,
    /** Colour, or no clear ground: images are taken as they are. */
    MIXED
  }

  /**
   * Copies the lists and checks them.
   *
   * @throws IllegalArgumentException if they differ in length, or a deviation is not a positive
   *     number
   */
  public Preprocessing {
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
    if (mean.size() != deviation.size() || mean.isEmpty()) {
      throw new IllegalArgumentException(
          "preprocessing: mean and deviation need one number a channel each, got "
              + mean.size()
              + " and "
              + deviation.size());
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
  }

  /** One that stretches pictures to the input's size. */
  public Preprocessing(List<Double> mean, List<Double> deviation, Background background) {
    this(mean, deviation, background, Framing.STRETCH);
  }

  /** The same with another framing. */
  public Preprocessing withFraming(Framing other) {
    return new Preprocessing(mean, deviation, background, other);
  }

  /** x = pixel/255, for so many channels. */
  public static Preprocessing unit(int channels, Background background) {
    Double[] zeros = new Double[channels];
    Double[] ones = new Double[channels];
    Arrays.fill(zeros, 0.0);
    Arrays.fill(ones, 1.0);
    return new Preprocessing(List.of(zeros), List.of(ones), background);
  }

  /** x = pixel/255 with the background found in the images. */
  public static Preprocessing unit(Dataset images) {
    return unit(images.shape().size(0), backgroundOf(images)).withFraming(images.framing());
  }

  /**
   * x = (pixel/255 - mean) / deviation, both measured over the given (training) images, per
   * channel.
   */
  public static Preprocessing standard(Dataset images) {
    Shape shape = images.shape();
    int channels = shape.size(0);
    double[] sum = new double[channels];
    double[] squares = new double[channels];
    if (images.isSlow()) {
      addInParallel(images, sum, squares);
    } else {
      float[] pixels = new float[shape.elements()];
      for (int i = 0; i < images.size(); i++) {
        images.pixels(i, pixels, 0);
        add(pixels, sum, squares);
      }
    }
    double count = (double) images.size() * shape.size(1) * shape.size(2);
    Double[] mean = new Double[channels];
    Double[] deviation = new Double[channels];
    for (int c = 0; c < channels; c++) {
      mean[c] = sum[c] / count;
      double variance = Math.max(0, squares[c] / count - mean[c] * mean[c]);
      deviation[c] = variance > 0 ? Math.sqrt(variance) : 1; // a constant channel stays constant
    }
    return new Preprocessing(
        List.of(mean), List.of(deviation), backgroundOf(images), images.framing());
  }

  private static void add(float[] pixels, double[] sum, double[] squares) {
    int channels = sum.length;
    for (int k = 0; k < pixels.length; k++) {
      double value = pixels[k] / 255.0;
      sum[k % channels] += value;
      squares[k % channels] += value * value;
    }
  }

  /** Sums of each image, added in the images' order: the same bits on any number of threads. */
  private static void addInParallel(Dataset images, double[] sum, double[] squares) {
    int channels = sum.length;
    double[][] sums = new double[images.size()][];
    IntStream.range(0, images.size())
        .parallel()
        .forEach(
            i -> {
              float[] pixels = new float[images.shape().elements()];
              images.pixels(i, pixels, 0);
              double[] own = new double[channels];
              double[] ownSquares = new double[channels];
              add(pixels, own, ownSquares);
              sums[i] = new double[2 * channels];
              System.arraycopy(own, 0, sums[i], 0, channels);
              System.arraycopy(ownSquares, 0, sums[i], channels, channels);
            });
    for (double[] each : sums) {
      for (int c = 0; c < channels; c++) {
        sum[c] += each[c];
        squares[c] += each[channels + c];
      }
    }
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
    int looked = Math.min(500, images.size());
    double[] edges = new double[looked];
    float[] pixels = new float[shape.elements()];
    byte[] bytes = new byte[pixels.length];
    for (int i = 0; i < looked; i++) {
      images.pixels((int) ((long) i * images.size() / looked), pixels, 0);
      for (int k = 0; k < bytes.length; k++) {
        bytes[k] = (byte) (int) pixels[k];
      }
      edges[i] = Image.of(1, shape.size(1), shape.size(2), bytes).edgeMean();
    }
    Arrays.sort(edges);
    double median = edges[looked / 2];
    return median < 64 ? Background.DARK : median > 191 ? Background.LIGHT : Background.MIXED;
  }

  /**
   * What surrounds the images, a pixel of 0 to 255 for each channel: 0 on a dark ground, 255 on a
   * light one, else the mean colour of up to 500 images.
   */
  public static float[] backgroundColour(Dataset images) {
    float[] colour = new float[images.shape().size(0)];
    Background ground = backgroundOf(images);
    if (ground != Background.MIXED) {
      Arrays.fill(colour, ground == Background.DARK ? 0 : 255);
      return colour;
    }
    double[] sum = new double[colour.length];
    float[] pixels = new float[images.shape().elements()];
    int looked = Math.min(500, images.size());
    for (int i = 0; i < looked; i++) {
      images.pixels((int) ((long) i * images.size() / looked), pixels, 0);
      for (int k = 0; k < pixels.length; k++) {
        sum[k % sum.length] += pixels[k];
      }
    }
    for (int c = 0; c < sum.length; c++) {
      colour[c] = (float) (sum[c] * sum.length / ((double) looked * pixels.length));
    }
    return colour;
  }

  /** True if x is pixel/255. */
  public boolean isUnit() {
    // Asked for every image: a stream costs more than the answer.
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

  /** A step of 1 that the compiler can see: it computes this loop by vectors. */
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
   * A picture as the model's images were: grey or colour, inverted if its edge is light and the
   * model's ground is dark (or the other way round), and brought to the input's size.
   *
   * @param shape (C, H, W) of the model's input
   */
  public Image fit(Image image, Shape shape) {
    Image fitted = image.withChannels(shape.size(0));
    boolean light = fitted.edgeMean() > 127.5;
    if ((background == Background.DARK && light) || (background == Background.LIGHT && !light)) {
      fitted = fitted.inverted();
    }
    return fitted.framed(shape.size(1), shape.size(2), framing);
  }

  /**
   * Writes a picture of any size as the inputs of a network to destination[offset ...]: fitted and
   * scaled.
   *
   * @param shape (C, H, W) of the model's input
   */
  public void inputs(Image image, Shape shape, float[] destination, int offset) {
    byte[] bytes = fit(image, shape).pixels();
    for (int i = 0; i < bytes.length; i++) {
      destination[offset + i] = bytes[i] & 0xff;
    }
    apply(destination, offset, bytes.length);
  }
}
