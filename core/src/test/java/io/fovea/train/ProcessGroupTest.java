package io.fovea.train;

import static io.fovea.network.ConvOption.padding;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fovea.dataset.Dataset;
import io.fovea.golden.MnistSlice;
import io.fovea.kernel.KernelSet;
import io.fovea.loss.ClassWeights;
import io.fovea.loss.SoftmaxCrossEntropy;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.optim.Clipping;
import io.fovea.optim.Sgd;
import io.fovea.parallel.ProcessGroup;
import io.fovea.train.step.BatchShard;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Workers of a group train as a single process does, up to rounding. */
class ProcessGroupTest {
  private static final Dataset IMAGES = new MnistSlice();
  private static final Dataset TRAIN = IMAGES.first(50);

  private record Worker(Weights weights, Runs.Log log) {}

  private static Network normalized() {
    return Network.input(1, 28, 28)
        .conv2d(4, 3, padding(1))
        .batchNorm2d()
        .relu()
        .maxPool2d(4)
        .conv2d(6, 3)
        .batchNorm2d()
        .relu()
        .flatten()
        .dense(10)
        .build(Initializer.he(), 7);
  }

  private static Worker fit(Network network, Consumer<Trainer> settings) {
    Runs.Log log = new Runs.Log();
    Trainer trainer =
        Trainer.of(network)
            .optimizer(Sgd.of(0.05f).momentum(0.9f))
            .epochs(2)
            .batchSize(16)
            .seed(5)
            .threads(1)
            .listener(log);
    settings.accept(trainer);
    trainer.fit(TRAIN);
    return new Worker(network.weights(), log);
  }

  private static List<Worker> together(
      int size, java.util.function.Supplier<Network> network, Consumer<Trainer> settings) {
    return ThreadGroups.run(
        size, group -> fit(network.get(), settings.andThen(trainer -> trainer.group(group))));
  }

  private static void assertAlike(Worker actual, Worker expected, double bound) {
    assertThat(actual.log.steps).hasSameSizeAs(expected.log.steps);
    for (int i = 0; i < expected.log.steps.size(); i++) {
      StepReport a = actual.log.steps.get(i);
      StepReport e = expected.log.steps.get(i);
      assertThat(a.loss()).as("loss of step %d", i + 1).isCloseTo(e.loss(), within(bound));
      assertThat(a.accuracy()).isEqualTo(e.accuracy());
      assertThat(a.totalLoss()).isCloseTo(e.totalLoss(), within(bound));
    }
    for (String name : expected.weights.names()) {
      float[] a = actual.weights.values(name);
      float[] e = expected.weights.values(name);
      for (int i = 0; i < e.length; i++) {
        assertThat((double) a[i]).as(name).isCloseTo(e[i], within(bound));
      }
    }
    for (int i = 0; i < expected.log.epochs.size(); i++) {
      EpochReport a = actual.log.epochs.get(i);
      EpochReport e = expected.log.epochs.get(i);
      assertThat(a.trainLoss()).isCloseTo(e.trainLoss(), within(bound));
      assertThat(a.trainAccuracy()).isEqualTo(e.trainAccuracy());
      assertThat(a.test().isPresent()).isEqualTo(e.test().isPresent());
      e.test().ifPresent(score -> assertAlike(a.test().orElseThrow(), score, bound));
    }
  }

  private static void assertAlike(EpochReport.Score a, EpochReport.Score e, double bound) {
    assertThat(a.loss()).isCloseTo(e.loss(), within(bound));
    assertThat(a.accuracy()).isEqualTo(e.accuracy());
  }

