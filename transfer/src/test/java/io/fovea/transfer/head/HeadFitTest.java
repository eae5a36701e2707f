package io.fovea.transfer.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.data.augment.Pipeline;
import io.fovea.dataset.Dataset;
import io.fovea.kernel.KernelSet;
import io.fovea.loss.ClassWeights;
import io.fovea.metrics.Evaluation;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.parallel.Workers;
import io.fovea.train.CachedFeatures;
import io.fovea.train.EpochReport;
import io.fovea.transfer.MnistDigits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HeadFitTest {
  private static final Dataset IMAGES = MnistDigits.first(64);
  private static final KernelSet KERNELS = KernelSet.fastest();

  /** Twelve rows of three features. */
  private static final float[] ROWS = {
    1.76f, 3.8f, -0.51f, 2.94f, 6.74f, -1.49f, 2.35f, 2.7f, -1.05f, 0.41f, 3.29f, -0.27f,
    1.46f, 3.24f, -0.78f, 1.73f, 5.99f, -1.1f, 0.31f, 1.29f, -2.28f, 1.35f, 4.73f, -1.37f,
    3.67f, 0.09f, -0.98f, -0.19f, 6.07f, -0.27f, 0.85f, 3.76f, -1.44f, -0.58f, 2.3f, -0.92f
  };

  private static LinearHead fit(int[] labels, boolean balanced) {
    CachedFeatures data = CachedFeatures.of(ROWS, labels, 3);
    double[] counts = new double[3];
    Arrays.stream(labels).forEach(label -> counts[label]++);
    List<Double> weights =
        balanced
            ? Arrays.stream(counts).mapToObj(n -> labels.length / (3 * n)).toList()
            : List.of();
    try (Workers workers = Workers.of(2)) {
      return new SoftmaxRegression(data, FeatureRange.all(data), weights, KERNELS, workers)
          .fit(0.5);
    }
  }

  private static void assertIs(LinearHead head, double[] weight, double[] bias) {
    double mean = IntStream.range(0, 3).mapToDouble(k -> head.bias()[k]).average().orElseThrow();
    for (int i = 0; i < weight.length; i++) {
      assertThat(head.weight()[i]).isCloseTo((float) weight[i], within(2e-3f));
    }
    for (int k = 0; k < bias.length; k++) {
      assertThat(head.bias()[k] - mean).isCloseTo(bias[k], within(4e-3));
    }
  }

  /** LogisticRegression(C=0.5) behind StandardScaler of scikit-learn 1.4.2. */
  @Test
  void fit_twelveRows_isTheOptimumOfScikitLearn() {
    assertIs(
        fit(new int[] {0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2}, false),
        new double[] {
          -0.34356, -0.03946, 0.41689, 0.14563, 0.19424, -0.57087, 0.19793, -0.15478, 0.15398
        },
        new double[] {1.01235, -1.50723, 0.49488});
  }

  /** The same with class_weight="balanced". */
  @Test
  void fit_balancedClasses_isTheOptimumOfScikitLearn() {
    assertIs(
        fit(new int[] {0, 0, 0, 0, 1, 2, 0, 1, 2, 0, 1, 2}, true),
        new double[] {
          -0.01867, 0.07282, 0.20433, -0.06122, 0.06716, -0.39328, 0.07989, -0.13998, 0.18895
        },
        new double[] {-0.00652, -0.57108, 0.5776});
  }

  /** Three equal views of each photo are one: the penalty counts photos. */
  @Test
  void fit_equalViews_areThoseOfOneView() {
    Dataset few = IMAGES.first(12);
    Network cut = network().features("features");
    List<LinearHead> heads = new ArrayList<>();
    for (int views : new int[] {1, 3}) {
      CachedFeatures data =
          CachedFeatures.of(cut, few, views, Pipeline.parse("flip:0"), 1, 1, KERNELS);
      try (Workers workers = Workers.of(1)) {
        heads.add(
            new SoftmaxRegression(data, FeatureRange.all(data), List.of(), KERNELS, workers)
                .fit(1e-2));
      }
    }
    assertThat(heads.getLast().weight()).containsExactly(heads.getFirst().weight(), within(2e-4f));
  }

  private static Network network() {
    return Network.input(1, 28, 28)
        .conv2d(6, 5)
        .relu()
        .maxPool2d(4)
        .flatten()
        .as("features")
        .dense(10)
        .build(Initializer.he(), 3);
  }

  private static CachedFeatures features(Network network, int views, int threads) {
    return CachedFeatures.of(
        network.features("features"),
        IMAGES,
        views,
        Pipeline.parse("shift:2"),
        7,
        threads,
        KERNELS);
  }

  @Test
  void of_anyThreads_givesTheSameBits() {
    HeadFit[] fits = new HeadFit[3];
    for (int threads = 1; threads <= 3; threads++) {
      CachedFeatures cached = features(network(), 3, threads);
      int[] labels = IntStream.range(0, cached.size()).map(cached::label).toArray();
      try (Workers workers = Workers.of(threads)) {
        fits[threads - 1] =
            HeadFit.of(
                cached, FeatureRange.all(cached), folds(labels, 4, 1), List.of(), KERNELS, workers);
      }
    }
    for (HeadFit fit : fits) {
      assertThat(fit.head().weight()).isEqualTo(fits[0].head().weight());
      assertThat(fit.head().bias()).isEqualTo(fits[0].head().bias());
      assertThat(fit.validation()).isEqualTo(fits[0].validation());
      assertThat(fit.judged()).isEqualTo(64);
    }
  }

  /** Each image's logits are those of a layer of the chosen strength that has not seen it. */
  @Test
  void heldOut_chosenStrength_areTheLogitsOfLayersWithoutTheImage() {
    CachedFeatures cached = features(network(), 2, 1);
    int[] labels = IntStream.range(0, cached.size()).map(cached::label).toArray();
    Folds folds = folds(labels, 4, 1);
    FeatureRange range = FeatureRange.all(cached);
    try (Workers workers = Workers.of(1)) {
      HeadFit fit = HeadFit.of(cached, range, folds, List.of(), KERNELS, workers);
      int next = 0;
      for (int fold = 0; fold < folds.count(); fold++) {
        SoftmaxRegression regression =
            new SoftmaxRegression(
                cached.select(folds.rest(fold)), range, List.of(), KERNELS, workers);
        LinearHead own = regression.fit(1e-5);
        for (double strength = 1e-4; strength < 2 * fit.strength(); strength *= 10) {
          own = regression.fit(strength); // each begins where the last one ended
        }
        for (int image : folds.part(fold)) {
          assertThat(fit.heldOut().labels()[next]).isEqualTo(labels[image]);
          assertThat(fit.heldOut().values()[next++])
              .containsExactly(own.logits(cached, image), within(1e-9));
        }
      }
      assertThat(next).isEqualTo(fit.judged()).isEqualTo(64);
      HeadFit.Logits same = fit.heldOut();
      assertThat(HeadFit.Logits.mean(List.of(same, same)).values()).isDeepEqualTo(same.values());
    }
  }

  private static HeadFit few(int... labels) {
    float[] rows = Arrays.copyOf(ROWS, 3 * labels.length);
    CachedFeatures features = CachedFeatures.of(rows, labels, 3);
    try (Workers workers = Workers.of(1)) {
      return HeadFit.of(
          features, FeatureRange.all(features), folds(labels, 2, 1), List.of(), KERNELS, workers);
    }
  }

  @Test
  void of_oneImage_takesTheDefaultPenalty() {
    HeadFit fit = few(2);
    assertThat(fit.strength()).isEqualTo(1);
    assertThat(fit.judged()).isZero();
    assertThat(fit.validation().accuracy()).isNaN();
    CachedFeatures same = CachedFeatures.of(Arrays.copyOf(ROWS, 3), new int[] {2}, 3);
    assertThat(fit.head().score(same, List.of()).accuracy()).isEqualTo(1);
  }

  @Test
  void publish_head_scoresAsTheNetworkDoes() {
    Network network = network();
    CachedFeatures cached = features(network, 1, 2);
    List<Double> weights = ClassWeights.balanced(IMAGES);
    try (Workers workers = Workers.of(2)) {
      HeadFit fit = HeadFit.of(cached, cached, weights, KERNELS, workers);
      fit.head().publish(network, "dense1");
      EpochReport.Score score = fit.head().score(cached, List.of());
      Evaluation evaluation = Evaluation.of(network, IMAGES, workers, KERNELS);
      assertThat(score.accuracy()).isEqualTo(evaluation.accuracy()).isGreaterThan(0.9);
      assertThat(score.loss()).isCloseTo(evaluation.loss(), within(1e-5));
    }
  }

  @Test
  void folds_unequalClasses_haveEqualSharesOfEach() {
    int[] labels = new int[50];
    Arrays.setAll(labels, i -> i < 30 ? 0 : i < 43 ? 1 : 2);
    Folds folds = folds(labels, 4, 3);
    int[] seen = new int[50];
    for (int fold = 0; fold < 4; fold++) {
      int[] held = folds.part(fold);
      assertThat(held.length).isBetween(12, 13);
      assertThat(Arrays.stream(held).filter(i -> labels[i] == 0).count()).isBetween(7L, 8L);
      assertThat(folds.rest(fold)).hasSize(50 - held.length).doesNotContain(held);
      Arrays.stream(held).forEach(i -> seen[i]++);
    }
    assertThat(seen).containsOnly(1);
    assertThat(folds.single().count()).isEqualTo(1);
    assertThat(folds.single().part(0)).isEqualTo(folds.part(0));
  }

  private static Folds folds(int[] labels, int k, long seed) {
    return Folds.of(labels, IntStream.range(0, labels.length).toArray(), k, seed);
  }

  @Test
  void of_groups_areInOneFoldEach_andClassesAreBalanced() {
    int[] labels = new int[120];
    int[] groups = new int[120];
    for (int i = 0; i < 120; i++) {
      groups[i] = i / 5; // of 5 images each, 8 groups a class
      labels[i] = groups[i] % 3;
    }
    Folds folds = Folds.of(labels, groups, 4, 1);
    assertThat(folds.count()).isEqualTo(4);
    for (int fold = 0; fold < 4; fold++) {
      int[] part = folds.part(fold);
      assertThat(part).hasSize(30);
      for (int label = 0; label < 3; label++) {
        int own = label;
        assertThat(IntStream.of(part).filter(i -> labels[i] == own).count()).isEqualTo(10);
      }
      int[] rest = folds.rest(fold);
      assertThat(IntStream.of(part).map(i -> groups[i]).toArray())
          .doesNotContain(IntStream.of(rest).map(i -> groups[i]).distinct().toArray());
    }
    assertThat(Folds.of(labels, labels, 4, 1).count()).isEqualTo(3); // three groups
  }
}
