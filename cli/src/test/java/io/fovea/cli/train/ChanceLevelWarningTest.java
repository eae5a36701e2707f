package io.fovea.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.metrics.ConfusionMatrix;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChanceLevelWarningTest {
  private static final List<String> LABELS = List.of("cat", "dog", "owl");

  /** The hint for so many images of each class, all of them right. */
  private static Optional<String> allRight(int ofEach) {
    ConfusionMatrix matrix = new ConfusionMatrix(3);
    for (int i = 0; i < 3 * ofEach; i++) {
      matrix.add(i % 3, i % 3);
    }
    return ChanceLevelWarning.of(matrix, LABELS, "train it");
  }

  @Test
  void hint_allImagesRight_isNone() {
    for (int ofEach = 1; ofEach <= 20; ofEach++) {
      assertThat(allRight(ofEach)).as(ofEach + " of each").isEmpty();
    }
    ConfusionMatrix uneven = new ConfusionMatrix(3);
    for (int i = 0; i < 12; i++) {
      uneven.add(i < 10 ? 0 : 1, i < 10 ? 0 : 1); // 10/12 and two standard errors are above 1
    }
    assertThat(ChanceLevelWarning.of(uneven, LABELS, "train it")).isEmpty();
  }

  @Test
  void hint_alwaysTheSameAnswer_namesIt() {
    ConfusionMatrix matrix = new ConfusionMatrix(3);
    for (int i = 0; i < 30; i++) {
      matrix.add(i % 3, 1);
    }
    assertThat(ChanceLevelWarning.of(matrix, LABELS, "train it"))
        .contains(
            "at chance level: always predicting \"cat\" would be correct for 33.33 % of these images; train it");
  }
}
