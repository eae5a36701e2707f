package io.fovea.studio.runs;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.run.RunMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunScoreTest {
  @TempDir Path folder;

  @Test
  void score_isTheKeptModelAndTheMeanSpeed_tornLinesAreLeftOut() throws IOException {
    Path metrics = folder.resolve("metrics.jsonl");
    RunScore.Cache cache = new RunScore.Cache();
    assertThat(cache.of(new RunMetrics(metrics)).facts()).containsOnlyKeys("seconds", "epochs");
    Files.writeString(
        metrics,
        """
        {"step":1,"loss":2.3,"imagesPerSecond":100}
        {"step":2,"loss":2.0,"imagesPerSecond":300}
        {"epoch":1,"step":2,"trainLoss":2.1,"testLoss":1,"testAccuracy":0.9,"seconds":1.5}
        {"epoch":2,"step":4,"trainLoss":2.1,"testLoss":1,"testAccuracy":0.8,"seconds":2.5}
        {"epoch":3,"st""");
    assertThat(cache.of(new RunMetrics(metrics)).facts())
        .containsEntry("accuracy", 0.8)
        .containsEntry("imagesPerSecond", 200L)
        .containsEntry("seconds", 4.0)
        .containsEntry("epochs", 2);
    Files.writeString(
        folder.resolve("validated.jsonl"),
        """
        {"epoch":1,"trainLoss":2,"validationLoss":0.9,"testLoss":1,"testAccuracy":0.6}
        {"epoch":2,"trainLoss":1,"validationLoss":0.5,"testLoss":1,"testAccuracy":0.7}
        {"epoch":3,"trainLoss":1,"validationLoss":0.5,"testLoss":1,"testAccuracy":0.8}
        {"epoch":4,"trainLoss":1,"validationLoss":0.8,"testLoss":1,"testAccuracy":0.9}
        """);
    assertThat(cache.of(new RunMetrics(folder.resolve("validated.jsonl"))).accuracy())
        .isEqualTo(0.7);
    Files.writeString(
        folder.resolve("held.jsonl"),
        "{\"epoch\":1,\"trainLoss\":1,\"validationLoss\":1,\"validationAccuracy\":0.7}");
    assertThat(cache.of(new RunMetrics(folder.resolve("held.jsonl"))).accuracy()).isEqualTo(0.7);
  }

  /** One damaged line may not cost the list of all runs its memory. */
  @Test
  void score_ofLinesLongerThanAnyValidOne_leavesThemOut() throws IOException {
    Path metrics = folder.resolve("metrics.jsonl");
    String pad = "x".repeat(RunMetrics.LONGEST_LINE);
    String tooLong =
        "{\"trainLoss\":1,\"testLoss\":1,\"testAccuracy\":0.99,\"seconds\":7,\"pad\":\""
            + pad
            + "\"}\n";
    String good = "{\"trainLoss\":1,\"testLoss\":1,\"testAccuracy\":0.5,\"seconds\":2}\n";
    Files.writeString(metrics, good + tooLong + good + pad.repeat(300));
    assertThat(new RunScore.Cache().of(new RunMetrics(metrics)).facts())
        .containsEntry("accuracy", 0.5)
        .containsEntry("seconds", 4.0)
        .containsEntry("epochs", 2);
  }
}
