package io.fovea.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fovea.data.augment.Pipeline;
import io.fovea.dataset.Dataset;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.optim.Adam;
import io.fovea.optim.Clipping;
import io.fovea.optim.Schedule;
import io.fovea.optim.Sgd;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import io.fovea.train.Checkpoint;
import io.fovea.train.Listener;
import io.fovea.train.StepReport;
import io.fovea.train.Trainer;
import io.fovea.train.Training;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("widths")
class ReplayTest {
  /** Images of noise with a bright square whose place is the class. */
  record Squares(int size, int kinds, int side, int channels) implements Dataset {
    @Override
    public String name() {
      return "squares";
    }

    @Override
    public Shape shape() {
      return Shape.of(channels, side, side);
    }

    @Override
    public List<String> classes() {
      return Stream.iterate(0, i -> i + 1).limit(kinds).map(String::valueOf).toList();
    }

    @Override
    public int label(int index) {
      return index * 7 % kinds;
    }

    @Override
    public void pixels(int index, float[] destination, int offset) {
      RandomKey key = RandomKey.of(5).with(index);
      int at = label(index) * (side - 4) / kinds;
      for (int i = 0; i < side * side * channels; i++) {
        int row = i / channels / side;
        boolean isIn = row >= at && row < at + 4;
        destination[offset + i] = Math.round(Math.abs(key.normal(i)) * 40 + (isIn ? 100 : 0)) % 256;
      }
    }
  }

  /** A run: its images, and trainers that begin it. */
  record Case(String name, Dataset data, Supplier<Trainer> trainer) {
    Trainer trainer(int threads) {
      return trainer.get().threads(threads);
    }

