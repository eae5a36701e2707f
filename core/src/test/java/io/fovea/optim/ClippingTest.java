package io.fovea.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Clipping's facts, and the schedule that listens to losses. */
class ClippingTest {
  /** The documented formula of clip_grad_norm_: most / (norm + 1e-6), at most 1. */
  @Test
  void norm_factor_isPyTorchs() {
    Clipping.Norm clip = new Clipping.Norm(1);
    assertThat(clip.factor(5)).isCloseTo(0.2, within(1e-7));
    assertThat(clip.factor(0.5)).isEqualTo(1);
    assertThat(clip.factor(0)).isEqualTo(1);
    assertThat(List.of(Clipping.none(), clip, Clipping.value(0.5f)))
        .extracting(Clipping::name)
        .containsExactly("none", "norm 1.0", "value 0.5");
  }

  @Test
  void limits_outOfRange_areRefused() {
    assertThatThrownBy(() -> Clipping.norm(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("clipping: the norm must be a number above 0, got 0.0");
    assertThatThrownBy(() -> Clipping.value(Float.NaN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("clipping: the value must be a number above 0, got NaN");
    assertThatThrownBy(() -> Schedule.plateau(-1, 0.5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "schedule: plateau needs a patience of 0 epochs or more and a factor above 0 and below 1, got -1 and 0.5");
    assertThatThrownBy(() -> new Plateau(1, 0.5, 0, -1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "schedule: plateau needs a threshold from 0 to below 1, a cooldown of 0 epochs or more and a least factor from 0 to 1, got 0.0, -1 and 0.0");
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
}
