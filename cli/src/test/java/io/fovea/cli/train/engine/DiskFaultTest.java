package io.fovea.cli.train.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.cli.FaultyDisk;
import io.fovea.cli.SmallData;
import io.fovea.cli.run.EventFile;
import io.fovea.cli.run.EventReader;
import io.fovea.cli.run.RunFolders;
import io.fovea.cli.screen.Failure;
import io.fovea.cli.screen.Json;
import io.fovea.cli.train.record.MetricsLog;
import io.fovea.data.Images;
import io.fovea.dataset.Image;
import io.fovea.file.AtomicFile;
import io.fovea.format.Checkpoints;
import io.fovea.format.Models;
import io.fovea.format.onnx.Npy;
import io.fovea.format.onnx.Onnx;
import io.fovea.format.onnx.value.NdArray;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.run.RunFolder;
import io.fovea.run.RunMetrics;
import io.fovea.tensor.Shape;
import io.fovea.train.Checkpoint;
import io.fovea.train.Listener;
import io.fovea.train.StepReport;
import io.fovea.train.Trainer;
import io.fovea.train.Training;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each change of the disk that writing a file takes fails in turn, alone (a full disk) or with all
 * that follow it (a kill): the old file is there whole afterwards, or the new one.
 */
@Tag("faults")
class DiskFaultTest {
  private static final int MOST_CHANGES = 200;

  /** Two states of one run. */
  private static final List<Checkpoint> CHECKPOINTS = new ArrayList<>();

  private static final List<Network> NETWORKS = new ArrayList<>();

  @TempDir Path folder;

  private final FaultyDisk disk = new FaultyDisk(FileSystems.getDefault());

  /** Writes the first or the second content of a file. */
  interface Writing {
    void write(Path file, int version) throws IOException;
  }

  @BeforeAll
  static void train() throws IOException {
    Network network = Network.of(Zoo.POOLED.graph(Shape.of(1, 28, 28), 10), Initializer.he(), 1);
    Trainer.of(network)
        .epochs(1)
        .batchSize(20)
        .threads(1)
        .listener(
            new Listener() {
              @Override
              public void onStep(Training training, StepReport step) {
                CHECKPOINTS.add(training.checkpoint());
                NETWORKS.add(
                    Network.of(
                        Zoo.POOLED.graph(Shape.of(1, 28, 28), 10), Initializer.he(), step.step()));
              }
            })
        .fit(SmallData.digits().first(40));
    assertThat(CHECKPOINTS).hasSize(2);
  }

  private static Arguments file(String name, Writing writing) {
    return Arguments.of(name, writing);
  }

  static Stream<Arguments> files() {
    return Stream.of(
        file(
            "checkpoint.safetensors",
            (file, n) -> Checkpoints.write(CHECKPOINTS.get(n), NETWORKS.get(0), file)),
        file("model.safetensors", (file, n) -> Models.write(NETWORKS.get(n), file)),
        file("export.onnx", (file, n) -> Onnx.write(NETWORKS.get(n), file)),
        file("array.npy", (file, n) -> Npy.write(NdArray.of(new int[] {2}, (float) n, 7f), file)),
        file(
            "picture.png",
            (file, n) -> Images.write(Image.of(1, 1, 1, new byte[] {(byte) n}), file)),
        file(
            "report.html",
            (file, n) ->
                new RunFolder(Objects.requireNonNull(file.getParent()))
                    .write("report.html", "<p>" + n + "</p>".repeat(50_000))),
        file("table.csv", (file, n) -> AtomicFile.write(file, "line " + n + "\n")));
  }

