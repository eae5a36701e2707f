package io.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.data.PretrainedWeights;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openqa.selenium.Keys;

/**
 * The way of a person with photos: a zip file, the recipe, its candidates, a look inside, new
 * photos. It needs the weights that an earlier run or {@code fovea weights fetch openimages} has
 * brought, and no network.
 */
@Timeout(600)
class PhotosBrowserTest extends BrowserTests {
  private static final List<String> CLASSES = List.of("discs", "stripes");

  @Test
  void zip_recipe_lookInside_newPhotos_andAway() throws Exception {
    Assumptions.assumeTrue(
        PretrainedWeights.named().stream()
            .anyMatch(one -> one.name().equals(PretrainedWeights.OPEN_IMAGES) && one.cached()),
        "skipped: fovea weights fetch openimages brings the weights");
    Path runs = Files.createDirectories(folder.resolve("runs"));
    try (RealStudio studio =
            new RealStudio(
                runs,
                List.of(),
                started,
                (arguments, log) -> FoveaProcess.start("-Xmx1500m", arguments, log));
        Browser browser = Browser.open(studio.url(), folder.resolve("profile"))) {
      upload(browser, zip());
      search(browser);
      browser.size(390, 844);
      assertThat(browser.evaluate("document.documentElement.scrollWidth <= innerWidth"))
          .isEqualTo("true");
      browser.size(1280, 900);
      browser.find("a.onward[href^='#inside/']").click();
      browser.await(
          "a look inside", "document.querySelector('.inside')?.dataset.state === 'ready'");
      assertThat(browser.find("#answer-label").getText()).isIn("bar", "cross", "ring");
      away(browser, studio);
    }
  }

  /** Chromium's camera is made up, and the same for both classes. */
  @Test
  void camera_samplesOfTwoClasses_training_answersWhileItFilms() throws Exception {
    try (RealStudio studio = new RealStudio(folder.resolve("runs"), List.of(), started);
        Browser browser = Browser.open(studio.url() + "#photos", folder.resolve("profile"))) {
      browser.await("the page", "document.querySelector('#camera-open') !== null");
      browser.click("#camera-open");
      browser.await("the camera", "document.querySelector('.film video').videoWidth > 0");
      browser.fill("#camera-class", "train");
      browser.keys(Keys.ENTER);
      browser.await(
          "why not",
          "/ got \"train\"; .* another one than train/.test(document.querySelector('.film .error')?.textContent)");
      for (String kind : CLASSES) {
        browser.fill("#camera-class", kind);
        browser.keys(Keys.ENTER);
        String hold = "document.querySelector('[data-class=%s]')".formatted(kind);
        browser.await("its button", hold + " !== null");
        browser.run(hold + ".dispatchEvent(new PointerEvent('pointerdown'))");
        browser.await("30 of " + kind, hold + ".querySelector('span').textContent >= 30");
        browser.run(hold + ".dispatchEvent(new PointerEvent('pointerup'))");
      }
      assertThat(browser.violations()).isEmpty();
      browser.click("#camera-make");
      browser.await("the set", "document.querySelector('#data-set').value === 'camera'");
      browser.await("its images", "document.querySelectorAll('.browse img').length >= 50");
      staysHere(browser);
      browser.click("#data-train");
      browser.await("the form", "document.querySelector('#set-data')?.value === 'camera'");
      browser.click("#tab-network");
      browser.click("#more-settings summary");
      browser.fill("#set-image-size", "28x28");
      browser.keysOn("#start", Keys.ENTER);
      browser.await("the end", "document.querySelector('.facts dd')?.textContent === 'finished'");
      browser.await("a model", "document.querySelector('.trial').offsetParent !== null");
      browser.click("#trial-camera");
      String answers = "document.querySelector('#trial-answer')";
      browser.await("an answer", "/^(discs|stripes) [0-9]/.test(" + answers + ".textContent)");
      browser.run(
          "window.answers = 0; new MutationObserver(() => window.answers++).observe(%s, {childList: true})"
              .formatted(answers));
      browser.await("more of them", "window.answers > 20");
      assertThat(browser.violations()).isEmpty();
      staysHere(browser);
    }
  }

  /** No request has left the machine; when the page is left, the camera is off. */
  private static void staysHere(Browser browser) throws Exception {
    assertThat(
            browser.evaluate(
                "performance.getEntriesByType('resource').filter(({ name }) => !name.startsWith(location.origin) && !/^(blob|data):/.test(name)).map(({ name }) => name).join()"))
        .isEqualTo("");
    browser.run("window.was = location.hash; location.hash = '#learn'");
    browser.await(
        "off", "[...document.querySelectorAll('video')].every((film) => !film.srcObject)");
    browser.run("location.hash = window.was");
  }

  private static void upload(Browser browser, Path zip) throws Exception {
    browser.await("the form", "document.querySelector('#own-zip') !== null");
    browser.find("#own-zip").sendKeys(zip.toString());
    browser.await("the set", "document.querySelector('#set-data').value === 'shapes'");
    browser.await(
        "the recipe for photos", "document.querySelector('#set-effort').offsetParent !== null");
    assertThat(browser.evaluate("document.querySelector('#set-model').value"))
        .isEqualTo("recipe:photos");
    EngineerBrowserTest.select(browser, "#set-effort", "quick");
    browser.keysOn("#start", Keys.ENTER);
  }

  private static void search(Browser browser) throws Exception {
    browser.await("the search", "document.querySelector('.search:not([hidden])') !== null");
    browser.await("the choice", "document.querySelector('.search tr.chosen') !== null");
    browser.await("its end", "document.querySelector('.facts dd').textContent === 'finished'");
    browser.await(
        "what judged it",
        "/Test accuracy\\s*[0-9.]+ % of [0-9]+ [(]/.test(document.querySelector('.facts').textContent)");
    browser.await(
        "filters and mistakes", "document.querySelectorAll('.confusion tbody tr').length === 3");
    assertThat(browser.violations()).isEmpty();
  }

  private static void away(Browser browser, RealStudio studio) throws Exception {
    browser.go("about:blank");
    browser.go(studio.url() + "#photos");
    browser.await("its run", "document.querySelectorAll('#data-run option').length === 2");
    assertThat(browser.evaluate("document.querySelector('#data-set').value")).isEqualTo("shapes");
    browser.keysOn("#data-delete", Keys.ENTER);
    browser.await(
        "a question",
        "document.querySelector('#data-delete').textContent.startsWith('Delete its photos for good? Used by ')");
    browser.keysOn("#data-delete", Keys.ENTER);
    browser.await(
        "it is gone", "document.querySelector('#data-set option[value=shapes]') === null");
  }

  /** A zip file with three folders of pictures. */
  private Path zip() throws IOException {
    Path shapes = SmallData.pictureFolder(folder.resolve("shapes"), 20);
    Path zip = folder.resolve("shapes.zip");
    try (OutputStream file = Files.newOutputStream(zip);
        ZipOutputStream out = new ZipOutputStream(file);
        Stream<Path> pictures = Files.walk(shapes)) {
      for (Path picture : pictures.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new ZipEntry(folder.relativize(picture).toString()));
        Files.copy(picture, out);
      }
    }
    return zip;
  }
}
