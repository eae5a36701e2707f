package io.fovea.inference;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The prediction for one image.
 *
 * @param labels the names of the classes
 * @param probabilities one a class, in the same order; they sum to 1
 */
public record Prediction(List<String> labels, List<Double> probabilities) {
  /** The index of the most probable class; of equal ones the first. */
  public int index() {
    int best = 0;
    for (int i = 1; i < probabilities.size(); i++) {
      if (probabilities.get(i) > probabilities.get(best)) {
        best = i;
      }
    }
    return best;
  }

  /** The most probable class. */
  public String label() {
    return labels.get(index());
  }

  /** The probability of the most probable class. */
  public double probability() {
    return probabilities.get(index());
  }

  /** The indices of the k most probable classes, the most probable first. */
  public List<Integer> top(int k) {
    return IntStream.range(0, labels.size())
        .boxed()
        .sorted((a, b) -> Double.compare(probabilities.get(b), probabilities.get(a)))
        .limit(k)
        .toList();
  }
}
