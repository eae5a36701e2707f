package io.fovea.cli.screen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class WrongUsageTest {
  @ParameterizedTest
  @CsvSource({"0.25, 0.25", "1e-4, 1e-4", "-3, -3", "+.5, 0.5", "2., 2", "1E+2, 100"})
  void decimal_number_isRead(String text, double value) {
    assertThat(WrongUsage.decimal(text)).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0x1p3d", "1f", "3d", "NaN", "Infinity", " 1", "1_0", "", ".", "e3", "1,5"})
  void decimal_anythingElse_isRefused(String text) {
    assertThatThrownBy(() -> WrongUsage.decimal(text)).isInstanceOf(NumberFormatException.class);
    assertThatThrownBy(() -> WrongUsage.doubleOption(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessage("expects a number such as 0.5, got \"" + text + "\"");
  }
}
