package io.fovea.spark.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.network.Network;
import io.fovea.spark.Digits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Speculative execution, which starts a second copy of a slow task. A barrier stage, of training in
 * step, has none. By averaging, the copy that ends first counts, once: the bits are those of a run
 * without speculation.
 */
@Tag("gate")
@Timeout(600)
class SpeculationTest {
  private static final int SLOW = 10_000;

  @TempDir Path attempts;

  private static Network fit(SparkSession spark, int averageEvery, String attempts) {
    Network network = Recipe.pooled();
    SparkTrainer.of(spark, network)
        .setup(
            trainer -> {
              Recipe.apply(trainer);
              trainer.epochs(1);
              if (!attempts.isEmpty() && TaskContext.get() != null) {
                slow(attempts, TaskContext.get());
              }
            })
        .workers(2)
        .slotWait(Duration.ofMinutes(3))
        .averageEvery(averageEvery)
        .fit(Digits.train());
    return network;
  }

  /** Notes each task, and makes the first attempt of worker 1 slow. */
  private static void slow(String folder, TaskContext task) {
    try {
      Files.createFile(
          Path.of(
              folder,
              "stage %d, worker %d, attempt %d"
                  .formatted(task.stageId(), task.partitionId(), task.attemptNumber())));
      if (task.partitionId() == 1 && task.attemptNumber() == 0) {
        Thread.sleep(SLOW);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException killed) {
      Thread.currentThread().interrupt();
    }
  }

  private long copies() throws IOException {
    try (Stream<Path> files = Files.list(attempts)) {
      return files.filter(file -> !file.toString().endsWith("attempt 0")).count();
    }
  }

  @Test
  void fit_withSpeculation_isTheSameRun() throws IOException {
    Network inStep;
    Network averaged;
    try (SparkSession spark = Sessions.local(2)) {
      inStep = fit(spark, 0, "");
      averaged = fit(spark, 5, "");
    }
    Map<String, String> eager =
        Map.of(
            "spark.speculation",
            "true",
            "spark.speculation.interval",
            "50ms",
            "spark.speculation.multiplier",
            "1.2",
            "spark.speculation.quantile",
            "0.5");
    try (SparkSession spark = Sessions.cluster(3, eager)) {
      LocalTest.assertSameBits(fit(spark, 0, attempts.toString()), inStep);
      assertThat(copies()).as("copies of tasks in step").isZero();
      LocalTest.assertSameBits(fit(spark, 5, attempts.toString()), averaged);
      assertThat(copies()).as("copies of tasks between averages").isPositive();
    }
  }
}
