package io.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fovea.Evidence;
import io.fovea.optim.Plateau;
import io.fovea.optim.Schedule;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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

  /** Patience 1, factor 0.5: the second epoch in a row that is not better halves the rate. */
  @Test
  void plateau_byHand_halvesAfterTwoBadEpochs() {
    Schedule schedule = Schedule.plateau(1, 0.5);
    double[] factors = {1, 1, 1, 0.5, 0.5, 0.5, 0.25};
    List<Double> losses = List.of(1.0, 1.0, 1.0, 0.9, 0.95, 0.95);
    for (int epochs = 0; epochs <= losses.size(); epochs++) {
      assertThat(schedule.factor(0, 10, 100, losses.subList(0, epochs)))
          .as("after %d epochs", epochs)
          .isEqualTo(factors[epochs]);
    }
  }

  /** The factory of each kind; its Javadoc, or the class's own, names the source. */
  private static final Map<Class<?>, String> FACTORIES =
      Map.of(
          Plateau.class, "plateau",
          Schedule.Constant.class, "constant",
          Schedule.Cosine.class, "cosine",
          Schedule.EveryEpochs.class, "step",
          Schedule.OneCycle.class, "oneCycle",
          Schedule.Sweep.class, "sweep",
          Schedule.WarmUp.class, "warmUp");

  static List<Class<?>> kinds() {
    return List.of(Schedule.class.getPermittedSubclasses());
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void kind_hasNumbersAndASource(Class<?> kind) throws IOException {
    assertThat(FACTORIES).containsKey(kind);
    String factory = Objects.requireNonNull(FACTORIES.get(kind));
    assertThat(Stream.of(ScheduleTest.class, GoldenOptimizerTest.class).flatMap(Evidence::tests))
        .as("a test of numbers")
        .anyMatch(name -> name.startsWith(factory + "_"));
    if (kind == Plateau.class) {
      Evidence.requireSource(kind);
    } else {
      Evidence.requireSource(
          Schedule.class,
          "/\\*\\*((?:(?!\\*/).)*)\\*/\\s*(?:static|default) Schedule " + factory + "\\(");
    }
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
  void sweep_decades_isTheSameFactorEachStep() {
    Schedule schedule = Schedule.sweep(1e-4, 1, 5);
    double[] factors = {1e-4, 1e-3, 1e-2, 1e-1, 1, 1};
    for (int step = 0; step < factors.length; step++) {
      assertThat(schedule.factor(step, 2, 6)).isCloseTo(factors[step], within(1e-15));
    }
  }

  @Test
  void sweep_badNumbers_isRefused() {
    String message =
        "schedule: a sweep needs a first rate above 0, a last one above it and 2 steps, got ";
    assertThatThrownBy(() -> Schedule.sweep(0, 1, 5)).hasMessage(message + "0.0, 1.0 and 5");
    assertThatThrownBy(() -> Schedule.sweep(1, 1, 5)).hasMessage(message + "1.0, 1.0 and 5");
    assertThatThrownBy(() -> Schedule.sweep(1, 2, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message + "1.0, 2.0 and 1");
  }

  @Test
  void warmUp_negative_isRefused() {
    assertThatThrownBy(() -> Schedule.constant().warmUp(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("schedule: warm-up must be 0 steps or more, got -1");
  }
}
