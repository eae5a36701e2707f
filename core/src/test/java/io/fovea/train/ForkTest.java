package io.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.dataset.Dataset;
import io.fovea.golden.MnistSlice;
import io.fovea.network.Zoo;
import io.fovea.optim.Adam;
import io.fovea.parallel.Workers;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Runs that continue another one with a change, and images that are left out. */
class ForkTest {
  private static final Dataset DATA = new MnistSlice().first(30);

  private static Trainer trainer() {
    return Trainer.of(Zoo.POOLED.network(DATA, 3)).epochs(3).batchSize(6).seed(4).threads(2);
  }

  private static List<StepReport> steps(Trainer trainer) {
    Runs.Log log = new Runs.Log();
    trainer.listener(log).fit(DATA);
    return log.steps;
  }

  private static Checkpoint after(long step) {
    Runs.Log log = new Runs.Log();
    trainer().until(step).listener(log).fit(DATA);
    return log.checkpoints.getLast();
  }

  @Test
  void fork_withoutAChange_goesOnAsTheRun() {
    List<Double> all = losses(steps(trainer()));
    assertThat(losses(steps(trainer().fork(after(7))))).isEqualTo(all.subList(7, 15));
  }

  @Test
  void fork_withAnotherOptimizer_startsItsStateAnew() {
    List<StepReport> steps = steps(trainer().optimizer(Adam.of(0.001f)).fork(after(7)));
    assertThat(steps).hasSize(8);
    assertThat(steps.getFirst().step()).isEqualTo(8);
    assertThat(steps.getFirst().loss()).isEqualTo(steps(trainer()).get(7).loss());
  }

  @Test
  void fork_withAnotherBatchSize_beginsTheEpochAgain() {
    List<StepReport> steps = steps(trainer().batchSize(10).fork(after(7)));
    assertThat(steps.getFirst().epoch()).isEqualTo(2);
    assertThat(steps.getFirst().stepInEpoch()).isEqualTo(1);
    assertThat(steps.getFirst().step()).isEqualTo(4);
    assertThat(steps).hasSize(6);
  }

  @Test
  void leaveOut_changesNothing_beforeTheImageIsSeen() {
    List<Double> all = losses(steps(trainer()));
    int[] seen = new BatchLoaderOrder(trainer(), DATA).batchOf(17);
    List<Double> without = losses(steps(trainer().leaveOut(17)));
    int first = 0;
    while (without.get(first).equals(all.get(first))) {
      first++;
    }
    assertThat(first).isEqualTo(seen[0]);
    assertThat(without).hasSize(15);
    assertThatThrownBy(() -> trainer().leaveOut(1, 2, 3, 4, 5, 6).fit(DATA))
        .hasMessage(
            "train: expects images to leave out of 30, fewer than the 6 of the smallest batch, got {1, 2, 3, 4, 5, 6}; choose another batch size, or other images");
  }

  /** The batches of an image in the first epoch. */
  private record BatchLoaderOrder(Trainer trainer, Dataset data) {
    int[] batchOf(int image) {
      try (Workers workers = Workers.of(1);
          BatchLoader loader =
              new BatchLoader(trainer, data, trainer.network.preprocessing(), workers)) {
        return IntStream.range(0, loader.batchesInEpoch())
            .filter(batch -> Arrays.stream(loader.indices(1, batch)).anyMatch(i -> i == image))
            .toArray();
      }
    }
  }

  private static List<Double> losses(List<StepReport> steps) {
    return steps.stream().map(StepReport::loss).toList();
  }
}
