package io.fovea.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.format.Models;
import io.fovea.http.AccessLog;
import io.fovea.inference.Classifier;
import io.fovea.kernel.KernelSet;
import io.fovea.network.Network;
import io.fovea.serve.KeptConnection.Answer;
import io.fovea.serve.model.ModelFolder;
import io.fovea.serve.model.ModelSource;
import io.fovea.serve.web.HttpReply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** While clients ask, the model's file is replaced again and again: no request is lost. */
@Tag("gate")
@Isolated
@Timeout(180)
class ReloadUnderLoadTest {
  private static final int CLIENTS = 8;
  private static final int REPLACEMENTS = 20;

  @TempDir Path folder;

  private final class Folder implements ModelSource {
    @Override
    public Map<String, NavigableMap<Integer, List<Path>>> files() throws IOException {
      return ModelFolder.list(folder);
    }

    @Override
    public Classifier load(Path file) throws IOException {
      return Classifier.of(Models.load(file), 2, KernelSet.VECTOR);
    }
  }

  private static String expected(Network network) throws IOException {
    try (Classifier classifier = Classifier.of(network, 2, KernelSet.VECTOR)) {
      return HttpReply.JSON.writeValueAsString(classifier.classify(Served.picture(3)).members(0));
    }
  }

  private static void await(PredictionServer server, String line) throws Exception {
    try (KeptConnection client = new KeptConnection(server.port())) {
      while (!client.get("/metrics").text().contains(line)) {
        Thread.sleep(10);
      }
    }
  }

  /** One version of one model is replaced; another is added and removed. */
  @Test
  void replaced_whileClientsAsk_everyRequestIsAnswered() throws Exception {
    Network[] networks = {Served.network(1), Served.network(2)};
    Set<String> right = Set.of(expected(networks[0]), expected(networks[1]));
    assertThat(right).hasSize(2);
    Models.write(networks[0], file(1));
    ServerOptions options =
        new ServerOptions(
            Served.loopback(),
            "",
            Limits.usual(),
            8,
            Duration.ZERO,
            Duration.ofMillis(20),
            AccessLog.none());
    AtomicBoolean enough = new AtomicBoolean();
    AtomicInteger answered = new AtomicInteger();
    Set<String> seen = ConcurrentHashMap.newKeySet();
    try (PredictionServer server = new PredictionServer(new Folder(), 2, options);
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      server.start();
      byte[] png = Served.png(3);
      List<Future<?>> asking = new ArrayList<>();
      for (int k = 0; k < CLIENTS; k++) {
        asking.add(
            clients.submit(
                () -> {
                  try (KeptConnection client = new KeptConnection(server.port())) {
                    while (!enough.get()) {
                      Answer answer = client.post("/predict", png);
                      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
                      assertThat(right).contains(answer.text());
                      seen.add(answer.text());
                      answered.incrementAndGet();
                    }
                  }
                  return null;
                }));
      }
      try {
        replace(server, networks);
      } finally {
        enough.set(true);
      }
      for (Future<?> each : asking) {
        each.get(); // throws what a client met
      }
    }
    assertThat(seen).isEqualTo(right);
    assertThat(answered).hasValueGreaterThan(CLIENTS * REPLACEMENTS);
    System.out.printf("%,d requests answered during %d reloads%n", answered.get(), REPLACEMENTS);
  }

  /** The first version again and again, and now and then a second one, which goes again. */
  private void replace(PredictionServer server, Network[] networks) throws Exception {
    String loads = "fovea_model_loads_total{model=\"pets\",version=\"1\"} ";
    String isReady = "fovea_model_ready{model=\"pets\",version=\"2\"} 1\n";
    Path second = file(2);
    for (int k = 1; k <= REPLACEMENTS; k++) {
      Models.write(networks[k % 2], file(1));
      await(server, loads + (k + 1) + "\n");
      if (k % 5 == 0) {
        Models.write(networks[(k + 1) % 2], second);
        await(server, isReady);
        Files.delete(second);
        awaitGone(server, isReady);
      }
    }
  }

  private Path file(int version) throws IOException {
    return Files.createDirectories(folder.resolve("pets/" + version)).resolve("model.safetensors");
  }

  private static void awaitGone(PredictionServer server, String line) throws Exception {
    try (KeptConnection client = new KeptConnection(server.port())) {
      while (client.get("/metrics").text().contains(line)) {
        Thread.sleep(10);
      }
    }
  }
}
