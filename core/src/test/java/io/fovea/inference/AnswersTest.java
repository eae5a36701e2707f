package io.fovea.inference;

import static io.fovea.network.ConvOption.padding;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.fovea.dataset.Augmentation;
import io.fovea.dataset.Dataset;
import io.fovea.dataset.Image;
import io.fovea.golden.MnistSlice;
import io.fovea.kernel.KernelSet;
import io.fovea.network.AnswerRule;
import io.fovea.network.FeatureGaussian;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AnswersTest {
  private static final Dataset DIGITS = new MnistSlice();

  /** Its features are maps, whose values have another order in memory than in weights. */
  private static final Network NETWORK =
      Network.input(1, 28, 28)
          .conv2d(5, 5, padding(2))
          .relu()
          .maxPool2d(4)
          .flatten()
          .dense(10)
          .build(Initializer.he(), 11);

  private static Tensor inputs(int from, int count) {
    Tensor x = Tensor.zeros(DIGITS.shape(), count);
    for (int n = 0; n < count; n++) {
      DIGITS.pixels(from + n, x.array(), n * DIGITS.shape().elements());
    }
    NETWORK.preprocessing().apply(x.array(), 0, x.elements());
    return x;
  }

  /** A rule that finds image 0 familiar, and all classes possible. */
  private static Network ruled(double least, double limit) {
    String node = NETWORK.featureNode();
    float[] first;
    try (Classifier cut = Classifier.of(NETWORK.features(node))) {
      first = cut.outputs(inputs(0, 1)).toArray();
    }
    float[][] means = new float[10][];
    Arrays.fill(means, first);
    float[] deviations = new float[first.length];
    Arrays.fill(deviations, 1);
    FeatureGaussian features = new FeatureGaussian(node, means, deviations, limit);
    return NETWORK.withAnswers(new AnswerRule.OneLabel(0.95, least, Optional.of(features)));
  }

  @Test
  void answer_severalLabels_areThoseAboveTheirThresholds_ofSigmoids() throws Exception {
    List<Double> thresholds = List.of(0.0, 1.0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5);
    Network several = NETWORK.withAnswers(new AnswerRule.SeveralLabels(thresholds));
    Network none = NETWORK.withAnswers(new AnswerRule.SeveralLabels(Collections.nCopies(10, 1.0)));
    try (Classifier classifier = Classifier.of(several);
        Classifier strict = Classifier.of(none);
        BatchingClassifier batching = classifier.batching(4, Duration.ZERO)) {
      Tensor x = inputs(0, 3);
      Tensor logits = classifier.outputs(x);
      for (int n = 0; n < 3; n++) {
        Prediction own = classifier.probabilities(x).get(n);
        TreeSet<String> wanted = new TreeSet<>(List.of("0"));
        for (int k = 0; k < 10; k++) {
          double z = logits.toArray()[10 * n + k];
          assertThat(own.probabilities().get(k)).isEqualTo(1 / (1 + Math.exp(-z)));
          if (k > 1 && z >= 0) {
            wanted.add(Integer.toString(k));
          }
        }
        Prediction.Answer answer = own.answer().orElseThrow();
        assertThat(answer.labels()).containsExactlyInAnyOrderElementsOf(wanted);
        assertThat(answer).hasToString(String.join(" and ", answer.labels()));
        assertThat(batching.probabilities(inputs(n, 1))).containsExactly(own);
        assertThat(classifier.predictions(logits).get(n)).isEqualTo(own);
      }
      assertThat(strict.probabilities(x).getFirst().answer().orElseThrow()).hasToString("none");
    }
  }

  @ParameterizedTest
  @EnumSource(KernelSet.class)
  void answer_rule_namesTheClassesAndTheUnfamiliar(KernelSet kernels) throws Exception {
    try (Classifier plain = Classifier.of(NETWORK, 2, kernels);
        Classifier classifier = Classifier.of(ruled(0.1, 1e-6), 2, kernels);
        BatchingClassifier batching = classifier.batching(4, Duration.ZERO)) {
      Tensor x = inputs(0, 3);
      List<Prediction> answers = classifier.probabilities(x);
      for (int n = 0; n < 3; n++) {
        Prediction own = answers.get(n);
        Prediction.Answer answer = own.answer().orElseThrow();
        assertThat(answer.isUnlike()).isEqualTo(n > 0);
        assertThat(answer.labels())
            .isEqualTo(
                own.top(10).stream()
                    .filter(best -> best.probability() >= 0.1)
                    .map(Prediction.ClassProbability::label)
                    .toList());
        assertThat(batching.probabilities(inputs(n, 1))).containsExactly(own);
      }

      Tensor logits = classifier.outputs(x);
      assertThat(logits.shape()).isEqualTo(Shape.of(10));
      assertThat(logits.toArray()).containsExactly(plain.outputs(x).toArray(), within(1e-4f));
      assertThat(batching.outputs(x).toArray()).isEqualTo(logits.toArray());
      assertThat(classifier.predictions(logits).getFirst().answer()).isEmpty();
      assertThat(plain.probabilities(x).getFirst().answer()).isEmpty();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> plain.predictions(Tensor.zeros(Shape.of(9), 1)))
          .withMessage("network: expects outputs of 10 labels, got 9");
    }
  }

  @Test
  void answer_everyClassPossible_isUnsure() {
    try (Classifier classifier = Classifier.of(ruled(0, 1e9))) {
      Prediction any = classifier.probabilities(inputs(0, 1)).getFirst();
      assertThat(any.answer()).contains(new Prediction.Answer(List.of(), false, false));
      assertThat(any).hasToString(any.top(1).getFirst() + " -> unsure");
    }
  }

  @Test
  void classify_pictureUnlikeTheTrainingImages_hasADoubt() throws Exception {
    Image blank = Image.of(1, 28, 28, new byte[784]);
    Optional<String> plain = Optional.of("it is plain, nothing stands out from the background");
    Preprocessing unit = Preprocessing.unit(1, Preprocessing.Background.DARK);
    Network dark = NETWORK.copy();
    dark.publish(dark.weights(), unit, dark.labels());
    TestTimeAugmentation views = new TestTimeAugmentation(List.of(Augmentation.none()), 1);
    try (Classifier classifier = Classifier.of(dark);
        BatchingClassifier batching = classifier.batching(4, Duration.ZERO);
        Ensemble two = Ensemble.of(List.of(dark, dark), 1, KernelSet.fastest())) {
      assertThat(classifier.classify(blank).doubt()).isEqualTo(plain);
      assertThat(classifier.classify(DIGITS.image(0)).doubt()).isEmpty();
      assertThat(batching.classify(blank).doubt()).isEqualTo(plain);
      assertThat(two.classify(blank).doubt()).isEqualTo(plain);
      assertThat(two.classify(List.of(blank), views).getFirst().doubt()).isEqualTo(plain);
    }
  }

  @Test
  void answer_text_saysWhichOrNone() {
    assertThat(new Prediction.Answer(List.of("cat", "dog"), false, false))
        .hasToString("cat or dog");
    assertThat(new Prediction.Answer(List.of(), false, false)).hasToString("unsure");
    assertThat(new Prediction.Answer(List.of("cat"), true, false))
        .hasToString("none of these (unlike all training images)");
  }
}
