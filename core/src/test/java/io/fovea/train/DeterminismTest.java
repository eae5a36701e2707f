package io.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.dataset.Dataset;
import io.fovea.golden.MnistSlice;
import io.fovea.kernel.KernelSet;
import io.fovea.network.Network;
import io.fovea.optim.Adam;
import io.fovea.optim.Optimizer;
import io.fovea.optim.Schedule;
import io.fovea.optim.Sgd;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Same seed, same bits after a resume at any step; SameBitsTest has other threads. */
class DeterminismTest {
  private static final Dataset IMAGES = new MnistSlice();

  @Test
  void fit_otherSeedOfTheRunAlone_differs() {
    Network one = Runs.smallNetwork(1);
    Network other = one.copy();
    Trainer.of(one).seed(1).threads(1).fit(IMAGES.first(70));
    Trainer.of(other).seed(2).threads(1).fit(IMAGES.first(70));
    assertThat(Runs.differ(one.weights(), other.weights())).isTrue();
  }

  private static Trainer run(Network network, Optimizer optimizer, KernelSet kernels) {
    return Trainer.of(network)
        .optimizer(optimizer)
        .schedule(Schedule.cosine().warmUp(3))
        .augment(new Shaken())
        .l2(1e-3f)
        .epochs(2)
        .batchSize(32)
        .seed(5)
        .kernels(kernels)
        .validation(IMAGES.select(new int[] {500, 501, 502, 503}, "validation"));
  }

  /** 24 images are 3 steps an epoch, the last one of 4 images. */
  @ParameterizedTest
  @EnumSource(KernelSet.class)
  void resume_fromEveryStep_sameBitsAndHistory(KernelSet kernels) {
    Dataset data = IMAGES.first(24);
    for (Optimizer optimizer :
        List.of(Sgd.of(0.05f).momentum(0.9f), Sgd.of(0.05f), Adam.decoupled(0.005f, 0.01f))) {
      Runs.Log log = new Runs.Log();
      Network whole = Runs.smallNetwork(3);
      History history =
          run(whole, optimizer, kernels).batchSize(10).threads(2).listener(log).fit(data);
      assertThat(log.checkpoints).hasSize(1 + 6 + 2);
      for (Checkpoint checkpoint : log.checkpoints) {
        Network resumed = Runs.smallNetwork(99);
        Runs.Log rest = new Runs.Log();
        History continued =
            run(resumed, optimizer, kernels)
                .batchSize(10)
                .threads(3)
                .listener(rest)
                .resume(checkpoint)
                .fit(data);
        String what = optimizer.name() + " resumed at " + checkpoint.position();
        Runs.assertSameBits(what, resumed.weights(), whole.weights());
        assertThat(Runs.timeless(continued.epochs()))
            .as(what)
            .isEqualTo(Runs.timeless(history.epochs()));
        assertThat(continued.steps()).as(what).isEqualTo(6);
        assertThat(rest.steps).as(what).hasSize((int) (6 - checkpoint.position().step()));
      }
    }
  }

  @Test
  void resume_afterStop_endsAsIfNeverStopped() {
    Dataset data = IMAGES.first(100);
    Optimizer optimizer = Adam.of(0.005f);
    Network whole = Runs.smallNetwork(3);
    History expected = run(whole, optimizer, KernelSet.fastest()).fit(data);
    Network network = Runs.smallNetwork(3);
    Runs.Log log = new Runs.Log();
    History stopped =
        run(network, optimizer, KernelSet.fastest())
            .listener(log)
            .listener(
                Runs.onStep(
                    (training, step) -> {
                      if (step.step() == 6) {
                        training.stop();
                      }
                    }))
            .fit(data);
    Checkpoint last = log.checkpoints.getLast();
    assertThat(stopped.stopped()).isTrue();
    assertThat(stopped.steps()).isEqualTo(6);
    assertThat(stopped.epochs()).hasSize(1);
    Runs.assertSameBits("stopped", network.weights(), last.weights());
    History ended = run(network, optimizer, KernelSet.fastest()).resume(last).fit(data);
    assertThat(ended.stopped()).isFalse();
    assertThat(Runs.timeless(ended.epochs())).isEqualTo(Runs.timeless(expected.epochs()));
    Runs.assertSameBits("resumed", network.weights(), whole.weights());
  }

  @Test
  void checkpoint_runGoesOn_keepsItsValues() {
    Runs.Log log = new Runs.Log();
    Network network = Runs.smallNetwork(3);
    float[] begin = network.weights().values("dense1.weight");
    run(network, Adam.of(0.01f), KernelSet.fastest()).listener(log).fit(IMAGES.first(64));
    Checkpoint first = log.checkpoints.getFirst();
    assertThat(first.weights().values("dense1.weight")).isEqualTo(begin);
    assertThat(first.slots())
        .containsOnlyKeys(
            first.weights().names().stream()
                .flatMap(name -> List.of(name + "/mean", name + "/square").stream())
                .toList());
    assertThat(first.slots().values().stream().mapToDouble(DeterminismTest::largest))
        .containsOnly(0.0);
    float[] mean = log.checkpoints.getLast().slots().get("dense1.weight/mean");
    assertThat(largest(Objects.requireNonNull(mean))).isPositive();
  }

  private static double largest(float[] values) {
    double largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }
}
