package io.fovea.inference;

import io.fovea.network.AnswerRule;
import io.fovea.tensor.Tensor;
import java.util.Collections;
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
    if (rule instanceof AnswerRule.SeveralLabels several) {
      return new Prediction.Answer(named(labels, p, several.thresholds()), false, true);
    }
    int classes = labels.size();
    float[] values = outputs.slice(n, 1).toArray(); // features of maps in the order of weights
    boolean isUnlike =
        rule.features()
            .filter(features -> features.distance(values, classes, -1) > features.limit())
            .isPresent();
    List<Double> least = Collections.nCopies(classes, ((AnswerRule.OneLabel) rule).least());
    List<String> named = named(labels, p, least);
    boolean isAny = classes > 1 && named.size() == classes; // such a list tells nothing
    return new Prediction.Answer(isAny ? List.of() : named, isUnlike, false);
  }

  private static List<String> named(List<String> labels, List<Double> p, List<Double> least) {
    return IntStream.range(0, labels.size())
        .filter(k -> p.get(k) >= least.get(k))
        .boxed()
        .sorted(Comparator.comparing(p::get, Comparator.reverseOrder()))
        .map(labels::get)
        .toList();
  }
}
