package io.fovea.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.CommandRun;
import io.fovea.cli.SmallData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class FlightRecordingTest {
  @TempDir Path folder;

  @Test
  void record_aRun_hasItsStepsAndEpochs() throws IOException {
    Path digits = SmallData.idxFolder(folder.resolve("digits"), 64);
    Path file = folder.resolve("run.jfr");
    try (Recording recording = new Recording()) {
      recording.start();
      CommandRun run =
          CommandRun.of(
              "train",
              digits.toString(),
              "--model",
              "mlp",
              "--epochs",
              "2",
              "--batch",
              "32",
              "--out",
              folder.resolve("run").toString());
      assertThat(run.exit()).as(run.err()).isZero();
      recording.stop();
      recording.dump(file);
    }
    List<RecordedEvent> events = RecordingFile.readAllEvents(file);
    assertThat(
            events.stream().filter(e -> e.getEventType().getName().equals("io.fovea.TrainingStep")))
        .extracting(e -> e.getLong("step"))
        .containsExactly(1L, 2L, 3L, 4L);
    assertThat(events.stream().filter(e -> e.getEventType().getName().equals("io.fovea.Epoch")))
        .extracting(e -> e.getInt("epoch"))
        .containsExactly(1, 2);
  }
}
