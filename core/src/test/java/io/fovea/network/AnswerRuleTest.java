package io.fovea.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
    AnswerRule rule = new AnswerRule(0.9, 0.2, Optional.empty());
    Network ruled = NETWORK.withAnswers(rule);
    assertThat(NETWORK.answers()).isEmpty();
    assertThat(ruled.copy().answers()).contains(rule);

    ruled.publish(ruled.weights());
    assertThat(ruled.answers()).isEmpty();
  }

  @Test
  void rule_wrongNumbers_isRefused() {
    assertThatThrownBy(() -> new AnswerRule(1, 0.1, Optional.empty()))
        .hasMessage("answer: expects a coverage above 0 and below 1, got 1.0; usual is 0.95");
    assertThatThrownBy(() -> new AnswerRule(0.9, -1, Optional.empty()))
        .hasMessage("answer: expects a least probability from 0 to 1, got -1.0");
    assertThatThrownBy(
            () -> new FeatureGaussian("f", new float[][] {{1}, {Float.NaN}}, new float[] {1}, 1))
        .hasMessage(
            "features: expects finite means of 1 features for each class, and positive deviations and limit, got others; fit them again");
    FeatureGaussian narrow =
        new FeatureGaussian("features", new float[2][2], new float[] {1, 1}, 1);
    assertThatThrownBy(() -> NETWORK.withAnswers(new AnswerRule(0.9, 0.1, Optional.of(narrow))))
        .hasMessage(
            "network: has 2 classes and 3 features at features, got a rule for 2 classes and 2 features");
  }
}
