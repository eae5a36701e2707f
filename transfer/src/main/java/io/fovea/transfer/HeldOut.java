package io.fovea.transfer;

import io.fovea.metrics.Calibration;
import io.fovea.train.CachedFeatures;
import io.fovea.transfer.head.LinearHead;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * What a candidate answers about photos that it was not trained on.
 *
 * @param photos the indices of the photos among the training photos
 * @param logits (photos, classes), before any temperature
 * @param labels the class of each photo
 * @param distances of each photo's features to those of the nearest class in training; empty where
 *     the last layer reads maps
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record HeldOut(int[] photos, double[][] logits, int[] labels, double[] distances) {
  /** The answers about some photos, whose labels the given features have. */
  static HeldOut of(
      int[] photos, CachedFeatures data, IntFunction<double[]> logits, double[] distances) {
    return new HeldOut(
        photos,
        IntStream.range(0, photos.length).mapToObj(logits).toArray(double[][]::new),
        IntStream.range(0, photos.length).map(data::label).toArray(),
        distances);
  }

  /** Those of several folds, one after the other. */
  static HeldOut joined(List<HeldOut> folds) {
    return new HeldOut(
        folds.stream().flatMapToInt(fold -> Arrays.stream(fold.photos)).toArray(),
        folds.stream().flatMap(fold -> Arrays.stream(fold.logits)).toArray(double[][]::new),
        folds.stream().flatMapToInt(fold -> Arrays.stream(fold.labels)).toArray(),
        folds.stream().flatMapToDouble(fold -> Arrays.stream(fold.distances)).toArray());
  }

  /** The number of photos. */
  public int size() {
    return photos.length;
  }

  /** The share of photos whose class has the largest logit. */
  public Accuracy accuracy() {
    int correct = IntStream.range(0, size()).map(this::correct).sum();
    return new Accuracy((double) correct / size(), size());
  }

  /** The temperature with which these logits fit the labels best. */
  public Temperature temperature() {
    return Temperature.fit(logits, labels);
  }

  /** The probability of each photo's own class at a temperature. */
  double[] ofTrueClass(Temperature temperature) {
    return IntStream.range(0, size())
        .mapToDouble(i -> StrictMath.exp(-temperature.loss(logits[i], labels[i])))
        .toArray();
  }

  /** The expected calibration error at a temperature, from 0 to 1. */
  public double calibrationError(Temperature temperature) {
    Calibration calibration = new Calibration();
    for (int i = 0; i < size(); i++) {
      int best = LinearHead.largest(logits[i]);
      calibration.add(StrictMath.exp(-temperature.loss(logits[i], best)), best == labels[i]);
    }
    return calibration.error();
  }

  /** 1 where the photo's class has the largest logit, else 0. */
  int correct(int i) {
    return LinearHead.largest(logits[i]) == labels[i] ? 1 : 0;
  }

  /** Each photo's cross-entropy at the best temperature. */
  double[] losses() {
    Temperature best = temperature();
    return IntStream.range(0, size()).mapToDouble(i -> best.loss(logits[i], labels[i])).toArray();
  }
}
