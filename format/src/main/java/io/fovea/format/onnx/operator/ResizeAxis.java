package io.fovea.format.onnx.operator;

import java.util.ArrayList;
import java.util.List;

/**
 * The resizing of one axis (ONNX, Resize): the position of each element of the result on the input,
 * and the weights of its neighbours.
 *
 * @param manner the attributes of the node
 * @param in the old size
 * @param out the new size
 * @param scale the factor, which may differ from the quotient of the sizes
 * @param start the beginning of a crop, as a share of the input
 */
record ResizeAxis(Manner manner, int in, int out, double scale, double start, double end) {
  /**
   * What a node says for all its axes.
   *
   * @param mode nearest, linear or cubic
   * @param coordinates ONNX's coordinate_transformation_mode
   * @param rounding ONNX's nearest_mode
   * @param antialias widens the window when the result is smaller
   * @param excludesOutside leaves out neighbours beyond the border, instead of repeating it
   * @param cubic the coefficient a of the cubic curve
   */
  record Manner(
      String mode,
      String coordinates,
      String rounding,
      boolean antialias,
      boolean excludesOutside,
      double cubic) {}

  /** One neighbour of each element, -1 for one outside of the crop, and its weight. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Tap(int[] indices, float[] weights) {}

  boolean isIdentity() {
    return in == out && scale == 1 && start == 0 && end == 1;
  }

  /** The position of element i of the result on the input. */
  private double position(OperatorContext context, int i) {
    double length = scale * in;
    return switch (manner.coordinates()) {
      case "asymmetric" -> i / scale;
      case "half_pixel" -> (i + 0.5) / scale - 0.5;
      case "pytorch_half_pixel" -> length == 1 ? -0.5 : (i + 0.5) / scale - 0.5;
      case "half_pixel_symmetric" -> in / 2.0 * (1 - out / length) + (i + 0.5) / scale - 0.5;
      case "align_corners" -> length == 1 ? 0 : i * (in - 1) / (length - 1);
      case "tf_half_pixel_for_nn" -> (i + 0.5) / scale;
      case "tf_crop_and_resize" ->
          start * (in - 1)
              + (length == 1
                  ? (end - start) * (in - 1) / 2
                  : i * (end - start) * (in - 1) / (length - 1));
      default ->
          throw context.error("knows no coordinate_transformation_mode " + manner.coordinates());
    };
  }

  private boolean isOutside(double position) {
    return manner.coordinates().equals("tf_crop_and_resize") && (position < 0 || position > in - 1);
  }

  /** The nearest neighbour of each element; -1 outside of the crop. */
  int[] nearest(OperatorContext context) {
    int[] indices = new int[out];
    for (int i = 0; i < out; i++) {
      double position = position(context, i);
      double rounded =
          switch (manner.rounding()) {
            case "round_prefer_floor" -> Math.ceil(position - 0.5);
            case "round_prefer_ceil" -> Math.floor(position + 0.5);
            case "floor" -> Math.floor(position);
            case "ceil" -> Math.ceil(position);
            default -> throw context.error("knows no nearest_mode " + manner.rounding());
          };
      indices[i] = isOutside(position) ? -1 : (int) Math.clamp(rounded, 0, in - 1);
    }
    return indices;
  }

  /** The neighbours of each element by a linear or cubic curve. */
  List<Tap> taps(OperatorContext context) {
    double reach =
        switch (manner.mode()) {
          case "linear" -> 1;
          case "cubic" -> 2;
          default -> throw context.error("knows no mode " + manner.mode());
        };
    double narrow = manner.antialias() ? Math.min(scale, 1) : 1;
    int first = (int) Math.floor(-reach / narrow) + 1;
    int count = 2 - 2 * first;
    List<Tap> taps = new ArrayList<>();
    for (int k = 0; k < count; k++) {
      taps.add(new Tap(new int[out], new float[out]));
    }
    double[] weights = new double[count];
    for (int i = 0; i < out; i++) {
      double position = position(context, i);
      boolean outside = isOutside(position);
      // the neighbour on the left; for an element at an exact position the one before
      double base = Math.ceil(position) - 1;
      double sum = 0;
      for (int k = 0; k < count; k++) {
        double index = base + first + k;
        boolean counts = !manner.excludesOutside() || (index >= 0 && index < in);
        weights[k] = counts ? curve(narrow * (position - index)) : 0;
        sum += weights[k];
        taps.get(k).indices()[i] = outside ? -1 : (int) Math.clamp(index, 0, in - 1);
      }
      for (int k = 0; k < count; k++) {
        taps.get(k).weights()[i] = (float) (weights[k] / sum);
      }
    }
    return taps;
  }

  /** The weight of a neighbour by its distance (Keys 1981 for the cubic one). */
  private double curve(double distance) {
    double d = Math.abs(distance);
    if (manner.mode().equals("linear")) {
      return Math.max(0, 1 - d);
    }
    double a = manner.cubic();
    if (d <= 1) {
      return ((a + 2) * d - (a + 3)) * d * d + 1;
    }
    return d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;
  }
}
