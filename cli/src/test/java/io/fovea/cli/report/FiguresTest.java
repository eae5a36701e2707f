package io.fovea.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FiguresTest {
  @Test
  void percent_isNeverRoundedUpToAll() {
    assertThat(Figures.percent(0.9875, 2)).isEqualTo("98.75\u00a0%");
    assertThat(Figures.percent(0.99996, 2)).isEqualTo("99.99\u00a0%");
    assertThat(Figures.percent(0.9999999, 1)).isEqualTo("99.9\u00a0%");
    assertThat(Figures.percent(1, 2)).isEqualTo("100.00\u00a0%");
    assertThat(Figures.percent(0, 1)).isEqualTo("0.0\u00a0%");
    assertThat(Figures.percent(Double.NaN, 1)).isEqualTo("\u2013");
  }

  /** As eval prints it. */
  @Test
  void area_hasFourDecimals() {
    assertThat(Figures.area(0.99996)).isEqualTo("1.0000");
    assertThat(Figures.area(0.5)).isEqualTo("0.5000");
    assertThat(Figures.area(Double.NaN)).isEqualTo("\u2013");
  }

  @Test
  void plainPercent_isForATerminal() {
    assertThat(Figures.plainPercent(0.99999)).isEqualTo("99.99 %");
    assertThat(Figures.plainPercent(0.125)).isEqualTo("12.50 %");
  }

  @Test
  void loss_showsDigitsThatCount() {
    assertThat(Figures.loss(2.302585)).isEqualTo("2.3026");
    assertThat(Figures.loss(0.0389)).isEqualTo("0.0389");
    assertThat(Figures.loss(0.000123)).isEqualTo("0.00012");
    assertThat(Figures.loss(1.5e-8)).isEqualTo("1.5e-08");
    assertThat(Figures.loss(0)).isEqualTo("0.0000");
    assertThat(Figures.loss(Double.POSITIVE_INFINITY)).isEqualTo("\u2013");
  }

  @Test
  void rate_hasTwoDigits() {
    assertThat(Figures.rate(0.0027825)).isEqualTo("0.0028");
    assertThat(Figures.rate(10)).isEqualTo("10");
    assertThat(Figures.rate(0.1)).isEqualTo("0.1");
    assertThat(Figures.rate(1e-7)).isEqualTo("1.0e-7");
  }

  @Test
  void time_isForPeople() {
    assertThat(Figures.time(8.34)).isEqualTo("8.3\u00a0s");
    assertThat(Figures.time(9.97)).isEqualTo("10\u00a0s");
    assertThat(Figures.time(59.7)).isEqualTo("1\u00a0min 00\u00a0s");
    assertThat(Figures.time(125)).isEqualTo("2\u00a0min 05\u00a0s");
    assertThat(Figures.time(3725)).isEqualTo("1\u00a0h 02\u00a0min");
    assertThat(Figures.time(Double.NaN)).isEqualTo("\u2013");
  }

  @Test
  void count_setsThousandsApart() {
    assertThat(Figures.count(60_000)).isEqualTo("60,000");
    assertThat(Figures.shortCount(2_523_158)).isEqualTo("2,523,158");
    assertThat(Figures.shortCount(23_512_130)).isEqualTo("23.5 million");
  }
}
