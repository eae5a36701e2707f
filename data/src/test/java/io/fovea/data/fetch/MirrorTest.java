package io.fovea.data.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.sun.net.httpserver.HttpHandler;
import io.fovea.data.Bytes;
import io.fovea.data.LoopbackServer;
import io.fovea.data.base.DataException;
import io.fovea.file.Sha256;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MirrorTest {
  private static final Mirror.Patience SHORT =
      new Mirror.Patience(Duration.ofMillis(700), Duration.ofSeconds(2));

  @TempDir Path folder;
  @AutoClose private final LoopbackServer server = new LoopbackServer();
  private final CountDownLatch end = new CountDownLatch(1);
  private final Map<String, byte[]> delivered = new LinkedHashMap<>();

  @AfterEach
  void stop() {
    end.countDown();
  }

  private void fetch() throws IOException {
    fetch(server.address("/set/"));
  }

  private void fetch(URI address) throws IOException {
    Path downloads = Files.createTempDirectory(folder, "download");
    TinySet.fetch(new Mirror(address, SHORT), downloads, delivered);
  }

  private static HttpHandler files() {
    return exchange -> {
      Path path = Path.of(exchange.getRequestURI().getPath());
      String name = path.getFileName().toString().replace(".gz", "");
      LoopbackServer.reply(exchange, 200, Bytes.gzip(TinySet.content(name)));
    };
  }

  @Test
  void fetch_goodMirror_deliversEveryFile() throws IOException {
    server.on("/set/", files());
    fetch();
    assertThat(delivered).containsExactlyEntriesOf(TinySet.CONTENT);
  }

  @Test
  void fetch_redirect_isFollowed() throws IOException {
    server.on("/other/", files());
    server.on(
        "/set/",
        exchange -> {
          String path = exchange.getRequestURI().getPath().replace("/set/", "/other/");
          exchange.getResponseHeaders().add("Location", path);
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });
    fetch();
    assertThat(delivered).hasSize(4);
  }

  static List<Arguments> wrongFiles() throws IOException {
    byte[] wrong = Bytes.labels(3, 5);
    String both = Sha256.of(wrong) + ", expected " + Sha256.of(Bytes.labels(3, 4));
    return List.of(
        arguments(404, new byte[100], "HTTP status 404 for FILE"),
        arguments(200, Bytes.gzip(wrong), "FILE has SHA-256 " + both),
        arguments(200, new byte[2000], "FILE is longer than the expected 10 bytes"),
        arguments(200, new byte[4], "FILE has 4 bytes, expected 10"));
  }

  /** Such as a web page in the place of the file. */
  @ParameterizedTest
  @MethodSource("wrongFiles")
  void fetch_wrongFile_isRefused(int status, byte[] body, String message) {
    server.on("/set/", exchange -> LoopbackServer.reply(exchange, status, body));
    assertThatThrownBy(this::fetch)
        .isInstanceOf(DataException.class)
        .hasMessage(message.replace("FILE", "t10k-labels-idx1-ubyte"));
    assertThat(delivered).isEmpty();
  }

  @Test
  void fetch_truncatedBody_fails() {
    server.on(
        "/set/",
        exchange -> {
          exchange.sendResponseHeaders(200, 30);
          exchange.getResponseBody().write(Bytes.gzip(Bytes.labels(3, 4)), 0, 12);
          exchange.getResponseBody().flush();
          throw new IOException("the connection breaks");
        });
    assertThatThrownBy(this::fetch)
        .isInstanceOf(DataException.class)
        .hasMessageContaining("bytes received: 12");
    assertThat(delivered).isEmpty();
  }

  @Test
  void fetch_truncatedGzip_fails() {
    byte[] labels = TinySet.content("t10k-labels-idx1-ubyte");
    server.on(
        "/set/",
        exchange -> {
          byte[] whole = Bytes.gzip(labels);
          LoopbackServer.reply(exchange, 200, Arrays.copyOf(whole, whole.length - 10));
        });
    assertThatThrownBy(this::fetch).isInstanceOf(IOException.class);
    assertThat(delivered).isEmpty();
  }

  @Test
  void fetch_silentServer_isGivenUp() {
    server.on("/set/", exchange -> pause());
    assertThatThrownBy(this::fetch).isInstanceOf(DataException.class).hasMessageContaining("0.7 s");
  }

  @Test
  void fetch_serverThatStopsHalfWay_isGivenUp() {
    server.on(
        "/set/",
        exchange -> {
          exchange.sendResponseHeaders(200, 30);
          exchange.getResponseBody().write(new byte[12]);
          exchange.getResponseBody().flush();
          pause();
        });
    assertThatThrownBy(this::fetch).hasMessage("no data for 0.7 s");
  }

  @Test
  void fetch_endlessTrickle_isGivenUp() {
    server.on(
        "/set/",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          while (end.getCount() > 0) {
            exchange.getResponseBody().write(1);
            exchange.getResponseBody().flush();
            if (await(200)) {
              return;
            }
          }
        });
    assertThatThrownBy(this::fetch).hasMessage("not finished after 2.0 s");
  }

  @Test
  void fetch_endlessFlood_isGivenUp() {
    server.on(
        "/set/",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          while (!await(1)) {
            exchange.getResponseBody().write(new byte[1000]);
          }
        });
    assertThatThrownBy(this::fetch).hasMessage("t10k-labels-idx1-ubyte is longer than expected");
  }

  @Test
  void fetch_nobodyListens_errorNamesTheConnection() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    assertThatThrownBy(() -> fetch(URI.create("http://127.0.0.1:" + port + "/")))
        .hasMessage("cannot connect");
  }

  @Test
  void fetch_unknownHost_errorNamesTheReason() {
    assertThatThrownBy(() -> fetch(URI.create("http://mirror.invalid/")))
        .isInstanceOf(DataException.class)
        .message()
        .matches(
            "the host name cannot be resolved|no (data for|answer within) 0.7 s|cannot connect|HTTP status .*");
  }

  @Test
  void fetch_interrupted_stopsAtOnce() throws InterruptedException {
    server.on("/set/", exchange -> pause());
    Thread.currentThread().interrupt();
    assertThatThrownBy(this::fetch).hasMessage("fetching t10k-labels-idx1-ubyte: interrupted");
    assertThat(Thread.interrupted()).isTrue();
  }

  private void pause() {
    await(30_000);
  }

  /** Waits, but not beyond the end of the test; true at the end. */
  private boolean await(long millis) {
    try {
      return end.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
