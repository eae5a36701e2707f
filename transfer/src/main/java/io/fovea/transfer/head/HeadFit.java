package io.fovea.transfer.head;

import io.fovea.kernel.KernelSet;
import io.fovea.parallel.Workers;
import io.fovea.train.CachedFeatures;
import io.fovea.train.EpochReport;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A last layer fitted to cached features by logistic regression with L2. The strength of the
 * penalty is the one with the lowest loss on images that were not learned from.
 *
 * @param head the layer, over all features, fitted to all training images with the chosen strength
 * @param strength C, the inverse strength of the penalty
 * @param validation loss and accuracy of the chosen strength on the evaluated images; NaN if none
 *     was evaluated
 * @param heldOut what layers of the chosen strength say of the evaluated images, each fitted
 *     without them: as sharp as {@code head}, which has the same strength
 */
public record HeadFit(
    LinearHead head, double strength, EpochReport.Score validation, Logits heldOut) {
  /** From strong to weak, so that each fit starts near its optimum. */
  private static final double[] STRENGTHS = {1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1};

  /** Where no image can be held out: C = 1, the default of scikit-learn. */
  private static final int DEFAULT = STRENGTHS.length - 1;

  /** The number of evaluated images. */
  public int judged() {
    return heldOut.labels.length;
  }

  /**
   * What layers say of images that they were not fitted to, in the order of the folds.
   *
   * @param values (images, classes)
   * @param labels the class of each image
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Logits(double[][] values, int[] labels) {
    /** The means of several layers' logits of the same images. */
    public static Logits mean(List<Logits> layers) {
      Logits first = layers.getFirst();
      double[][] means =
          new double[first.values.length][first.values.length == 0 ? 0 : first.values[0].length];
      for (Logits layer : layers) {
        for (int i = 0; i < means.length; i++) {
          for (int k = 0; k < means[i].length; k++) {
            means[i][k] += layer.values[i][k] / layers.size();
          }
        }
      }
      return new Logits(means, first.labels);
    }
  }

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
    private final List<List<double[]>> logits =
        Stream.generate(() -> (List<double[]>) new ArrayList<double[]>())
            .limit(STRENGTHS.length)
            .toList();
    private final List<Integer> labels = new ArrayList<>();

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
        LinearHead fitted = regression.fit(STRENGTHS[s]);
        EpochReport.Score score = fitted.score(held, classWeights);
        loss[s] += held.size() * score.loss();
        correct[s] += held.size() * score.accuracy();
        for (int i = 0; i < held.size(); i++) {
          logits.get(s).add(fitted.logits(held, i));
        }
      }
      for (int i = 0; i < held.size(); i++) {
        labels.add(held.label(i));
      }
    }

    HeadFit chosen(CachedFeatures train) {
      int images = labels.size();
      int best = images == 0 ? DEFAULT : 0;
      for (int s = 1; s < STRENGTHS.length; s++) {
        // Of equal losses the stronger penalty, which comes first.
        best = loss[s] < loss[best] ? s : best;
      }
      LinearHead head =
          new SoftmaxRegression(train, range, classWeights, kernels, workers).fit(STRENGTHS[best]);
      EpochReport.Score score = new EpochReport.Score(loss[best] / images, correct[best] / images);
      Logits heldOut =
          new Logits(
              logits.get(best).toArray(double[][]::new),
              labels.stream().mapToInt(Integer::intValue).toArray());
      return new HeadFit(head, STRENGTHS[best], score, heldOut);
    }
  }
}
