package io.fovea.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NumberFormatsTest {
  @Test
  void percent_isNeverRoundedUpToAll() {
    assertThat(NumberFormats.percent(0.9875, 2)).isEqualTo("98.75\u00a0%");
    assertThat(NumberFormats.percent(0.99996, 2)).isEqualTo("99.99\u00a0%");
    assertThat(NumberFormats.percent(0.9999999, 1)).isEqualTo("99.9\u00a0%");
    assertThat(NumberFormats.percent(1, 2)).isEqualTo("100.00\u00a0%");
    assertThat(NumberFormats.percent(0, 1)).isEqualTo("0.0\u00a0%");
    assertThat(NumberFormats.percent(Double.NaN, 1)).isEqualTo("\u2013");
  }

  /** As eval prints it. */
  @Test
  void area_hasFourDecimals() {
    assertThat(NumberFormats.area(0.99996)).isEqualTo("1.0000");
    assertThat(NumberFormats.area(0.5)).isEqualTo("0.5000");
    assertThat(NumberFormats.area(Double.NaN)).isEqualTo("\u2013");
  }

  @Test
  void plainPercent_isForATerminal() {
    assertThat(NumberFormats.plainPercent(0.99999)).isEqualTo("99.99 %");
    assertThat(NumberFormats.plainPercent(0.125)).isEqualTo("12.50 %");
  }

  @Test
  void loss_showsDigitsThatCount() {
    assertThat(NumberFormats.loss(2.302585)).isEqualTo("2.3026");
    assertThat(NumberFormats.loss(0.0389)).isEqualTo("0.0389");
    assertThat(NumberFormats.loss(0.000123)).isEqualTo("0.00012");
    assertThat(NumberFormats.loss(1.5e-8)).isEqualTo("1.5e-08");
    assertThat(NumberFormats.loss(0)).isEqualTo("0.0000");
    assertThat(NumberFormats.loss(Double.POSITIVE_INFINITY)).isEqualTo("\u2013");
  }

  @Test
  void rate_hasTwoDigits() {
    assertThat(NumberFormats.rate(0.0027825)).isEqualTo("0.0028");
    assertThat(NumberFormats.rate(10)).isEqualTo("10");
    assertThat(NumberFormats.rate(0.1)).isEqualTo("0.1");
    assertThat(NumberFormats.rate(1e-7)).isEqualTo("1.0e-7");
  }

  @Test
  void time_isForPeople() {
    assertThat(NumberFormats.time(8.34)).isEqualTo("8.3\u00a0s");
    assertThat(NumberFormats.time(9.97)).isEqualTo("10\u00a0s");
    assertThat(NumberFormats.time(59.7)).isEqualTo("1\u00a0min 00\u00a0s");
    assertThat(NumberFormats.time(125)).isEqualTo("2\u00a0min 05\u00a0s");
    assertThat(NumberFormats.time(3725)).isEqualTo("1\u00a0h 02\u00a0min");
    assertThat(NumberFormats.time(Double.NaN)).isEqualTo("\u2013");
  }

  @Test
  void count_setsThousandsApart() {
    assertThat(NumberFormats.count(60_000)).isEqualTo("60,000");
    assertThat(NumberFormats.shortCount(2_523_158)).isEqualTo("2,523,158");
    assertThat(NumberFormats.shortCount(23_512_130)).isEqualTo("23.5 million");
  }
}
