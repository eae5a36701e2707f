package io.fovea.rivals.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class StopwatchTest {
  private static MeasurementSettings settings(double warmUpSeconds, int warmUpSteps) {
    return new MeasurementSettings(
        Action.TRAIN, "pooled", 64, Path.of("."), warmUpSeconds, warmUpSteps, 0);
  }

  @Test
  void round_warmsUpForItsStepsAndThenMeasures() {
    Stopwatch stopwatch = new Stopwatch(settings(0, 3), 0, 2);
    int rounds = 1;
    int measured = 0;
    while (stopwatch.round()) {
      rounds++;
      measured += stopwatch.isMeasuring() ? 1 : 0;
    }
    assertThat(rounds).isEqualTo(5);
    assertThat(measured).isEqualTo(2);
  }

  @Test
  void round_warmsUpForItsSecondsToo() {
    Stopwatch stopwatch = new Stopwatch(settings(0.05, 1), 0, 0);
    long begin = System.nanoTime();
    while (stopwatch.round()) {
      Thread.onSpinWait();
    }
    assertThat((System.nanoTime() - begin) * 1e-9).isGreaterThan(0.04);
  }
}
