package io.fovea.source.template;

// ## network
// : // A trained network in plain Java, written by Fovea: for Java 8 and later, and for Android.
// : // Model: $origin
// : // Classes: $classes
// : // Input: $input
// : $package

import static io.fovea.source.template.Pictures.*;
import static io.fovea.source.template.Samples.*;

import io.fovea.source.template.DigitSearch.DigitFraming;
import java.io.*;
import java.nio.*;
import java.util.Arrays;
import java.util.zip.*;

/**
 * A network for inputs of $input; its weights lie in $Class.weights. An instance belongs to one
 * thread, as it keeps its maps; {@link #copy} makes one for another thread.
 *
 * <p>Letters: x input, y output, w weight, b bias, z logit, p parameters; o output channel, c input
 * channel, i row, j column. A map is an array of pixels, row by row, a pixel one of channels.
 */
// #if template
@SuppressWarnings({"UnusedMethod", "UnusedVariable"}) // values name them
// #end
public final class $Class {
  private static final String[] LABELS = {$labels};
  // #if thresholds
  private static final double[] LEAST = {$thresholds};
  // #end

  // : private final Parameters p;
  // : $fields
  // #if template
  private final Parameters p; // so that the maps stand right below it

  // #end

  private $Class(Parameters p) {
    this.p = p;
  }

  /** The network with the weights of the resource $Class.weights beside this class. */
  public static $Class load() throws IOException {
    try (InputStream weights = $Class.class.getResourceAsStream("$Class.weights")) {
      check(weights != null, "is missing", "it beside $qualified.class", "none");
      return load(weights);
    }
  }

  /** The same with weights from elsewhere, such as an asset of Android. */
  public static $Class load(InputStream weights) throws IOException {
    CRC32 crc = new CRC32();
    InputStream checked = new CheckedInputStream(new BufferedInputStream(weights), crc);
    try {
      return new $Class(new Parameters(new DataInputStream(checked), crc));
    } catch (EOFException e) {
      throw new IOException("$Class.weights: is cut: expected $bytes bytes; copy it again", e);
    }
  }

  private static void check(boolean ok, String fault, Object want, Object got) throws IOException {
    if (!ok) {
      String facts = fault + ": expected " + want + ", got " + got;
      throw new IOException("$Class.weights: " + facts + "; copy both files of the model again");
    }
  }

  /** An instance for another thread, with the same weights. */
  public $Class copy() {
    return new $Class(p);
  }

  /** The name of a class. */
  public static String label(int k) {
    return LABELS[k];
  }

  // #if picture
  // #if ruled

  /** What {@link #answer(float[])} says of a picture. */
  public String answer(int[] argb, int width, int height) {
    return answer(input(argb, width, height));
  }

  // #end

  /** The probability of each class for pixels row by row; draw a grey picture into RGB first. */
  public float[] probabilities(int[] argb, int width, int height) {
    return $probability(logits(input(argb, width, height)));
  }