    Replay replay(int threads) {
      return Replay.of(() -> trainer(threads), data);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static final Dataset GREY = new Squares(150, 10, 16, 1);
  static final Dataset COLOUR = new Squares(60, 10, 16, 3);

  static Case zoo(Zoo zoo, Dataset data, UnaryOperator<Trainer> settings) {
    return new Case(
        zoo.title(),
        data,
        () -> settings.apply(Trainer.of(zoo.network(data, 3)).epochs(3).batchSize(20).seed(9)));
  }

  /** Dropout, mixup and averaged weights, in accumulated batches. */
  private static Trainer mixed() {
    Network network =
        Network.input(1, 16, 16)
            .conv2d(8, 3)
            .batchNorm2d()
            .relu()
            .maxPool2d(2)
            .flatten()
            .dense(32)
            .relu()
            .dropout(0.3)
            .dense(10)
            .build(Initializer.he(), 4);
    return Trainer.of(network)
        .epochs(3)
        .batchSize(20)
        .seed(5)
        .average(0.9)
        .accumulate(2)
        .augment(Pipeline.parse("mixup:0.4+shift:2"))
        .optimizer(Adam.of(0.002f));
  }

  static Stream<Case> cases() {
    return Stream.of(
        zoo(Zoo.TWO_LAYER_CNN, GREY, t -> t.l2(0.001f)),
        zoo(Zoo.POOLED, GREY, t -> t.schedule(Schedule.cosine())),
        zoo(Zoo.RESNET8, COLOUR, t -> t.clipping(Clipping.norm(1))),
        zoo(
            Zoo.MOBILENET_SMALL,
            COLOUR,
            t -> t.optimizer(Sgd.of(0.01f).momentum(0.9f).withNesterov())),
        new Case("mixed", GREY, ReplayTest::mixed));
  }

  /** Those with few kernels to compile; the mixed one normalises, too. */
  static Stream<Case> quick() {
    return cases().filter(run -> !run.data().equals(COLOUR));
  }

  static void assertSame(Checkpoint got, Checkpoint expected) {
    assertThat(got.position().step()).isEqualTo(expected.position().step());
    assertThat(got.position().stepInEpoch()).isEqualTo(expected.position().stepInEpoch());
    assertThat(WeightsHash.of(got.weights())).isEqualTo(WeightsHash.of(expected.weights()));
    assertThat(got.average().map(WeightsHash::of))
        .isEqualTo(expected.average().map(WeightsHash::of));
    assertThat(got.slots().keySet()).isEqualTo(expected.slots().keySet());
    got.slots()
        .forEach((name, slot) -> assertThat(slot).as(name).isEqualTo(expected.slots().get(name)));
  }

  private static Checkpoint stoppedAt(Case run, long step, int threads) {
    return end(run.trainer(threads).until(step), run.data());
  }

  private static Checkpoint end(Trainer trainer, Dataset data) {
    List<Checkpoint> end = new ArrayList<>();
    trainer
        .listener(
            new Listener() {
              @Override
              public void onEnd(Training training) {
                end.add(training.checkpoint());
              }
            })
        .fit(data);
    return end.getFirst();
  }

  @ParameterizedTest
  @MethodSource("quick")
  void after_isTheStateOfARunStoppedThere(Case run, @TempDir Path folder) throws IOException {
    Replay replay = run.replay(2).keep(folder);
    for (long step : new long[] {9, 4, 0}) {
      assertSame(replay.after(step), stoppedAt(run, step, 1));
    }
    assertThat(folder).as("at the square root's spacing").isNotEmptyDirectory();
  }

  @Tag("gate")
  @ParameterizedTest
  @MethodSource("cases")
  void after_isTheState_at20RandomStepsAnd3Threads(Case run, @TempDir Path folder)
      throws IOException {
    int steps = run.name().equals("mixed") ? 12 : run.data().size() == GREY.size() ? 24 : 9;
    for (int k = 0; k < 20; k++) {
      long step = (long) (RandomKey.of(k).uniform(0) * (steps + 1));
      Checkpoint expected = stoppedAt(run, step, 1 + k % 3);
      for (int threads = 1; threads <= 3; threads++) {
        assertSame(run.replay(threads).keep(folder.resolve("of" + threads)).after(step), expected);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("quick")
  void step_showsWhatHappened(Case run) {
    List<StepReport> reports = new ArrayList<>();
    Replay replay = run.replay(2);
    replay.follow(
        0,
        7,
        new Listener() {
          @Override
          public void onStep(Training training, StepReport step) {
            reports.add(step);
          }
        });
    ReplayedStep step = replay.step(7);
    assertSame(step.before(), replay.after(6));
    assertSame(step.after(), replay.after(7)); // looking changes nothing
    boolean isMean = run.name().equals("mixed");
    if (!isMean) {
      assertThat(step.loss()).isEqualTo(reports.get(6).loss());
      double right = step.pictures().stream().filter(p -> p.answer() == p.label()).count();
      assertThat(right / step.pictures().size()).isEqualTo(reports.get(6).accuracy());
    }
    double mean =
        step.pictures().stream().mapToDouble(ReplayedStep.Picture::loss).average().orElseThrow();
    assertThat(mean).isCloseTo(step.loss(), within(1e-5));
    assertThat(step.pictures()).allSatisfy(p -> assertThat(p.push()).isPositive());
    assertThat(step.pictures().stream().map(ReplayedStep.Picture::index).distinct())
        .hasSize(step.pictures().size());
    assertThat(step.parameters())
        .isNotEmpty()
        .allSatisfy(p -> assertThat(p.gradient()).isNotNegative());
  }

  @Tag("gate")
  @ParameterizedTest
  @MethodSource("cases")
  void step_showsWhatHappened_inEveryNetwork(Case run) {
    step_showsWhatHappened(run);
  }

  /** With a rate of 1 and nothing else, the update is the gradient. */
  @Test
  void step_gradientNorm_isThatOfTheUpdate() {
    Case plain = zoo(Zoo.POOLED, GREY, t -> t.optimizer(Sgd.of(1)));
    assertThat(plain.replay(2).step(1).parameters())
        .allSatisfy(
            p ->
                assertThat(p.update()).isCloseTo(p.gradient(), within(1e-4 * p.gradient() + 1e-6)));
  }

  @Test
  void step_outsideTheRun_isRefused() {
    Replay replay = zoo(Zoo.POOLED, GREY, t -> t).replay(1);
    assertThatThrownBy(() -> replay.step(0))
        .hasMessage("replay: expects a step of the run, which starts after step 0, got 0");
    assertThatThrownBy(() -> replay.step(25))
        .hasMessage("replay: expects a step of the run, which ends after step 24, got 25");
    assertThatThrownBy(() -> replay.after(99)).hasMessageContaining("ends after step 24, got 99");
  }

  /** A picture has another class from the second epoch on. */
  @Test
  void from_aForkWithARelabelledPicture_differsFromTheStepThatSeesIt() {
    Case run = zoo(Zoo.POOLED, GREY, t -> t);
    Replay parent = run.replay(2);
    int picture = parent.step(13).pictures().getFirst().index();
    Dataset changed = GREY.relabeled(Map.of(picture, (GREY.label(picture) + 5) % 10));
    Case child = new Case("child", changed, run.trainer());
    Checkpoint start = end(child.trainer(2).fork(parent.after(8)).until(8), changed);
    Replay fork = child.replay(2).from(start);
    assertThat(WeightsHash.of(fork.after(12).weights()))
        .isEqualTo(WeightsHash.of(parent.after(12).weights()));
    assertThat(WeightsHash.of(fork.after(13).weights()))
        .isNotEqualTo(WeightsHash.of(parent.after(13).weights()));
  }
}
