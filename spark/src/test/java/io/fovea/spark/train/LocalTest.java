package io.fovea.spark.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fovea.dataset.Dataset;
import io.fovea.kernel.KernelSet;
import io.fovea.metrics.Evaluation;
import io.fovea.network.Network;
import io.fovea.parallel.Workers;
import io.fovea.spark.Digits;
import io.fovea.train.Checkpoint;
import io.fovea.train.History;
import io.fovea.train.Listener;
import io.fovea.train.StepReport;
import io.fovea.train.Trainer;
import io.fovea.train.Training;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two workers as two threads of this process: local[2]. */
@Timeout(120)
class LocalTest {
  @AutoClose("stop")
  private static SparkSession spark;

  private static Network alone;
  private static Log single;

  @BeforeAll
  static void start() {
    spark = Sessions.local(2);
    alone = Recipe.pooled();
    single = Recipe.single(alone);
  }

  private static SparkTrainer trainer(Network network) {
    return SparkTrainer.of(spark, network).setup(Recipe::apply).workers(2);
  }

  private static Log fit(Network network, int workers) {
    Log log = new Log();
    History history =
        SparkTrainer.of(spark, network)
            .setup(Recipe::apply)
            .workers(workers)
            .test(Digits.test())
            .listener(log)
            .fit(Digits.train());
    assertThat(history.steps()).isEqualTo(60);
    assertThat(history.network()).isSameAs(network);
    assertThat(history.stopped()).isFalse();
    return log;
  }

  static void assertSameBits(Network actual, Network expected) {
    for (String name : expected.weights().names()) {
      assertThat(actual.weights().values(name))
          .as(name)
          .containsExactly(expected.weights().values(name));
    }
  }

  static void assertAlike(Log actual, Log single) {
    assertThat(actual.losses()).hasSameSizeAs(single.losses());
    for (int i = 0; i < 50; i++) {
      assertThat(actual.losses().get(i))
          .as("loss of step %d", i + 1)
          .isCloseTo(single.losses().get(i), within(1e-4));
    }
    assertThat(actual.epochs).hasSameSizeAs(single.epochs);
    assertThat(accuracy(actual)).isCloseTo(accuracy(single), within(0.003));
  }

  static double accuracy(Log log) {
    return log.epochs.getLast().test().orElseThrow().accuracy();
  }

  /** The accuracy on all 600 images: among the 100 for testing, one is a point. */
  static double ofAll(Network network) {
    try (Workers workers = Workers.of(2)) {
      return Evaluation.of(network, Digits.all(), workers, KernelSet.fastest()).accuracy();
    }
  }

  @Test
  void fit_twoWorkers_asASingleProcess_andTwiceTheSameBits() {
    Network first = Recipe.pooled();
    Log log = fit(first, 2);
    assertAlike(log, single);
    assertThat(accuracy(log)).isGreaterThan(0.75);
    assertThat(log.calls).containsExactly("start 6 epochs, 500 images, 60 steps", "end");
    Network second = Recipe.pooled();
    Log again = fit(second, 2);
    assertThat(again.losses()).isEqualTo(log.losses());
    assertSameBits(second, first);
  }

  @Test
  @Tag("gate")
  void fit_oneWorker_sameBitsAsASingleProcess() {
    Network one = Recipe.pooled();
    Log log = fit(one, 1);
    assertThat(log.losses()).isEqualTo(single.losses());
    assertSameBits(one, alone);
  }

  @Test
  @Tag("gate")
  void fit_checkpointAskedFor_isThatOfTheStep_andGoesOn() {
    List<Checkpoint> checkpoints = new ArrayList<>();
    Network whole = Recipe.pooled();
    trainer(whole)
        .listener(
            new Listener() {
              @Override
              public void onStep(Training training, StepReport step) {
                if (step.step() == 13) {
                  checkpoints.add(training.checkpoint());
                }
              }
            })
        .fit(Digits.train());
    assertThat(checkpoints.getFirst().position().step()).isEqualTo(13);
    Network rest = Recipe.pooled();
    trainer(rest).resume(checkpoints.getFirst()).fit(Digits.train());
    assertSameBits(rest, whole);
  }

