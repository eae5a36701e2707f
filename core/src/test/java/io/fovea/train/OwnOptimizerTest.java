package io.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.dataset.Dataset;
import io.fovea.golden.MnistSlice;
import io.fovea.network.Network;
import io.fovea.optim.Optimizer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A program's own optimiser trains as a built-in one does. */
class OwnOptimizerTest {
  private static final Dataset IMAGES = new MnistSlice().first(70);

  /**
   * AdaMax (Kingma and Ba, arXiv 1412.6980, section 7.1); the names of the slots can be chosen.
   *
   * @param slots of the mean and of the largest gradient
   */
  private record AdaMax(float learningRate, String name, List<String> slots) implements Optimizer {
    private static final float MEAN = 0.9f;
    private static final float LARGEST = 0.999f;

    private AdaMax(float learningRate) {
      this(learningRate, "adamax", List.of("mean", "largest"));
    }

    @Override
    public void update(Range range, Rates rates) {
      float[] w = range.weights();
      float[] mean = range.slots()[0];
      float[] largest = range.slots()[1];
      float lr = (float) (rates.learningRate() / (1 - Math.pow(MEAN, (double) rates.step())));
      for (int i = range.from(); i < range.to(); i++) {
        float g = range.gradient()[i + range.shift()] + rates.l2() * w[i];
        mean[i] = MEAN * mean[i] + (1 - MEAN) * g;
        largest[i] = Math.max(LARGEST * largest[i], Math.abs(g));
        w[i] -= largest[i] == 0 ? 0 : lr * mean[i] / largest[i];
      }
    }
  }

  private static Trainer trainer(Network network, Optimizer optimizer) {
    return Trainer.of(network)
        .optimizer(optimizer)
        .l2(1e-3f)
        .rate("conv1.*", 0.5)
        .batchSize(20)
        .epochs(2)
        .seed(5);
  }

  /** Dense weights are updated early, the others late; a resume begins with another network. */
  @Test
  void fit_ownOptimizer_hasTheSameBitsOnAnyThreadsAndAfterAResume() {
    Network whole = Runs.smallNetwork(1);
    Runs.Log log = new Runs.Log();
    trainer(whole, new AdaMax(0.01f)).threads(1).listener(log).fit(IMAGES);
    assertThat(log.epochs.get(1).trainLoss()).isLessThan(log.epochs.get(0).trainLoss());
    assertThat(log.checkpoints.getFirst().slots())
        .containsOnlyKeys(
            whole.weights().names().stream()
                .flatMap(name -> Stream.of(name + "/mean", name + "/largest"))
                .toList());
    for (Checkpoint checkpoint : log.checkpoints) {
      Network resumed = Runs.smallNetwork(77);
      trainer(resumed, new AdaMax(0.01f)).threads(3).resume(checkpoint).fit(IMAGES);
      Runs.assertSameBits(
          "resumed at " + checkpoint.position(), resumed.weights(), whole.weights());
    }
  }

  @Test
  void resume_withOtherNumbers_isRefusedByName() {
    Runs.Log log = new Runs.Log();
    trainer(Runs.smallNetwork(1), new AdaMax(0.01f)).listener(log).fit(IMAGES);
    Checkpoint c = log.checkpoints.get(1);
    Trainer faster = trainer(Runs.smallNetwork(1), new AdaMax(0.02f)).resume(c);
    assertThatThrownBy(() -> faster.fit(IMAGES))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "resume: the checkpoint was written with optimizer settings AdaMax[learningRate=0.01, name=adamax, slots=[mean, largest]], this run has AdaMax[learningRate=0.02, name=adamax, slots=[mean, largest]]; resume with the same, or start a new run");
  }

  private static void assertRefused(Optimizer optimizer, String message) {
    Trainer trainer = Trainer.of(Runs.smallNetwork(1));
    assertThatThrownBy(() -> trainer.optimizer(optimizer))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void optimizer_thatFilesCannotName_isRefused() {
    assertRefused(
        new AdaMax(1, " ", List.of()),
        "train: the optimizer AdaMax[learningRate=1.0, name= , slots=[]] has no name; name() must not be blank");
    String expected = "; expected different names of letters, digits and underscores";
    assertRefused(
        new AdaMax(1, "own", List.of("mean", "mean")),
        "train: optimizer own: has the slots [mean, mean]" + expected);
    assertRefused(
        new AdaMax(1, "own", List.of("a/b")),
        "train: optimizer own: has the slots [a/b]" + expected);
    assertRefused(
        new AdaMax(1, "own", List.of("")), "train: optimizer own: has the slots []" + expected);
    assertRefused(
        new AdaMax(Float.NaN),
        "train: optimizer adamax: learning rate must be a number above 0, got NaN");
  }
}
