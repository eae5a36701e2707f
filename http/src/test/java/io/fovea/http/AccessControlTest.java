package io.fovea.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessControlTest {
  @ParameterizedTest
  @ValueSource(strings = {"a b", "a\nb", "schlüssel", "tab\there", "\u0000", " "})
  void token_thatNoClientCanSend_isRefused(String token) {
    assertThatThrownBy(() -> new AccessControl(token, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "--token: expects visible ASCII characters without spaces, since others cannot be sent; choose another one");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "secret", "A-z0~!9."})
  void token_ofVisibleAscii_isTaken(String token) {
    assertThat(new AccessControl(token, true).token()).isEqualTo(token);
  }
}
