package io.fovea.transfer;

import io.fovea.loss.SoftmaxCrossEntropy;
import java.util.Arrays;

/**
 * The number that logits are divided by before the softmax, so that probabilities mean what they
 * say: the one with the lowest mean cross-entropy on photos that were not learned from (Guo et al.,
 * On Calibration of Modern Neural Networks, arXiv 1706.04599). It changes no order of classes, so
 * no accuracy.
 *
 * @param value T, above 1 where the network was too sure of itself, from 0.1 to 10
 * @param lossBefore the mean cross-entropy at T = 1
 * @param lossAfter the same at {@code value}
 */
public record Temperature(double value, double lossBefore, double lossAfter) {
  private static final double LOWEST = 0.1;

  private static final double HIGHEST = 10;

  /** Each step keeps 0.618 of the interval: 30 of them determine T to 3e-6 of its value. */
  private static final int STEPS = 30;

  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

  /** The temperature 1, which changes nothing, with losses of 0. */
  public static Temperature none() {
    return new Temperature(1, 0, 0);
  }

  /**
   * The best temperature, by golden section on log T. The cross-entropy is convex in 1 / T, so it
   * has one minimum. 1 / (n + 2) of each of the n targets is spread over the other classes (Platt,
   * Probabilistic Outputs for Support Vector Machines, 1999): where all photos are right, T would
   * fall without end otherwise.
   *
   * @param logits (photos, classes)
   * @param labels the class of each photo
   * @throws IllegalArgumentException if there is no photo, or not a label for each
   */
  public static Temperature fit(double[][] logits, int[] labels) {
    if (logits.length == 0 || logits.length != labels.length) {
      throw new IllegalArgumentException(
          "temperature: expects 1 photo or more with a label each, got logits of %,d photos and %,d labels; hold photos out to fit it"
              .formatted(logits.length, labels.length));
    }
    double low = StrictMath.log(LOWEST);
    double high = StrictMath.log(HIGHEST);
    for (int step = 0; step < STEPS; step++) {
      double left = high - GOLDEN * (high - low);
      double right = low + GOLDEN * (high - low);
      if (spread(logits, labels, StrictMath.exp(left))
          <= spread(logits, labels, StrictMath.exp(right))) {
        high = right;
      } else {
        low = left;
      }
    }
    double best = StrictMath.exp((low + high) / 2);
    // 1 unless another is better: the search itself never gives exactly 1.
    boolean isBetter = spread(logits, labels, best) < spread(logits, labels, 1);
    double value = isBetter ? best : 1;
    return new Temperature(value, mean(logits, labels, 1), mean(logits, labels, value));
  }

  double loss(double[] logits, int label) {
    return loss(logits, label, value);
  }

  /** The mean cross-entropy of targets that are spread a little. */
  private static double spread(double[][] logits, int[] labels, double temperature) {
    double share = 1.0 / (labels.length + 2);
    double sum = 0;
    for (int i = 0; i < labels.length; i++) {
      double[] logP = logProbabilities(logits[i], temperature);
      double own = -logP[labels[i]];
      double others = -Arrays.stream(logP).reduce(0, Double::sum) - own;
      sum += (1 - share) * own + share * others / Math.max(1, logP.length - 1);
    }
    return sum / labels.length;
  }

  private static double mean(double[][] logits, int[] labels, double temperature) {
    double sum = 0;
    for (int i = 0; i < labels.length; i++) {
      sum += loss(logits[i], labels[i], temperature);
    }
    return sum / labels.length;
  }

  private static double loss(double[] logits, int label, double temperature) {
    return -logProbabilities(logits, temperature)[label];
  }

  private static double[] logProbabilities(double[] logits, double temperature) {
    double[] scaled = logits.clone();
    for (int k = 0; k < scaled.length; k++) {
      scaled[k] /= temperature;
    }
    double[] logP = new double[scaled.length];
    SoftmaxCrossEntropy.logProbabilities(logP, scaled);
    return logP;
  }
}
