package io.fovea.transfer.head;

import io.fovea.kernel.KernelSet;
import io.fovea.loss.SoftmaxCrossEntropy;
import io.fovea.parallel.Workers;
import io.fovea.train.CachedFeatures;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The probabilities of the classes for each image by logistic regression on the images of the other
 * folds, with the penalty whose loss on held-out images is the lowest.
 */
public final class HeldOutProbabilities {
  /** From strong to weak, so that each fit starts near its optimum. */
  private static final double[] STRENGTHS = {1e-4, 1e-3, 1e-2, 1e-1};

  private final CachedFeatures features;
  private final Folds folds;
  private final double[][][] probabilities;
  private final double[][] loss;

  private HeldOutProbabilities(CachedFeatures features, Folds folds) {
    this.features = features;
    this.folds = folds;
    this.probabilities = new double[STRENGTHS.length][features.size()][];
    this.loss = new double[folds.count()][STRENGTHS.length];
  }

  /**
   * Computes them, several folds at a time where there are threads.
   *
   * @param folds two or more, all of which are judged
   * @return (N, K); NaN where all images are in one fold, so that none is left to learn from
   */
  public static double[][] of(
      CachedFeatures features, Folds folds, int threads, KernelSet kernels) {
    HeldOutProbabilities all = new HeldOutProbabilities(features, folds);
    IntStream parts = IntStream.range(0, folds.count());
    (threads > 1 ? parts.parallel() : parts).forEach(fold -> all.judge(fold, kernels));
    int best = 0;
    for (int s = 1; s < STRENGTHS.length; s++) {
      best = all.loss(s) < all.loss(best) ? s : best;
    }
    return all.probabilities[best];
  }

  private double loss(int s) {
    return Arrays.stream(loss).mapToDouble(fold -> fold[s]).reduce(0, Double::sum);
  }

  private void judge(int fold, KernelSet kernels) {
    try (Workers workers = Workers.of(1)) {
      int[] others = folds.rest(fold);
      if (others.length == 0) {
        double[] unknown = new double[features.classes()];
        Arrays.fill(unknown, Double.NaN);
        Arrays.stream(probabilities).forEach(all -> Arrays.fill(all, unknown));
        return;
      }
      CachedFeatures rest = features.select(others);
      SoftmaxRegression regression =
          new SoftmaxRegression(rest, FeatureRange.all(rest), List.of(), kernels, workers);
      for (int s = 0; s < STRENGTHS.length; s++) {
        LinearHead head = regression.fit(STRENGTHS[s]);
        for (int image : folds.part(fold)) {
          double[] logP = logProbabilities(head, image);
          loss[fold][s] -= logP[features.label(image)];
          probabilities[s][image] = Arrays.stream(logP).map(StrictMath::exp).toArray();
        }
      }
    }
  }

  private double[] logProbabilities(LinearHead head, int image) {
    double[] z = head.logits(features, image);
    double[] logP = new double[z.length];
    SoftmaxCrossEntropy.logProbabilities(logP, z);
    return logP;
  }
}
