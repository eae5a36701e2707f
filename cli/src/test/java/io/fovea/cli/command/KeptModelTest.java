package io.fovea.cli.command;

import static io.fovea.cli.CommandRun.fovea;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.cli.CommandRun;
import io.fovea.cli.SmallData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run says of its model when that is not of the last epoch. */
class KeptModelTest {
  @TempDir Path folder;
  private Path digits = Path.of("");

  @Test
  void train_withEarlyStop_endsWhenValidationNoLongerImproves() throws IOException {
    Path run = folder.resolve("run");
    digits = SmallData.idxFolder(folder.resolve("digits"), 320);
    CommandRun result =
        fovea(
                "train %s --out %s --batch 32 --model mlp --epochs 200 --validation 0.2 --early-stop 2",
                digits, run)
            .done();
    assertThat(result.err()).contains("stopped early: the validation loss was best after epoch");
    long epochs =
        Files.readAllLines(run.resolve("metrics.jsonl")).stream()
            .filter(line -> line.contains("validationLoss"))
            .count();
    assertThat(epochs).isLessThan(200);
    assertReportsTheKeptModel(run, result);
    // So does a resume, which repeats the result.
    assertReportsTheKeptModel(run, fovea("train --resume %s", run));
  }

  /** The figures on the screen and in the report are those of {@code eval RUN}. */
  private void assertReportsTheKeptModel(Path run, CommandRun trained) throws IOException {
    double loss = loss(run.resolve("best.safetensors"));
    assertThat(loss).isNotCloseTo(loss(run.resolve("model.safetensors")), within(1e-4));
    assertThat(trained.out())
        .containsPattern(
            String.format(
                Locale.ROOT,
                "test accuracy \\S+ %% \\(loss %.4f\\) of epoch \\d+ \\(lowest validation loss\\) after \\d+ epochs",
                loss));
    assertThat(Files.readString(run.resolve("report.html")))
        .containsPattern(String.format(Locale.ROOT, "test loss</dt>\\s*<dd>%.4f<", loss))
        .containsPattern("The model and its figures are those of epoch \\d+ \\(lowest");
  }

  private double loss(Path model) {
    CommandRun eval = fovea("eval %s %s --json", model, digits);
    return eval.json().path("loss").asDouble();
  }
}
