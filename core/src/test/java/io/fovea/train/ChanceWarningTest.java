package io.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.dataset.Dataset;
import io.fovea.dataset.FewImages;
import io.fovea.golden.MnistSlice;
import io.fovea.optim.Sgd;
import io.fovea.tensor.Shape;
import org.junit.jupiter.api.Test;

/** What a run without listeners says if it has learned nothing. */
class ChanceWarningTest {
  private static final Dataset IMAGES = new MnistSlice().first(70);

  /** 80 black images, 20 of each of the first 4 classes: nothing tells them apart. */
  private static Dataset black() {
    int[] labels = new int[80];
    float[][] pixels = new float[80][784];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = i % 4;
    }
    return new FewImages("black", Shape.of(1, 28, 28), 10, labels, pixels);
  }

  private static Trainer trainer() {
    return Trainer.of(Runs.smallNetwork(1)).threads(1);
  }

  @Test
  void fit_ofWhatCannotBeLearned_isAtChanceLevel() {
    Trainer trainer = trainer().epochs(3);
    assertThat(ChanceWarning.of(trainer, trainer.fit(black()), black()))
        .contains(
            "train: black: at chance level: always predicting \"class 0\" would be correct for 25.00 % of these images; try another learning rate than 0.01, more epochs, or another initialisation");
    Trainer validated = trainer().validation(black()).optimizer(Sgd.of(0.05f));
    assertThat(ChanceWarning.of(validated, validated.fit(IMAGES), IMAGES))
        .hasValueSatisfying(
            text ->
                assertThat(text)
                    .startsWith("train: black: at chance level")
                    .contains("try another learning rate than 0.05"));
  }

  @Test
  void fit_ofWhatIsLearned_isNot() {
    Trainer trainer = trainer().epochs(20).batchSize(10);
    assertThat(ChanceWarning.of(trainer, trainer.fit(IMAGES), IMAGES)).isEmpty();
  }

  /** Of a run that was stopped, nothing is said: it is not over. */
  @Test
  void fit_thatIsStopped_doesNotWarn() {
    Trainer trainer = trainer().epochs(3).until(3);
    History history = trainer.fit(black());
    assertThat(history.epochs()).isNotEmpty();
    assertThat(history.stopped()).isTrue();
    assertThat(ChanceWarning.of(trainer, history, black())).isEmpty();
  }
}
