package io.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.dataset.Dataset;
import io.fovea.golden.MnistSlice;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.optim.Sgd;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Parameters that learn at a multiple of the learning rate. */
class RatesTest {
  private static final Dataset IMAGES = new MnistSlice().first(64);

  private static Trainer trainer(Network network, float rate) {
    return Trainer.of(network).optimizer(Sgd.of(rate).momentum(0.9f)).batchSize(16).l2(1e-3f);
  }

  @Test
  void rate_ofAllWeights_isAnotherLearningRate() {
    Network halved = Runs.smallNetwork(1);
    Network direct = Runs.smallNetwork(1);
    trainer(halved, 0.02f).rate("*", 0.5).fit(IMAGES);
    trainer(direct, 0.01f).fit(IMAGES);
    Runs.assertSameBits("weights", halved.weights(), direct.weights());
  }

  @Test
  void rate_ofOneLayer_movesThatLayerLess() {
    Network network = Runs.smallNetwork(1);
    Weights before = network.weights();
    Network other = Runs.smallNetwork(1);
    trainer(network, 0.01f).rate("conv*", 0.5).until(1).fit(IMAGES);
    trainer(other, 0.01f).until(1).fit(IMAGES);
    for (String name : before.names()) {
      float moved = network.weights().values(name)[0] - before.values(name)[0];
      float usual = other.weights().values(name)[0] - before.values(name)[0];
      double expected = name.startsWith("conv") ? usual * 0.5 : usual;
      assertThat((double) moved).isCloseTo(expected, org.assertj.core.api.Assertions.within(1e-7));
    }
  }

  /** In the first step, the gradients are still those without L2. */
  @Test
  void l2_ofOneLayer_pullsAtItsWeightsAlone() {
    Network decayed = Runs.smallNetwork(1);
    Network free = Runs.smallNetwork(1);
    trainer(decayed, 0.01f).l2(0.5f, "dense*").until(1).fit(IMAGES);
    trainer(free, 0.01f).l2(0).until(1).fit(IMAGES);
    for (String name : free.weights().names()) {
      assertThat(Arrays.equals(decayed.weights().values(name), free.weights().values(name)))
          .as(name)
          .isEqualTo(!name.matches("dense.*weight"));
    }
  }
}
