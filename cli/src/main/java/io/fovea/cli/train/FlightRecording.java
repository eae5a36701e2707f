package io.fovea.cli.train;

import io.fovea.train.EpochReport;
import io.fovea.train.Listener;
import io.fovea.train.StepReport;
import io.fovea.train.Training;
import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * Reports a run's steps and epochs as events of the JDK's flight recorder ({@code java
 * -XX:StartFlightRecording=...}). Without a recording, a step costs one comparison.
 */
final class FlightRecording implements Listener {
  /** One training step, at its end. */
  @Name("io.fovea.TrainingStep")
  @Label("Training step")
  @Category("Fovea")
  @StackTrace(false)
  static final class StepEvent extends Event {
    @Label("Step")
    long step;

    @Label("Epoch")
    int epoch;

    @Label("Loss")
    double loss;

    @Label("Accuracy")
    double accuracy;

    @Label("Learning rate")
    double learningRate;

    @Label("Images a second")
    double imagesPerSecond;
  }

  /** One epoch, after its evaluation. */
  @Name("io.fovea.Epoch")
  @Label("Epoch")
  @Category("Fovea")
  @StackTrace(false)
  static final class EpochEvent extends Event {
    @Label("Epoch")
    int epoch;

    @Label("Training loss")
    double trainLoss;

    @Label("Training accuracy")
    double trainAccuracy;

    @Label("Validation loss")
    double validationLoss;

    @Label("Test loss")
    double testLoss;
  }

  @Override
  public void onStep(Training training, StepReport step) {
    StepEvent event = new StepEvent();
    if (event.shouldCommit()) {
      event.step = step.step();
      event.epoch = step.epoch();
      event.loss = step.loss();
      event.accuracy = step.accuracy();
      event.learningRate = step.learningRate();
      event.imagesPerSecond = step.imagesPerSecond();
      event.commit();
    }
  }

  @Override
  public void onEpoch(Training training, EpochReport epoch) {
    EpochEvent event = new EpochEvent();
    if (event.shouldCommit()) {
      event.epoch = epoch.epoch();
      event.trainLoss = epoch.trainLoss();
      event.trainAccuracy = epoch.trainAccuracy();
      event.validationLoss = epoch.validation().map(EpochReport.Score::loss).orElse(Double.NaN);
      event.testLoss = epoch.test().map(EpochReport.Score::loss).orElse(Double.NaN);
      event.commit();
    }
  }
}
