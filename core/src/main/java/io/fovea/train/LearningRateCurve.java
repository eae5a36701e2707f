package io.fovea.train;

import java.util.List;
import java.util.OptionalDouble;

/**
 * The loss at rising learning rates: see {@link LearningRateFinder}.
 *
 * @param points one a step, by ascending rate
 * @param steps the requested steps; the curve may have ended earlier
 */
public record LearningRateCurve(List<Point> points, int steps) {
  /** Points left out at the end, where the loss has begun to rise. */
  private static final int TAIL = 5;

  /**
   * One step.
   *
   * @param rate its learning rate
   * @param loss its batch's mean loss before the update
   * @param smoothed the moving average of the losses so far
   */
  public record Point(double rate, double loss, double smoothed) {}

  public LearningRateCurve {
    points = List.copyOf(points);
  }

  /**
   * The suggested learning rate, by the rule that fastai calls valley: the rate in the middle of
   * the longest falling subsequence of the smoothed losses, without the first tenth of the
   * requested steps and the last five. Empty where the loss never falls.
   */
  public OptionalDouble suggestion() {
    int from = steps / 10;
    int to = points.size() - TAIL;
    if (to - from < 3) {
      return OptionalDouble.empty();
    }
    List<Point> inner = points.subList(from, to);
    int[] lengths = new int[inner.size()]; // of the longest falling subsequence that ends there
    int end = 0;
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = 1;
      for (int j = 0; j < i; j++) {
        if (inner.get(i).smoothed() < inner.get(j).smoothed()) {
          lengths[i] = Math.max(lengths[i], lengths[j] + 1);
        }
      }
      end = lengths[i] > lengths[end] ? i : end;
    }
    if (lengths[end] == 1) {
      return OptionalDouble.empty();
    }
    double third = lengths[end] / 3.0;
    int at = end - lengths[end] + (int) third + (int) (third / 2);
    return OptionalDouble.of(inner.get(Math.max(0, at)).rate());
  }
}
