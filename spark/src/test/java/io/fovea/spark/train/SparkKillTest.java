package io.fovea.spark.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.spark.Digits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * kill -9 of a driver, again and again: resumed until it is done, the run ends with the files of
 * one that nobody disturbed.
 */
@Tag("slow")
class SparkKillTest {
  private static final int KILLS = Integer.getInteger("kills", 60);
  private static final int KILLS_OF_A_RUN = 12;
  private static final String FLAGS =
      " --master local[2] --conf spark.ui.enabled=false --conf spark.driver.host=localhost --conf spark.driver.bindAddress=127.0.0.1";

  @TempDir Path folder;

  private static List<String> split(String text) {
    return new ArrayList<>(List.of(text.split(" ", -1)));
  }

  private List<String> train(Path digits, String out) {
    return split(
        "spark-train %s --workers 2 --checkpoint-every 2 --model pooled --epochs 12 --batch 50 --log-every 1 --out %s%s"
            .formatted(digits, folder.resolve(out), FLAGS));
  }

  private static List<String> lines(Path run) throws IOException {
    Path metrics = run.resolve("metrics.jsonl");
    return Files.exists(metrics) ? Files.readAllLines(metrics) : List.of();
  }

  /** The lines of metrics without what tells the time. */
  private static List<String> timeless(Path run) throws IOException {
    return lines(run).stream()
        .map(line -> line.replaceAll(",\"(imagesPerSecond|seconds)\":[0-9.eE+-]+", ""))
        .toList();
  }

  /** Kills a driver soon after it has told of some steps more; whether it was still alive. */
  private boolean kill(List<String> command, Path run, Random random) throws Exception {
    int until = lines(run).size() + 1 + random.nextInt(8);
    Process process = SparkProcess.start(command, folder.resolve("log"));
    while (process.isAlive()
        && (lines(run).size() < until || !Files.exists(run.resolve("checkpoint.safetensors")))) {
      Thread.sleep(2);
    }
    Thread.sleep(random.nextInt(30));
    process.destroyForcibly();
    return process.waitFor() == 137;
  }

  @Test
  void kill9_ofTheDriver_endsWithTheFilesOfAnUndisturbedRun() throws Exception {
    Path digits = Digits.idxFolder(folder.resolve("digits"));
    CommandRun whole = CommandRun.of(train(digits, "whole"));
    assertThat(whole.exit()).as(whole.err()).isZero();
    int kills = 0;
    for (int seed = 1; kills < KILLS; seed++) {
      assertThat(seed).as("%d kills", kills).isLessThan(4 + KILLS / 2);
      Random random = new Random(seed);
      String name = "cut" + seed;
      Path cut = folder.resolve(name);
      List<String> resume = split("spark-train --resume " + cut + FLAGS);
      int before = kills;
      while (kills < before + KILLS_OF_A_RUN
          && kill(
              Files.exists(cut.resolve("checkpoint.safetensors")) ? resume : train(digits, name),
              cut,
              random)) {
        kills++;
      }
      CommandRun last = CommandRun.of(resume);
      assertThat(last.exit()).as(last.err()).isZero();
      assertThat(cut.resolve("model.safetensors"))
          .as("seed %d", seed)
          .hasSameBinaryContentAs(folder.resolve("whole/model.safetensors"));
      assertThat(timeless(cut)).as("seed %d", seed).isEqualTo(timeless(folder.resolve("whole")));
      System.out.printf("SparkKillTest: seed %d, %d kills%n", seed, kills - before);
    }
    System.out.printf("SparkKillTest: %d kills%n", kills);
  }
}