  /** The last batch has 2 images: with four workers two have none. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4})
  void fit_withDropoutAndUnevenBatches_asASingleProcess(int size) {
    Consumer<Trainer> settings = trainer -> trainer.l2(0.01f).test(IMAGES.first(33));
    Worker single = fit(Runs.smallNetwork(3), settings);
    List<Worker> workers = together(size, () -> Runs.smallNetwork(3), settings);
    for (Worker worker : workers) {
      assertAlike(worker, single, 2e-5);
      Runs.assertSameBits("all workers", worker.weights, workers.getFirst().weights);
    }
    List<Worker> again = together(size, () -> Runs.smallNetwork(3), settings);
    Runs.assertSameBits("again", again.getFirst().weights, workers.getFirst().weights);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void fit_withEverything_asASingleProcess(int size) {
    Consumer<Trainer> settings =
        trainer ->
            trainer
                .accumulate(2)
                .batchSize(8)
                .clipping(Clipping.norm(0.5))
                .average(0.9)
                .augment(new Shaken())
                .loss(new SoftmaxCrossEntropy(0.1).classWeights(ClassWeights.balanced(TRAIN)))
                .test(IMAGES.first(33));
    Worker single = fit(Runs.smallNetwork(3), settings);
    for (Worker worker : together(size, () -> Runs.smallNetwork(3), settings)) {
      assertAlike(worker, single, 2e-5);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void fit_sharedStatistics_asASingleProcess(int size) {
    Consumer<Trainer> settings =
        trainer -> trainer.batchSize(15).sharedStatistics(true).test(IMAGES.first(33));
    Worker single = fit(normalized(), settings);
    List<Worker> workers = together(size, ProcessGroupTest::normalized, settings);
    for (Worker worker : workers) {
      assertAlike(worker, single, 1e-4);
      Runs.assertSameBits("all workers", worker.weights, workers.getFirst().weights);
    }
  }

  @Test
  void fit_ownStatistics_keepsThoseOfTheFirstWorker() {
    List<Worker> workers = together(2, ProcessGroupTest::normalized, trainer -> {});
    Runs.assertSameBits("buffers", workers.get(1).weights, workers.get(0).weights);
    Worker single = fit(normalized(), trainer -> {});
    assertThat(Runs.differ(workers.get(0).weights, single.weights)).isTrue();
    Checkpoint one = workers.get(1).log.checkpoints.get(1);
    Checkpoint first = workers.get(0).log.checkpoints.get(1);
    String mean =
        first.weights().names().stream().filter(n -> n.contains("mean")).findFirst().get();
    assertThat(one.weights().values(mean)).isNotEqualTo(first.weights().values(mean));
  }

  @Test
  void resume_withAnotherNumberOfWorkers_goesOn() {
    Worker single = fit(Runs.smallNetwork(3), trainer -> {});
    Checkpoint third =
        together(3, () -> Runs.smallNetwork(3), t -> {}).get(0).log.checkpoints.get(3);
    List<Worker> two = together(2, () -> Runs.smallNetwork(3), t -> t.resume(third));
    assertThat(two.get(0).log.steps.getFirst().step()).isEqualTo(4);
    for (String name : single.weights.names()) {
      assertThat(two.get(1).weights.values(name))
          .usingComparatorWithPrecision(2e-5f)
          .containsExactly(single.weights.values(name));
    }
  }

  @Test
  void resume_withTheSameNumberOfWorkers_sameBits() {
    List<Worker> whole = together(2, ProcessGroupTest::normalized, trainer -> {});
    Checkpoint third = whole.get(0).log.checkpoints.get(3);
    List<Worker> rest = together(2, ProcessGroupTest::normalized, trainer -> trainer.resume(third));
    Runs.assertSameBits("resumed", rest.get(1).weights, whole.get(0).weights);
  }

  @Test
  void stop_ofOneWorker_endsAllAfterTheNextStep() {
    List<Worker> workers =
        ThreadGroups.run(
            2,
            group ->
                fit(
                    Runs.smallNetwork(3),
                    trainer -> trainer.group(group).listener(new Stopper(group))));
    assertThat(workers.get(0).log.steps).hasSize(3);
    assertThat(workers.get(1).log.steps).hasSize(3);
  }

  private record Stopper(ProcessGroup group) implements Listener {
    @Override
    public void onStep(Training training, StepReport step) {
      if (group.rank() == 1 && step.step() == 2) {
        training.stop();
      }
    }
  }

  @Test
  void fit_diverging_throwsOnAllWorkers() {
    List<String> messages =
        ThreadGroups.run(
            2,
            group -> {
              try {
                fit(Runs.smallNetwork(3), t -> t.group(group).optimizer(Sgd.of(1e30f).momentum(0)));
                return "none";
              } catch (DivergedException diverged) {
                return String.valueOf(diverged.getMessage());
              }
            });
    assertThat(messages.get(0)).contains("step").isEqualTo(messages.get(1));
  }

  @Test
  void fit_whatAGroupCannotDo_isRefused() {
    assertThatThrownBy(() -> together(3, () -> Runs.smallNetwork(3), t -> t.batchSize(2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "train: a batch of 2 images cannot be shared by 3 workers; give batches of at least 3");
    assertThatThrownBy(
            () ->
                together(
                    3, ProcessGroupTest::normalized, t -> t.batchSize(16).sharedStatistics(true)))
        .hasMessage(
            "train: the last batch of an epoch has 2 of 50 images, too few for the 3 workers' common batch statistics; change the batch size of 16, or leave some images out");
  }

  @Test
  void fit_workersWithDifferentSettings_isRefused() {
    assertThatThrownBy(
            () ->
                ThreadGroups.run(
                    2, group -> fit(Runs.smallNetwork(3), t -> t.group(group).seed(group.rank()))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "train: the 2 workers differ in settings, data, first weights or kernels (worker ")
        .hasMessageContaining("has seed ")
        .hasMessageContaining(KernelSet.fastest().title());
    assertThatThrownBy(
            () ->
                ThreadGroups.run(
                    2, group -> fit(Runs.smallNetwork(group.rank()), t -> t.group(group))))
        .hasMessageContaining("first weights");
  }

  @Test
  void share_coversTheBatchOnce() {
    for (int count = 1; count < 20; count++) {
      for (int size = 1; size < 9; size++) {
        int next = 0;
        for (int rank = 0; rank < size; rank++) {
          BatchShard share = BatchShard.of(count, rank, size);
          if (share.counts()) {
            assertThat(share.begin()).isEqualTo(next);
            assertThat(share.count()).isBetween(count / size, count / size + 1);
            next = share.end();
          } else {
            assertThat(share).isEqualTo(new BatchShard(0, 1, false));
          }
        }
        assertThat(next).isEqualTo(count);
      }
    }
  }
}
