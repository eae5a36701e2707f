package io.fovea.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.cli.report.Axis.Scale;
import java.util.List;
import org.junit.jupiter.api.Test;

class AxisTest {
  @Test
  void linear_hasRoundTicks() {
    assertThat(labels(Axis.linear(Scale.LINEAR, 1, 938, 5, 1)))
        .containsExactly("200", "400", "600", "800");
    assertThat(labels(Axis.linear(Scale.LINEAR, 1, 28_140, 5, 1)))
        .containsExactly("5,000", "10,000", "15,000", "20,000", "25,000");
    assertThat(labels(Axis.linear(Scale.LINEAR, 1, 3, 8, 1))).containsExactly("1", "2", "3");
  }

  @Test
  void linear_ofOneValue_hasASpan() {
    Axis axis = Axis.linear(Scale.LINEAR, 4, 4, 5, 1);
    assertThat(axis.high()).isGreaterThan(axis.low());
    assertThat(axis.place(4)).isZero();
  }

  @Test
  void fromZero_endsAtATick() {
    assertThat(labels(Axis.fromZero(2.31)))
        .containsExactly("0.0", "0.5", "1.0", "1.5", "2.0", "2.5");
    assertThat(labels(Axis.fromZero(0))).startsWith("0.0").endsWith("1.0");
  }

  @Test
  void share_endsAtAllOfThem() {
    assertThat(labels(Axis.share(0))).containsExactly(percents("0", "20", "40", "60", "80", "100"));
    assertThat(labels(Axis.share(0.985)))
        .containsExactly(percents("98.5", "99.0", "99.5", "100.0"));
    assertThat(labels(Axis.share(1))).endsWith(percents("100.0"));
  }

  @Test
  void log_hasPowersOfTen() {
    assertThat(labels(Axis.log(0.0009, 3))).containsExactly("0.001", "0.01", "0.1", "1");
    assertThat(labels(Axis.log(0.04, 3))).containsExactly("0.05", "0.1", "0.2", "0.5", "1", "2");
    assertThat(labels(Axis.log(1e-6, 200))).contains("1e-06", "0.01", "100");
  }

  @Test
  void place_isBetweenTheEnds() {
    Axis log = Axis.log(0.01, 1);
    assertThat(log.place(0.1)).isCloseTo(0.5, within(1e-12));
    assertThat(log.place(0)).isZero();
    assertThat(log.place(50)).isEqualTo(1);
    assertThat(Axis.fromZero(4).place(1)).isEqualTo(0.25);
  }

  private static List<String> labels(Axis axis) {
    return axis.ticks().stream().map(axis::label).toList();
  }

  private static String[] percents(String... numbers) {
    return List.of(numbers).stream().map(number -> number + "\u00a0%").toArray(String[]::new);
  }
}
