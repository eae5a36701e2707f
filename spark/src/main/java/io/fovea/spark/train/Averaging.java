package io.fovea.spark.train;

import io.fovea.dataset.Dataset;
import io.fovea.network.Network;
import io.fovea.train.Checkpoint;
import io.fovea.train.EpochReport;
import io.fovea.train.History;
import io.fovea.train.Listener;
import io.fovea.train.StepReport;
import io.fovea.train.Trainer;
import io.fovea.train.Training;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.jspecify.annotations.Nullable;

/**
 * A run with averaged weights: in each round every worker makes some steps, and the mean of their
 * weights starts the next round. Spark repeats a lost task. The driver evaluates at the end of
 * epochs.
 */
final class Averaging {
  private final SparkContext spark;
  private final Network network;
  private final Order order;
  private final TrainingProgress progress;
  private final int workers;
  private final int every;
  private final Dataset train;
  private final @Nullable Dataset validation;
  private final @Nullable Dataset test;
  private int epochs;
  private int images;
  private long steps;

  Averaging(
      SparkContext spark,
      Network network,
      Order order,
      TrainingProgress progress,
      int workers,
      int every)
      throws IOException {
    this.spark = spark;
    this.network = network;
    this.order = order;
    this.progress = progress;
    this.workers = workers;
    this.every = every;
    this.train = order.train().open();
    this.validation = order.validation() == null ? null : order.validation().open();
    this.test = order.test() == null ? null : order.test().open();
  }

  History fit(@Nullable Checkpoint resume) {
    Checkpoint state = beginning(resume);
    int inEpoch = (int) (steps / epochs);
    Checkpoint first = state;
    progress.started(epochs, images, steps, () -> SerializedModel.of(first, network));
    boolean early = false;
    while (state.position().epoch() <= epochs && !early && !progress.isStopped()) {
      if (state.position().stepInEpoch() < inEpoch) {
        state = round(state, inEpoch);
      }
      if (state.position().stepInEpoch() == inEpoch) {
        Ended ended = endEpoch(state);
        state = ended.state();
        early = ended.early();
      }
    }
    boolean before = state.position().epoch() <= epochs;
    progress.ended(
        state.history(),
        state.position().step(),
        before,
        early,
        SerializedModel.of(state, network));
    History history = progress.history();
    if (history == null) {
      throw new IllegalStateException("spark-train: a run has ended without its history");
    }
    return history;
  }

  private Trainer trainer() {
    Trainer trainer = Trainer.of(network);
    order.setup().apply(trainer);
    if (validation != null) {
      trainer.validation(validation);
    }
    if (test != null) {
      trainer.test(test);
    }
    return trainer;
  }

  /** The state before the first step. */
  private Checkpoint beginning(@Nullable Checkpoint resume) {
    List<Checkpoint> first = new ArrayList<>();
    Trainer trainer = trainer().until(0);
    if (resume != null) {
      trainer.resume(resume);
    }
    trainer.listener(
        new Listener() {
          @Override
          public void onStart(Training training) {
            epochs = training.epochs();
            images = training.images();
            steps = training.steps();
            first.add(training.checkpoint());
          }
        });
    trainer.fit(train);
    return first.getFirst();
  }

  private Checkpoint round(Checkpoint state, int inEpoch) {
    long begin = System.nanoTime();
    Checkpoint.Position at = state.position();
    long done = Math.min(every, inEpoch - at.stepInEpoch());
    JavaSparkContext java = JavaSparkContext.fromSparkContext(spark);
    Broadcast<byte[]> start = java.broadcast(SerializedModel.of(state, network));
    WorkerState sum;
    try {
      List<Integer> ranks = new ArrayList<>();
      for (int rank = 0; rank < workers; rank++) {
        ranks.add(rank);
      }
      AverageTask task = new AverageTask(order, start, at.step() + done, workers);
      sum =
          java.parallelize(ranks, workers)
              .mapPartitionsWithIndex(task, false)
              .treeAggregate(WorkerState.none(), WorkerState::plus, WorkerState::plus);
    } catch (Exception failure) {
      throw failed(failure, at.step());
    } finally {
      start.destroy();
    }
    double seconds = (System.nanoTime() - begin) * 1e-9;
    long imagesInStep = (images + inEpoch - 1L) / inEpoch;
    long seen = done + at.stepInEpoch() == inEpoch ? images : at.images() + done * imagesInStep;
    Checkpoint mean = sum.mean(state, network.graph(), done, seen, seconds);
    tell(state, mean, sum.steps(), seconds, inEpoch);
    return mean;
  }

  /** The failure after Spark's retries; Spark's message ends with the reason. */
  private static SparkTrainException failed(Exception failure, long step) {
    String text = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    return new SparkTrainException(
        "spark-train: averaging after step %d failed: %s".formatted(step, text), failure);
  }

  private void tell(
      Checkpoint before, Checkpoint after, double[][] rows, double seconds, int inEpoch) {
    Checkpoint.Position at = before.position();
    double rate = (after.position().images() - at.images()) / seconds;
    for (int i = 0; i < rows.length; i++) {
      StepReport step =
          new StepReport(
              at.step() + i + 1,
              at.epoch(),
              at.stepInEpoch() + i + 1,
              inEpoch,
              rows[i][0],
              rows[i][1],
              rows[i][2],
              rows[i][3],
              rate);
      // on the way the last average: a checkpoint must not be ahead of what has been reported
      Checkpoint known = i == rows.length - 1 ? after : before;
      progress.step(step, () -> SerializedModel.of(known, network));
    }
  }

  /** The state after an epoch, and whether the run stops early there. */
  private record Ended(Checkpoint state, boolean early) {}

  private Ended endEpoch(Checkpoint state) {
    List<Checkpoint> next = new ArrayList<>();
    List<EpochReport> reports = new ArrayList<>();
    History history =
        trainer()
            .resume(state)
            .until(state.position().step())
            .listener(
                new Listener() {
                  @Override
                  public void onEpoch(Training training, EpochReport epoch) {
                    next.add(training.checkpoint());
                    reports.add(epoch);
                  }
                })
            .fit(train);
    progress.epoch(reports.getFirst(), () -> SerializedModel.of(next.getFirst(), network));
    return new Ended(next.getFirst(), history.stoppedEarly());
  }
}
