package io.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.format.Models;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Looks inside a run's saved model: when there is a new one, and what it has. */
class InsightRoutesTest extends OpenedTests {
  private static final Pattern SAVED = Pattern.compile("\"saved\":(\\d+)");

  private Path run = Path.of("");

  @BeforeEach
  void run() throws IOException {
    run = opened.run("one");
    Files.writeString(
        run.resolve("config.json"), "{\"data\":\"" + folder.resolve("digits") + "\"}");
  }

  private void save(long millis) throws IOException {
    Path model = run.resolve("model.safetensors");
    try (InputStream digits = Studio.class.getResourceAsStream("inside/digits.safetensors")) {
      Files.write(model, Objects.requireNonNull(digits).readAllBytes());
    }
    Files.setLastModifiedTime(model, FileTime.fromMillis(millis));
  }

  private String look(String seen) throws IOException {
    return opened.get("/api/runs/one/insight?seen=" + seen);
  }

  private static String saved(String answer) {
    Matcher matcher = SAVED.matcher(answer);
    assertThat(matcher.find()).as(answer).isTrue();
    return matcher.group(1);
  }

  @Test
  void insight_ofARunWithoutWeights_isWaitingForACheckpoint() throws IOException {
    Opened.requires(
        look(""),
        200,
        "\"waiting\":\"this run has saved no weights yet; its first checkpoint will have them\"");
    Opened.requires(
        opened.get("/api/runs/one/suspects"), 404, "studio: this run has saved no weights yet");
  }

  @Test
  void insight_ofARunOnUnknownData_errorNamesTheCure() throws IOException {
    save(1_000);
    Files.writeString(run.resolve("config.json"), "{\"data\":\"/elsewhere\"}");
    Opened.requires(
        look(""),
        409,
        "this run's data set is not open to the studio; start it with --data FOLDER");
  }

  @Test
  void insight_whileTheRunTrains_restsAndAfterItLooksAgain() throws IOException {
    save(1_000);
    String first = look("");
    assertThat(first)
        .contains(
            "\"filters\":{\"name\":\"conv1\"", "\"confusion\":[[", "\"dead\":", "\"tested\":20");
    assertThat(saved(first)).isEqualTo("1000");
    save(2_000);
    String resting = look("1000"); // the run has just written its config.json: it trains
    assertThat(saved(resting)).isEqualTo("1000");
    assertThat(resting).doesNotContain("filters").containsPattern("\"rests\":[1-9]");
    assertThat(saved(look(""))).as("to a page that has seen nothing").isEqualTo("1000");

    Files.writeString(run.resolve("report.html"), "finished");
    String last = look("1000");
    assertThat(last).contains("filters");
    assertThat(saved(last)).isEqualTo("2000");
    assertThat(look("2000")).contains("\"rests\":0").doesNotContain("filters");
  }

  /** As with pretrained weights, whose size no flag names. */
  @Test
  void insight_ofANetworkOfAnotherSize_opensTheSetInThat() throws IOException {
    Network small =
        Network.input(1, 20, 20).conv2d(4, 3).relu().flatten().dense(10).build(Initializer.he(), 1);
    Models.write(small, run.resolve("model.safetensors"));
    Files.writeString(run.resolve("report.html"), "finished");
    assertThat(look(""))
        .contains("\"tested\":20", "\"confusion\":[[")
        .contains("\"warning\":\"at chance level: always predicting ");
    String suspects = opened.get("/api/runs/one/suspects");
    assertThat(suspects).contains("\"searched\":60");
    assertThat(Opened.status(opened.get("/api/inside/examples?model=run:one"))).isEqualTo(200);
  }

  @Test
  void search_isShownAsItGoes_andCannotBePaused() throws IOException {
    Files.writeString(
        run.resolve("config.json"),
        "{\"data\":\"digits\",\"flags\":{\"candidates\":\"frozen+tuned\"}}");
    assertThat(opened.get("/api/runs/one")).contains("\"search\":{}");
    Files.writeString(run.resolve("candidates.json"), "{\"now\":\"tuned: fold 2 of 4\"}");
    assertThat(opened.get("/api/runs/one")).contains("\"search\":{\"now\":\"tuned: fold 2 of 4\"}");
    String large = "{\"now\":\"%s\"}".formatted(" ".repeat(1 << 20));
    for (String other : List.of("{", "{\"candidates\":5}", "{\"candidates\":[null]}", large)) {
      Files.writeString(run.resolve("candidates.json"), other);
      assertThat(opened.get("/api/runs/one")).contains("\"search\":{}");
    }
    Opened.requires(
        opened.post("/api/runs/one/pause", "{}"),
        409,
        "a search among candidates keeps no checkpoint, so it cannot be paused; stop it");
  }
}