  @Test
  void fit_stopped_endsWithACheckpoint() {
    List<Long> last = new ArrayList<>();
    Network network = Recipe.pooled();
    History history =
        trainer(network)
            .listener(
                new Listener() {
                  @Override
                  public void onStep(Training training, StepReport step) {
                    if (step.step() == 7) {
                      training.stop();
                    }
                  }

                  @Override
                  public void onEnd(Training training) {
                    last.add(training.checkpoint().position().step());
                  }
                })
            .fit(Digits.train());
    assertThat(history.stopped()).isTrue();
    assertThat(history.steps()).isEqualTo(8);
    assertThat(last).containsExactly(8L);
  }

  @Test
  void fit_wrongSettings_areNotTriedAgain() {
    List<Restart> restarts = new ArrayList<>();
    SparkTrainer trainer =
        SparkTrainer.of(spark, Recipe.pooled())
            .setup(settings -> settings.batchSize(1))
            .workers(2)
            .onRestart(restarts::add);
    assertThatThrownBy(() -> trainer.fit(Digits.train()))
        .isInstanceOf(SparkTrainException.class)
        .hasMessage(
            "train: a batch of 1 images cannot be shared by 2 workers; give batches of at least 2");
    assertThat(restarts).isEmpty();
  }

  @Test
  void fit_imagesOfSeveralLabels_areRefused() {
    Dataset images = Digits.train();
    List<List<Integer>> labels = Collections.nCopies(images.size(), List.of(1, 2));
    SparkTrainer trainer = SparkTrainer.of(spark, Recipe.pooled());
    assertThatThrownBy(() -> trainer.fit(images.withLabels(labels)))
        .hasMessage(
            "spark-train: %s has images of several labels, on which a single process trains; use a Trainer"
                .formatted(images.name()));
  }

  @Test
  void fit_listenerFails_endsTheRunWithItsException() {
    SparkTrainer trainer =
        trainer(Recipe.pooled())
            .listener(
                new Listener() {
                  @Override
                  public void onStep(Training training, StepReport step) {
                    throw new IllegalStateException("my own trouble");
                  }
                });
    assertThatThrownBy(() -> trainer.fit(Digits.train()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("my own trouble");
  }

  @Test
  void fit_sourceThatFails_isTriedAgainWithinTheLimit() {
    List<Restart> restarts = new ArrayList<>();
    SparkTrainer trainer = trainer(Recipe.pooled()).restarts(1).onRestart(restarts::add);
    assertThatThrownBy(
            () ->
                trainer.fit(
                    () -> {
                      throw new java.io.IOException("the disk is gone");
                    }))
        .isInstanceOf(SparkTrainException.class)
        .hasMessageMatching(
            "spark-train: worker [01] failed: java.io.IOException: the disk is gone; failed after 1 restart");
    assertThat(restarts).hasSize(1);
    assertThat(restarts.getFirst().number()).isEqualTo(1);
    assertThat(restarts.getFirst().step()).isEqualTo(0);
  }

  @Test
  void settings_outOfRange_areRefused() {
    SparkTrainer trainer = SparkTrainer.of(spark, Recipe.pooled());
    assertThatThrownBy(() -> trainer.workers(0))
        .hasMessage("spark-train: workers must be at least 1, got 0");
    assertThatThrownBy(() -> trainer.timeouts(Duration.ofSeconds(5), Duration.ofSeconds(1)))
        .hasMessage(
            "spark-train: expects a silence from 0.1 seconds, and a patience that is not shorter, got PT5S and PT1S");
    assertThatThrownBy(
            () ->
                SparkTrainer.of(spark, Recipe.pooled())
                    .setup((Trainer settings) -> settings.epochs(0))
                    .fit(Digits.train()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("train: epochs must be at least 1, got 0");
  }
}
