package io.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fovea.Evidence;
import io.fovea.optim.Plateau;
import io.fovea.optim.Schedule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
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

  private static List<Double> factors(Schedule schedule, double... losses) {
    List<Double> factors = new ArrayList<>();
    List<Double> done = new ArrayList<>();
    for (double loss : losses) {
      done.add(loss);
      factors.add(schedule.factor(done.size(), 1, 100, done));
    }
    return factors;
  }

  /**
   * The example in PyTorch's documentation: with patience 0 the first epoch is the baseline, and a
   * worse second one lowers the rate at its end; with patience p, bad epoch p + 1 does.
   */
  @Test
  void plateau_badEpochs_lowerTheRateAfterPatience() {
    assertThat(factors(Schedule.plateau(0, 0.1), 1, 2, 0.5, 0.6))
        .containsExactly(1.0, 0.1, 0.1, 0.1 * 0.1);
    assertThat(factors(Schedule.plateau(2, 0.5), 3, 3, 3, 3, 3, 3, 3, 2, 3))
        .containsExactly(1.0, 1.0, 1.0, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25);
  }

  @Test
  void plateau_thresholdCooldownAndLeast_count() {
    double almost = 1 - 0.5e-4;
    assertThat(factors(Schedule.plateau(0, 0.5), 1, almost)).as("not better enough").endsWith(0.5);
    assertThat(factors(new Plateau(0, 0.5, 0, 2, 0.2), 1, 1, 1, 1, 1, 1, 1, 1))
        .as("two epochs of cooldown after each change")
        .containsExactly(1.0, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.2);
    assertThat(factors(Schedule.plateau(0, 0.5), 1, Double.NaN)).endsWith(0.5);
  }

  @Test
  void plateau_withWarmUp_multiplies() {
    Schedule schedule = Schedule.plateau(0, 0.5).warmUp(10);
    assertThat(schedule.isSteered()).isTrue();
    assertThat(schedule.factor(4, 1, 100, List.of(1.0, 2.0))).isEqualTo(0.5 * 0.5);
    assertThat(schedule.factor(4, 1, 100)).isEqualTo(0.5);
    assertThat(schedule.name(7))
        .isEqualTo(
            "plateau (patience 0, factor 0.5, threshold 1.0E-4, cooldown 0, least 0.0) after a warm-up of 10 steps");
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
  void sweep_decades_isTheSameFactorEachStep() {
    Schedule schedule = Schedule.sweep(1e-4, 1, 5);
    double[] factors = {1e-4, 1e-3, 1e-2, 1e-1, 1, 1};
    for (int step = 0; step < factors.length; step++) {
      assertThat(schedule.factor(step, 2, 6)).isCloseTo(factors[step], within(1e-15));
    }
  }

  private static Arguments row(String message, ThrowingCallable making) {
    return Arguments.of("schedule: " + message, making);
  }

  static Stream<Arguments> outOfRange() {
    String step = "step needs epochs from 1 and gamma above 0 and up to 1, got ";
    String sweep = "a sweep needs a first rate above 0, a last one above it and 2 steps, got ";
    return Stream.of(
        row(step + "0 and 0.5", () -> Schedule.step(0, 0.5)),
        row(step + "1 and 0.0", () -> Schedule.step(1, 0)),
        row(step + "1 and 1.5", () -> Schedule.step(1, 1.5)),
        row(step + "1 and NaN", () -> Schedule.step(1, Double.NaN)),
        row(sweep + "0.0, 1.0 and 5", () -> Schedule.sweep(0, 1, 5)),
        row(sweep + "1.0, 1.0 and 5", () -> Schedule.sweep(1, 1, 5)),
        row(sweep + "1.0, 2.0 and 1", () -> Schedule.sweep(1, 2, 1)),
        row(
            "one-cycle needs a rise from 0 to below 1 and divisors from 1 up, got 0.5, -1.0 and 10.0",
            () -> new Schedule.OneCycle(0.5, -1, 10)),
        row(
            "plateau needs a patience of 0 epochs or more and a factor above 0 and below 1, got -1 and 0.5",
            () -> Schedule.plateau(-1, 0.5)),
        row(
            "plateau needs a threshold from 0 to below 1, a cooldown of 0 epochs or more and a least factor from 0 to 1, got 0.0, -1 and 0.0",
            () -> new Plateau(1, 0.5, 0, -1, 0)),
        row("warm-up must be 0 steps or more, got -1", () -> Schedule.constant().warmUp(-1)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("outOfRange")
  void numbers_outOfRange_areRefused(String message, ThrowingCallable making) {
    assertThatThrownBy(making).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }
}
