package io.fovea.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.inference.Prediction;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PredictionJsonTest {
  private static final List<String> LABELS = List.of("cat", "dog");
  private static final List<Double> P = List.of(0.25, 0.75);

  @Test
  void of_answer_namesTheClassesAndTheUnfamiliar() {
    Prediction.Answer answer = new Prediction.Answer(List.of("dog", "cat"), true, false);
    assertThat(PredictionJson.of(new Prediction(LABELS, P, Optional.of(answer))))
        .isEqualTo(
            Map.of(
                "label",
                "dog",
                "probability",
                0.75,
                "probabilities",
                Map.of("cat", 0.25, "dog", 0.75),
                "answer",
                List.of("dog", "cat"),
                "unlike",
                true));
    assertThat(PredictionJson.of(new Prediction(LABELS, P)))
        .containsOnlyKeys("label", "probability", "probabilities");
  }

  @Test
  void of_severalLabels_namesAll() {
    Prediction.Answer none = new Prediction.Answer(List.of(), false, true);
    assertThat(PredictionJson.of(new Prediction(LABELS, P, Optional.of(none))))
        .containsEntry("answer", List.of())
        .containsEntry("probability", 0.75)
        .doesNotContainKey("unlike");
  }
}
