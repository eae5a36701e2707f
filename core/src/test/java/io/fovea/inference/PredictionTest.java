package io.fovea.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PredictionTest {
  private static final Prediction PREDICTION =
      new Prediction(List.of("a", "b", "c", "d"), List.of(0.1, 0.4, 0.1, 0.4));

  @Test
  void index_equalProbabilities_isTheFirst() {
    assertThat(PREDICTION.index()).isEqualTo(1);
    assertThat(PREDICTION.label()).isEqualTo("b");
    assertThat(PREDICTION.probability()).isEqualTo(0.4);
  }

  @Test
  void top_some_areTheMostProbableFirst() {
    assertThat(PREDICTION.top(3))
        .extracting(Prediction.ClassProbability::index)
        .containsExactly(1, 3, 0);
    assertThat(PREDICTION.top(1).getFirst())
        .isEqualTo(new Prediction.ClassProbability(1, "b", 0.4))
        .hasToString("b 40.00 %");
    assertThat(PREDICTION).hasToString("b 40.00 %");
    assertThat(PREDICTION.top(0)).isEmpty();
  }

  @Test
  void members_haveTheAnswerAndTheDoubt() {
    Prediction.Answer answer = new Prediction.Answer(List.of("b", "d"), true, false);
    Prediction doubted =
        new Prediction(
            PREDICTION.labels(), PREDICTION.probabilities(), Optional.of(answer), Optional.empty());
    assertThat(doubted.withDoubt(Optional.of("it is plain")).members(2))
        .hasToString(
            "{label=b, probability=0.4, probabilities={b=0.4, d=0.4}, answer=[b, d], unlike=true, doubt=it is plain}");
    assertThat(PREDICTION.members(0).toString())
        .isEqualTo("{label=b, probability=0.4, probabilities={a=0.1, b=0.4, c=0.1, d=0.4}}");
    Prediction.Answer none = new Prediction.Answer(List.of(), false, true);
    assertThat(
            new Prediction(List.of("a"), List.of(0.2), Optional.of(none), Optional.empty())
                .members(0))
        .containsEntry("answer", List.of())
        .doesNotContainKey("unlike");
  }
}
