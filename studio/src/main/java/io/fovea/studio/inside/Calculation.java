package io.fovea.studio.inside;

import java.util.List;

/**
 * The calculation of one number of a network. {@code value}, {@code x}, {@code w} and parameters
 * are the model's floats, bit for bit; sums and products are computed from them in double, so a sum
 * may differ from the value in the last digits of a float.
 */
public sealed interface Calculation {
  float value();

  /**
   * The part of a map under a kernel: row by row, 0 in the padding.
   *
   * @param channel the input map
   * @param x the numbers under the kernel
   * @param w the kernel's weights
   * @param sum of x * w
   */
  record Taps(int channel, List<Float> x, List<Float> w, double sum) {}

  /**
   * The position of a window on its input.
   *
   * @param top the input row under the kernel's first row; below 0 in the padding
   * @param left the input column under its first column
   * @param height rows of the kernel
   * @param width columns of the kernel
   * @param stepDown input rows from one kernel row to the next
   * @param stepAcross input columns from one kernel column to the next
   */
  record WindowPosition(int top, int left, int height, int width, int stepDown, int stepAcross) {}

  /**
   * y = b + sum over c,u,v of w * x.
   *
   * @param inside whether each number under the kernel lies inside the map, not in the padding
   * @param padding rows and columns of zeros around the map
   */
  record Convolution(
      float value,
      String input,
      WindowPosition place,
      List<Boolean> inside,
      int padding,
      List<Taps> channels,
      float bias,
      double sum)
      implements Calculation {}

  /**
   * The largest, or the mean, of a window.
   *
   * @param x the numbers in the window, row by row
   * @param inside whether each lies inside the map; others are never the largest
   * @param winner the index in x of the largest; -1 for a mean
   * @param divisor the divisor of a mean; 0 for a maximum
   */
  record Pooling(
      float value,
      String input,
      WindowPosition place,
      List<Float> x,
      List<Boolean> inside,
      int winner,
      int divisor,
      double sum)
      implements Calculation {}

  /** y = f(x), one number in, one out. */
  record Function(float value, String input, String function, float x) implements Calculation {}

  /** y = gamma * (x - mean) / sqrt(variance + epsilon) + beta. */
  record Normalisation(
      float value,
      String input,
      float x,
      float mean,
      float variance,
      float epsilon,
      float gamma,
      float beta,
      double normalised,
      double result)
      implements Calculation {}

  /**
   * One input of a dense layer's output.
   *
   * @param feature its index
   * @param channel its map before flattening
   * @param i its row there
   * @param j its column there
   */
  record Contribution(int feature, int channel, int i, int j, float x, float w, double product) {}

  /**
   * y = b + sum over f of w * x, the strongest products first.
   *
   * @param maps the node before flattening, or the input itself
   * @param positive the sum of all products above 0
   * @param negative the sum of all products below 0
   * @param rest the sum of the products not listed
   * @param others the number of those
   */
  record Weighted(
      float value,
      String input,
      String maps,
      List<Contribution> strongest,
      double positive,
      double negative,
      double rest,
      int others,
      float bias,
      double sum)
      implements Calculation {}

  /** The numbers of several inputs at the same position, added or multiplied. */
  record Joined(float value, String operation, List<String> inputs, List<Float> x, double result)
      implements Calculation {}

  /** A number that is passed on unchanged. */
  record HandedOn(float value, String input, float x, int channel, int i, int j)
      implements Calculation {}

  record Unshown(float value, String layer) implements Calculation {}
}
