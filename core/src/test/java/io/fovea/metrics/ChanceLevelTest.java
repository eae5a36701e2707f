package io.fovea.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.dataset.Dataset;
import io.fovea.dataset.FewImages;
import io.fovea.tensor.Shape;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChanceLevelTest {
  private static final List<String> LABELS = List.of("cat", "dog", "owl");

  /** The hint for {@code ofEach} images of each class, all of them right. */
  private static Optional<String> allRight(int ofEach) {
    ConfusionMatrix matrix = new ConfusionMatrix(3);
    for (int i = 0; i < 3 * ofEach; i++) {
      matrix.add(i % 3, i % 3);
    }
    return ChanceLevel.warning(matrix, LABELS, "train it");
  }

  @Test
  void hint_allImagesRight_isNone() {
    for (int ofEach = 1; ofEach <= 20; ofEach++) {
      assertThat(allRight(ofEach)).as(ofEach + " of each").isEmpty();
    }
  }

  @Test
  void hint_alwaysTheSameAnswer_namesIt() {
    ConfusionMatrix matrix = new ConfusionMatrix(3);
    for (int i = 0; i < 30; i++) {
      matrix.add(i % 3, 1);
    }
    assertThat(ChanceLevel.warning(matrix, LABELS, "train it"))
        .contains(
            "at chance level: always predicting \"cat\" would be correct for 33.33 % of these images; train it");
  }

  /** 50 of 100 are of class a: the limit is 0.5 + 2 * sqrt(0.25 / 100) = 0.6. */
  @Test
  void warning_ofAnAccuracy_countsTheLabels() {
    int[] labels = new int[100];
    for (int i = 0; i < 100; i++) {
      labels[i] = i < 50 ? 0 : 1 + i % 2;
    }
    Dataset images = new FewImages("few", Shape.of(1, 1, 1), 3, labels, new float[100]);
    assertThat(ChanceLevel.warning(0.599, images, "train it"))
        .contains(
            "at chance level: always predicting \""
                + images.classes().getFirst()
                + "\" would be correct for 50.00 % of these images; train it");
    assertThat(ChanceLevel.warning(0.601, images, "train it")).isEmpty();
    int[] six = {0, 0, 0, 1, 1, 1}; // 4 of 6 right: nobody can tell
    Dataset few = new FewImages("few", Shape.of(1, 1, 1), 2, six, new float[6]);
    assertThat(ChanceLevel.warning(4.0 / 6, few, "train it")).isEmpty();
  }
}
