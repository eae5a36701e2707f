package io.fovea.rivals.measure;

/**
 * Decides when warming up ends and measuring begins, and when that ends: after at least so many
 * seconds and so many rounds of each.
 */
final class Stopwatch {
  private final MeasurementSettings settings;
  private final double seconds;
  private final int leastRounds;
  private final long started = System.nanoTime();
  private int warmUpRounds;
  private long begin;
  private long end;
  private int rounds;

  Stopwatch(MeasurementSettings settings, double seconds, int leastRounds) {
    this.settings = settings;
    this.seconds = seconds;
    this.leastRounds = leastRounds;
  }

  /** True once the warm-up is over: what happens from now on counts. */
  boolean isMeasuring() {
    return begin != 0;
  }

  /** After each round, a step or a call; false when there have been enough. */
  boolean round() {
    long now = System.nanoTime();
    if (isMeasuring()) {
      rounds++;
    } else {
      warmUpRounds++;
      if (warmUpRounds < settings.warmUpSteps()
          || (now - started) * 1e-9 < settings.warmUpSeconds()) {
        return true;
      }
      begin = now;
    }
    end = now;
    return rounds < leastRounds || measured() < seconds;
  }

  /** Seconds from the end of the warm-up to the end of the last round. */
  double measured() {
    return (end - begin) * 1e-9;
  }
}
