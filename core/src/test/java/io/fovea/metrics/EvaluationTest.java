package io.fovea.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.fovea.dataset.Dataset;
import io.fovea.dataset.FewImages;
import io.fovea.inference.Classifier;
import io.fovea.kernel.KernelSet;
import io.fovea.loss.Loss;
import io.fovea.loss.MeanSquaredError;
import io.fovea.loss.SigmoidCrossEntropy;
import io.fovea.loss.SoftmaxCrossEntropy;
import io.fovea.network.Graph;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.NetworkBuilder;
import io.fovea.network.Weights;
import io.fovea.optim.Sgd;
import io.fovea.parallel.Workers;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import io.fovea.train.EpochReport;
import io.fovea.train.History;
import io.fovea.train.Trainer;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class EvaluationTest {
  private static final Shape SHAPE = Shape.of(1, 1, 2);

  /** One picture, with either label. */
  private static final Dataset TWO =
      new FewImages(
          "pairs", SHAPE, 2, new int[] {0, 1}, new float[] {255, 0}, new float[] {255, 0});

  /** Two pixels, two classes: z = (x0, x1), where x = pixel / 255. */
  private static Network identity() {
    return times(1);
  }

  /** z = (a * x0, a * x1). */
  private static Network times(float a) {
    Graph graph = Network.input(1, 1, 2).flatten().dense(2).graph();
    Weights weights =
        Weights.of(
            graph,
            Map.of("dense1.weight", new float[] {a, 0, 0, a}, "dense1.bias", new float[] {0, 0}));
    return Network.of(
        graph,
        weights,
        Preprocessing.unit(1, Preprocessing.Background.MIXED),
        List.of("left", "right"));
  }

  private static Evaluation evaluate(Dataset data) {
    try (Workers workers = Workers.of(2)) {
      return Evaluation.of(identity(), data, workers, KernelSet.VECTOR);
    }
  }

  /** -log p of the class that is d below the other one. */
  private static double loss(double d) {
    return Math.log(1 + Math.exp(d));
  }

  /** Binary cross-entropy of a logit. */
  private static double binary(double z, boolean is) {
    return Math.log(1 + Math.exp(is ? -z : z));
  }

  /** Two channels x and 2x of the pixels (1, 0): the third of z = (1, 0, 2, 0) is the largest. */
  @Test
  void of_flattenedMaps_classesAreInLogicalOrder() {
    double loss = Math.log(1 + Math.exp(-1) + 2 * Math.exp(-2));
    Network network = identity();
    for (boolean isFlat : new boolean[] {false, true}) {
      NetworkBuilder maps = Network.input(1, 1, 2).conv2d(2, 1);
      Graph graph = (isFlat ? maps.flatten() : maps).graph();
      float[] w = {1, 2};
      network = Network.of(graph, Initializer.he(), 1);
      network.publish(Weights.of(graph, Map.of("conv1.weight", w, "conv1.bias", new float[2])));
      Classifier classifier = Classifier.of(network, 1, KernelSet.VECTOR);
      Tensor z = classifier.outputs(Tensor.of(SHAPE, 1, 1, 0));
      assertThat(classifier.predictions(z).getFirst().probabilities().get(2))
          .isCloseTo(Math.exp(-loss), within(1e-6));
      Tensor dz = Tensor.zeros(z.shape(), 1);
      assertThat(new SoftmaxCrossEntropy(0).value(dz, z, 2)).isCloseTo(loss, within(1e-6));
      assertThat(dz.toArray()[2]).isCloseTo((float) Math.exp(-loss) - 1, within(1e-6f));
    }
    Dataset data = new FewImages("pairs", SHAPE, 4, new int[] {2}, new float[] {255, 0});
    try (Workers workers = Workers.of(1)) {
      Evaluation flat = Evaluation.of(network, data, workers, KernelSet.VECTOR);
      assertThat(flat.accuracy()).isEqualTo(1);
      assertThat(flat.loss()).isCloseTo(loss, within(1e-6));
    }
    assertThat(Trainer.of(network).epochs(1).fit(data).epochs().getFirst().trainAccuracy())
        .isEqualTo(1);
  }

  @Test
  void of_imagesOfSeveralLabels_handComputed() {
    Dataset data =
        new FewImages(
                "pairs",
                SHAPE,
                2,
                new int[] {0, 0, 0, 0},
                new float[] {255, 0},
                new float[] {255, 255},
                new float[] {0, 204},
                new float[] {51, 102})
            .withLabels(List.of(List.of(0), List.of(0, 1), List.of(), List.of(1)));
    Evaluation evaluation = evaluate(data);
    MultiLabelScores scores = evaluation.multiLabel().orElseThrow();
    // class 0: 1 and 1 above 0 and 0.2; class 1: 1 right, 0.8 wrong, 0.4 right, 0 wrong
    assertThat(scores.averagePrecision(0)).hasValue(1);
    assertThat(scores.averagePrecision(1)).hasValueCloseTo(0.5 + 0.5 * 2 / 3, within(1e-12));
    assertThat(evaluation.figure()).isCloseTo((1 + 5.0 / 6) / 2, within(1e-12));
    assertThat(evaluation.rocAuc().perClass().get(1)).hasValue(0.75);
    double sum = binary(1, true) + binary(0, false) + binary(1, true) + binary(1, true);
    sum += binary(0, false) + binary(0.8, false) + binary(0.2, false) + binary(0.4, true);
    assertThat(evaluation.loss()).isCloseTo(sum / 8, within(1e-7));
    assertThat(evaluation.accuracy()).as("most probable class is one of them").isEqualTo(0.75);
    assertThat(evaluation).hasToString("4 images: loss 0.6010, mean AP 91.67 %");
    try (Workers workers = Workers.of(2)) {
      List<Network> twice = List.of(identity(), identity());
      Evaluation both = Evaluation.of(twice, data, workers, KernelSet.VECTOR);
      assertThat(both.loss()).isCloseTo(sum / 8, within(1e-7));
      assertThat(both.figure()).isEqualTo(evaluation.figure());
      Loss sigmoid = new SigmoidCrossEntropy();
      assertThat(Evaluation.of(identity(), data, workers, KernelSet.VECTOR, sigmoid).loss())
          .isCloseTo(sum / 8, within(1e-7));
    }
  }

  @Test
  void of_sharedNameWithAnotherNumber_isRefused() {
    Dataset other =
        new FewImages("other", SHAPE, 2, new int[1], new float[2]) {
          @Override
          public List<String> classes() {
            return List.of("right", "wrong");
          }
        };
    assertThatIllegalArgumentException()
        .isThrownBy(() -> evaluate(other))
        .withMessage(
            "other: has the classes [right, wrong], expects the order of [left, right]; give data with these classes");
  }

  @Test
  void of_fourImages_handComputed() {
    Dataset data =
        new FewImages(
            "pairs",
            SHAPE,
            2,
            new int[] {0, 1, 1, 0},
            new float[] {255, 0},
            new float[] {255, 0},
            new float[] {51, 0},
            new float[] {102, 102});
    Evaluation evaluation = evaluate(data);
    double expected = (loss(-1) + loss(1) + loss(0.2) + loss(0)) / 4;
    assertThat(evaluation.loss()).isCloseTo(expected, within(1e-7));
    assertThat(evaluation.accuracy()).isEqualTo(0.5);
    assertThat(evaluation.count()).isEqualTo(4);
    assertThat(evaluation.confusion().count(1, 0)).isEqualTo(2);
    assertThat(evaluation.confusion().count(0, 0)).as("of equal logits the first").isEqualTo(2);
    assertThat(evaluation.mistakes())
        .extracting(Evaluation.Mistake::index)
        .as("the worst first")
        .containsExactly(1, 2);
    Evaluation.Mistake worst = evaluation.mistakes().getFirst();
    assertThat(worst.label()).isEqualTo(1);
    assertThat(worst.predicted()).isZero();
    assertThat(worst.probability()).isCloseTo(1 / (1 + Math.exp(-1)), within(1e-7));
    assertThat(worst.loss()).isCloseTo(loss(1), within(1e-7));
    Evaluation sameOnAllThreads = Evaluation.of(identity(), data);
    assertThat(sameOnAllThreads.loss()).isEqualTo(evaluation.loss());
    assertThat(sameOnAllThreads)
        .hasToString("4 images: loss %.4f, accuracy 50.00 %%".formatted(expected));
    assertThat(evaluation.ranks().topAccuracy(1)).isEqualTo(evaluation.accuracy());
    assertThat(evaluation.ranks().topAccuracy(2)).isEqualTo(1);
    // p of left: 0.731, 0.731, 0.550, 0.5; members 0.731 and 0.5 against 0.731 and 0.550: 1.5 of 4
    assertThat(evaluation.rocAuc().macro().orElseThrow()).isEqualTo(1.5 / 4);
    double sure = 1 / (1 + Math.exp(-1));
    double less = 1 / (1 + Math.exp(-0.2));
    // in one bin one of two right; alone in one, wrong; alone at a half, right
    double calibration = (Math.abs(1 - 2 * sure) + less + 0.5) / 4;
    assertThat(evaluation.calibration().error()).isCloseTo(calibration, within(1e-7));
  }

  @Test
  void of_otherLosses_handComputed() {
    try (Workers workers = Workers.of(2)) {
      Function<Loss, Double> by =
          loss -> Evaluation.of(identity(), TWO, workers, KernelSet.VECTOR, loss).loss();
      // z = (1, 0) for targets (1, 0) and (0, 1)
      assertThat(by.apply(new MeanSquaredError())).isCloseTo((0 + 0 + 1 + 1) / 4.0, within(1e-7));
      // - log of the sigmoids of 1 and -0, then of -1 and 0
      double sigmoid = (loss(-1) + loss(0) + loss(1) + loss(0)) / 4;
      assertThat(by.apply(new SigmoidCrossEntropy())).isCloseTo(sigmoid, within(1e-7));
      // classes count 3 to 1
      double weighted = (3 * loss(-1) + loss(1)) / 4;
      assertThat(by.apply(SoftmaxCrossEntropy.plain().classWeights(List.of(3.0, 1.0))))
          .isCloseTo(weighted, within(1e-7));
      assertThat(by.apply(new SoftmaxCrossEntropy(0.1)))
          .as("label smoothing helps learning, and is left out")
          .isCloseTo((loss(-1) + loss(1)) / 2, within(1e-7));
    }
  }

  @Test
  void fit_withSquaredError_validatesAndTestsByIt() {
    // A rate too small to change a weight: the logits stay (1, 0).
    History history =
        Trainer.of(identity())
            .optimizer(Sgd.of(1e-30f))
            .loss(new MeanSquaredError())
            .epochs(1)
            .validation(TWO)
            .test(TWO)
            .fit(TWO);
    EpochReport epoch = history.epochs().getFirst();
    assertThat(epoch.trainLoss()).isCloseTo(0.5, within(1e-7));
    assertThat(epoch.validation().orElseThrow().loss()).isCloseTo(0.5, within(1e-7));
    assertThat(epoch.test().orElseThrow().loss()).isCloseTo(0.5, within(1e-7));
  }

  @Test
  void of_twoNetworks_meansTheirProbabilities() {
    List<Network> networks = List.of(times(1), times(-3));
    try (Workers workers = Workers.of(2)) {
      Evaluation evaluation = Evaluation.of(networks, TWO, workers, KernelSet.VECTOR);
      double left = (1 / (1 + Math.exp(-1)) + 1 / (1 + Math.exp(3))) / 2;
      double expected = -(Math.log(left) + Math.log(1 - left)) / 2;
      assertThat(evaluation.loss()).isCloseTo(expected, within(1e-7));
      assertThat(evaluation.confusion().count(0, 1)).as("together they say right").isEqualTo(1);
      assertThat(evaluation.mistakes().getFirst().probability()).isCloseTo(1 - left, within(1e-7));
    }
  }

  @Test
  void of_sureAndWrong_keepsTheLossFinite() {
    Dataset data = new FewImages("one", SHAPE, 2, new int[] {1}, new float[] {255, 0});
    List<Network> networks = List.of(times(1000), times(2000));
    try (Workers workers = Workers.of(1)) {
      // -log((exp(-1000) + exp(-2000)) / 2), far below the smallest double
      assertThat(Evaluation.of(networks, data, workers, KernelSet.VECTOR).loss())
          .isCloseTo(1000 + Math.log(2), within(1e-9));
    }
  }

  @Test
  void of_manyImages_goesThroughAllBatchesAndKeepsTheWorst() {
    int images = 600;
    int[] labels = new int[images];
    float[][] pixels = new float[images][];
    for (int i = 0; i < images; i++) {
      labels[i] = i % 5 == 0 ? 1 : 0; // one in five is wrong, the later the worse
      pixels[i] = new float[] {100 + i / 5, 0};
    }
    Evaluation evaluation = evaluate(new FewImages("many", SHAPE, 2, labels, pixels));
    assertThat(evaluation.count()).isEqualTo(images);
    assertThat(evaluation.accuracy()).isEqualTo(0.8);
    assertThat(evaluation.mistakes()).hasSize(Evaluation.MOST_MISTAKES);
    assertThat(evaluation.mistakes().getFirst().index()).isEqualTo(595);
    assertThat(evaluation.mistakes().getLast().index()).isEqualTo(350);
  }
}
