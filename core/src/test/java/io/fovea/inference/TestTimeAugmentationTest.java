package io.fovea.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fovea.dataset.Augmentation;
import io.fovea.dataset.Batch;
import io.fovea.dataset.Dataset;
import io.fovea.dataset.Image;
import io.fovea.golden.MnistSlice;
import io.fovea.kernel.KernelSet;
import io.fovea.metrics.Evaluation;
import io.fovea.network.Graph;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.network.Zoo;
import io.fovea.parallel.Workers;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.preprocessing.Preprocessing.Background;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TestTimeAugmentationTest {
  /** Turns the order of all pixels round, if the view's key says so. */
  private record Reversed(boolean mixes) implements Augmentation {
    @Override
    public String text() {
      return "reversed";
    }

    @Override
    public Augmenter augmenter(Shape shape, float[] background) {
      return (pixels, offset, key) -> {
        int last = offset + shape.elements() - 1;
        for (int i = 0; i < shape.elements() / 2; i++) {
          float kept = pixels[offset + i];
          pixels[offset + i] = pixels[last - i];
          pixels[last - i] = kept;
        }
      };
    }

    @Override
    public void mix(Batch mixed, Batch batch, int n, int partner, RandomKey key) {}
  }

  private static final TestTimeAugmentation BOTH =
      new TestTimeAugmentation(List.of(Augmentation.none(), new Reversed(false)), 1);

  @Test
  void classify_twoViews_meansTheirProbabilities() {
    Graph graph = Network.input(1, 1, 2).flatten().dense(2).graph();
    Weights weights =
        Weights.of(
            graph,
            Map.of("dense1.weight", new float[] {3, 0, 0, 1}, "dense1.bias", new float[] {0, 0}));
    Network network =
        Network.of(
            graph,
            weights,
            new Preprocessing(List.of(0.0), List.of(1.0), Background.MIXED),
            List.of("left", "right"));
    Image image = Image.of(1, 1, 2, new byte[] {(byte) 255, 51}); // x = 1 and 0.2
    // As it is z = (3, 0.2), reversed z = (0.6, 1).
    double left = (1 / (1 + Math.exp(-2.8)) + 1 / (1 + Math.exp(0.4))) / 2;
    try (Ensemble alone = Ensemble.of(List.of(network), 1, KernelSet.VECTOR)) {
      Prediction answer = alone.classify(List.of(image), BOTH).getFirst();
      assertThat(answer.probabilities().get(0)).isCloseTo(left, within(1e-7));
      assertThat(answer.labels()).containsExactly("left", "right");
    }
  }

  @Test
  void evaluation_sameViews_answersAsClassifyDoes() {
    Dataset digits = new MnistSlice().first(40);
    Network network = Network.of(Zoo.MLP.graph(digits.shape(), 10), Initializer.he(), 2);
    network.publish(network.weights(), Preprocessing.unit(1, Background.MIXED), network.labels());
    List<Image> images = new ArrayList<>();
    for (int n = 0; n < digits.size(); n++) {
      images.add(digits.image(n));
    }
    double loss = 0;
    try (Classifier classifier = Classifier.of(network, 2, KernelSet.VECTOR)) {
      List<Prediction> answers = BOTH.classify(classifier, images);
      for (int n = 0; n < answers.size(); n++) {
        loss -= Math.log(answers.get(n).probabilities().get(digits.label(n))) / answers.size();
      }
    }
    for (int threads = 1; threads <= 2; threads++) {
      try (Workers workers = Workers.of(threads)) {
        Evaluation evaluation =
            Evaluation.of(List.of(network), digits, workers, KernelSet.VECTOR, BOTH);
        assertThat(evaluation.loss()).isCloseTo(loss, within(1e-6));
        assertThat(evaluation.count()).isEqualTo(40);
      }
    }
  }

  @Test
  void of_mixingView_isRefused() {
    assertThatThrownBy(() -> new TestTimeAugmentation(List.of(new Reversed(true)), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "test-time augmentation: expects at least one view, and none that mixes images, got"
                + " [reversed]");
  }
}
