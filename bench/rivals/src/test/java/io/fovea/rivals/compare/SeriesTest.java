package io.fovea.rivals.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.rivals.measure.Action;
import java.util.List;
import org.junit.jupiter.api.Test;

class SeriesTest {
  @Test
  void median_ofOddAndEvenNumbers() {
    assertThat(new Series(List.of(3.0, 1.0, 2.0)).median()).isEqualTo(2);
    assertThat(new Series(List.of(4.0, 1.0, 2.0, 3.0)).median()).isEqualTo(2.5);
  }

  @Test
  void leads_moreIsBetterForRates() {
    Metric rate = Metric.of(Action.TRAIN).getFirst();
    Series leads = new Series(List.of(200.0, 100.0)).leads(new Series(List.of(100.0, 200.0)), rate);
    assertThat(leads.values()).containsExactly(2.0, 0.5);
  }

  @Test
  void leads_lessIsBetterForTimes() {
    Metric time = Metric.of(Action.LATENCY).getFirst();
    Series leads = new Series(List.of(12.0)).leads(new Series(List.of(30.0)), time);
    assertThat(leads.values()).containsExactly(2.5);
  }
}
