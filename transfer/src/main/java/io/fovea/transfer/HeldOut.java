package io.fovea.transfer;

import io.fovea.metrics.Calibration;
import io.fovea.metrics.Evaluation;
import io.fovea.network.AnswerRule;
import io.fovea.network.Network;
import io.fovea.train.CachedFeatures;
import io.fovea.transfer.head.Familiarity;
import io.fovea.transfer.head.HeadFit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * What a candidate answers about photos that it was not trained on.
 *
 * @param photos the indices of the photos among the training photos
 * @param logits (photos, classes), before any temperature
 * @param labels the class of each photo
 * @param distances of each photo's features to those of the nearest class in training
 * @param toOthers of each photo's features to those of the nearest class but its own
 * @param temperature the one with which a model of these logits fits photos that it has not seen
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record HeldOut(
    int[] photos,
    double[][] logits,
    int[] labels,
    double[] distances,
    double[] toOthers,
    Temperature temperature) {
  /**
   * The least photos for a temperature and a rule for answers. Of fewer, a rule would have to name
   * nearly every class, and the calibration error is chance.
   */
  public static final int ENOUGH = 60;

  /**
   * The answers about some photos.
   *
   * @param features of these photos, with their labels
   * @param known the features of the training
   */
  static HeldOut of(
      int[] photos, CachedFeatures features, IntFunction<double[]> logits, Familiarity known) {
    double[][] all = IntStream.range(0, photos.length).mapToObj(logits).toArray(double[][]::new);
    int[] labels = IntStream.range(0, photos.length).map(features::label).toArray();
    return new HeldOut(
        photos,
        all,
        labels,
        known.distances(features, false),
        known.distances(features, true),
        Temperature.fit(all, labels));
  }

  /** Those of several folds, one after the other. */
  static HeldOut joined(List<HeldOut> folds) {
    double[][] logits =
        folds.stream().flatMap(fold -> Arrays.stream(fold.logits)).toArray(double[][]::new);
    int[] labels = folds.stream().flatMapToInt(fold -> Arrays.stream(fold.labels)).toArray();
    return new HeldOut(
        folds.stream().flatMapToInt(fold -> Arrays.stream(fold.photos)).toArray(),
        logits,
        labels,
        folds.stream().flatMapToDouble(fold -> Arrays.stream(fold.distances)).toArray(),
        folds.stream().flatMapToDouble(fold -> Arrays.stream(fold.toOthers)).toArray(),
        logits.length == 0 ? Temperature.none() : Temperature.fit(logits, labels));
  }

  /**
   * The same answers, as sharp as the model that is shipped, with that model's temperature. Each
   * fold chooses its own penalty, and so does the fit to all photos: where that one takes a weaker
   * penalty, its logits are larger, and a limit measured on the folds would promise too much. What
   * is shipped has been fitted with the same penalty to four fifths of the photos, too, and those
   * layers' logits of the last fifth tell how sharp it is (decision 37).
   *
   * @param shipped at least {@link #ENOUGH} images; of fewer, nothing changes
   */
  HeldOut as(HeadFit.Logits shipped) {
    double own = spread(logits);
    if (shipped.labels().length < ENOUGH || own == 0) {
      return this;
    }
    double factor = spread(shipped.values()) / own;
    double[][] scaled =
        Arrays.stream(logits)
            .map(row -> Arrays.stream(row).map(z -> factor * z).toArray())
            .toArray(double[][]::new);
    Temperature fitted = Temperature.fit(shipped.values(), shipped.labels());
    return new HeldOut(photos, scaled, labels, distances, toOthers, fitted);
  }

  /** The standard deviation of logits about the mean of their photo; a softmax sees no mean. */
  private static double spread(double[][] logits) {
    double squares = 0;
    long count = 0;
    for (double[] row : logits) {
      double mean = Arrays.stream(row).reduce(0, Double::sum) / row.length;
      squares += Arrays.stream(row).reduce(0, (s, z) -> s + (z - mean) * (z - mean));
      count += row.length;
    }
    return Math.sqrt(squares / count);
  }

  /**
   * How many photos a rule for answers needs: {@link #ENOUGH}, or so many that one of them may be
   * an exception, 1 / (1 - coverage) - 1.
   */
  public static int needed(double coverage) {
    // Less 1e-6: 1 / (1 - coverage) may be rounded to just above a whole number.
    return Math.max(ENOUGH, (int) Math.ceil(1 / (1 - coverage) - 1e-6) - 1);
  }

  /**
   * A network with probabilities that mean what they say, if these photos are enough, and with a
   * rule for its answers, if they are enough for the coverage; else the same network.
   *
   * @param features what {@code node} computes for all training photos
   */
  Network calibrated(Network network, String node, CachedFeatures features, double coverage) {
    if (size() < ENOUGH) {
      return network;
    }
    OutputLayer.divide(network, temperature.value());
    return size() < needed(coverage)
        ? network
        : network.withAnswers(
            Familiarity.rule(node, features, distances, toOthers, ofTrueClass(), coverage));
  }

  /** The lines of the command line about a network's temperature and its rule for answers. */
  List<String> lines(double coverage, Optional<AnswerRule.OneLabel> rule) {
    List<String> lines = new ArrayList<>();
    if (size() >= ENOUGH) {
      lines.add(
          String.format(
              Locale.ROOT,
              "temperature %.2f: calibration error %.1f -> %.1f %% on the held-out photos",
              temperature.value(),
              100 * calibrationError(Temperature.none()),
              100 * calibrationError(temperature)));
    }
    if (rule.isEmpty()) {
      lines.add(
          "answers: one class only: %,d held-out photos are too few for a rule; it needs %,d"
              .formatted(size(), needed(coverage)));
      return lines;
    }
    double least = rule.get().least();
    lines.add(
        String.format(
            Locale.ROOT,
            "answers: classes with %.1f %% or more; for %s %% of new photos of this kind, the true one is among them, or all are (\"unsure\": %.1f %% of the held-out photos)",
            100 * least,
            Double.toString(Math.round(1e4 * coverage) / 1e2).replaceFirst("\\.0$", ""),
            100.0 * IntStream.range(0, size()).filter(i -> isAny(i, least)).count() / size()));
    lines.add("none of these: " + rule.get().unlike().orElseThrow());
    return lines;
  }

  private boolean isAny(int i, double least) {
    return IntStream.range(0, logits[i].length)
        .allMatch(k -> StrictMath.exp(-temperature.loss(logits[i], k)) >= least);
  }

  /** The number of photos. */
  public int size() {
    return photos.length;
  }

  /** The share of photos whose class has the largest logit. */
  public Accuracy accuracy() {
    long correct =
        IntStream.range(0, size()).filter(i -> Evaluation.largest(logits[i]) == labels[i]).count();
    return new Accuracy((double) correct / size(), size());
  }

  /** The probability of each photo's own class at the temperature. */
  double[] ofTrueClass() {
    return IntStream.range(0, size())
        .mapToDouble(i -> StrictMath.exp(-temperature.loss(logits[i], labels[i])))
        .toArray();
  }

  /** The expected calibration error at a temperature, from 0 to 1. */
  public double calibrationError(Temperature temperature) {
    Calibration calibration = new Calibration();
    for (int i = 0; i < size(); i++) {
      int best = Evaluation.largest(logits[i]);
      calibration.add(StrictMath.exp(-temperature.loss(logits[i], best)), best == labels[i]);
    }
    return calibration.error();
  }

  /** Each photo's cross-entropy at the best temperature. */
  double[] losses() {
    return IntStream.range(0, size())
        .mapToDouble(i -> temperature.loss(logits[i], labels[i]))
        .toArray();
  }
}
