package io.fovea.rivals.compare;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The values of one side, or the ratios of two, round by round.
 *
 * @param values at least one
 */
record Series(List<Double> values) {
  /** The middle one, or the mean of the two in the middle. */
  double median() {
    List<Double> sorted = values.stream().sorted().toList();
    int half = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(half)
        : (sorted.get(half - 1) + sorted.get(half)) / 2;
  }

  double min() {
    return values.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
  }

  double max() {
    return values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
  }

  /**
   * How many times as fast Fovea was in each round, when this is Fovea's and the other a rival's.
   */
  Series leads(Series rival, Metric metric) {
    int rounds = Math.min(values.size(), rival.values.size());
    return new Series(
        IntStream.range(0, rounds)
            .mapToObj(i -> metric.lead(values.get(i), rival.values.get(i)))
            .toList());
  }
}
