package io.fovea.inference;

import io.fovea.network.AnswerRule;
import io.fovea.tensor.Tensor;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Answer sets by a network's {@link AnswerRule}. */
final class Answers {
  private Answers() {}

  /**
   * The answer about image n.
   *
   * @param outputs the logits, followed by the features that the rule looks at, if it does
   */
  static Prediction.Answer of(
      AnswerRule rule, List<String> labels, List<Double> p, Tensor outputs, int n) {
    int classes = labels.size();
    float[] values = outputs.slice(n, 1).toArray(); // features of maps in the order of weights
    boolean isUnlike =
        rule.features()
            .filter(features -> features.distance(values, classes) > features.limit())
            .isPresent();
    List<String> all =
        IntStream.range(0, classes)
            .filter(k -> p.get(k) >= rule.least())
            .boxed()
            .sorted(Comparator.comparing(p::get, Comparator.reverseOrder()))
            .map(labels::get)
            .toList();
    return new Prediction.Answer(all, isUnlike);
  }
}
