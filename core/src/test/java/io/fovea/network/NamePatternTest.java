package io.fovea.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamePatternTest {
  @ParameterizedTest
  @CsvSource({
    "conv1.weight, conv1.weight, true",
    "conv1.weight, conv1xweight, false",
    "conv1, conv1.weight, false",
    "conv*, conv1.weight, true",
    "conv*.weight, conv12.weight, true",
    "conv*.weight, conv12.bias, false",
    "conv?.weight, conv12.weight, false",
    "conv?.weight, conv1.weight, true",
    "*, anything.at.all, true",
    "*.bias, dense1.bias, true",
    "*a*b*, xxaxxbxx, true",
    "*a*b, xxaxxbx, false",
    "**, x, true",
    "x?, x, false"
  })
  void matches_aPattern_meansTheWholeName(String pattern, String name, boolean expected) {
    assertThat(new NamePattern(pattern).matches(name)).isEqualTo(expected);
  }

  @Test
  void matches_manyStarsOnALongName_endsSoon() {
    assertThat(new NamePattern("*a".repeat(30) + "*b").matches("a".repeat(5000))).isFalse();
  }

  @Test
  void pattern_empty_isRefused() {
    assertThatThrownBy(() -> new NamePattern(""))
        .hasMessage(
            "pattern: expects a name, with * for any characters, got nothing; give one, such as dense2.*");
  }
}
