package io.fovea.data.base;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LookAlikeTest {
  /** Letters as code points: a Cyrillic a, one letter in two forms, two words of one script. */
  @ParameterizedTest
  @CsvSource({
    "cat, c\u0430t, cat, c\\u0430t",
    "caf\u00e9, cafe\u0301, caf\\u00e9, cafe\\u0301",
    "\u732b, \u72ac, \u732b, \u72ac",
    "\u00e9t\u00e9, cat, \u00e9t\u00e9, cat",
    "cat, cats, cat, cats"
  })
  void beside_textThatMayLookTheSame_isSpelledOut(String a, String b, String one, String other) {
    assertThat(LookAlike.beside(a, b)).isEqualTo(one);
    assertThat(LookAlike.beside(b, a)).isEqualTo(other);
    assertThat(LookAlike.beside(a, a)).isEqualTo(a);
  }
}
