package io.fovea.cli;

import static io.fovea.cli.CommandRun.fovea;
import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.run.EventReader;
import io.fovea.run.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * kill -9, again and again, at any moment, also while a checkpoint is written (there is one after
 * every step): resumed until it is done, a run ends with the same files as one that nobody
 * disturbed.
 */
class KillTest {
  @TempDir Path folder;

  private static final String FLAGS =
      " --model pooled --epochs 4 --batch 20 --accumulate 2 --ema 0.9 --clip 1 --schedule plateau:0:0.5"
          + " --validation 0.25 --early-stop 3 --log-every 1 --checkpoint-every 1 --out ";

  /**
   * Lets a run train until it has {@code lines} more lines of metrics, and kills it {@code millis}
   * milliseconds later, or if that is below 0, as soon as it is writing a file.
   */
  private void killAfter(Process process, Path run, int lines, int millis) throws Exception {
    Path metrics = run.resolve("metrics.jsonl");
    int before = lines(metrics);
    for (int i = 0; i < 6000 && process.isAlive(); i++) {
      if (lines(metrics) >= before + lines && Files.exists(run.resolve("checkpoint.safetensors"))) {
        break;
      }
      Thread.sleep(5);
    }
    long patience = System.nanoTime() + 2_000_000_000L;
    while (millis < 0 && process.isAlive() && !isWriting(run) && System.nanoTime() < patience) {
      Thread.onSpinWait();
    }
    Thread.sleep(Math.max(0, millis));
    process.destroyForcibly();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
  }

  private static boolean isWriting(Path run) throws IOException {
    try (Stream<Path> files = Files.list(run)) {
      return files.anyMatch(file -> file.getFileName().toString().endsWith(".part"));
    }
  }

  /** On a resume the file becomes shorter first. */
  private static int lines(Path metrics) throws IOException {
    return Files.exists(metrics) ? Files.readString(metrics).split("\n", -1).length - 1 : 0;
  }

  /**
   * What became of a storm.
   *
   * @param kills processes that died of a kill
   * @param inWrites those of them that left half a file behind
   * @param lines of the undisturbed run's metrics: one a step and one an epoch
   */
  private record Toll(int kills, int inWrites, int lines) {}

  /**
   * Kills and resumes a run {@code kills} times, and compares it with an undisturbed one. Even
   * seeds have forks of a third run.
   */
  private Toll storm(long seed, int kills, int images) throws Exception {
    Random random = new Random(seed);
    Path digits = SmallData.idxFolder(folder.resolve("digits"), images);
    Path whole = folder.resolve("whole");
    Path cut = folder.resolve("cut");
    String start = "train " + digits + FLAGS;
    if (seed % 2 == 0) {
      Path base = folder.resolve("base");
      CommandRun.done(start + base);
      start = "train --fork %s@3 --lr 0.02 --out ".formatted(base);
    }
    CommandRun.done(start + whole);

    List<String> moments = new ArrayList<>();
    List<String> command = CommandRun.words(start + cut);
    int killed = 0;
    int inWrites = 0;
    for (int k = 0; k < kills; k++) {
      int lines = 1 + random.nextInt(3);
      int millis = random.nextBoolean() ? -1 : random.nextInt(30);
      Process process = FoveaProcess.start(command, folder.resolve("log"));
      killAfter(process, cut, lines, millis);
      if (process.exitValue() == 137) {
        killed++;
        inWrites += isWriting(cut) ? 1 : 0; // the dead do not tidy up
      }
      moments.add(lines + " lines and " + millis + " ms");
      command = List.of("train", "--resume", cut.toString());
    }
    String what = "seed " + seed + ", killed after " + moments;
    CommandRun last = fovea("train --resume %s", cut);
    assertThat(last.exit()).as(what + "\n" + last.err()).isZero();
    assertThat(killed).as(what + ": at least one kill met a run").isPositive();
    requireSame(cut, whole, what);
    Toll toll = new Toll(killed, inWrites, lines(whole.resolve("metrics.jsonl")));
    System.out.println("KillTest: " + toll + ", " + what);
    return toll;
  }

  private static void requireSame(Path cut, Path whole, String what) throws IOException {
    for (String file : List.of("model.safetensors", "best.safetensors")) {
      assertThat(cut.resolve(file)).as(what).hasSameBinaryContentAs(whole.resolve(file));
    }
    assertThat(timeless(cut)).as(what).isEqualTo(timeless(whole));
    assertThat(EventReader.read(cut.resolve(RunFolder.EVENTS)))
        .as(what)
        .isEqualTo(EventReader.read(whole.resolve(RunFolder.EVENTS)));
    assertThat(isWriting(cut)).as(what + ": nothing is left behind").isFalse();
  }

  /** The lines of metrics without what tells the time. */
  private static List<String> timeless(Path run) throws IOException {
    return Files.readAllLines(run.resolve("metrics.jsonl")).stream()
        .map(line -> line.replaceAll(",\"(imagesPerSecond|seconds)\":[0-9.eE+-]+", ""))
        .toList();
  }

  @Test
  @Tag("gate")
  void kill9_someTimes_endsWithTheFilesOfAnUndisturbedRun() throws Exception {
    storm(System.nanoTime(), 3, 200);
  }

  /** The numbers of bench/ROBUSTNESS.md; {@code -Dkills=N} for more than 60. */
  @Tag("slow")
  @Test
  void kill9_aStorm_endsWithTheFilesOfAnUndisturbedRun() throws Exception {
    int most = Integer.getInteger("kills", 60);
    int kills = 0;
    int inWrites = 0;
    for (int seed = 1; kills < most || inWrites < most / 3; seed++) {
      assertThat(seed)
          .as("%d kills, %d in the middle of a write", kills, inWrites)
          .isLessThan(4 + most / 5);
      folder = Files.createDirectory(folder.resolve("storm"));
      Toll toll = storm(seed, 12, 500);
      kills += toll.kills();
      inWrites += toll.inWrites();
    }
    System.out.printf("KillTest: %d kills, %d in the middle of a write%n", kills, inWrites);
  }
}
