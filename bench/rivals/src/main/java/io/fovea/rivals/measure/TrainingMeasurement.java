package io.fovea.rivals.measure;

import java.io.IOException;

/** Times some seconds of training in a warm process. */
public final class TrainingMeasurement {
  private TrainingMeasurement() {}

  /** Warms up, then counts the images of at least the settings' seconds. */
  public static Result measure(MeasurementSettings settings, Trainable trainable)
      throws IOException {
    Stopwatch stopwatch = new Stopwatch(settings, settings.seconds(), 1);
    LossWindow losses = new LossWindow();
    long[] counted = new long[1];
    trainable.train(
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
}
