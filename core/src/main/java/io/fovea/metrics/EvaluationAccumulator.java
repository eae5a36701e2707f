package io.fovea.metrics;

import io.fovea.loss.SoftmaxCrossEntropy;
import io.fovea.metrics.Evaluation.Mistake;
import io.fovea.parallel.Workers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Accumulates an {@link Evaluation} from the logits of one image after the other, of one network or
 * of several. Memory is bounded by images times classes: one float for each pair.
 */
final class EvaluationAccumulator {
  private final int networks;
  private final int classes;
  private final ConfusionMatrix confusion;
  private final Ranks ranks;
  private final Calibration calibration = new Calibration();
  private final List<Mistake> mistakes = new ArrayList<>();
  private final float[][] probabilities; // by class, then by image
  private final int[] labels;
  private final double[] p;
  private final double[] logP;
  private final double[] losses;
  private double lossSum;

  /**
   * An empty accumulator for {@code images} images, each with the logits of {@code networks}
   * networks.
   */
  EvaluationAccumulator(int networks, int classes, int images) {
    this.networks = networks;
    this.classes = classes;
    this.confusion = new ConfusionMatrix(classes);
    this.ranks = new Ranks(classes);
    this.probabilities = new float[classes][images];
    this.labels = new int[images];
    this.p = new double[classes];
    this.logP = new double[classes];
    this.losses = new double[networks];
  }

  /**
   * Counts one image. The probability of a class is the mean over the networks, the loss minus the
   * logarithm of the label's.
   *
   * @param z the logits of each network
   */
  void add(int image, int label, double[][] z) {
    java.util.Arrays.fill(p, 0);
    for (int m = 0; m < networks; m++) {
      SoftmaxCrossEntropy.logProbabilities(logP, z[m]);
      losses[m] = 0 - logP[label]; // not -logP: with probability 1 the loss is 0, not -0
      for (int k = 0; k < classes; k++) {
        p[k] += Math.exp(logP[k]) / networks;
      }
    }
    double loss = loss();
    lossSum += loss;
    int predicted = Evaluation.largest(networks == 1 ? z[0] : p);
    labels[image] = label;
    for (int k = 0; k < classes; k++) {
      probabilities[k][image] = (float) p[k];
    }
    confusion.add(label, predicted);
    ranks.add(networks == 1 ? z[0] : p, label);
    calibration.add(p[predicted], predicted == label);
    if (predicted != label) {
      mistakes.add(new Mistake(image, label, predicted, p[predicted], loss));
    }
  }

  /**
   * - log of the mean over m of exp(-losses[m]), from the smallest loss up, so that the logarithm
   * of a probability too small for a double is still a number.
   */
  private double loss() {
    double least = Double.POSITIVE_INFINITY;
    for (double loss : losses) {
      least = Math.min(least, loss);
    }
    if (networks == 1 || Double.isInfinite(least)) {
      return least;
    }
    double sum = 0;
    for (double loss : losses) {
      sum += Math.exp(least - loss);
    }
    return least - Math.log(sum / networks);
  }

  /**
   * The evaluation of all images.
   *
   * @param mean the mean of the loss where that is not cross-entropy
   */
  Evaluation evaluation(Workers workers, MeanLoss mean) {
    mistakes.sort(Comparator.comparingDouble(Mistake::loss).reversed());
    int kept = Math.min(Evaluation.MOST_MISTAKES, mistakes.size());
    return new Evaluation(
        mean.value().orElse(lossSum / labels.length),
        confusion,
        mistakes.subList(0, kept),
        ranks,
        calibration,
        RocAuc.of(probabilities, labels, workers));
  }
}
