package io.fovea.metrics;

import io.fovea.dataset.Targets;
import io.fovea.loss.SigmoidCrossEntropy;
import io.fovea.loss.SoftmaxCrossEntropy;
import io.fovea.metrics.Evaluation.Mistake;
import io.fovea.parallel.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

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
  private final BitSet[] members; // by class, the images that have it
  private final int images;
  private final boolean isMultiLabel;
  private final double[] p;
  private final double[] logP;
  private final double[] losses;
  private double lossSum;

  /**
   * An empty accumulator for {@code images} images, each with the logits of {@code networks}
   * networks.
   */
  EvaluationAccumulator(int networks, int classes, int images, boolean isMultiLabel) {
    this.isMultiLabel = isMultiLabel;
    this.networks = networks;
    this.classes = classes;
    this.confusion = new ConfusionMatrix(classes);
    this.ranks = new Ranks(classes);
    this.probabilities = new float[classes][images];
    this.members = new BitSet[classes];
    Arrays.setAll(members, k -> new BitSet(images));
    this.images = images;
    this.p = new double[classes];
    this.logP = new double[classes];
    this.losses = new double[networks];
  }

  /**
   * Counts one image. The probability of a class is the mean over the networks, the loss minus the
   * logarithm of the label's. Where an image has several labels, the most probable one counts.
   *
   * @param n the image's number among the targets
   * @param z the logits of each network
   */
  void add(int image, Targets targets, int n, double[][] z) {
    Arrays.fill(p, 0);
    double loss = isMultiLabel ? sigmoid(targets, n, z) : softmax(targets.label(n), z);
    lossSum += loss;
    double[] order = networks == 1 ? z[0] : p;
    int predicted = Evaluation.largest(order);
    int label = targets.label(n);
    for (int k = 0; k < classes; k++) {
      probabilities[k][image] = (float) p[k];
      boolean isMember = isMultiLabel ? targets.share(n, k) > 0 : k == label;
      members[k].set(image, isMember);
      label = isMember && order[k] > order[label] ? k : label;
    }
    confusion.add(label, predicted);
    ranks.add(order, label);
    calibration.add(p[predicted], predicted == label);
    if (predicted != label) {
      mistakes.add(new Mistake(image, label, predicted, p[predicted], loss));
    }
  }

  /** Fills the probabilities of classes that exclude each other, and returns the loss. */
  private double softmax(int label, double[][] z) {
    for (int m = 0; m < networks; m++) {
      SoftmaxCrossEntropy.logProbabilities(logP, z[m]);
      losses[m] = 0 - logP[label]; // not -logP: with probability 1 the loss is 0, not -0
      for (int k = 0; k < classes; k++) {
        p[k] += StrictMath.exp(logP[k]) / networks;
      }
    }
    return loss();
  }

  /** Those that do not, and the mean over the classes of - t log p - (1 - t) log (1 - p). */
  private double sigmoid(Targets targets, int n, double[][] z) {
    double loss = 0;
    for (int k = 0; k < classes; k++) {
      double not = 0;
      for (double[] own : z) {
        p[k] += SigmoidCrossEntropy.probability(own[k]) / networks;
        not += SigmoidCrossEntropy.probability(-own[k]) / networks;
      }
      double t = targets.share(n, k);
      loss -=
          t * StrictMath.log(Math.max(p[k], Double.MIN_VALUE))
              + (1 - t) * StrictMath.log(Math.max(not, Double.MIN_VALUE));
    }
    return loss / classes;
  }

  /**
   * - log of the mean over m of exp(-losses[m]), from the smallest loss up, so that the logarithm
   * of a probability too small for a double is still a number.
   */
  private double loss() {
    double least = Arrays.stream(losses).min().orElseThrow();
    if (networks == 1 || Double.isInfinite(least)) {
      return least;
    }
    double sum = 0;
    for (double loss : losses) {
      sum += StrictMath.exp(least - loss);
    }
    return least - StrictMath.log(sum / networks);
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
        mean.value().orElse(lossSum / images),
        confusion,
        mistakes.subList(0, kept),
        ranks,
        calibration,
        RocAuc.of(probabilities, members, workers),
        isMultiLabel
            ? Optional.of(new MultiLabelScores(probabilities, members))
            : Optional.empty());
  }
}
