package io.fovea.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AnswerRuleTest {
  private static final Network NETWORK =
      Network.input(1, 4, 4)
          .flatten()
          .dense(3)
          .relu()
          .as("features")
          .dense(2)
          .build(Initializer.he(), 1);

  @Test
  void publish_otherWeights_dropsTheRule() {
    AnswerRule rule = new AnswerRule.OneLabel(0.9, 0.2, Optional.empty());
    Network ruled = NETWORK.withAnswers(rule);
    assertThat(NETWORK.answers()).isEmpty();
    assertThat(ruled.copy().answers()).contains(rule);

    ruled.publish(ruled.weights());
    assertThat(ruled.answers()).isEmpty();
  }

  @Test
  void publish_withARule_hasBoth_andKeepsItWithTheWeights() {
    AnswerRule rule = new AnswerRule.SeveralLabels(List.of(0.25, 0.75));
    Network ruled = NETWORK.copy();
    ruled.publish(ruled.weights(), rule);
    assertThat(ruled.answers()).contains(rule);
    ruled.publish(ruled.weights(), ruled.preprocessing(), List.of("a", "b"));
    assertThat(ruled.answers()).as("renamed labels").contains(rule);
    Weights other = Weights.initial(ruled.graph(), Initializer.he(), 2);
    ruled.publish(other, ruled.preprocessing(), List.of("a", "b"));
    assertThat(ruled.answers()).as("other weights").isEmpty();
  }

  @Test
  void rule_wrongNumbers_isRefused() {
    assertThatThrownBy(() -> new AnswerRule.SeveralLabels(List.of(0.5, 1.5)))
        .hasMessage("answer: expects a least probability from 0 to 1, got 1.5");
    assertThatThrownBy(() -> NETWORK.withAnswers(AnswerRule.SeveralLabels.usual(3)))
        .hasMessage("network: has 2 classes, got thresholds of 3");
    assertThatThrownBy(() -> new AnswerRule.OneLabel(1, 0.1, Optional.empty()))
        .hasMessage("answer: expects a coverage above 0 and below 1, got 1.0; usual is 0.95");
    assertThatThrownBy(() -> new AnswerRule.OneLabel(0.9, -1, Optional.empty()))
        .hasMessage("answer: expects a least probability from 0 to 1, got -1.0");
    assertThatThrownBy(
            () -> new FeatureGaussian("f", new float[][] {{1}, {Float.NaN}}, new float[] {1}, 1))
        .hasMessage(
            "features: expects finite means of 1 features for each class, and positive deviations and limit, got others; fit them again");
    FeatureGaussian narrow =
        new FeatureGaussian("features", new float[2][2], new float[] {1, 1}, 1);
    assertThatThrownBy(
            () -> NETWORK.withAnswers(new AnswerRule.OneLabel(0.9, 0.1, Optional.of(narrow))))
        .hasMessage(
            "network: has 2 classes and 3 features at features, got a rule for 2 classes and 2 features");
  }
}
