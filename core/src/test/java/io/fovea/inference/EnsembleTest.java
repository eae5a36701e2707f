package io.fovea.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fovea.dataset.Image;
import io.fovea.kernel.KernelSet;
import io.fovea.network.Graph;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.preprocessing.Preprocessing.Background;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EnsembleTest {
  /** Two pixels, two classes: z = (a * x0, a * x1), where x = (pixel/255 - mean) / 1. */
  private static Network pair(float a, double mean, String... labels) {
    Graph graph = Network.input(1, 1, 2).flatten().dense(2).graph();
    Weights weights =
        Weights.of(
            graph,
            Map.of("dense1.weight", new float[] {a, 0, 0, a}, "dense1.bias", new float[] {0, 0}));
    return Network.of(
        graph,
        weights,
        new Preprocessing(List.of(mean), List.of(1.0), Background.MIXED),
        List.of(labels));
  }

  private static Network pair(float a, double mean) {
    return pair(a, mean, "left", "right");
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  @Test
  void classify_twoNetworks_meansTheirProbabilities() {
    Image image = Image.of(1, 1, 2, new byte[] {(byte) 255, 51}); // x = 1 and 0.2
    List<Network> networks = List.of(pair(1, 0), pair(-2, 0.5));
    try (Ensemble ensemble = Ensemble.of(networks, 2, KernelSet.VECTOR)) {
      Prediction answer = ensemble.classify(image);
      double left = (sigmoid(0.8) + sigmoid(-1.6)) / 2;
      assertThat(answer.probabilities().get(0)).isCloseTo(left, within(1e-7));
      assertThat(answer.probabilities().get(1)).isCloseTo(1 - left, within(1e-7));
      assertThat(answer.labels()).containsExactly("left", "right").isEqualTo(ensemble.labels());
      assertThat(ensemble.size()).isEqualTo(2);
      assertThat(ensemble.classify(List.of())).isEmpty();
    }
  }

  private static void assertRefused(String message, Network... networks) {
    assertThatThrownBy(() -> Ensemble.of(List.of(networks), 1, KernelSet.VECTOR))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void of_networksThatDiffer_isRefused() {
    assertRefused("ensemble: has no networks; give at least one");
    Network wide =
        Network.of(Network.input(1, 1, 3).flatten().dense(2).graph(), Initializer.he(), 1);
    assertRefused(
        "ensemble: network 2 takes images of 1x1x3, the first 1x1x2; give networks trained on images of one size",
        pair(1, 0),
        wide);
    assertRefused(
        "ensemble: label 0 of network 2 is \"right\", of the first \"left\"; give networks trained for the same classes in the same order",
        pair(1, 0),
        pair(1, 0, "right", "left"));
    Network three =
        Network.of(Network.input(1, 1, 2).flatten().dense(3).graph(), Initializer.he(), 1);
    assertRefused(
        "ensemble: network 2 has 3 labels, the first 2; give networks trained for the same classes in the same order",
        pair(1, 0),
        three);
  }
}
