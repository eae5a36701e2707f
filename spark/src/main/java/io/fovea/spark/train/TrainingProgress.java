package io.fovea.spark.train;

import io.fovea.format.SavedRun;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.spark.SerializedModel;
import io.fovea.train.Checkpoint;
import io.fovea.train.EpochReport;
import io.fovea.train.History;
import io.fovea.train.Listener;
import io.fovea.train.StepReport;
import io.fovea.train.Training;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The progress of a run on the driver, over all attempts: the workers' reports, the last
 * checkpoint, and the listeners.
 */
final class TrainingProgress implements Training {
  private final Network network;
  private final List<Listener> listeners;
  private final int checkpointEvery;
  private volatile boolean stopped;
  private byte @Nullable [] latest;
  private @Nullable SavedRun latestRead;
  private @Nullable Supplier<byte[]> ask;
  private boolean started;
  private int epochs;
  private int images;
  private long steps;
  private @Nullable History history;
  private @Nullable Throwable failure;

  TrainingProgress(Network network, List<Listener> listeners, int checkpointEvery) {
    this.network = network;
    this.listeners = List.copyOf(listeners);
    this.checkpointEvery = checkpointEvery;
  }

  /** The bytes of the last checkpoint; null before the first. */
  synchronized byte @Nullable [] latest() {
    return latest;
  }

  /** Resumes from a checkpoint; a damaged one is refused here, and the one before it stays. */
  synchronized void begin(byte[] checkpoint) {
    latestRead = SerializedModel.run(checkpoint);
    latest = checkpoint;
  }

  /** The step of the last checkpoint; 0 before the first. */
  synchronized long lastStep() {
    return latest == null ? 0 : read().checkpoint().position().step();
  }

  synchronized @Nullable History history() {
    return history;
  }

  synchronized @Nullable Throwable failure() {
    return failure;
  }

  boolean isStopped() {
    return stopped;
  }

  /** Starts an attempt; listeners are informed of the first. */
  synchronized void started(int allEpochs, int allImages, long allSteps, Supplier<byte[]> asking) {
    epochs = allEpochs;
    images = allImages;
    steps = allSteps;
    ask = asking;
    if (!started) {
      started = true;
      tell(listener -> listener.onStart(this));
    }
    ask = null;
  }

  synchronized void step(StepReport step, Supplier<byte[]> asking) {
    ask = asking;
    if (step.step() % checkpointEvery == 0) {
      fetch();
    }
    tell(listener -> listener.onStep(this, step));
    ask = null;
  }

  synchronized void epoch(EpochReport epoch, Supplier<byte[]> asking) {
    ask = asking;
    fetch();
    SavedRun run = read();
    Checkpoint checkpoint = run.checkpoint();
    publish(checkpoint.average().orElse(checkpoint.weights()), run.network());
    tell(listener -> listener.onEpoch(this, epoch));
    ask = null;
  }

  synchronized void ended(
      List<EpochReport> reports, long done, boolean early, boolean noBetter, byte[] checkpoint) {
    begin(checkpoint);
    SavedRun run = read();
    Checkpoint last = run.checkpoint();
    publish(last.best().orElse(last.average().orElse(last.weights())), run.network());
    history = new History(network, reports, done, early, noBetter);
  }

  /** Informs the listeners of the end; call it once, also after a failure. */
  synchronized void close() {
    if (started) {
      tell(listener -> listener.onEnd(this));
    }
  }

  private void publish(Weights weights, Network carried) {
    network.publish(weights, carried.preprocessing(), carried.labels());
  }

  private void tell(Consumer<Listener> call) {
    try {
      listeners.forEach(call);
    } catch (LostWorkerException lost) {
      throw lost;
    } catch (RuntimeException | Error thrown) {
      failure = thrown;
      throw thrown;
    }
  }

  private void fetch() {
    if (ask != null) {
      begin(ask.get());
      ask = null; // it stays the same until the next event
    }
  }

  private SavedRun read() {
    if (latestRead == null) {
      throw new IllegalStateException("spark-train: there is no checkpoint yet");
    }
    return latestRead;
  }

  @Override
  public Network network() {
    return network;
  }

  @Override
  public synchronized Weights snapshot() {
    return checkpoint().weights();
  }

  /** The current checkpoint during a call to a listener; else the last known one. */
  @Override
  public synchronized Checkpoint checkpoint() {
    fetch();
    return read().checkpoint();
  }

  @Override
  public synchronized int epochs() {
    return epochs;
  }

  @Override
  public synchronized int images() {
    return images;
  }

  @Override
  public synchronized long steps() {
    return steps;
  }

  @Override
  public void stop() {
    stopped = true;
  }
}
