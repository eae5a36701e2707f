package io.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.data.Images;
import io.fovea.file.AtomicFile;
import io.fovea.studio.inside.Examples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;

/** The page of a run that searches among candidates, from its first fold to its choice. */
@Tag("gate")
class SearchBrowserTest {
  private static final String FROZEN =
      "\"name\":\"frozen\",\"accuracy\":0.92,\"photos\":25,\"low\":0.75,\"high\":0.98,\"loss\":0.21,\"seconds\":19.2,\"note\":\"the cheapest\"";

  @Test
  void page_showsEachCandidate_andNoPause(@TempDir Path folder) throws IOException {
    Path run = folder.resolve("runs/20261130-100000-pets");
    Path record = folder.resolve("runs/.studio/20261130-100000-pets.json");
    ProcessHandle me = ProcessHandle.current();
    AtomicFile.write(
        record,
        "{\"pid\":%d,\"started\":\"%s\",\"wish\":\"run\",\"data\":\"pets\",\"flags\":{\"candidates\":\"frozen\"}}"
            .formatted(me.pid(), me.info().startInstant().orElseThrow()));
    try (InsideBrowser page = InsideBrowser.open(folder)) {
      page.go("#train/20261130-100000-pets");
      page.until(
          "return document.querySelector('#do-stop') !== null"); // no file of it is there yet
      assertThat(page.find(".search").getText()).contains("Now: the weights and the photos are");
      assertThat(page.find(".run").getText())
          .doesNotContain("Step", "Pause")
          .as("a number that is not there yet is left out")
          .doesNotContain("–", "Accuracy", "Time");
      AtomicFile.write(
          run.resolve("candidates.json"),
          "{\"began\":%d,\"now\":\"measuring how long\",\"candidates\":[]}"
              .formatted(System.currentTimeMillis() - 65_000));
      page.until("return /Time1:0[5-9]$/.test(document.querySelector('.facts').textContent)");
      AtomicFile.write(
          run.resolve("candidates.json"),
          "{\"began\":%d,\"estimate\":60,\"now\":\"\",\"candidates\":[]}"
              .formatted(System.currentTimeMillis() - 190_000));
      page.until(
          "return /3:1\\d 2:1\\d longer than estimated \\(about 1:00\\)/.test(document.querySelector('.facts').textContent)");
      page.find("#do-stop").click();
      assertThat(page.find("#do-stop").getText()).isEqualTo("Stop, and lose what it has found?");
      write(run, "tuned, 30 epochs: fold 2 of 4", "[{" + FROZEN + ",\"chosen\":false}]");
      page.until("return document.querySelectorAll('.search tbody tr').length === 1");
      assertThat(page.find(".search").getText())
          .contains("92.00 % of 25 (75 to 98)", "0.210", "0:19")
          .contains("Now: tuned, 30 epochs: fold 2 of 4")
          .doesNotContain("chosen");
      page.until(
          "return /0:0[2-9] of about 15:00/.test(document.querySelector('.facts').textContent)");
      assertThat(page.find(".step").isDisplayed()).as("a search has no steps").isFalse();

      answersSoFar(page, run, folder.resolve("seven.png"));

      Files.delete(record);
      finished(page, run);

      write(run, "", "[{\"name\":5,\"accuracy\":\"a\",\"loss\":\"0.2\"},{\"loss\":null}]");
      page.go("#train/20261130-100000-pets");
      page.until("return document.querySelectorAll('.search tbody tr').length === 2");

      page.go("#train/%E0%A4%A"); // no address of a run: the newest is shown
      page.until("return document.querySelectorAll('.search tbody tr').length === 2");
    }
  }

