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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Looks inside a run's saved model: when there is a new one, and what it has. */
@Timeout(60)
@SuppressWarnings("NullAway.Init")
class InsightRoutesTest {
  private static final Pattern SAVED = Pattern.compile("\"saved\":(\\d+)");

  @TempDir Path folder;
  private Opened opened;
  private Path run;

  @BeforeEach
  void open() throws IOException {
    opened = new Opened(folder);
    run = opened.run("one");
    Files.writeString(
        run.resolve("config.json"), "{\"data\":\"" + folder.resolve("digits") + "\"}");
  }

  @AfterEach
  void close() {
    opened.close();
  }

  private void save(long millis) throws IOException {
    Path model = run.resolve("model.safetensors");
    try (InputStream digits = Studio.class.getResourceAsStream("inside/digits.safetensors")) {
      Files.write(model, Objects.requireNonNull(digits).readAllBytes());
    }
    Files.setLastModifiedTime(model, FileTime.fromMillis(millis));
  }

  private String look(String seen) throws IOException {
    return opened.ask("GET /api/runs/one/insight?seen=" + seen + " HTTP/1.1");
  }

  private static String saved(String answer) {
    Matcher matcher = SAVED.matcher(answer);
    assertThat(matcher.find()).as(answer).isTrue();
    return matcher.group(1);
  }

  @Test
  void insight_ofARunWithoutWeights_isWaitingForACheckpoint() throws IOException {
    String answer = look("");
    assertThat(Opened.status(answer)).as("no error in the browser's console").isEqualTo(200);
    assertThat(answer)
        .contains(
            "\"waiting\":\"this run has saved no weights yet; its first checkpoint will have them\"");
    String suspects = opened.ask("GET /api/runs/one/suspects HTTP/1.1");
    assertThat(Opened.status(suspects)).isEqualTo(404);
    assertThat(suspects).contains("studio: this run has saved no weights yet");
  }

  @Test
  void insight_ofARunOnUnknownData_errorNamesTheCure() throws IOException {
    save(1_000);
    Files.writeString(run.resolve("config.json"), "{\"data\":\"/elsewhere\"}");
    String answer = look("");
    assertThat(Opened.status(answer)).isEqualTo(409);
    assertThat(answer)
        .contains("this run's data set is not open to the studio; start it with --data FOLDER");
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
    assertThat(look("")).contains("\"tested\":20", "\"confusion\":[[");
    String suspects = opened.ask("GET /api/runs/one/suspects HTTP/1.1");
    assertThat(suspects).contains("\"searched\":60");
    assertThat(Opened.status(opened.ask("GET /api/inside/examples?model=run:one HTTP/1.1")))
        .isEqualTo(200);
  }

  @Test
  void search_isShownAsItGoes_andCannotBePaused() throws IOException {
    Files.writeString(
        run.resolve("config.json"),
        "{\"data\":\"digits\",\"flags\":{\"candidates\":\"frozen+tuned\"}}");
    assertThat(opened.ask("GET /api/runs/one HTTP/1.1")).contains("\"search\":{}");
    Files.writeString(run.resolve("candidates.json"), "{\"now\":\"tuned: fold 2 of 4\"}");
    assertThat(opened.ask("GET /api/runs/one HTTP/1.1"))
        .contains("\"search\":{\"now\":\"tuned: fold 2 of 4\"}");
    String large = "{\"now\":\"%s\"}".formatted(" ".repeat(1 << 20));
    for (String other : List.of("{", "{\"candidates\":5}", "{\"candidates\":[null]}", large)) {
      Files.writeString(run.resolve("candidates.json"), other);
      assertThat(opened.ask("GET /api/runs/one HTTP/1.1")).contains("\"search\":{}");
    }
    String refused = opened.post("/api/runs/one/pause", "{}");
    assertThat(Opened.status(refused)).isEqualTo(409);
    assertThat(refused)
        .contains("a search among candidates keeps no checkpoint, so it cannot be paused; stop it");
  }
}
