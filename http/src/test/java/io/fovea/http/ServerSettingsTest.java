package io.fovea.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerSettingsTest {
  /** No browser takes 0.0.0.0 or its form in IPv6, by which a server listens everywhere. */
  @ParameterizedTest
  @CsvSource({
    "0.0.0.0, 127.0.0.1",
    "::, 127.0.0.1",
    "127.0.0.1, 127.0.0.1",
    "::1, [0:0:0:0:0:0:0:1]"
  })
  void url_ofAnAddress_isOneThatBrowsersTake(String address, String host) {
    assertThat(ServerSettings.url(new InetSocketAddress(address, 80)))
        .isEqualTo("http://" + host + ":80");
  }
}
