package io.fovea.spark.train;

import io.fovea.dataset.Dataset;
import io.fovea.network.Network;
import io.fovea.spark.SerializedModel;
import io.fovea.spark.ring.Secret;
import io.fovea.train.Checkpoint;
import io.fovea.train.History;
import io.fovea.train.Listener;
import io.fovea.train.Trainer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/**
 * Trains a network on the executors of a Spark application, as {@link Trainer} does in one process.
 *
 * <pre>
 * SparkTrainer.of(spark, network)
 *     .setup(trainer -> trainer.optimizer(Sgd.of(0.05f)).epochs(3).batchSize(128))
 *     .fit(DataSets.mnist().train());
 * </pre>
 *
 * <p>Every worker, one task, computes its share of each batch; the workers sum their gradients over
 * a ring of sockets and make the same update. Batch size, loss, accuracy and reports are those of
 * all workers together: up to rounding a run equals one in a single process with the same settings.
 * The same seed and number of workers give the same bits. After losing a worker, the run resumes
 * from the last checkpoint.
 */
public final class SparkTrainer {
  private final SparkContext spark;
  private final Network network;
  private Setup setup = trainer -> {};
  private int workers;
  private int threads;
  private boolean sharedStatistics;
  private int checkpointEvery = 500;
  private int restarts = 3;
  private int ringPort;
  private Duration silence = Duration.ofSeconds(30);
  private Duration patience = Duration.ofMinutes(30);
  private Duration slotWait = Duration.ofSeconds(60);
  private @Nullable Source validation;
  private @Nullable Source test;
  private @Nullable Checkpoint resume;
  private Consumer<Restart> onRestart = restart -> {};
  private final List<Listener> listeners = new ArrayList<>();
  private final List<Broadcast<?>> carried = new ArrayList<>();

  private SparkTrainer(SparkContext spark, Network network) {
    this.spark = spark;
    this.network = network;
  }

  /** A trainer of this network. */
  public static SparkTrainer of(SparkSession spark, Network network) {
    return new SparkTrainer(spark.sparkContext(), network);
  }

  /** The settings; by default those of a new {@link Trainer}. */
  public SparkTrainer setup(Setup value) {
    setup = value;
    return this;
  }

  /**
   * The number of workers, one task each; by default as many as the cluster has task slots. For one
   * worker on each executor, with all its cores, set {@code spark.task.cpus} to the executors'
   * cores.
   */
  public SparkTrainer workers(int value) {
    workers = atLeast(1, "workers", value);
    return this;
  }

  /** The threads of a worker, without effect on results; by default its task's processors. */
  public SparkTrainer threads(int value) {
    threads = atLeast(1, "threads", value);
    return this;
  }

  /** See {@link Trainer#sharedStatistics}. */
  public SparkTrainer sharedStatistics(boolean value) {
    sharedStatistics = value;
    return this;
  }

  /** Steps between checkpoints, besides one after each epoch; by default 500. */
  public SparkTrainer checkpointEvery(int steps) {
    checkpointEvery = atLeast(1, "steps between checkpoints", steps);
    return this;
  }

  /** How often the run may resume from its last checkpoint after a worker is lost; by default 3. */
  public SparkTrainer restarts(int value) {
    restarts = atLeast(0, "restarts", value);
    return this;
  }

  /** Sets a listener for restarts, called before they begin. */
  public SparkTrainer onRestart(Consumer<Restart> value) {
    onRestart = value;
    return this;
  }

  /**
   * When a worker counts as lost: without a message for {@code silence} (by default 30 seconds; a
   * live process sends heartbeats four times as often), or when the others wait for {@code
   * patience} in one step (by default 30 minutes) although it is alive.
   */
  public SparkTrainer timeouts(Duration silence, Duration patience) {
    if (silence.toMillis() < 100 || patience.compareTo(silence) < 0) {
      throw new IllegalArgumentException(
          "spark-train: expects a silence from 0.1 seconds, and a patience that is not shorter, got %s and %s"
              .formatted(silence, patience));
    }
    this.silence = silence;
    this.patience = patience;
    return this;
  }

  /** How long to wait for executors, at the start and after a loss; by default a minute. */
  public SparkTrainer slotWait(Duration value) {
    slotWait = value;
    return this;
  }

  /** The port on which executors listen for each other; by default any free one. */
  public SparkTrainer ringPort(int value) {
    ringPort = atLeast(0, "the ring's port", value);
    return this;
  }