  /** The input for a picture, as for the training images: (pixel / 255 - mean) / deviation. */
  public float[] input(int[] argb, int width, int height) {
    // #if resampled
    if (width < 1 || height < 1 || argb.length != (long) width * height) {
      throw new IllegalArgumentException(
          "$Class: expects all pixels, got " + argb.length + " for " + width + " x " + height);
    }
    // #end
    // #if !resampled
    if (width != $width || height != $height || argb.length != $length) {
      throw new IllegalArgumentException(
          "$Class: expects $area pixels, got " + argb.length + " for " + width + " x " + height);
    }
    // #end
    // #if digit
    boolean hasSize = width == $width && height == $height; // others are framed
    boolean isInverted = hasSize && edgeMean(argb, width) > 127.5;
    // #end
    // #if inverted
    boolean $isInverted = edgeMean(argb, width) > 127.5 == $isDark;
    // #end
    float[] x = new float[$length];
    // #if !resampled
    for (int k = 0; k < x.length; k++) {
      // #if ground
      int pixel = isInverted ? 255 - $sample : $sample;
      x[k] = (pixel / 255f - $mean) / $deviation;
      // #end
      // #if !ground
      x[k] = ($sample / 255f - $mean) / $deviation;
      // #end
    }
    // #end
    // #if resampled
    float[] mean = {$mean};
    float[] deviation = {$deviation};
    for (int c = 0; c < $channels; c++) {
      int[] pixels = new int[argb.length];
      for (int k = 0; k < argb.length; k++) {
        pixels[k] = $sample;
        // #if ground
        pixels[k] = isInverted ? 255 - pixels[k] : pixels[k];
        // #end
      }
      Picture picture = new Picture(height, width, pixels);
      // #if digit
      picture = hasSize ? picture : DigitFraming.of(picture, $height, $width);
      // #end
      // #if crop
      picture = picture.centre($height, $width);
      // #end
      picture = picture.resized($height, $width);
      for (int k = 0; k < picture.pixels.length; k++) {
        x[k * $channels + c] = (picture.pixels[k] / 255f - mean[c]) / deviation[c];
      }
    }
    // #end
    return x;
  }

  // #if ground

  /** The mean of the pixels at the edge, which is high where the background is light. */
  private static double edgeMean(int[] argb, int width) {
    long sum = 0;
    long count = 0;
    for (int k = 0; k < argb.length; k++) {
      int j = k % width;
      if (k < width || k >= argb.length - width || j == 0 || j == width - 1) {
        for (int c = 0; c < $channels; c++) {
          sum += $sample;
          count++;
        }
      }
    }
    return (double) sum / count;
  }

  // #end
  // #if grey

  /** The brightness of a pixel (ITU-R BT.601). */
  private static int grey(int argb) {
    int a = argb >>> 24;
    int r = onWhite(argb >> 16 & 255, a);
    int g = onWhite(argb >> 8 & 255, a);
    return (299 * r + 587 * g + 114 * onWhite(argb & 255, a) + 500) / 1000;
  }

  // #end

  /** A colour of a pixel in front of white. */
  private static int onWhite(int colour, int alpha) {
    return (255 * (colour * alpha + 255 * (255 - alpha)) + 32512) / 65025;
  }

  // #end
  // #if !picture

  /** The probability of each class for an input of $input. */
  public float[] probabilities(float[] x) {
    return $probability(logits(x));
  }

  // #end
  // #if one

  /**
   * The classes that an input can be, such as "cat", "cat or dog"; "unsure" where none or every one
   * is probable enough, and where that was measured "none of these (unlike all training images)".
   */
  public String answer(float[] x) {
    float[] probabilities = $probability(logits(x));
    int count = 0;
    for (float each : probabilities) {
      count += each >= $least ? 1 : 0;
    }
    // #if features
    if (distance() > $limit) {
      return "none of these (unlike all training images)";
    }
    // #end
    boolean isAny = count > 1 && count == probabilities.length; // such a list tells nothing
    return count == 0 || isAny ? "unsure" : named(probabilities, " or ");
  }

  // #end
  // #if thresholds

  /** The classes that an input has, such as "cat", "cat and dog"; "none" where it has none. */
  public String $answer(float[] x) {
    String names = named($probability(logits(x)), " and ");
    return names.isEmpty() ? "none" : names;
  }

  // #end
  // #if ruled

  /** The classes that are probable enough, the most probable first. */
  private static String named(float[] probabilities, String and) {
    StringBuilder names = new StringBuilder();
    float[] rest = probabilities.clone();
    for (int count = 0; count < rest.length; count++) {
      int best = -1;
      for (int k = 0; k < rest.length; k++) {
        best = rest[k] >= $least && (best < 0 || rest[k] > rest[best]) ? k : best;
      }
      if (best >= 0) {
        names.append(names.length() == 0 ? "" : and).append(LABELS[best]);
        rest[best] = -1;
      }
    }
    return names.toString();
  }

