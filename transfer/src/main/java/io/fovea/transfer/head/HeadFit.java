package io.fovea.transfer.head;

import io.fovea.kernel.KernelSet;
import io.fovea.parallel.Workers;
import io.fovea.train.CachedFeatures;
import io.fovea.train.EpochReport;
import java.util.List;

/**
 * A last layer fitted to cached features by logistic regression with L2. The strength of the
 * penalty is the one with the lowest loss on images that were not learned from.
 *
 * @param head the layer, over all features, fitted to all training images with the chosen strength
 * @param strength C, the inverse strength of the penalty
 * @param validation loss and accuracy of the chosen strength on the evaluated images; NaN if none
 *     was evaluated
 * @param judged the number of evaluated images
 */
public record HeadFit(LinearHead head, double strength, EpochReport.Score validation, int judged) {
  /** From strong to weak, so that each fit starts near its optimum. */
  private static final double[] STRENGTHS = {1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1};

  /** Where no image can be held out: C = 1, the default of scikit-learn. */
  private static final int DEFAULT = STRENGTHS.length - 1;

  /**
   * Fits by cross-validation. Folds without images to hold out or to train on are passed over; if
   * none is left, as with a single image, the strength is 1.
   *
   * @param folds the folds of the images, of which there is one or more
   */
  public static HeadFit of(
      CachedFeatures train,
      FeatureRange range,
      Folds folds,
      List<Double> classWeights,
      KernelSet kernels,
      Workers workers) {
    Judge judge = new Judge(range, classWeights, kernels, workers);
    for (int fold = 0; fold < folds.count(); fold++) {
      int[] rest = folds.rest(fold);
      int[] held = folds.part(fold);
      if (rest.length > 0 && held.length > 0) {
        judge.add(train.select(rest), train.select(held).plain());
      }
    }
    return judge.chosen(train);
  }

  /** Fits with the strength that has the lowest loss on validation images. */
  public static HeadFit of(
      CachedFeatures train,
      CachedFeatures validation,
      List<Double> classWeights,
      KernelSet kernels,
      Workers workers) {
    Judge judge = new Judge(FeatureRange.all(train), classWeights, kernels, workers);
    judge.add(train, validation.plain());
    return judge.chosen(train);
  }

  /** Fits with every strength, and sums the scores over the images evaluated so far. */
  private static final class Judge {
    private final FeatureRange range;
    private final List<Double> classWeights;
    private final KernelSet kernels;
    private final Workers workers;
    private final double[] loss = new double[STRENGTHS.length];
    private final double[] correct = new double[STRENGTHS.length];
    private int images;

    Judge(FeatureRange range, List<Double> classWeights, KernelSet kernels, Workers workers) {
      this.range = range;
      this.classWeights = classWeights;
      this.kernels = kernels;
      this.workers = workers;
    }

    void add(CachedFeatures train, CachedFeatures held) {
      SoftmaxRegression regression =
          new SoftmaxRegression(train, range, classWeights, kernels, workers);
      for (int s = 0; s < STRENGTHS.length; s++) {
        EpochReport.Score score = regression.fit(STRENGTHS[s]).score(held, classWeights);
        loss[s] += held.size() * score.loss();
        correct[s] += held.size() * score.accuracy();
      }
      images += held.size();
    }

    HeadFit chosen(CachedFeatures train) {
      int best = images == 0 ? DEFAULT : 0;
      for (int s = 1; s < STRENGTHS.length; s++) {
        // Of equal losses the stronger penalty, which comes first.
        best = loss[s] < loss[best] ? s : best;
      }
      LinearHead head =
          new SoftmaxRegression(train, range, classWeights, kernels, workers).fit(STRENGTHS[best]);
      EpochReport.Score score = new EpochReport.Score(loss[best] / images, correct[best] / images);
      return new HeadFit(head, STRENGTHS[best], score, images);
    }
  }
}
