package io.fovea.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ScheduleTest {
  @Test
  void constant_anyStep_isOne() {
    assertThat(Schedule.constant().factor(0, 10, 100)).isEqualTo(1);
    assertThat(Schedule.constant().factor(99, 10, 100)).isEqualTo(1);
  }

  @Test
  void step_twoEpochs_changesAtTheirEnd() {
    Schedule schedule = Schedule.step(2, 0.1);
    assertThat(schedule.factor(19, 10, 100)).isEqualTo(1);
    assertThat(schedule.factor(20, 10, 100)).isCloseTo(0.1, within(1e-15));
    assertThat(schedule.factor(40, 10, 100)).isCloseTo(0.01, within(1e-15));
  }

  @Test
  void cosine_wholeRun_fallsFromOneTowardsZero() {
    assertThat(Schedule.cosine().factor(0, 10, 100)).isEqualTo(1);
    assertThat(Schedule.cosine().factor(50, 10, 100)).isCloseTo(0.5, within(1e-15));
    assertThat(Schedule.cosine().factor(99, 10, 100)).isGreaterThan(0).isLessThan(3e-4);
  }

  @Test
  void oneCycle_shortRuns_areFiniteAndAtMostOne() {
    for (int steps = 1; steps <= 40; steps++) {
      for (int step = 0; step < steps; step++) {
        assertThat(Schedule.oneCycle().factor(step, 1, steps))
            .as("step %d of %d", step, steps)
            .isGreaterThan(0)
            .isLessThanOrEqualTo(1);
      }
    }
  }

  @Test
  void warmUp_firstSteps_riseLinearlyAndMultiplyTheRest() {
    Schedule schedule = Schedule.step(1, 0.5).warmUp(4);
    assertThat(schedule.factor(0, 2, 100)).isEqualTo(0.25);
    assertThat(schedule.factor(1, 2, 100)).isEqualTo(0.5);
    assertThat(schedule.factor(3, 2, 100)).isEqualTo(0.5);
    assertThat(schedule.factor(4, 2, 100)).isEqualTo(0.25);
  }

  @Test
  void warmUp_noSteps_isTheScheduleItself() {
    Schedule schedule = Schedule.cosine();
    assertThat(schedule.warmUp(0)).isSameAs(schedule);
  }

  @Test
  void step_badNumbers_isRefused() {
    String message = "schedule: step needs epochs from 1 and gamma above 0 and up to 1, got ";
    assertThatThrownBy(() -> Schedule.step(0, 0.5)).hasMessage(message + "0 and 0.5");
    assertThatThrownBy(() -> Schedule.step(1, 0)).hasMessage(message + "1 and 0.0");
    assertThatThrownBy(() -> Schedule.step(1, 1.5)).hasMessage(message + "1 and 1.5");
    assertThatThrownBy(() -> Schedule.step(1, Double.NaN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message + "1 and NaN");
  }

  @Test
  void warmUp_negative_isRefused() {
    assertThatThrownBy(() -> Schedule.constant().warmUp(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("schedule: warm-up must be 0 steps or more, got -1");
  }
}
