package io.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.fovea.data.DataSets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** A named set that is not on the machine, where every mirror accepts and never answers. */
@Isolated
@Timeout(120)
@SuppressWarnings("NullAway.Init")
class AbsentDataTest {
  private static final String GET = "GET /api/data/mnist HTTP/1.1";

  @TempDir Path folder;
  private final AtomicInteger asked = new AtomicInteger();
  private final String home = System.getProperty("user.home");
  private final ProxySelector before = ProxySelector.getDefault();
  private ServerSocket silent;

  @BeforeEach
  void takeTheSetAway() throws IOException {
    System.setProperty("user.home", folder.toString());
    assumeThat(DataSets.named()).noneMatch(set -> set.name().equals("mnist") && set.cached());
    silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    SocketAddress address =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), silent.getLocalPort());
    ProxySelector.setDefault(
        new ProxySelector() {
          @Override
          public List<Proxy> select(URI uri) {
            if (!uri.getScheme().startsWith("http")) { // the test's own sockets
              return List.of(Proxy.NO_PROXY);
            }
            asked.incrementAndGet();
            return List.of(new Proxy(Proxy.Type.HTTP, address));
          }

          @Override
          public void connectFailed(URI uri, SocketAddress proxy, IOException failure) {}
        });
  }

  @AfterEach
  void giveBack() throws IOException {
    ProxySelector.setDefault(before);
    System.setProperty("user.home", home);
    if (silent != null) {
      silent.close();
    }
  }

  private void assertAbsent(Opened opened) throws IOException {
    Opened.requires(
        opened.ask(GET),
        409,
        "mnist: expects its files on this machine, since downloads are off. Tried ",
        ": has 0 of 4 files; download it first");
    assertThat(asked).as("mirrors asked").hasValue(0);
  }

  @Test
  void get_ofASetThatIsAbsentOrDamaged_is409AndDownloadsNothing() throws IOException {
    try (Opened opened = new Opened(folder)) {
      assertAbsent(opened);
    }
    Path data = Files.createDirectory(folder.resolve("data"));
    try (Opened opened = new Opened(folder, data)) {
      assertAbsent(opened);
      for (String name : List.of("train-images-idx3", "train-labels-idx1", "t10k-images-idx3")) {
        Files.writeString(data.resolve(name + "-ubyte"), "damaged");
      }
      Files.writeString(data.resolve("t10k-labels-idx1-ubyte"), "damaged");
      assertAbsent(opened);
    }
  }

  @Test
  void runs_whileADownloadWaitsForItsMirror_areListed() throws Exception {
    try (Opened opened = new Opened(folder)) {
      opened.run("one");
      assertThat(opened.post("/api/data/mnist/download", "{}")).contains("\"state\":\"running\"");
      while (asked.get() == 0) {
        Thread.sleep(5);
      }
      assertThat(opened.get("/api/runs")).contains("\"name\":\"one\"");
      assertThat(Opened.status(opened.ask(GET))).isEqualTo(409);
      assertThat(Opened.status(opened.get("/api/data/digits"))).isEqualTo(200);
      assertThat(opened.get("/api/data/mnist/download")).contains("\"state\":\"running\"");
      assertThat(opened.post("/api/data/mnist/cancel", "{}")).contains("\"state\":\"cancelled\"");
    }
  }
}
