package io.fovea.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuardTest {
  @ParameterizedTest
  @ValueSource(strings = {"a b", "a\nb", "schlüssel", "tab\there", "\u0000", " "})
  void token_thatNoClientCanSend_isRefused(String token) {
    assertThatThrownBy(() -> new Guard(token, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "--token: expects visible ASCII characters without spaces, since others cannot be sent; choose another one");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "secret", "A-z0~!9."})
  void token_ofVisibleAscii_isTaken(String token) {
    assertThat(new Guard(token, true).token()).isEqualTo(token);
  }
}
