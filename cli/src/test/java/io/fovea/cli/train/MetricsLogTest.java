package io.fovea.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.screen.Json;
import io.fovea.train.StepReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsLogTest {
  @TempDir Path folder;

  private static void run(MetricsLog log, int from, int to, double loss) {
    for (int step = from; step <= to; step++) {
      log.step(new StepReport(step, 1, step, 30, loss, loss, 0.5, 0.1, 1000));
    }
  }

  /** A worker is lost at step 25, and the run goes on from the checkpoint of step 20. */
  @Test
  void cutBackTo_ofARestartedRun_leavesEachStepOnce() throws IOException {
    Path file = folder.resolve("metrics.jsonl");
    MetricsLog log = new MetricsLog(file, 1);
    run(log, 1, 25, 2);
    log.cutBackTo(20);
    run(log, 21, 30, 1);
    assertThat(Files.readAllLines(file).stream().map(line -> Json.read(line).path("step").asInt()))
        .containsExactlyElementsOf(IntStream.rangeClosed(1, 30).boxed().toList());
    assertThat(log.logged()).hasSize(30);
    assertThat(log.logged().get(20).loss()).isEqualTo(1);
  }
}
