package io.fovea.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.CommandRun;
import io.fovea.cli.FoveaProcess;
import io.fovea.cli.LocalConnection;
import io.fovea.cli.SmallData;
import io.fovea.data.Images;
import io.fovea.dataset.Image;
import io.fovea.format.Models;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * {@code fovea serve} and {@code fovea studio} for an hour ({@code -Dsoak=MINUTES} for another
 * time) at about 80 % of what they can do: a client of each asks, and pauses for a quarter of the
 * time that the answer took. Every five seconds their model is replaced. Nothing grows: heap after
 * a collection, resident memory, threads, open files.
 */
@Tag("slow")
@Isolated
class SoakTest {
  private static final long MILLIS = (long) (Double.parseDouble(minutes()) * 60_000);
  private static final int SAMPLES = 20;

  @TempDir Path folder;

  private final AtomicBoolean enough = new AtomicBoolean();

  private static String minutes() {
    return System.getProperty("soak", "60");
  }

  /** A server, the answers that it gave, and what it held at each look. */
  private record Soaked(
      String name, FoveaProcess.Server server, AtomicLong answers, List<Held> held) {
    static Soaked start(Path folder, String name, String line, Path served) throws IOException {
      Path log = folder.resolve(name + ".log");
      return new Soaked(
          name,
          FoveaProcess.serve(List.of("-Xmx256m"), log, name + line, served),
          new AtomicLong(),
          new ArrayList<>());
    }

    void look() throws Exception {
      held.add(Held.by(server.process()));
    }
  }

  /** What a process holds: kilobytes of heap after a collection, resident ones, and numbers. */
  private record Held(long heap, long resident, long threads, long files) {
    static Held by(Process process) throws Exception {
      jcmd(process, "GC.run");
      String heap = jcmd(process, "GC.heap_info").replaceAll("(?s).*?used (\\d+)K.*", "$1");
      Path proc = Path.of("/proc/" + process.pid());
      String status = Files.readString(proc.resolve("status"));
      return new Held(
          Long.parseLong(heap),
          Long.parseLong(status.replaceAll("(?s).*VmRSS:\\s+(\\d+).*", "$1")),
          Long.parseLong(status.replaceAll("(?s).*Threads:\\s+(\\d+).*", "$1")),
          files(proc.resolve("fd")));
    }

    private static String jcmd(Process process, String what) throws Exception {
      Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
      Process asked =
          new ProcessBuilder(jcmd.toString(), Long.toString(process.pid()), what).start();
      String text = asked.inputReader().readAllAsString();
      assertThat(asked.waitFor()).as(text).isZero();
      return text;
    }

    private static long files(Path folder) throws IOException {
      try (Stream<Path> all = Files.list(folder)) {
        return all.count();
      }
    }
  }

  private interface Asking {
    LocalConnection.Answer ask(LocalConnection client, long number) throws IOException;
  }

  /** Asks, and pauses for a quarter of the time of an answer; a new connection now and then. */
  private Void load(Soaked server, Asking asking) throws Exception {
    while (!enough.get()) {
      try (LocalConnection client = server.server().connect()) {
        for (int k = 0; k < 100 && !enough.get(); k++) {
          long begin = System.nanoTime();
          LocalConnection.Answer answer = asking.ask(client, server.answers().getAndIncrement());
          assertThat(answer.status()).as(answer.text()).isEqualTo(200);
          long pause = (System.nanoTime() - begin) / 4;
          Thread.sleep(pause / 1_000_000, (int) (pause % 1_000_000));
        }
      }
    }
    return null;
  }

  private static Network network(int seed) {
    return Network.of(Zoo.POOLED.graph(Shape.of(1, 28, 28), 10), Initializer.he(), seed);
  }

  private static byte[] png() throws IOException {
    byte[] pixels = new byte[28 * 28];
    new Random(1).nextBytes(pixels);
    return Images.png(Image.of(1, 28, 28, pixels));
  }

