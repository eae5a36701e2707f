package io.fovea.cli.train.engine;

import static io.fovea.cli.CommandRun.fovea;
import static io.fovea.cli.CommandRun.words;
import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.FoveaProcess;
import io.fovea.cli.SmallData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ctrl-C, on a real process: the checkpoint is saved, the exit code is 130, and a resume goes on to
 * the same bytes.
 */
@Tag("gate")
@Order(1) // the longest first, so that none is left alone at the end
@Tag("widths")
class InterruptionTest {
  @TempDir Path folder;

  @Test
  void interrupt_duringTraining_savesACheckpointThatGoesOnToTheSameBytes() throws Exception {
    Path digits = SmallData.idxFolder(folder.resolve("digits"), 400);
    String run =
        "train %s --model pooled --epochs 8 --log-every 1 --batch 20 --checkpoint-every 100000 --out %s";
    Path cut = folder.resolve("cut");
    Process process = FoveaProcess.start(words(run, digits, cut), folder.resolve("log"));
    Path metrics = cut.resolve("metrics.jsonl");
    for (int i = 0; i < 3000 && (!Files.exists(metrics) || Files.size(metrics) < 4000); i++) {
      Thread.sleep(10);
    }
    FoveaProcess.interrupt(process);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    String log = Files.readString(folder.resolve("log"));
    assertThat(process.exitValue()).as(log).isEqualTo(130);
    assertThat(log).contains("the checkpoint is saved; resume with: fovea train --resume");
    assertThat(cut.resolve("checkpoint.safetensors")).exists();

    fovea("train --resume %s", cut).done();
    fovea(run, digits, folder.resolve("whole")).done();
    assertThat(cut.resolve("model.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("whole/model.safetensors"));
  }
}
