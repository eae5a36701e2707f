package io.fovea.cli.train.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.screen.Json;
import io.fovea.run.RunMetrics;
import io.fovea.train.StepReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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

  /** A line that was torn, or damaged, ends what is known. */
  @Test
  void cutBackTo_afterALineThatIsNoText_keepsWhatIsBeforeIt() throws IOException {
    Path file = folder.resolve("metrics.jsonl");
    run(new MetricsLog(new RunMetrics(file), 1), 1, 3, 2);
    Files.write(
        file, new byte[] {'{', '"', (byte) 0xff, 0, (byte) 0xc3}, StandardOpenOption.APPEND);
    MetricsLog log = new MetricsLog(new RunMetrics(file), 1);
    log.cutBackTo(10);
    assertThat(log.logged()).hasSize(3);
    assertThat(Files.readAllLines(file)).hasSize(3);
  }

  /** A worker is lost at step 25, and the run goes on from the checkpoint of step 20. */
  @Test
  void cutBackTo_ofARestartedRun_leavesEachStepOnce() throws IOException {
    Path file = folder.resolve("metrics.jsonl");
    MetricsLog log = new MetricsLog(new RunMetrics(file), 1);
    run(log, 1, 25, 2);
    log.cutBackTo(20);
    run(log, 21, 30, 1);
    assertThat(Files.readAllLines(file).stream().map(line -> Json.read(line).path("step").asInt()))
        .containsExactlyElementsOf(IntStream.rangeClosed(1, 30).boxed().toList());
    assertThat(log.logged()).hasSize(30);
    assertThat(log.logged().get(20).loss()).isEqualTo(1);
  }
}
