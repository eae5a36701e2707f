package io.fovea.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
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
  void top_moreThanThereAre_isAll() {
    assertThat(PREDICTION.top(10).toString())
        .isEqualTo("[b 40.00 %, d 40.00 %, a 10.00 %, c 10.00 %]");
  }
}
