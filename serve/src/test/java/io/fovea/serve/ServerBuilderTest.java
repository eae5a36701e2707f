package io.fovea.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.format.Models;
import io.fovea.inference.Classifier;
import io.fovea.kernel.KernelSet;
import io.fovea.network.Initializer;
import io.fovea.network.MemoryNeed;
import io.fovea.network.Network;
import io.fovea.serve.model.ModelFolder;
import io.fovea.serve.model.ServedModels;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that a program starts. */
@Timeout(120)
class ServerBuilderTest {
  @TempDir Path folder;

  private static void assertWrong(String message, Runnable call) {
    assertThatThrownBy(call::run).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  private static ServerBuilder pets() {
    return PredictionServer.of("pets", Served.network(1)).threads(1).port(0);
  }

  @Test
  void start_networkInMemory_andItsFile_answerTheSame() throws Exception {
    Network network = Served.network(1);
    Path file = folder.resolve("pets.safetensors");
    Models.write(network, file);
    List<String> answers = new ArrayList<>();
    for (ServerBuilder builder :
        List.of(
            PredictionServer.of("pets", network),
            PredictionServer.of(file),
            PredictionServer.of(folder))) {
      try (PredictionServer server = builder.port(0).threads(1).start();
          KeptConnection client = new KeptConnection(server.port())) {
        assertThat(server.url()).isEqualTo("http://127.0.0.1:" + server.port());
        assertThat(server.models()).containsExactly("pets version 1");
        answers.add(
            client.post("/predict", Served.png(2)).text()
                + client.get("/v2/models/pets").text()
                + client.get("/v2").text());
      }
    }
    assertThat(answers.getFirst()).contains("\"label\":\"", PredictionServer.VERSION);
    assertThat(answers).containsOnly(answers.getFirst());
  }

  /** Open to all, so without the names of files. */
  @Test
  void health_whileAFileIsNotInUse_saysSo() throws Exception {
    Models.write(Served.network(1), folder.resolve("a.safetensors"));
    try (PredictionServer server = PredictionServer.of(folder).port(0).threads(1).start();
        KeptConnection client = new KeptConnection(server.port())) {
      String fine = client.get("/health").text();
      assertThat(fine).startsWith(Served.HEALTHY).doesNotContain("reload");
      Path other = Files.createDirectories(folder.resolve("a/1")).resolve("model.safetensors");
      Models.write(Served.network(2), other);
      while (client.get("/health").text().equals(fine)) {
        Thread.sleep(20);
      }
      assertThat(client.get("/health").text())
          .isEqualTo(
              fine.replace(
                  "}",
                  ",\"reload\":\"a model's present file is not in use; GET /models has the reason\"}"));
      assertThat(client.get("/models").text())
          .contains(" are both version 1 of the model a; rename one of them");
      Files.delete(other);
      while (!client.get("/health").text().equals(fine)) {
        Thread.sleep(20);
      }
      Files.write(folder.resolve("b.safetensors"), new byte[100]);
      while (client.get("/health").text().equals(fine)) {
        Thread.sleep(20);
      }
      assertThat(client.get("/models").text())
          .contains("{\"name\":\"b\",\"version\":\"1\",\"ready\":false,\"reason\":\"");
      assertThat(client.get("/metrics").text())
          .contains("fovea_model_ready{model=\"b\",version=\"1\"} 0\n")
          .contains("fovea_model_loaded_timestamp_seconds{model=\"a\"")
          .doesNotContain("fovea_model_loaded_timestamp_seconds{model=\"b\"");
    }
  }

  /** 256 inputs of 300 MB are never made: the plan is enough. */
  @Test
  void load_modelThatNeedsAMuchLargerHeap_isRefusedWithTheNumber() throws Exception {
    long most = Runtime.getRuntime().maxMemory() >> 20;
    Network wide =
        Network.input(3, 5000, 5000)
            .globalAvgPool2d()
            .flatten()
            .dense(2)
            .build(Initializer.he(), 1);
    assertThatThrownBy(
            () ->
                PredictionServer.of("wide", wide)
                    .threads(1)
                    .batching(256, Duration.ZERO)
                    .port(0)
                    .start())
        .hasMessageMatching(
            "(?s).*wide: needs a heap of \\d+ MB, this JVM has at most %d; start it with -Xmx\\d+m, or lower the batch or the threads \\(batches of 256, 1 threads\\).*"
                .formatted(most));
  }

  /** Each of the three fits, two do not; the third, which is not loaded yet, is counted, too. */
  @Test
  void load_modelsThatFitAloneAndNotTogether_areRefusedWithTheSum() throws Exception {
    long most = Runtime.getRuntime().maxMemory();
    int side = (int) Math.sqrt(0.6 * most / (256 * Float.BYTES * 1.5));
    Network wide =
        Network.input(1, side, side)
            .globalAvgPool2d()
            .flatten()
            .dense(2)
            .build(Initializer.he(), 1);
    MemoryNeed one = Classifier.memory(wide.graph(), 1, KernelSet.fastest(), 256);
    assertThat(one.shortage(most)).isEmpty();
    for (String name : List.of("a", "b", "c")) {
      Files.createFile(folder.resolve(name + ".safetensors"));
    }
    ServedModels models =
        new ServedModels(() -> ModelFolder.list(folder), file -> wide, 1, 256, line -> {});
    models.files();
    models.load(folder.resolve("a.safetensors")).close();
    assertThat(models.heapMegabytes()).isEqualTo(one.heapMegabytes());
    Path second = folder.resolve("b.safetensors");
    long heap = (3 * one.total() * 3 / 2 + (40 << 20)) / (1 << 20) + 1;
    assertThatThrownBy(() -> models.load(second))
        .hasMessage(
            "%s and 2 other models together: needs a heap of %d MB, this JVM has at most %d; start it with -Xmx%2$dm, or lower the batch or the threads, or serve fewer models (batches of 256, 1 threads)"
                .formatted(second, heap, most >> 20));
    Files.delete(folder.resolve("a.safetensors"));
    models.files();
    models.load(second).close();
    assertThat(models.heapMegabytes()).isEqualTo(one.heapMegabytes());
  }

  @Test
  void options_wrong_areRefused() {
    assertWrong(
        "port: expects a whole number from 0 to 65535, got 70000", () -> pets().port(70_000));
    assertWrong("threads: expects a whole number from 1 to 1024, got 0", () -> pets().threads(0));
    assertWrong(
        "maxBatch: expects a whole number from 1 to 256, got 0",
        () -> pets().batching(0, Duration.ZERO));
    assertWrong(
        "name: expects letters, digits, ., _ and -, got \"my pets\"; choose such a name, as digits",
        () -> PredictionServer.of("my pets", Served.network(1)));
    assertThatThrownBy(() -> pets().host("0.0.0.0").start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "host: 0.0.0.0 can be reached from other machines, so a token is needed; give one, or listen on 127.0.0.1");
    assertThatThrownBy(() -> pets().host("256.0.0.1").start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "host: expects an address of this machine such as 127.0.0.1 or 0.0.0.0, got \"256.0.0.1\"");
  }

  private static ServerSocket listening(int port) throws IOException {
    return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
  }

  @Test
  void start_onATakenPort_isRefused() throws Exception {
    try (ServerSocket first = listening(0)) {
      int port = first.getLocalPort();
      Set<Thread> before = Thread.getAllStackTraces().keySet();
      assertThatThrownBy(() -> pets().port(port).start())
          .isInstanceOf(BindException.class)
          .hasMessageStartingWith("serve: cannot listen on 127.0.0.1 port " + port + ": ")
          .hasMessageEndingWith("; choose another port, or 0 for any free one");
      assertThat(Thread.getAllStackTraces().keySet())
          .as("threads after the refusal")
          .allMatch(thread -> before.contains(thread) || !thread.getName().startsWith("fovea-"));
    }
  }

  @Test
  @SuppressWarnings("NullAway") // null is what is refused
  void start_withoutTheFile_isRefusedAndFreesThePort() throws Exception {
    int port;
    try (ServerSocket free = listening(0)) {
      port = free.getLocalPort();
    }
    Path missing = folder.resolve("missing.safetensors");
    assertThatThrownBy(() -> PredictionServer.of(missing).port(port).start())
        .hasMessageContaining("missing.safetensors");
    listening(port).close();
    assertThatThrownBy(() -> pets().reader(given -> null).start())
        .isInstanceOf(IOException.class)
        .hasMessage(
            "reader: expects the network of pets, got null; throw an IOException if it has none");
  }

  @Test
  void close_inAnInterruptedThread_leavesItInterrupted() throws Exception {
    PredictionServer server = pets().start();
    Thread.currentThread().interrupt();
    server.close();
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void reader_givesTheNetworkOfTheFile() throws Exception {
    Path file = Files.createFile(folder.resolve("pets.txt"));
    try (PredictionServer server =
            PredictionServer.of(file)
                .reader(given -> Served.network((int) Files.size(given)))
                .port(0)
                .threads(1)
                .start();
        PredictionServer other = pets().start();
        KeptConnection client = new KeptConnection(server.port());
        KeptConnection second = new KeptConnection(other.port())) {
      assertThat(client.post("/predict", Served.png(2)).text())
          .isNotEqualTo(second.post("/predict", Served.png(2)).text());
    }
  }
}
