package io.fovea.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A budget for one large body, and one more that may wait. A body is held until a test closes it.
 */
@Timeout(60)
class BodyReaderTest {
  private static final int LARGE = 150_000;

  private final BodyReader bodies = new BodyReader("test", 200_000, 200_000, 1);
  private final LinkedBlockingQueue<BodyReader.Body> held = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<String> late = new LinkedBlockingQueue<>();

  @SuppressWarnings("NullAway.Init")
  private Watchdog watchdog;

  @SuppressWarnings("NullAway.Init")
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    start(Duration.ofSeconds(2));
  }

  private void start(Duration timeout) throws IOException {
    watchdog = new Watchdog(timeout);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    server.setExecutor(watchdog);
    server.createContext("/", this::handle);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    watchdog.close();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      try {
        BodyReader.Body body = bodies.read(exchange);
        held.add(body);
        answer(exchange, 200, body.bytes().length);
      } catch (HttpError refused) {
        answer(exchange, refused.status(), 0);
        bodies.drain(exchange);
      } catch (InterruptedException over) {
        late.add("late");
        answer(exchange, 503, 0);
        bodies.drain(exchange);
      }
    }
  }

  private static void answer(HttpExchange exchange, int status, int bytes) throws IOException {
    exchange.getResponseHeaders().set("X-Bytes", Integer.toString(bytes));
    exchange.getResponseHeaders().set("Connection", "close");
    exchange.sendResponseHeaders(status, 1); // without a body the server would close at once
    exchange.getResponseBody().write('.');
    exchange.getResponseBody().flush();
    Watchdog.answered();
  }

  private Socket send(int bytes) throws IOException {
    return send(bytes, "");
  }

  /** Each of the headers ends its line. */
  private Socket send(int bytes, String headers) throws IOException {
    return send(bytes, headers, bytes);
  }

  private Socket send(int bytes, String headers, int sent) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.getAddress().getPort());
    socket.setSoTimeout(20_000);
    OutputStream out = socket.getOutputStream();
    String head =
        "POST / HTTP/1.1\r\nHost: x\r\n%sContent-Length: %d\r\n\r\n".formatted(headers, bytes);
    out.write(head.getBytes(StandardCharsets.ISO_8859_1));
    out.write(new byte[sent]);
    return socket;
  }

  private static String answer(Socket socket) throws IOException {
    try (socket) {
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  private String post(int bytes) throws IOException {
    return answer(send(bytes));
  }

  private BodyReader.Body next() throws InterruptedException {
    BodyReader.Body body = held.poll(20, TimeUnit.SECONDS);
    assertThat(body).isNotNull();
    return body;
  }

  @Test
  void read_beyondTheBudget_waitsUntilItIsFree() throws Exception {
    assertThat(post(LARGE)).startsWith("HTTP/1.1 200 ").contains("X-bytes: " + LARGE);
    BodyReader.Body first = next();
    try (Socket second = send(LARGE)) {
      assertThat(held.poll(300, TimeUnit.MILLISECONDS)).as("before the first is closed").isNull();
      first.close();
      next().close();
      assertThat(answer(second)).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void read_ofASmallBody_waitsForNoLargeOne() throws Exception {
    post(LARGE);
    next();
    assertThat(post(BodyReader.SMALL)).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void read_aCompressedBody_is415() throws Exception {
    assertThat(answer(send(10, "Content-Encoding: gzip\r\n"))).startsWith("HTTP/1.1 415 ");
    assertThat(answer(send(10, "Content-Encoding: identity\r\n"))).startsWith("HTTP/1.1 200 ");
    assertThat(answer(send(10, "Content-Encoding: identity\r\nContent-Encoding: deflate\r\n")))
        .startsWith("HTTP/1.1 415 ");
  }

  @Test
  void read_moreThanMayWait_is503AtOnce() throws Exception {
    post(LARGE);
    next();
    try (Socket waiting = send(LARGE)) {
      Thread.sleep(300);
      assertThat(post(LARGE)).startsWith("HTTP/1.1 503 ");
      assertThat(late).isEmpty();
      assertThat(answer(waiting)).startsWith("HTTP/1.1 503 ");
      assertThat(late).hasSize(1);
    }
  }

  @Test
  void read_whichWaitsForTooLong_canStillBeAnswered() throws Exception {
    post(LARGE);
    BodyReader.Body first = next();
    assertThat(post(LARGE)).startsWith("HTTP/1.1 503 ");
    assertThat(late).hasSize(1);
    first.close();
    assertThat(post(LARGE)).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void read_inChunks_holdsTheLongestLength() throws Exception {
    for (int i = 0; i < 3; i++) { // what it has held as a small one is given back
      try (Socket socket =
          new Socket(InetAddress.getLoopbackAddress(), server.getAddress().getPort())) {
        String head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
        String chunks = ("8000\r\n" + "x".repeat(0x8000) + "\r\n").repeat(4) + "0\r\n\r\n";
        socket.getOutputStream().write((head + chunks).getBytes(StandardCharsets.ISO_8859_1));
        assertThat(answer(socket)).startsWith("HTTP/1.1 200 ").contains("X-bytes: 131072");
      }
      BodyReader.Body body = next();
      assertThat(post(LARGE)).startsWith("HTTP/1.1 503 ");
      body.close();
      post(LARGE);
      next().close();
    }
  }

  /** As Python's http.client sends: all of it, before it reads. */
  @Test
  void refusal_ofABodyThatIsSentWholeFirst_arrives() throws Exception {
    for (int i = 0; i < 20; i++) {
      assertThat(post(10_000_000)).startsWith("HTTP/1.1 413 ");
    }
  }

  /** Else a few of them would hold all memory for large bodies until their timeout. */
  @ParameterizedTest
  @ValueSource(ints = {1, 30_000})
  void read_besideASenderThatStops_doesNotWaitForItsTimeout(int sent) throws Exception {
    stop();
    start(Duration.ofSeconds(20));
    long begin = System.nanoTime();
    try (Socket _ = send(LARGE, "", sent)) {
      Thread.sleep(300);
      assertThat(post(LARGE)).startsWith("HTTP/1.1 200 ");
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
    }
  }
}
