package io.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.dataset.Dataset;
import io.fovea.dataset.FewImages;
import io.fovea.golden.MnistSlice;
import io.fovea.loss.Loss;
import io.fovea.loss.SoftmaxCrossEntropy;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.network.Zoo;
import io.fovea.optim.Schedule;
import io.fovea.optim.Sgd;
import io.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a run does and tells, besides the numbers that are compared with PyTorch's. */
class TrainerTest {
  private static final Dataset IMAGES = new MnistSlice();

  @Test
  void fit_l2_pullsAtWeightsNotAtBiases() {
    Network network = Network.input(1, 1, 2).flatten().dense(2).build(Initializer.he(), 1);
    network.publish(
        Weights.of(
            network.graph(),
            Map.of("dense1.weight", new float[] {1, 2, -4, 0}, "dense1.bias", new float[] {5, 6})));
    Runs.Log log = new Runs.Log();
    Dataset image = new FewImages("one", Shape.of(1, 1, 2), 2, new int[1], new float[] {3, 7});
    Trainer.of(network).loss(Runs.nothing()).optimizer(Sgd.of(1)).l2(0.5f).listener(log).fit(image);
    assertThat(network.weights().values("dense1.weight")).containsExactly(0.5f, 1, -2, 0);
    assertThat(network.weights().values("dense1.bias")).containsExactly(5, 6);
    assertThat(log.steps.getFirst().loss()).isZero();
    assertThat(log.steps.getFirst().totalLoss())
        .as("0.5 * l2 * |w|^2")
        .isEqualTo(0.5 * 0.5 * (1 + 4 + 16));
  }

  @Test
  void fit_dropoutInEveryEpoch_dropsOthers() {
    Runs.Log log = new Runs.Log();
    Trainer.of(Runs.smallNetwork(3))
        .optimizer(Sgd.of(Float.MIN_VALUE)) // the weights stay; only what is dropped changes
        .epochs(6)
        .shuffle(false)
        .threads(1)
        .listener(log)
        .fit(IMAGES.first(1));
    assertThat(log.steps).extracting(StepReport::loss).doesNotHaveDuplicates();
  }

  @Test
  void fit_shuffling_givesEveryEpochAnOrderOfItsOwn() {
    Dataset data = IMAGES.first(12);
    List<List<Integer>> orders = new ArrayList<>();
    Network network = Network.of(Zoo.MLP.graph(data.shape(), 10), Initializer.he(), 1);
    Loss recording =
        Runs.loss(
            "recording",
            (dLogits, logits, targets) -> {
              orders.add(IntStream.range(0, targets.count()).mapToObj(targets::label).toList());
              return SoftmaxCrossEntropy.plain().value(dLogits, logits, targets);
            });
    Trainer.of(network).loss(recording).epochs(4).batchSize(12).threads(1).fit(data);
    List<Integer> sorted = IntStream.range(0, 12).map(data::label).sorted().boxed().toList();
    assertThat(orders).hasSize(4).doesNotHaveDuplicates();
    assertThat(orders)
        .allSatisfy(order -> assertThat(order).containsExactlyInAnyOrderElementsOf(sorted));
  }

  @Test
  void listener_wholeRun_isCalledInOrder() {
    Runs.Log log = new Runs.Log();
    Trainer.of(Runs.smallNetwork(3))
        .optimizer(Sgd.of(0.01f))
        .schedule(Schedule.constant().warmUp(3))
        .l2(1e-3f)
        .epochs(2)
        .batchSize(40)
        .listener(log)
        .fit(IMAGES.first(64));
    assertThat(log.calls)
        .containsExactly(
            "start", "step 1", "step 2", "epoch 1", "step 3", "step 4", "epoch 2", "end");
    assertThat(log.steps).extracting(StepReport::epoch).containsExactly(1, 1, 2, 2);
    assertThat(log.steps).extracting(StepReport::stepInEpoch).containsExactly(1, 2, 1, 2);
    assertThat(log.steps).extracting(StepReport::stepsInEpoch).containsOnly(2);
    double[] losses = log.steps.stream().mapToDouble(StepReport::loss).toArray();
    assertThat(log.epochs.get(1).trainLoss()).isEqualTo((losses[2] * 40 + losses[3] * 24) / 64);
    assertThat(log.steps.get(0).learningRate()).isEqualTo(0.01f * (1 / 3.0));
    assertThat(Arrays.stream(losses)).allMatch(Double::isFinite);
    assertThat(log.steps.get(0).totalLoss()).isGreaterThan(log.steps.get(0).loss());
  }

  @Test
  void fit_freshNetwork_takesTheClassesAsLabels() {
    Dataset letters =
        new FewImages("letters", Shape.of(1, 28, 28), 10, new int[] {3}, new float[784]);
    Network network = Runs.smallNetwork(1);
    History history = Trainer.of(network).threads(1).fit(letters);
    assertThat(network.labels()).startsWith("class 0", "class 1");
    assertThat(history.network()).isSameAs(network);
    assertThat(history.stopped()).isFalse();
    assertThat(history.steps()).isEqualTo(1);
    assertThat(history.epochs().getFirst().validation()).isEmpty();
  }

  @Test
  void fit_digits_learns() {
    Network network =
        Network.input(1, 28, 28)
            .conv2d(4, 5)
            .relu()
            .maxPool2d(4)
            .flatten()
            .dense(10)
            .build(Initializer.he(), 1);
    History history =
        Trainer.of(network)
            .optimizer(Sgd.of(0.05f).momentum(0.9f))
            .batchSize(20)
            .epochs(4)
            .threads(2)
            .test(IMAGES.select(new int[] {500, 510, 520, 530, 540, 550}, "rest"))
            .fit(IMAGES.first(500));
    List<EpochReport> epochs = history.epochs();
    assertThat(epochs.getLast().trainLoss()).isLessThan(0.5 * epochs.getFirst().trainLoss());
    assertThat(epochs.getLast().trainAccuracy()).isGreaterThan(0.8);
    assertThat(epochs.getLast().test()).isPresent();
  }
}