  // #end
  // #if features

  /** The least mean of ((feature - mean) / deviation)^2 of a class: about 1 for training images. */
  private double distance() {
    float[][] rows = $features; // the means of each class, and the deviations
    float[] deviation = rows[rows.length - 1];
    double least = Double.POSITIVE_INFINITY;
    for (int c = 0; c < rows.length - 1; c++) {
      double sum = 0;
      for (int k = 0; k < deviation.length; k++) {
        double difference = ($last[0][LABELS.length + k] - rows[c][k]) / deviation[k];
        sum += difference * difference;
      }
      least = Math.min(least, sum / deviation.length);
    }
    return least;
  }

  // #end

  /** The outputs z before they become probabilities, for an input row by row. */
  public float[] logits(float[] x) {
    if (x.length != $length) {
      throw new IllegalArgumentException("$Class: expects $length inputs, got " + x.length);
    }
    for (int k = 0; k < x.length; k++) {
      if (Float.isNaN(x[k]) || Float.isInfinite(x[k])) {
        throw new IllegalArgumentException(
            "$Class: expects finite inputs, got " + x[k] + "; replace it, or leave it out");
      }
      $place = x[k];
    }

    // : $run
    // #if maps
    float[] z = new float[LABELS.length];
    for (int k = 0; k < z.length; k++) {
      z[k] = $z;
    }
    // : return z;
    // #end
    // #if flat
    return Arrays.copyOf($last[0], LABELS.length);
    // #end
  }

  // : $layers

  // : $methods
  // #if thresholds

  /** p[k] = 1 / (1 + exp(-z[k])). */
  private static float[] sigmoids(float[] z) {
    float[] p = new float[z.length];
    for (int k = 0; k < p.length; k++) {
      p[k] = (float) (1 / (1 + StrictMath.exp(-(double) z[k])));
    }
    return p;
  }

  // #end
  // #if !thresholds

  /** p[k] = exp(z[k]) / sum over j of exp(z[j]); less the largest z, or exp would overflow. */
  private static float[] softmax(float[] z) {
    double largest = Double.NEGATIVE_INFINITY;
    for (float each : z) {
      largest = Math.max(largest, each);
    }
    double sum = 0;
    for (float each : z) {
      sum += StrictMath.exp(each - largest);
    }
    float[] p = new float[z.length];
    for (int k = 0; k < p.length; k++) {
      p[k] = (float) (StrictMath.exp(z[k] - largest) / sum);
    }
    return p;
  }

  // #end
  // : $nested

  /** The weights of all layers: their number, float32 numbers, and a CRC-32, little-endian. */
  private static final class Parameters {
    // : $weights

    Parameters(DataInputStream in, CRC32 crc) throws IOException {
      int numbers = Integer.reverseBytes(in.readInt());
      check(numbers == $numbers, "is of another model", "$numbers numbers", numbers);
      // : $reads
      String computed = Long.toHexString(crc.getValue());
      String stated = Integer.toHexString(Integer.reverseBytes(in.readInt()));
      check(stated.equals(computed), "is damaged", "CRC-32 " + stated, computed);
      check(stated.equals("$crc"), "is of another model", "CRC-32 $crc", stated);
    }
  }

  // #if weighted

  /** Weights and biases of a layer. */
  protected static final class Layer {
    final float[][] w; // (in, out): a row for each input
    final float[] b; // (out)

    Layer(DataInputStream in, int inputs, int outputs) throws IOException {
      w = rows(in, inputs, outputs);
      b = rows(in, 1, outputs)[0];
    }
  }

  // #end

  private static float[][] rows(DataInputStream in, int count, int length) throws IOException {
    float[][] rows = new float[count][length];
    byte[] bytes = new byte[4 * length];
    for (float[] row : rows) {
      in.readFully(bytes);
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(row);
    }
    return rows;
  }
}
// ##