  /** A run for the studio, and the pages of it that are asked for. */
  private String[] pages(Path runs) throws IOException {
    Path digits = SmallData.idxFolder(folder.resolve("digits"), 200);
    CommandRun.done(
        "train %s --model pooled --epochs 1 --batch 50 --out %s", digits, runs.resolve("one"));
    return new String[] {
      "/api/runs",
      "/api/runs/one",
      "/api/inside/models",
      "/api/inside/model?model=run:one",
      "/api/inside/weights?model=run:one&nodes=conv1",
      "/",
      "/api/runs/one/model.onnx"
    };
  }

  @Test
  void serveAndStudio_underLoad_holdNoMoreThanAtTheBeginning() throws Exception {
    Path served = Files.createDirectory(folder.resolve("models")).resolve("digits.safetensors");
    Models.write(network(0), served);
    Path runs = folder.resolve("runs");
    String[] pages = pages(runs);
    Soaked serve = Soaked.start(folder, "serve", " %s", served.resolveSibling(""));
    Soaked studio = Soaked.start(folder, "studio", " --runs %s", runs);
    byte[] png = png();
    try (ExecutorService clients = Executors.newFixedThreadPool(2)) {
      List<Future<Void>> asking =
          List.of(
              clients.submit(() -> load(serve, (client, k) -> client.post("/predict", png))),
              clients.submit(
                  () -> load(studio, (client, k) -> client.get(pages[(int) (k % pages.length)]))));
      try {
        replaceAndLook(List.of(served, runs.resolve("one/model.safetensors")), serve, studio);
      } finally {
        enough.set(true);
      }
      for (Future<Void> each : asking) {
        each.get(); // throws what a client met
      }
    } finally {
      serve.server().close();
      studio.server().close();
    }
    print(serve);
    print(studio);
    requireNoGrowth(serve);
    requireNoGrowth(studio);
  }

  private static void replaceAndLook(List<Path> models, Soaked... servers) throws Exception {
    long begin = System.nanoTime();
    long pause = Math.min(5_000, MILLIS / SAMPLES);
    for (int k = 1, looks = 0; looks < SAMPLES; k++) {
      Thread.sleep(pause);
      for (Path model : models) {
        Models.write(network(k), model);
      }
      if (System.nanoTime() - begin >= (looks + 1) * MILLIS / SAMPLES * 1_000_000) {
        looks++;
        for (Soaked server : servers) {
          server.look();
        }
      }
    }
  }

  private static void print(Soaked server) {
    System.out.printf(
        "%nSoak of %s, %s minutes, %,d answers%n%n",
        server.name(), minutes(), server.answers().get());
    System.out.println("| look | heap after GC, MB | resident, MB | threads | open files |");
    System.out.println("|---|---|---|---|---|");
    for (int k = 0; k < SAMPLES; k++) {
      Held held = server.held().get(k);
      System.out.printf(
          "| %d | %.1f | %.1f | %d | %d |%n",
          k + 1, held.heap() / 1024.0, held.resident() / 1024.0, held.threads(), held.files());
    }
  }

  private interface Figure {
    long of(Held held);
  }

  /** The least of a fourth of the looks: what is left when nothing is under way. */
  private static long least(Soaked server, int quarter, Figure figure) {
    int size = SAMPLES / 4;
    return server.held().subList(quarter * size, (quarter + 1) * size).stream()
        .mapToLong(figure::of)
        .min()
        .orElseThrow();
  }

  /** The second fourth of the time is compared with the last: the first is for warming up. */
  private static void requireNoGrowth(Soaked server, String what, long allowed, Figure figure) {
    assertThat(least(server, 3, figure) - least(server, 1, figure))
        .as("growth of %s: %s", server.name(), what)
        .isLessThanOrEqualTo(allowed);
  }

  private static void requireNoGrowth(Soaked server) {
    requireNoGrowth(server, "kilobytes of heap", 2_048, Held::heap);
    requireNoGrowth(server, "resident kilobytes", 16_384, Held::resident);
    requireNoGrowth(server, "threads", 2, Held::threads);
    requireNoGrowth(server, "open files", 2, Held::files);
  }
}
