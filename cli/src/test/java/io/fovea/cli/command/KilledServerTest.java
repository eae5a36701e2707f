package io.fovea.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.FoveaProcess;
import io.fovea.cli.LocalConnection;
import io.fovea.cli.run.ModelFiles;
import io.fovea.cli.screen.Json;
import io.fovea.data.Images;
import io.fovea.dataset.Image;
import io.fovea.file.AtomicFile;
import io.fovea.format.Models;
import io.fovea.inference.Classifier;
import io.fovea.kernel.KernelSet;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * kill -9 of {@code fovea export} while it replaces a model that is served, and of {@code fovea
 * serve} while it loads one: the file is one of the two whole ones, and so is every answer.
 */
@Isolated
@SuppressWarnings("NullAway.Init")
class KilledServerTest {
  private static final int KILLS = Integer.getInteger("kills", 60);

  /** Enough kills for some to come after a reload. */
  private static final int ENOUGH = 20;

  @TempDir Path folder;

  private final Path[] sources = new Path[2]; // the networks
  private final byte[][] files = new byte[2][]; // exported
  private final String[] answers = new String[2];
  private Path served;
  private int usualMillis; // of an export
  private byte[] png;

  @BeforeEach
  void exportBoth() throws Exception {
    byte[] pixels = new byte[28 * 28];
    new Random(1).nextBytes(pixels);
    Image picture = Image.of(1, 28, 28, pixels);
    png = Images.png(picture);
    served = Files.createDirectory(folder.resolve("models")).resolve("digits.onnx");
    for (int k = 0; k < 2; k++) {
      sources[k] = folder.resolve(k + ".safetensors");
      Models.write(
          Network.of(Zoo.POOLED.graph(Shape.of(1, 28, 28), 10), Initializer.he(), k), sources[k]);
      long begin = System.nanoTime();
      assertThat(export(k).waitFor()).isZero();
      usualMillis = (int) ((System.nanoTime() - begin) / 1_000_000);
      files[k] = Files.readAllBytes(served);
      try (Classifier classifier = Classifier.of(ModelFiles.open(served), 1, KernelSet.fastest())) {
        answers[k] = Json.line(classifier.classify(picture).members(0));
      }
    }
    assertThat(answers[0]).isNotEqualTo(answers[1]);
  }

  private Process export(int k) throws IOException {
    List<String> arguments = List.of("export", sources[k].toString(), "--out", served.toString());
    return FoveaProcess.start("-XX:TieredStopAtLevel=1", arguments, folder.resolve("export.log"));
  }

  private FoveaProcess.Server serve() throws IOException {
    Path log = folder.resolve("serve.log");
    return FoveaProcess.serve(List.of("-Xmx256m"), log, "serve %s", folder.resolve("models"));
  }

  /** Which of the two models answers. */
  private int ask(LocalConnection client) throws IOException {
    LocalConnection.Answer answer = client.post("/predict", png);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return which(Arrays.asList(answers).indexOf(answer.text()));
  }

  private static int which(int found) {
    assertThat(found).as("the answer or the file is one of the two").isBetween(0, 1);
    return found;
  }

  private int fileNow() throws IOException {
    byte[] now = Files.readAllBytes(served);
    return which(Arrays.equals(now, files[0]) ? 0 : Arrays.equals(now, files[1]) ? 1 : -1);
  }

  private List<Path> parts() throws IOException {
    try (Stream<Path> all = Files.list(folder.resolve("models"))) {
      return all.filter(file -> file.toString().endsWith(AtomicFile.PART)).toList();
    }
  }

  /** Kills exports at any moment, or in a write, while a server reloads what they leave. */
  private void stormOfExports(int kills, long seed) throws Exception {
    Random random = new Random(seed);
    int killed = 0;
    int inWrites = 0;
    try (FoveaProcess.Server server = serve();
        LocalConnection client = server.connect()) {
      int k = 0;
      for (; killed < kills; k++) {
        assertThat(k).as("%d exports were killed", killed).isLessThan(3 * kills + 10);
        Process export = export(k % 2);
        if (random.nextBoolean()) {
          while (export.isAlive() && parts().isEmpty()) {
            Thread.onSpinWait();
          }
        } else {
          export.waitFor(random.nextInt(usualMillis), TimeUnit.MILLISECONDS);
        }
        export.destroyForcibly();
        killed += export.waitFor() == 137 ? 1 : 0;
        for (Path part : parts()) {
          inWrites++;
          Files.delete(part);
        }
        fileNow();
        ask(client);
      }
      assertThat(export(k % 2).waitFor()).isZero();
      assertThat(fileNow()).isEqualTo(k % 2);
      for (int i = 0; ask(client) != k % 2; i++) {
        assertThat(i).as("the server reloads").isLessThan(300);
        Thread.sleep(100);
      }
    }
    System.out.printf(
        "KilledServerTest: seed %d, %d exports killed, %d in a write%n", seed, killed, inWrites);
  }

  /** Kills servers up to five seconds after their model was replaced. */
  private void stormOfServers(int kills, long seed) throws Exception {
    Random random = new Random(seed);
    int reloaded = 0;
    for (int k = 0; k < kills; k++) {
      try (FoveaProcess.Server server = serve();
          LocalConnection client = server.connect()) {
        int before = fileNow();
        assertThat(ask(client)).isEqualTo(before);
        AtomicFile.write(served, out -> out.write(files[1 - before]));
        long end = System.nanoTime() + random.nextInt(5_000) * 1_000_000L;
        int last = before;
        while (System.nanoTime() < end) {
          last = ask(client);
        }
        reloaded += last == before ? 0 : 1;
        server.process().destroyForcibly();
        assertThat(server.process().waitFor()).isEqualTo(137);
        assertThat(fileNow()).isEqualTo(1 - before);
      }
    }
    if (kills >= ENOUGH) {
      assertThat(reloaded).as("servers killed after a reload").isPositive();
    }
    assertThat(parts()).isEmpty();
    assertThat(folder.resolve("serve.log")).content().doesNotContain("Exception");
    System.out.printf(
        "KilledServerTest: seed %d, %d servers killed, %d after a reload%n", seed, kills, reloaded);
  }

  @Test
  @Tag("gate")
  void kill9_ofAnExport_leavesAWholeFile() throws Exception {
    stormOfExports(4, System.nanoTime());
  }

  @Test
  @Tag("slow")
  void kill9_ofManyExports_leavesAWholeFile() throws Exception {
    stormOfExports(KILLS, 1);
  }

  @Test
  @Tag("slow")
  void kill9_ofManyServers_nextOneAnswersRight() throws Exception {
    stormOfServers(KILLS, 2);
  }
}