  /** The page of the search once it has ended: what it chose, and the test. */
  private static void finished(InsideBrowser page, Path run) throws IOException {
    AtomicFile.write(
        run.resolve("config.json"),
        "{\"data\":\"pets\",\"flags\":{\"model\":\"mobilenet-v2\",\"epochs\":\"3\",\"candidates\":\"frozen,tuned\"}}");
    AtomicFile.write(run.resolve("report.html"), "finished");
    AtomicFile.write(
        run.resolve("metrics.jsonl"),
        "{\"epoch\":1,\"step\":1,\"trainLoss\":0.1,\"validationLoss\":0.2,\"validationAccuracy\":0.92,\"seconds\":60}\n");
    write(
        run,
        "",
        "[{%s,\"chosen\":true},{\"name\":\"tuned\",\"photos\":9,\"note\":\"diverged\"}],\"test\":{\"accuracy\":0.9,\"photos\":100}"
            .formatted(FROZEN));
    page.go("#train/20261130-100000-pets");
    page.until("return document.querySelector('.search tr.chosen') !== null");
    assertThat(page.find(".search").getText())
        .contains("chosen", "Each is judged", "the cheapest", "diverged")
        .doesNotContain("Now:");
    assertThat(page.find(".run").getText())
        .contains("90.00 %", "of 100 (83 to 94)", "Model\n")
        .doesNotContain("so far");
    page.until(
        "return document.querySelector('.runs tbody').textContent.includes('92.00 % held out')");
  }

  @Test
  void estimate_whileTheImagesAreRead_saysSo(@TempDir Path folder) throws IOException {
    try (InsideBrowser page = InsideBrowser.open(folder)) {
      page.go("#train");
      page.until("return document.querySelector('#set-model option') !== null");
      page.scripts()
          .executeScript(
              """
              const real = window.fetch;
              window.fetch = (path, options) => path === '/api/estimate'
                ? Promise.resolve(new Response('{"error":"busy"}', { status: 503 })) : real(path, options);
              document.getElementById('set-model').dispatchEvent(new Event('change', { bubbles: true }));
              """);
      page.until(
          "return document.getElementById('estimate').textContent.startsWith('The images are still being read')");
      page.scripts()
          .executeScript(
              "document.getElementById('set-model').dispatchEvent(new Event('change', { bubbles: true }))");
      assertThat(page.find("#estimate").getText()).as("of the choice before").isEmpty();
    }
  }

  /** The first candidate's model answers while the search goes on, and says whose it is. */
  private static void answersSoFar(InsideBrowser page, Path run, Path photo) throws IOException {
    Path model = Path.of("src/main/resources/io/fovea/studio/inside/digits.safetensors");
    Files.copy(model, run.resolve("best.safetensors"));
    write(run, "tuned: fold 3 of 4", "[{" + FROZEN + ",\"chosen\":false}],\"soFar\":\"frozen\"");
    page.until("return document.querySelector('.trial').offsetParent !== null");
    assertThat(page.find(".trial").getText())
        .contains("So far: frozen, 92.00 % of 25 (75 to 98) held-out photos; the search goes on.");
    assertThat(page.find(".search").getText()).contains("frozen so far", "Now: tuned");
    assertThat(page.find("#get-safetensors").getText()).isEqualTo("Model so far");
    assertThat(page.find("#get-onnx").getText()).isEqualTo("ONNX so far");
    page.find("#do-stop").click();
    assertThat(page.find("#do-stop").getText()).isEqualTo("Stop, and keep the model so far?");
    Images.write(Examples.all().getFirst().image(), photo);
    page.find("#trial-files").sendKeys(photo.toString());
    page.until("return document.querySelectorAll('.answers li').length === 1");
    write(run, "", "[{" + FROZEN + ",\"chosen\":false}]");
    page.until(
        "return document.querySelector('.trial [role=status]').textContent === 'There is a new model: drop the photos again.'");
    assertThat(page.find(".trial").getText()).doesNotContain("So far");
    assertThat(page.find(".answers").findElements(By.tagName("li"))).isEmpty();
  }

  private static void write(Path run, String now, String candidates) throws IOException {
    AtomicFile.write(
        run.resolve("candidates.json"),
        "{\"began\":%d,\"estimate\":900,\"now\":\"%s\",\"candidates\":%s}"
            .formatted(System.currentTimeMillis(), now, candidates));
  }
}
