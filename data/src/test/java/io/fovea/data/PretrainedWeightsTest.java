package io.fovea.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.fovea.data.base.DataException;
import io.fovea.data.base.DataOptions;
import io.fovea.data.fetch.Mirror;
import io.fovea.data.fetch.NamedFile;
import io.fovea.data.fetch.NamedSet;
import io.fovea.data.fetch.NamedSets;
import io.fovea.data.fetch.TinySet;
import io.fovea.data.source.SetContent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PretrainedWeightsTest {
  private static final byte[] CONTENT = "weights".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;
  private HttpServer server;
  private NamedSets store;
  private final List<String> lines = new ArrayList<>();
  private final DataOptions options = DataOptions.standard().withReporter(lines::add);
  private int requests;

  @BeforeEach
  void start() throws IOException {
    store = new NamedSets(folder.resolve("weights"));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/models/net.pth",
        exchange -> {
          requests++;
          exchange.sendResponseHeaders(200, CONTENT.length);
          exchange.getResponseBody().write(CONTENT);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  /** A file on the server, known by the first digits of its SHA-256 and an upper bound. */
  private PretrainedWeights.Known known(String digits, long atMost) {
    URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/models/");
    NamedSet set =
        new NamedSet(
            "net",
            "a network",
            "BSD-3-Clause",
            List.of(),
            List.of(new NamedFile("net.pth", atMost, digits, true)),
            List.of(),
            List.of(new Mirror(address, Mirror.Patience.USUAL)),
            SetContent.NO_IMAGES);
    return new PretrainedWeights.Known(set, "Copyright Somebody");
  }

  @Test
  void fetch_twice_asksTheServerOnceAndKeepsTheLicence() throws IOException {
    PretrainedWeights.Known known = known(TinySet.sha256(CONTENT).substring(0, 8), 100);
    PretrainedWeights.Fetched fetched = PretrainedWeights.fetch(store, known, options);
    assertThat(fetched.file()).hasBinaryContent(CONTENT).hasParent(folder.resolve("weights/net"));
    assertThat(Files.readString(fetched.licence()))
        .startsWith("Copyright Somebody\n\nBSD 3-Clause License");
    server.stop(0);
    assertThat(PretrainedWeights.fetch(store, known, options)).isEqualTo(fetched);
    assertThat(fetched.weights().cached()).isTrue();
    assertThat(requests).isEqualTo(1);
    assertThat(lines).hasSize(2);
  }

  @Test
  void fetch_otherContent_isRefused() {
    assertThatThrownBy(() -> PretrainedWeights.fetch(store, known("0badcafe", 100), options))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("net.pth has SHA-256 " + TinySet.sha256(CONTENT))
        .hasMessageContaining("expected 0badcafe");
    assertThat(folder.resolve("weights/net")).isEmptyDirectory();
  }

  @Test
  void fetch_longerThanTheBound_isRefused() {
    String digits = TinySet.sha256(CONTENT).substring(0, 8);
    assertThatThrownBy(() -> PretrainedWeights.fetch(store, known(digits, 6), options))
        .hasMessageContaining("net.pth is longer than the expected 6 bytes");
  }

  @Test
  void named_allWeights_haveALicenceInTheProgram() {
    assertThat(PretrainedWeights.named())
        .hasSize(8)
        .allSatisfy(
            listing ->
                assertThat(
                        PretrainedWeights.class.getResource(
                            "licences/" + listing.licence() + ".txt"))
                    .isNotNull());
  }
}
