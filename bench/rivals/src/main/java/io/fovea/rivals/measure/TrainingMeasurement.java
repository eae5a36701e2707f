package io.fovea.rivals.measure;

import java.io.IOException;

/** Times training: some seconds of it, or one whole epoch, in a warm process. */
public final class TrainingMeasurement {
  private static final int ENDLESS = 1_000_000;

  private TrainingMeasurement() {}

  /** Warms up, then measures what the settings ask for. */
  public static Result measure(MeasurementSettings settings, Trainable trainable)
      throws IOException {
    return settings.action() == Action.EPOCH
        ? epoch(settings, trainable)
        : seconds(settings, trainable);
  }

  private static Result seconds(MeasurementSettings settings, Trainable trainable)
      throws IOException {
    Stopwatch stopwatch = new Stopwatch(settings, settings.seconds(), 1);
    LossWindow losses = new LossWindow();
    long[] counted = new long[1];
    trainable.train(
        ENDLESS,
        (images, loss) -> {
          if (stopwatch.isMeasuring()) {
            counted[0] += images;
          }
          losses.add(loss);
          return stopwatch.round();
        });
    double seconds = stopwatch.measured();
    return Result.of("images/s", counted[0] / seconds)
        .with("loss", losses.mean())
        .with("images", (double) counted[0])
        .with("seconds", seconds)
        .with("peak-MB", ProcessMemory.peak());
  }

  private static Result epoch(MeasurementSettings settings, Trainable trainable) {
    Stopwatch stopwatch = Stopwatch.forWarmUp(settings);
    trainable.train(ENDLESS, (images, loss) -> stopwatch.round());
    LossWindow losses = new LossWindow();
    long[] counted = new long[1];
    long begin = System.nanoTime();
    trainable.train(
        1,
        (images, loss) -> {
          counted[0] += images;
          losses.add(loss);
          return true;
        });
    double seconds = (System.nanoTime() - begin) * 1e-9;
    return Result.of("seconds", seconds)
        .with("loss", losses.mean())
        .with("images", (double) counted[0]);
  }
}
