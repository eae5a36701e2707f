package io.fovea.transfer;

import io.fovea.loss.SoftmaxCrossEntropy;

/**
 * The number that logits are divided by before the softmax, so that probabilities mean what they
 * say: the one with the lowest mean cross-entropy on photos that were not learned from (Guo et al.,
 * On Calibration of Modern Neural Networks, arXiv 1706.04599). It changes no order of classes, so
 * no accuracy.
 *
 * @param value T, above 1 where the network was too sure of itself, from 0.1 to 10
 * @param lossBefore the mean cross-entropy at T = 1
 * @param lossAfter the same at {@code value}, never larger
 */
public record Temperature(double value, double lossBefore, double lossAfter) {
  /** Where all photos are right, the loss falls with T without end; this is where it stops. */
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
   * has one minimum.
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
    double low = Math.log(LOWEST);
    double high = Math.log(HIGHEST);
    for (int step = 0; step < STEPS; step++) {
      double left = high - GOLDEN * (high - low);
      double right = low + GOLDEN * (high - low);
      if (mean(logits, labels, Math.exp(left)) <= mean(logits, labels, Math.exp(right))) {
        high = right;
      } else {
        low = left;
      }
    }
    double before = mean(logits, labels, 1);
    double best = Math.exp((low + high) / 2);
    double after = mean(logits, labels, best);
    return after < before
        ? new Temperature(best, before, after)
        : new Temperature(1, before, before);
  }

  /** The cross-entropy of one photo at this temperature. */
  double loss(double[] logits, int label) {
    return loss(logits, label, value);
  }

  private static double mean(double[][] logits, int[] labels, double temperature) {
    double sum = 0;
    for (int i = 0; i < labels.length; i++) {
      sum += loss(logits[i], labels[i], temperature);
    }
    return sum / labels.length;
  }

  private static double loss(double[] logits, int label, double temperature) {
    double[] scaled = logits.clone();
    for (int k = 0; k < scaled.length; k++) {
      scaled[k] /= temperature;
    }
    double[] logP = new double[scaled.length];
    SoftmaxCrossEntropy.logProbabilities(logP, scaled);
    return -logP[label];
  }
}