  private List<String> leftovers() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.endsWith(AtomicFile.PART))
          .toList();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  void write_withEveryFault_leavesTheOldFileOrTheNewOne(String name, Writing writing)
      throws IOException {
    Path file = folder.resolve(name);
    writing.write(file, 1);
    byte[] second = Files.readAllBytes(file);
    for (boolean kill : new boolean[] {false, true}) {
      for (boolean isNew : new boolean[] {false, true}) {
        int faults = 0;
        boolean failed = true;
        while (failed) {
          Files.deleteIfExists(file);
          byte[] first = {};
          if (!isNew) {
            writing.write(file, 0);
            first = Files.readAllBytes(file);
            assertThat(first).isNotEqualTo(second);
          }
          disk.fail(++faults, kill);
          boolean threw = false;
          try {
            writing.write(disk.path(file), 1);
          } catch (IOException full) {
            threw = true;
            assertThat(full).hasMessageContaining("No space left on device");
          }
          failed = disk.mend();
          byte[] now = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
          assertThat(now).as("fault %d, kill %s", faults, kill).isIn(first, second);
          if (!threw || !kill) {
            assertThat(now).as("fault %d", faults).isEqualTo(threw ? first : second);
          }
          if (!kill) {
            assertThat(leftovers()).as("fault %d", faults).isEmpty();
          }
          new RunFolder(folder).sweep(Instant.MAX);
          assertThat(leftovers()).isEmpty();
          assertThat(faults).isLessThan(MOST_CHANGES);
        }
        // a new file, at least a write, its sync, its name, the folder's sync
        assertThat(faults).as("changes and the run without a fault").isGreaterThan(4);
      }
    }
  }

  /** The checkpoint of a run, with the sync of the lines that belong to it. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void writeCheckpoint_withEveryFault_leavesOneToGoOnFrom(boolean kill) throws IOException {
    RunFolder real = new RunFolder(folder);
    RunFolder faulty = new RunFolder(disk.path(folder));
    Files.writeString(real.file(RunFolder.METRICS), "{}\n");
    new EventFile(real.file(RunFolder.EVENTS)).append(0, 1, Map.of("loss", 1.0));
    boolean failed = true;
    for (int n = 1; failed; n++) {
      real.writeCheckpoint(CHECKPOINTS.get(0), NETWORKS.get(0));
      disk.fail(n, kill);
      try {
        faulty.writeCheckpoint(CHECKPOINTS.get(1), NETWORKS.get(0));
      } catch (IOException full) {
        assertThat(full).hasMessageContaining("No space left on device");
      }
      failed = disk.mend();
      assertThat(Checkpoints.read(real.file(RunFolder.CHECKPOINT)).checkpoint().position().step())
          .isIn(1L, 2L);
    }
  }

  private static StepReport step(int step) {
    return new StepReport(step, 1, step, 30, 1, 1, 0.5, 0.1, 1000);
  }

  /** Lines are appended, so a fault may tear the last one: it is cut off when the run goes on. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void append_withEveryFault_losesNoLineBefore(boolean kill) throws IOException {
    Path lines = folder.resolve("metrics.jsonl");
    Path events = folder.resolve("events");
    boolean failed = true;
    for (int n = 1; failed; n++) {
      Files.deleteIfExists(lines);
      Files.deleteIfExists(events);
      MetricsLog log = new MetricsLog(new RunMetrics(disk.path(lines)), 1);
      EventFile scalars = new EventFile(disk.path(events));
      int written = 0;
      disk.fail(n, kill);
      try {
        for (int step = 1; step <= 4; step++) {
          log.step(step(step));
          scalars.append(0, step, Map.of("loss", 1.0));
          written = step;
        }
      } catch (IOException | UncheckedIOException full) {
        assertThat(written).isLessThan(4);
      }
      failed = disk.mend();
      new MetricsLog(new RunMetrics(lines), 1).cutBackTo(written);
      new EventFile(events).cutBackTo(written);
      List<Integer> expected = IntStream.rangeClosed(1, written).boxed().toList();
      if (written > 0) {
        assertThat(
                Files.readAllLines(lines).stream()
                    .map(line -> Json.read(line).path("step").asInt()))
            .as("fault %d", n)
            .containsExactlyElementsOf(expected);
        assertThat(EventReader.read(events).stream().map(each -> (int) each.step()))
            .containsExactlyElementsOf(expected);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void cutBackTo_withEveryFault_leavesAllLinesOrThoseThatStay(boolean kill) throws IOException {
    Path lines = folder.resolve("metrics.jsonl");
    boolean failed = true;
    for (int n = 1; failed; n++) {
      Files.deleteIfExists(lines);
      MetricsLog log = new MetricsLog(new RunMetrics(lines), 1);
      IntStream.rangeClosed(1, 6).forEach(step -> log.step(step(step)));
      disk.fail(n, kill);
      try {
        new MetricsLog(new RunMetrics(disk.path(lines)), 1).cutBackTo(3);
      } catch (IOException full) {
        assertThat(full).hasMessageContaining("No space left on device");
      }
      failed = disk.mend();
      assertThat(Files.readAllLines(lines).size()).as("fault %d", n).isIn(3, 6);
    }
  }

  /** A disk that is full at the very start: the cause and the cure are named, no folder is left. */
  @Test
  void create_withEveryFault_leavesNoFolder() throws IOException {
    Path run = folder.resolve("run");
    boolean failed = true;
    for (int n = 1; failed; n++) {
      disk.fail(n, false);
      try {
        RunFolders.create(
            disk.path(run), RunFolders.config("train", "mnist", Map.of("seed", "42"), Map.of()));
      } catch (Failure full) {
        assertThat(full)
            .hasMessage(
                "--out: cannot write to %s (No space left on device); free some space, or give a folder on another disk"
                    .formatted(run));
        assertThat(run).as("fault %d", n).doesNotExist();
      }
      failed = disk.mend();
      if (Files.exists(run)) {
        Files.delete(run.resolve("config.json"));
        Files.delete(run); // which has nothing else
      }
    }
    assertThatThrownBy(() -> RunFolders.existing(run)).hasMessageContaining("has no config.json");
  }
}
