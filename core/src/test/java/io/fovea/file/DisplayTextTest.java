package io.fovea.file;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DisplayTextTest {
  @ParameterizedTest
  @CsvSource({
    "000a, \\u000a", // a new line of a log
    "000d, \\u000d",
    "001b, \\u001b", // begins a command of a terminal
    "007f, \\u007f",
    "0085, \\u0085",
    "009b, \\u009b", // the same in eight bits
    "202e, \\u202e", // turns what follows
    "2028, \\u2028",
    "d800, \\ud800",
    "e0001, \\udb40\\udc01"
  })
  void text_withACharacterThatCannotBeSeen_namesIt(String code, String expected) {
    String hostile = "a" + Character.toString(Integer.parseInt(code, 16)) + "b";
    assertThat(DisplayText.of(hostile)).isEqualTo("a" + expected + "b");
  }

  @Test
  void text_thatCanBeSeen_staysAsItIs() {
    String all = "C:\\new \"x\" ~ Ünïcode 漢字 עברית 😀";
    assertThat(DisplayText.of(all)).isEqualTo(all);
    assertThat(DisplayText.of("")).isEmpty();
  }
}
