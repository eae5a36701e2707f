package io.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.data.Images;
import io.fovea.studio.inside.Examples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;

/** New photos on the page of a run that has a model. */
@Tag("gate")
class TrialBrowserTest extends InsideBrowserTests {
  private static final String RUN = "20261130-100000-digits";

  private Path photos = Path.of("");

  @Override
  void prepare(Path folder) throws IOException {
    Path run = Files.createDirectories(folder.resolve("runs").resolve(RUN));
    Files.writeString(run.resolve("config.json"), "{\"data\":\"mnist\",\"flags\":{}}");
    Files.writeString(run.resolve("report.html"), "finished");
    Files.copy(
        Path.of("src/main/resources/io/fovea/studio/inside/digits.safetensors"),
        run.resolve("model.safetensors"));
    photos = folder.resolve("new");
    for (int k = 0; k < 30; k++) {
      Examples.Example one = Examples.all().get(k);
      Path of = Files.createDirectories(photos.resolve(Integer.toString(one.label())));
      Images.write(one.image(), of.resolve(k + ".png"));
    }
    Files.writeString(photos.resolve("0/notes.txt"), "no photo");
    Files.writeString(photos.resolve("0/torn.png"), "no photo");
  }

  @Test
  void newPhotos_areAnswered_leastSureFirst_andCountedByTheirFolders() {
    page.go("#train/" + RUN);
    page.until("return document.querySelector('.trial:not([hidden])') !== null");
    page.find("#trial-folder").sendKeys(photos.toString());
    page.until("return document.querySelectorAll('.answers li').length === 30");
    assertThat(page.find(".trial").getText())
        .contains("30 photos, least sure first: ", "Of 30 in folders named as classes it has ")
        .contains("1 other files were passed over.", "1 could not be read");
    assertThat(page.find(".answers").findElements(By.cssSelector("span:nth-of-type(2)")))
        .extracting(share -> Double.parseDouble(share.getText().replace(" %", "")))
        .isSorted();
    page.scripts()
        .executeScript(
            "URL.createObjectURL = (table) => (table.text().then((text) => (window.saved = text)), 'data:,')");
    page.find("#trial-save").click();
    page.until(
        "return /^photo,answer,probability,words,doubt\\n(.*\\n){30}\"new.0.torn.png\",\"\",\"\",\"\",\"image upload: expects a PNG/.test(window.saved)");
    page.find("#trial-files").sendKeys(photos.resolve("0/notes.txt").toString());
    page.until(
        "return /^There is no photo among the 1 chosen: take PNG, JPEG/.test(document.querySelector('.trial [role=status]').textContent)");
  }
}
