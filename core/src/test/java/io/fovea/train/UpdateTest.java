package io.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.dataset.Dataset;
import io.fovea.dataset.FewImages;
import io.fovea.golden.MnistSlice;
import io.fovea.loss.ClassWeights;
import io.fovea.loss.Loss;
import io.fovea.loss.SoftmaxCrossEntropy;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.optim.Clipping;
import io.fovea.optim.Sgd;
import io.fovea.tensor.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What becomes of a gradient: clipped, accumulated, averaged; by hand. */
class UpdateTest {
  private static final Dataset IMAGES = new MnistSlice();

  /** One image of the pixels 255 and 0, which become the inputs 1 and 0. */
  private static final Dataset IMAGE =
      new FewImages("one", Shape.of(1, 1, 2), 2, new int[1], new float[] {255, 0});

  /** A loss whose gradient is 3 and 4. */
  private static final Loss THREE_FOUR =
      Runs.loss(
          "three, four",
          (dLogits, logits, targets) -> {
            for (int n = 0; n < logits.count(); n++) {
              dLogits.array()[dLogits.offset() + 2 * n] = 3f / logits.count();
              dLogits.array()[dLogits.offset() + 2 * n + 1] = 4f / logits.count();
            }
            return 1;
          });

  /**
   * A dense layer of zeros: its gradients are dw = (3, 0; 4, 0) and db = (3, 4), of norm sqrt(50).
   */
  private static Network zeros() {
    Network network = Network.input(1, 1, 2).flatten().dense(2).build(Initializer.he(), 1);
    network.publish(
        Weights.of(
            network.graph(), Map.of("dense1.weight", new float[4], "dense1.bias", new float[2])));
    return network;
  }

  private static Trainer trainer(Network network) {
    return Trainer.of(network).loss(THREE_FOUR).optimizer(Sgd.of(1)).threads(2);
  }

  private static double[] values(Weights weights, String name) {
    float[] floats = weights.values(name);
    double[] doubles = new double[floats.length];
    java.util.Arrays.setAll(doubles, i -> floats[i]);
    return doubles;
  }

  @Test
  void clipping_byNorm_scalesAllGradientsTogether() {
    Network network = zeros();
    trainer(network).clipping(Clipping.norm(1)).fit(IMAGE);
    double factor = 1 / (Math.sqrt(50) + 1e-6);
    assertThat(values(network.weights(), "dense1.weight"))
        .containsExactly(new double[] {-3 * factor, 0, -4 * factor, 0}, within(1e-7));
    assertThat(values(network.weights(), "dense1.bias"))
        .containsExactly(new double[] {-3 * factor, -4 * factor}, within(1e-7));
  }

  @Test
  void clipping_byValue_limitsEveryNumberOfEarlyUpdatesToo() {
    Network network = zeros();
    trainer(network).clipping(Clipping.value(3.5f)).l2(1).fit(IMAGE);
    assertThat(values(network.weights(), "dense1.weight")).containsExactly(-3, 0, -3.5, 0);
    assertThat(values(network.weights(), "dense1.bias")).containsExactly(-3, -3.5);
  }

  @Test
  void average_byHand_forgetsTheBeginningSoon() {
    Network network = zeros();
    Runs.Log log = new Runs.Log();
    trainer(network).average(0.9).epochs(2).listener(log).fit(IMAGE);
    double first = (1 - 2 / 11.0) * -4;
    double second = first + (1 - 3 / 12.0) * (-8 - first);
    assertThat(values(network.weights(), "dense1.bias")[1]).isCloseTo(second, within(1e-6));
    assertThat(values(log.checkpoints.getLast().weights(), "dense1.bias")[1]).isEqualTo(-8);
  }

  @Test
  void average_aSmallDecay_isTheLimit() {
    Network network = zeros();
    trainer(network).average(0.1).fit(IMAGE);
    assertThat(values(network.weights(), "dense1.bias")[1]).isCloseTo(0.9 * -4, within(1e-6));
  }

  @Test
  void average_ofNormalisation_averagesItsParametersAndCopiesItsBuffers() {
    Network network =
        Network.input(1, 28, 28)
            .conv2d(4, 3)
            .batchNorm2d()
            .flatten()
            .dense(10)
            .build(Initializer.he(), 3);
    Runs.Log log = new Runs.Log();
    Trainer.of(network).average(0.9).batchSize(20).listener(log).fit(IMAGES.first(60));
    Weights plain = log.checkpoints.getLast().weights();
    assertThat(network.weights().values("bn1.running_var"))
        .isEqualTo(plain.values("bn1.running_var"));
    assertThat(network.weights().values("bn1.num_batches_tracked")).containsExactly(3);
    assertThat(network.weights().values("bn1.bias")).isNotEqualTo(plain.values("bn1.bias"));
  }

  private static Network trained(int batch, int accumulate, Loss loss, Clipping clipping) {
    Network network =
        Network.input(1, 28, 28)
            .conv2d(4, 3)
            .relu()
            .maxPool2d(2)
            .flatten()
            .dense(10)
            .build(Initializer.he(), 3);
    History history =
        Trainer.of(network)
            .loss(loss)
            .clipping(clipping)
            .optimizer(Sgd.of(0.05f).momentum(0.9f))
            .l2(1e-3f)
            .batchSize(batch)
            .accumulate(accumulate)
            .epochs(2)
            .threads(2)
            .fit(IMAGES.first(70));
    assertThat(history.steps()).isEqualTo(2 * 3);
    return network;
  }

  /** 70 images: steps of 32, 32 and 6, or of four batches of 8; the last ones 6. */
  @Test
  void accumulate_smallBatches_isOneLargeBatch() {
    Loss balanced = new SoftmaxCrossEntropy(0.1, ClassWeights.balanced(IMAGES.first(70)));
    for (Loss loss : List.of(SoftmaxCrossEntropy.plain(), balanced)) {
      for (Clipping clipping :
          List.of(Clipping.none(), Clipping.norm(0.7), Clipping.value(0.01f))) {
        Weights large = trained(32, 1, loss, clipping).weights();
        Weights small = trained(8, 4, loss, clipping).weights();
        for (String name : large.names()) {
          assertThat(values(small, name))
              .as("%s, clipping %s, %s", loss.name(), clipping.name(), name)
              .containsExactly(values(large, name), within(2e-6));
        }
      }
    }
  }

  @Test
  void accumulate_reports_areOfTheWholeStep() {
    Runs.Log log = new Runs.Log();
    Trainer.of(Runs.smallNetwork(1))
        .batchSize(10)
        .accumulate(3)
        .listener(log)
        .fit(IMAGES.first(70));
    assertThat(log.steps).hasSize(3);
    assertThat(log.steps.getFirst().stepsInEpoch()).isEqualTo(3);
    assertThat(log.checkpoints.get(2).position().images()).isEqualTo(60);
    double mean = log.steps.get(0).loss() * 30 + log.steps.get(1).loss() * 30;
    assertThat(log.epochs.getFirst().trainLoss())
        .isCloseTo((mean + log.steps.get(2).loss() * 10) / 70, within(1e-12));
  }
}
