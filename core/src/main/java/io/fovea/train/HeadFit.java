package io.fovea.train;

import io.fovea.layer.KernelSet;
import io.fovea.parallel.Workers;
import java.util.List;

/**
 * A last layer fitted to cached features by logistic regression with L2; the strength of the
 * penalty is chosen by images that were not learned from.
 *
 * @param head the layer, fitted to all training images with the chosen strength
 * @param strength C, the inverse strength of the penalty
 * @param validation loss and accuracy of the chosen strength on the evaluated images
 * @param judged the number of evaluated images
 */
public record HeadFit(LinearHead head, double strength, EpochReport.Score validation, int judged) {
  /** From strong to weak, so that each fit starts near its optimum. */
  private static final double[] STRENGTHS = {1e-3, 1e-2, 1e-1, 1};

  /**
   * Fits by cross-validation.
   *
   * @param folds the folds of the images
   */
  public static HeadFit of(
      CachedFeatures train,
      Folds folds,
      List<Double> classWeights,
      KernelSet kernels,
      Workers workers) {
    Judged[] sums = new Judged[STRENGTHS.length];
    for (int fold = 0; fold < folds.count(); fold++) {
      CachedFeatures rest = train.select(folds.rest(fold));
      CachedFeatures held = train.select(folds.part(fold)).plain();
      judge(sums, rest, held, classWeights, kernels, workers);
    }
    return chosen(sums, train, classWeights, kernels, workers);
  }

  /** Fits with the strength that has the lowest loss on validation images. */
  public static HeadFit of(
      CachedFeatures train,
      CachedFeatures validation,
      List<Double> classWeights,
      KernelSet kernels,
      Workers workers) {
    Judged[] sums = new Judged[STRENGTHS.length];
    judge(sums, train, validation.plain(), classWeights, kernels, workers);
    return chosen(sums, train, classWeights, kernels, workers);
  }

  /** Sums over the images evaluated so far. */
  private record Judged(double loss, double correct, int images) {}

  private static void judge(
      Judged[] sums,
      CachedFeatures train,
      CachedFeatures held,
      List<Double> classWeights,
      KernelSet kernels,
      Workers workers) {
    SoftmaxRegression regression = new SoftmaxRegression(train, classWeights, kernels, workers);
    for (int s = 0; s < STRENGTHS.length; s++) {
      EpochReport.Score score = regression.fit(STRENGTHS[s]).score(held, classWeights);
      Judged sum = sums[s] == null ? new Judged(0, 0, 0) : sums[s];
      sums[s] =
          new Judged(
              sum.loss + held.size() * score.loss(),
              sum.correct + held.size() * score.accuracy(),
              sum.images + held.size());
    }
  }

  private static HeadFit chosen(
      Judged[] sums,
      CachedFeatures train,
      List<Double> classWeights,
      KernelSet kernels,
      Workers workers) {
    int best = 0;
    for (int s = 1; s < sums.length; s++) {
      boolean isAsGood = sums[s].correct == sums[best].correct && sums[s].loss < sums[best].loss;
      best = sums[s].correct > sums[best].correct || isAsGood ? s : best;
    }
    Judged won = sums[best];
    LinearHead head =
        new SoftmaxRegression(train, classWeights, kernels, workers).fit(STRENGTHS[best]);
    EpochReport.Score score =
        new EpochReport.Score(won.loss / won.images, won.correct / won.images);
    return new HeadFit(head, STRENGTHS[best], score, won.images);
  }
}
