package io.fovea.rivals.sides;

import io.fovea.inference.Prediction;
import java.util.Arrays;
import java.util.List;

/**
 * How far ONNX Runtime's output for one image is from Fovea's probabilities p.
 *
 * <p>Of logits z: max over k of |log p[k] - (z[k] - log sum over j of exp(z[j]))| / max |z|, since
 * softmax leaves a constant open. Of probabilities q, which are nowhere negative and have the sum
 * 1: max |p[k] - q[k]| / max q.
 */
final class Agreement {
  private static final double ROUNDING = 1e-4; // of a sum of float probabilities
  private static final double SMALLEST = 1e-300; // less has lost digits in double

  private Agreement() {}

  /**
   * The largest difference of a batch.
   *
   * @throws IllegalStateException if it is above the tolerance
   */
  static double of(List<Prediction> ours, double tolerance, float... theirs) {
    int classes = theirs.length / ours.size();
    double largest = 0;
    for (int n = 0; n < ours.size(); n++) {
      float[] output = Arrays.copyOfRange(theirs, n * classes, (n + 1) * classes);
      largest = Math.max(largest, difference(ours.get(n).probabilities(), output));
    }
    if (!(largest <= tolerance)) {
      throw new IllegalStateException(
          "the answers differ by %.2g of the largest, expected at most %s"
              .formatted(largest, tolerance));
    }
    return largest;
  }

  /**
   * The difference, relative to the largest output.
   *
   * @throws IllegalArgumentException if there are not as many outputs as probabilities, or logits
   *     so far apart that some of these are 0
   */
  static double difference(List<Double> p, float... output) {
    if (p.size() != output.length) {
      throw new IllegalArgumentException(
          "answers: Fovea has %d, ONNX Runtime %d".formatted(p.size(), output.length));
    }
    boolean logits = !areProbabilities(output);
    double shift = logits ? logSumExp(output) : 0;
    if (logits) {
      requireMeasurable(shift, output);
    }
    double largest = 0;
    double difference = 0;
    for (int k = 0; k < output.length; k++) {
      largest = Math.max(largest, Math.abs(output[k]));
      double ours = logits ? Math.log(Math.max(p.get(k), SMALLEST)) : p.get(k);
      double theirs = logits ? output[k] - shift : output[k];
      difference = Math.max(difference, Math.abs(ours - theirs)); // NaN stays
    }
    return difference / largest;
  }

  /** A probability that is 0 in double says nothing of its logit. */
  private static void requireMeasurable(double shift, float... z) {
    double least = Double.POSITIVE_INFINITY;
    for (float value : z) {
      least = Math.min(least, value);
    }
    if (least - shift < Math.log(SMALLEST)) {
      throw new IllegalArgumentException(
          "answers: logits from %.4g to about %.4g lie too far apart to be compared by their probabilities, some of which are 0; scale the last layer's weights"
              .formatted(least, shift));
    }
  }

  private static boolean areProbabilities(float... output) {
    double sum = 0;
    for (float value : output) {
      if (!(value >= 0)) {
        return false;
      }
      sum += value;
    }
    return Math.abs(sum - 1) < ROUNDING;
  }

  private static double logSumExp(float... z) {
    double max = Double.NEGATIVE_INFINITY;
    for (float value : z) {
      max = Math.max(max, value);
    }
    double sum = 0;
    for (float value : z) {
      sum += Math.exp(value - max);
    }
    return max + Math.log(sum);
  }
}
