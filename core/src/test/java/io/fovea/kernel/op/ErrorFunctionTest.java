package io.fovea.kernel.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorFunctionTest {
  /** From mpmath with 40 digits; the rounding of x^2 is in e^(-x^2). */
  @ParameterizedTest
  @CsvSource({
    "0, 0.0",
    "0.25, 0.27632639016823693299",
    "0.5, 0.52049987781304653768",
    "1, 0.84270079294971486934",
    "1.5, 0.96610514647531072707",
    "2, 0.99532226501895273416",
    "3, 0.99997790950300141456",
    "4.5, 0.99999999980338395585",
    "5.75, 0.99999999999999957679"
  })
  void erf_knownValues_agree(double x, double erf) {
    assertThat(ErrorFunction.erf(x)).isCloseTo(erf, within(4e-16 * (1 + x * x)));
    assertThat(ErrorFunction.erf(-x)).isEqualTo(-ErrorFunction.erf(x));
  }

  @Test
  void erf_nearZero_keepsItsRelativeAccuracy() {
    assertThat(ErrorFunction.erf(1e-200) / 1e-200).isCloseTo(2 / Math.sqrt(Math.PI), within(1e-15));
  }

  @Test
  void erf_largeOrNotANumber_isTheLimit() {
    assertThat(ErrorFunction.erf(6)).isEqualTo(1);
    assertThat(ErrorFunction.erf(Double.NEGATIVE_INFINITY)).isEqualTo(-1);
    assertThat(ErrorFunction.erf(Double.NaN)).isNaN();
  }
}
