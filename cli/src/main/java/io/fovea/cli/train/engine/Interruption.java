package io.fovea.cli.train.engine;

import io.fovea.cli.train.record.CheckpointWriter;
import io.fovea.train.Listener;
import io.fovea.train.StepReport;
import io.fovea.train.Training;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ctrl-C (and a plain kill) during training: the current step is finished, the checkpoint is saved,
 * and the process ends with exit code 130.
 */
final class Interruption implements Listener, AutoCloseable {
  private static final int EXIT_CODE = 130;
  private static final long LONGEST_WAIT_SECONDS = 120;

  private final Thread hook = new Thread(this::interrupted, "fovea-interruption");
  private final CountDownLatch saved = new CountDownLatch(1);
  private final CheckpointWriter checkpointWriter;
  private volatile @Nullable Training training;
  private volatile boolean asked;

  /**
   * @param checkpointWriter saves the run
   */
  Interruption(CheckpointWriter checkpointWriter) {
    this.checkpointWriter = checkpointWriter;
  }

  void listen() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  boolean asked() {
    return asked;
  }

  @Override
  public void onStart(Training started) {
    training = started;
    if (asked) {
      started.stop();
    }
  }

  @Override
  public void onStep(Training running, StepReport step) {
    if (asked) {
      running.stop();
    }
  }

  @Override
  public void onEnd(Training ended) {
    if (asked) {
      checkpointWriter.checkpoint(ended);
    }
  }

  /** Asks the run to stop; false if it has not begun and has nothing to save. */
  boolean ask() {
    asked = true;
    Training running = training;
    if (running == null) {
      return false;
    }
    running.stop();
    return true;
  }

  private void interrupted() {
    if (!ask()) {
      return;
    }
    try {
      if (saved.await(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS)) {
        Runtime.getRuntime().halt(EXIT_CODE);
      }
    } catch (InterruptedException impatient) {
      Thread.currentThread().interrupt();
    }
  }

  /** After saving: lets the process end if it was interrupted; else stops listening. */
  @Override
  public void close() {
    if (asked) {
      saved.countDown();
      return;
    }
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException alreadyShuttingDown) {
      saved.countDown();
    }
  }
}
