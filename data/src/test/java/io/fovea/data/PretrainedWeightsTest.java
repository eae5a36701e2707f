package io.fovea.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.data.base.DataException;
import io.fovea.data.base.DataOptions;
import io.fovea.data.fetch.Mirror;
import io.fovea.data.fetch.NamedFile;
import io.fovea.data.fetch.NamedSet;
import io.fovea.data.fetch.NamedSets;
import io.fovea.data.source.SetContent;
import io.fovea.file.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PretrainedWeightsTest {
  private static final byte[] CONTENT = "weights".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;
  @AutoClose private final LoopbackServer server = new LoopbackServer();
  private NamedSets store;
  private final List<String> lines = new ArrayList<>();
  private final DataOptions options = DataOptions.standard().withReporter(lines::add);
  private int requests;

  @BeforeEach
  void publish() {
    store = new NamedSets(folder.resolve("weights"));
    server.on(
        "/models/net.pth",
        exchange -> {
          requests++;
          LoopbackServer.reply(exchange, 200, CONTENT);
        });
  }

  /** A file on the server, known by the first digits of its SHA-256 and an upper bound. */
  private PretrainedWeights.Known known(String digits, long atMost) {
    NamedSet set =
        new NamedSet(
            "net",
            "a network",
            "BSD-3-Clause",
            List.of(),
            List.of(new NamedFile("net.pth", atMost, digits, true)),
            List.of(),
            List.of(new Mirror(server.address("/models/"), Mirror.Patience.USUAL)),
            SetContent.NO_IMAGES);
    return new PretrainedWeights.Known(set, "Copyright Somebody");
  }

  @Test
  void fetch_offline_downloadsNothingAndKnowsTheCureForWeights() {
    PretrainedWeights.Known known = known(Sha256.of(CONTENT).substring(0, 8), 100);
    assertThatThrownBy(() -> PretrainedWeights.fetch(store, known, options.withOffline(true)))
        .isInstanceOfSatisfying(
            DataException.class,
            absent -> assertThat(absent.known()).hasValue(DataException.Cure.DOWNLOAD_WEIGHTS))
        .hasMessageStartingWith("net: expects its files on this machine, since downloads are off");
    assertThat(requests).isZero();
  }

  @Test
  void fetch_twice_asksTheServerOnceAndKeepsTheLicence() throws IOException {
    PretrainedWeights.Known known = known(Sha256.of(CONTENT).substring(0, 8), 100);
    PretrainedWeights.Fetched fetched = PretrainedWeights.fetch(store, known, options);
    assertThat(fetched.file()).hasBinaryContent(CONTENT).hasParent(folder.resolve("weights/net"));
    assertThat(Files.readString(fetched.licence()))
        .startsWith("Copyright Somebody\n\nBSD 3-Clause License");
    server.close();
    assertThat(PretrainedWeights.fetch(store, known, options)).isEqualTo(fetched);
    assertThat(fetched.weights().cached()).isTrue();
    assertThat(requests).isEqualTo(1);
    assertThat(lines).hasSize(2);
  }

  @Test
  void fetch_otherContent_isRefused() {
    assertThatThrownBy(() -> PretrainedWeights.fetch(store, known("0badcafe", 100), options))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("net.pth has SHA-256 " + Sha256.of(CONTENT))
        .hasMessageContaining("expected 0badcafe");
    assertThat(folder.resolve("weights/net")).isEmptyDirectory();
  }

  @Test
  void fetch_longerThanTheBound_isRefused() {
    String digits = Sha256.of(CONTENT).substring(0, 8);
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
