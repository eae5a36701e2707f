package io.fovea.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each is refused or cut in bounded time and memory, and the server answers the next one. */
@Isolated
class HostileRequestsTest extends ServedTests {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/../etc/passwd",
        "/predict/../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/predict/",
        "//predict",
        "/predict%00",
        "/predict;x=1",
        "/PREDICT",
        "/",
        "/..%5c..%5cwindows"
      })
  void path_ofAnyOtherKind_isRefused(String path) throws IOException {
    assertThat(Served.status(served.get(path))).isIn(400, 404);
  }

  @Test
  void method_another_is405() throws IOException {
    String answer = served.get("/predict");
    assertRefused(answer, 405, "serve: /predict supports POST only");
    assertThat(answer).contains("Allow: POST");
    for (String method : List.of("DELETE", "PUT", "TRACE", "CONNECT", "x".repeat(2000))) {
      assertThat(Served.status(served.raw(served.head(method + " /health"))))
          .isIn(400, 404, 405, 0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"top=0", "top=-1", "top=x", "top=99999999999", "k=3", "top=1&top=2"})
  void query_another_is400(String query) throws IOException {
    String head = served.head("POST /predict?" + query, "Content-Length: 2");
    assertThat(Served.status(served.raw(head + "{}"))).isEqualTo(400);
  }

  /** The names that a foreign page could have made to point here. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "127.0.0.1:1",
        ""
      })
  void host_another_is403(String host) throws IOException {
    assertRefused(
        served.raw("GET /metrics HTTP/1.1\r\nHost: " + host + "\r\n\r\n"),
        403,
        "host: this server is available as localhost only; use that name or address");
  }

  @Test
  void host_twiceOrMissing_is400() throws IOException {
    assertThat(Served.status(served.raw("GET /health HTTP/1.1\r\n\r\n"))).isEqualTo(400);
    assertThat(
            Served.status(
                served.raw(
                    "GET /health HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n")))
        .isEqualTo(400);
    assertThat(Served.status(served.raw("GET /health HTTP/1.1\r\nHost: LOCALHOST\r\n\r\n")))
        .isEqualTo(200);
  }

  /** An origin without a port is that of port 80; a Host without one is this server. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost",
        "http://127.0.0.1",
        "http://[::1]",
        "http://localhost:1",
        "https://evil.example"
      })
  void origin_ofAnotherPortOrSite_is403(String origin) throws IOException {
    assertRefused(
        served.post(Served.png(1), "Origin: " + origin),
        403,
        "origin: this server refuses requests from pages of other sites");
    String own = "Origin: http://" + served.host();
    assertThat(Served.status(served.post(Served.png(1), own))).isEqualTo(200);
  }

  @Test
  void token_wrongOrMissing_is401() throws IOException {
    try (Served own = new Served(Served.LIMITS, "s3cret")) {
      String reason =
          "token: expects the header Authorization: Bearer TOKEN with this server's token";
      assertRefused(own.post(Served.png(1)), 401, reason);
      for (String wrong :
          List.of("Bearer", "Bearer s3cre", "Bearer s3cret2", "Basic s3cret", "s3cret")) {
        assertRefused(own.post(Served.png(1), "Authorization: " + wrong), 401, reason);
      }
      assertThat(own.get("/metrics")).startsWith("HTTP/1.1 401 ").contains("Bearer");
      assertThat(Served.status(own.post(Served.png(1), "Authorization: Bearer s3cret")))
          .isEqualTo(200);
      assertThat(Served.status(own.get("/health"))).as("health is open").isEqualTo(200);
    }
  }

  @Test
  void headers_tooManyOrTooLong_areRefusedOrCut() throws IOException {
    String start = served.head("GET /health", "X: z").strip() + "\r\n";
    assertCutOrRefused(start + "X: y\r\n".repeat(2_000) + "\r\n");
    assertCutOrRefused(start + "X: " + "y".repeat(2_000_000));
    assertCutOrRefused("GET /" + "y".repeat(2_000_000));
  }

  private void assertCutOrRefused(String request) {
    try {
      assertThat(Served.status(served.raw(request))).isIn(0, 400, 414, 431);
    } catch (IOException cut) {
      assertThat(cut).hasMessageMatching("(?i).*(reset|broken pipe|closed|aborted).*");
    }
  }

  /** A byte of the head, or of the body, ten times a second: cut when the time is over. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /health HTT",
        "POST /predict HTTP/1.1\r\nHost: HOST\r\nX: ",
        "POST /predict HTTP/1.1\r\nHost: HOST\r\nContent-Length: 5000\r\n\r\n"
      })
  void sender_slow_isCut(String beginning) throws Exception {
    Limits hurried = new Limits(100_000, 8, Duration.ofMillis(600), 1_000_000);
    try (Served own = new Served(hurried, "");
        Socket socket = own.connect()) {
      long begin = System.nanoTime();
      socket.getOutputStream().write(Served.latin(beginning.replace("HOST", own.host())));
      boolean open = true;
      socket.setSoTimeout(100);
      while (open && System.nanoTime() - begin < 20_000_000_000L) {
        try {
          socket.getOutputStream().write('a');
          open = socket.getInputStream().read() >= 0;
        } catch (java.net.SocketTimeoutException nothingYet) {
          open = true;
        } catch (IOException reset) {
          open = false;
        }
      }
      assertThat(open).as("still open").isFalse();
      assertThat(System.nanoTime() - begin).isBetween(500_000_000L, 8_000_000_000L);
      assertThat(Served.status(own.post(Served.png(1)))).isEqualTo(200);
    }
  }

  /** Slow senders hold no place among the predictions. */
  @Test
  void senders_slowAndMany_leaveOthersTheirPlace() throws Exception {
    List<Socket> slow = new ArrayList<>();
    try {
      for (int k = 0; k < 200; k++) {
        Socket socket = served.connect();
        slow.add(socket);
        String head = served.head("POST /predict", "Content-Length: 90000");
        socket.getOutputStream().write(Served.latin(head + "abc"));
      }
      assertThat(Served.status(served.post(Served.png(7)))).isIn(200, 503);
      // The last sender may not have arrived yet, and an answered request is counted for a moment.
      String all = served.get("/metrics");
      for (int k = 0; k < 100 && !all.contains("fovea_requests_in_flight 201\n"); k++) {
        Thread.sleep(50);
        all = served.get("/metrics");
      }
      assertThat(all).as("none has been cut").contains("fovea_requests_in_flight 201\n");
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
      Thread.sleep(300); // their bodies are given up
    }
  }

  /** By the JDK's limit for silence, 30 s, which it looks after every 10. */
  @Test
  @Tag("gate")
  void connection_thatStaysSilent_isCut() throws Exception {
    try (Socket silent = served.connect()) {
      silent.setSoTimeout(60_000);
      assertThat(silent.getInputStream().read()).isNegative();
    }
  }

  @Test
  void connections_2000Silent_leaveOthersTheirPlace() throws Exception {
    List<Socket> silent = new ArrayList<>();
    try {
      for (int k = 0; k < 2_000; k++) {
        silent.add(served.connect());
      }
      assertThat(Served.status(served.post(Served.png(1)))).isEqualTo(200);
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
    }
  }
}