  /** The validation images, evaluated after each epoch. */
  public SparkTrainer validation(Dataset value) {
    validation = carry(value);
    return this;
  }

  /** The test images, evaluated after each epoch. */
  public SparkTrainer test(Dataset value) {
    test = carry(value);
    return this;
  }

  /** The same, opened by each worker. */
  public SparkTrainer validation(Source value) {
    validation = value;
    return this;
  }

  /** The same, opened by each worker. */
  public SparkTrainer test(Source value) {
    test = value;
    return this;
  }

  /** Adds a listener on the driver. */
  public SparkTrainer listener(Listener value) {
    listeners.add(value);
    return this;
  }

  /** See {@link Trainer#resume}; the number of workers may differ. */
  public SparkTrainer resume(Checkpoint value) {
    resume = value;
    return this;
  }

  private static int atLeast(int least, String what, int value) {
    if (value < least) {
      throw new IllegalArgumentException(
          "spark-train: %s must be at least %d, got %d".formatted(what, least, value));
    }
    return value;
  }

  private Source carry(Dataset data) {
    if (data.isMultiLabel()) {
      throw new IllegalArgumentException(
          "spark-train: %s has images of several labels, on which a single process trains; use a Trainer"
              .formatted(data.name()));
    }
    Broadcast<BroadcastDataset> images =
        JavaSparkContext.fromSparkContext(spark).broadcast(BroadcastDataset.of(data));
    carried.add(images);
    return images::value;
  }

  /**
   * Trains on these images, of which every executor gets a copy.
   *
   * @throws IllegalArgumentException if settings or images do not fit
   * @throws SparkTrainException if the run could not be brought to its end; the network keeps the
   *     weights of the last finished epoch
   */
  public History fit(Dataset train) {
    return fit(carry(train));
  }

  /**
   * Trains on images that every worker opens.
   *
   * @throws IllegalArgumentException if settings or images do not fit
   * @throws SparkTrainException if the run could not be brought to its end; the network keeps the
   *     weights of the last finished epoch
   */
  public History fit(Source train) {
    setup.apply(Trainer.of(network.copy())); // refuses here what the workers would refuse
    Slots slots = new Slots(spark);
    int size = workers > 0 ? workers : slots.all(slotWait);
    slots.require(size, slotWait);
    TrainingProgress progress = new TrainingProgress(network, listeners, checkpointEvery);
    try {
      return attempts(train, progress, slots, size);
    } finally {
      progress.close();
      carried.forEach(Broadcast::destroy);
    }
  }

  private History attempts(Source train, TrainingProgress progress, Slots slots, int size) {
    WorkerConfig config =
        new WorkerConfig(setup, train, validation, test, sharedStatistics, threads);
    if (resume != null) {
      progress.begin(SerializedModel.of(resume, network));
    }
    for (int restart = 1; ; restart++) {
      slots.require(size, slotWait);
      String reason = attempt(config, progress, slots, size);
      History history = progress.history();
      if (history != null) {
        return history;
      }
      if (restart > restarts) {
        throw new SparkTrainException(
            "spark-train: %s; failed after %d restart%s"
                .formatted(reason, restarts, restarts == 1 ? "" : "s"),
            null);
      }
      onRestart.accept(new Restart(restart, restarts, reason, progress.lastStep()));
    }
  }

  /** Runs the workers to their end; returns the failure if the run is not finished. */
  private String attempt(WorkerConfig config, TrainingProgress progress, Slots slots, int size) {
    byte[] checkpoint = progress.latest();
    byte[] start = checkpoint != null ? checkpoint : SerializedModel.of(network);
    Secret secret = Secret.fresh();
    String host = spark.conf().get("spark.driver.host", "localhost");
    try (DriverEndpoint endpoint = new DriverEndpoint(host, size, secret, start, progress)) {
      StepTask task =
          new StepTask(
              config,
              checkpoint != null,
              secret,
              host,
              endpoint.port(),
              ringPort,
              silence,
              patience);
      try {
        Attempt.run(spark, task, size);
        return "the workers ended without a result";
      } catch (Exception | Error failure) {
        return RetryDecision.reason(failure, endpoint.workerFailures(), progress, slots);
      }
    } catch (IOException failure) {
      throw new SparkTrainException(
          "spark-train: the driver cannot listen at %s: %s".formatted(host, failure.getMessage()),
          failure);
    }
  }
}
