package io.fovea.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.data.augment.Pipeline;
import io.fovea.dataset.Dataset;
import io.fovea.kernel.KernelSet;
import io.fovea.network.Graph;
import io.fovea.network.Network;
import io.fovea.parallel.Workers;
import io.fovea.train.CachedFeatures;
import io.fovea.transfer.head.FeatureRange;
import io.fovea.transfer.head.HeadFit;
import io.fovea.transfer.head.LinearHead;
import io.fovea.transfer.head.SoftmaxRegression;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AveragedHeadsTest {
  private static final Dataset DIGITS = MnistDigits.first(60);
  private static final Network START =
      Backbone.of(MnistDigits.untrained()).classifier(DIGITS.classes());

  private static final Transfer SETTINGS =
      Transfer.of(Backbone.of(START)).augment(Pipeline.parse("shift:2")).views(2);

  private static List<String> inputs(Graph graph, String node) {
    return graph.nodes().stream()
        .filter(each -> each.name().equals(node))
        .findFirst()
        .orElseThrow()
        .inputs();
  }

  /** Each head by itself, on the features of one layer alone. */
  private static LinearHead single(String tap) {
    CachedFeatures own = SETTINGS.features(START.pooledFeatures(tap), DIGITS, 2);
    try (Workers workers = Workers.of(2)) {
      return HeadFit.of(
              own,
              FeatureRange.all(own),
              SETTINGS.penaltyFolds(own, IntStream.range(0, own.size()).toArray()),
              SETTINGS.classWeights(DIGITS),
              SETTINGS.kernels,
              workers)
          .head();
    }
  }

  @Test
  void make_network_hasTheMeanLogitsOfThreeSeparateHeads() {
    Network made =
        new AveragedHeads(SETTINGS, START, DIGITS, SETTINGS.classWeights(DIGITS), 2)
            .make()
            .network();
    Graph graph = made.graph();
    assertThat(inputs(graph, "dense1")).containsExactly("features");
    assertThat(inputs(graph, "features")).hasSize(3).endsWith("middle_features", "early_features");

    List<String> taps = AveragedHeads.taps(START.graph());
    List<LinearHead> heads = taps.stream().map(AveragedHeadsTest::single).toList();
    CachedFeatures outputs = SETTINGS.features(made, DIGITS.first(10), 1);
    double[][] mean = new double[10][10];
    for (int t = 0; t < 3; t++) {
      CachedFeatures plain =
          SETTINGS.features(START.pooledFeatures(taps.get(t)), DIGITS.first(10), 1);
      for (int i = 0; i < 10; i++) {
        double[] logits = heads.get(t).logits(plain, i);
        double[] sum = mean[i];
        IntStream.range(0, 10).forEach(k -> sum[k] += logits[k] / 3);
      }
    }
    for (int i = 0; i < 10; i++) {
      for (int k = 0; k < 10; k++) {
        assertThat((double) outputs.value(i, 0, k)).isCloseTo(mean[i][k], within(1e-3));
      }
    }
  }

  /** One feature hardly varies; a photo in which it does must not get a loss of hundreds. */
  @Test
  void fit_aFeatureThatHardlyVaried_isNotDividedByItsDeviation() {
    float[] rows = new float[40];
    int[] labels = new int[20];
    for (int i = 0; i < 20; i++) {
      labels[i] = i % 2;
      rows[2 * i] = (i * 7 % 5 - 2) + 2 * labels[i];
      rows[2 * i + 1] = labels[i] * 1e-3f;
    }
    try (Workers workers = Workers.of(1)) {
      CachedFeatures data = CachedFeatures.of(rows, labels, 2);
      LinearHead head =
          new SoftmaxRegression(
                  data, FeatureRange.all(data), List.of(), KernelSet.fastest(), workers)
              .fit(1);
      CachedFeatures other = CachedFeatures.of(new float[] {2, 1}, new int[] {0}, 2);
      assertThat(head.score(other, List.of()).loss()).isLessThan(30);
    }
  }
}
