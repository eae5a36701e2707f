package io.fovea.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.serve.KeptConnection.Answer;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Tests of one server, each with a connection of its own; the server answers afterwards. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
abstract class ServedTests {
  @AutoClose Served served;
  KeptConnection client;

  @BeforeAll
  void start() throws IOException {
    served = new Served(Served.LIMITS, "");
  }

  @BeforeEach
  void connect() throws IOException {
    client = new KeptConnection(served.server.port());
  }

  @AfterEach
  void stillAnswers() throws IOException {
    client.close();
    assertThat(Served.status(served.post(Served.png(1)))).as("afterwards").isEqualTo(200);
  }

  static void assertRefused(String answer, int status, String reason) {
    assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
    assertThat(Served.body(answer)).isEqualTo("{\"error\":\"" + reason + "\"}");
  }

  static void assertRefused(Answer answer, int status, String reason) {
    assertThat(answer.error()).isEqualTo(reason);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
  }
}
