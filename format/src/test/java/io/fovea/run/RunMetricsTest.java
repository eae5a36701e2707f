package io.fovea.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.format.FormatException;
import io.fovea.train.EpochReport;
import io.fovea.train.StepReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunMetricsTest {
  private static final StepReport STEP = new StepReport(3, 1, 0, 0, 2.5, 2.75, 0.5, 1e-5, 1234);

  @TempDir Path folder;

  private RunMetrics metrics() {
    return new RunFolder(folder).metrics();
  }

  private static EpochReport epoch(int epoch, double validation) {
    EpochReport.Score score = new EpochReport.Score(validation, 0.75);
    return new EpochReport(epoch, 10L * epoch, 1.5, 0.5, Optional.of(score), Optional.empty(), 2);
  }

  @Test
  void append_writesLinesThatAreReadAsTheyWere() throws IOException {
    EpochReport epoch =
        new EpochReport(
            1,
            10,
            Double.NaN,
            0.5,
            Optional.of(new EpochReport.Score(0.25, 0.75)),
            Optional.of(new EpochReport.Score(0.125, 1)),
            2.0004);
    metrics().append(STEP);
    metrics().append(epoch, "ab12");
    assertThat(folder.resolve("metrics.jsonl"))
        .hasContent(
            """
            {"step":3,"epoch":1,"loss":2.5,"totalLoss":2.75,"accuracy":0.5,"lr":1.0E-5,"imagesPerSecond":1234}
            {"epoch":1,"step":10,"trainLoss":"NaN","trainAccuracy":0.5,"validationLoss":0.25,"validationAccuracy":0.75,"testLoss":0.125,"testAccuracy":1.0,"seconds":2.0,"weights":"ab12"}
            """);
    List<StepReport> steps = new ArrayList<>();
    List<EpochReport> epochs = new ArrayList<>();
    metrics().read(steps::add, epochs::add);
    assertThat(steps).containsExactly(STEP);
    assertThat(epochs.getFirst().test()).isEqualTo(epoch.test());
    assertThat(epochs.getFirst().trainLoss()).isNaN();
  }

  @Test
  void cutBackTo_passesOverWhatIsNoLine() throws IOException {
    assertThat(metrics().epochs()).isEmpty();
    metrics().cutBackTo(1);
    metrics().append(epoch(1, 1), "c3");
    String torn = "x".repeat(RunMetrics.LONGEST_LINE + 1) + "\n[1]\n{\"step\":\"three\"}\n";
    Files.writeString(metrics().file(), torn, StandardOpenOption.APPEND);
    metrics().append(epoch(2, 1), "d4");
    Files.writeString(metrics().file(), "{\"step\":1", StandardOpenOption.APPEND);
    assertThat(metrics().epochs()).containsExactly(epoch(1, 1), epoch(2, 1));
    metrics().cutBackTo(20);
    assertThat(Files.readAllLines(metrics().file())).hasSize(2);
    metrics().cutBackTo(19);
    assertThat(metrics().epochs()).containsExactly(epoch(1, 1));
  }

  @Test
  void best_isTheFirstOfTheLowestValidationLoss() {
    assertThat(RunMetrics.best(List.of())).isEmpty();
    assertThat(RunMetrics.best(List.of(epoch(1, 3), epoch(2, 1), epoch(3, 1), epoch(4, 2))))
        .contains(epoch(2, 1));
  }

  @Test
  void epochs_withAFigureThatIsNoNumber_namesTheLine() throws IOException {
    Path file = Files.writeString(metrics().file(), "{\"epoch\":1,\"trainLoss\":true}\n");
    assertThatThrownBy(() -> metrics().epochs())
        .isInstanceOf(FormatException.class)
        .hasMessage(
            "metrics: %s: expects the figures of an epoch as numbers, got {\"epoch\":1,\"trainLoss\":true}; remove this line, or restore the file"
                .formatted(file));
  }
}
