package io.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Makes README's pictures anew: {@code mvn verify -Pslow -pl cli -am -Dtest=StudioPicturesTest
 * -Dsurefire.failIfNoSpecifiedTests=false -Dfovea.pictures.photos=FOLDER}, with a folder of photos
 * for each class in {@code FOLDER/learned} and {@code FOLDER/new}. Look at them before you keep
 * them, and say in NOTICE whose photos they show.
 */
@Tag("slow")
@Timeout(900)
class StudioPicturesTest {
  private static final int LARGEST = 200_000;

  private final List<Process> started = new ArrayList<>();

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  /** Opens a page of the studio so that a card shows what the picture is to show. */
  private interface Page {
    void open(Browser browser, String url) throws Exception;
  }

  @Test
  void inside_aSeven() throws Exception {
    Page inside =
        (browser, url) -> {
          browser.size(1000, 900);
          browser.go(url + "#inside");
          browser.await("it", "document.querySelector('.inside')?.dataset.state === 'ready'");
          browser.click("[data-example='70']");
          browser.await("the answer", "document.querySelector('#answer-label') !== null");
          browser.click("[data-node='conv2'][data-channel='3']");
          browser.await("the numbers", "document.querySelector('#taps-w') !== null");
        };
    keep("readme-inside", "section[aria-labelledby=network-title]", inside);
  }

  @Test
  void photos_triedOnOthers() throws Exception {
    String photos = System.getProperty("fovea.pictures.photos", "");
    assumeFalse(photos.isEmpty(), "skipped: -Dfovea.pictures.photos=FOLDER names photos");
    CommandRun.fovea(
            "train %s --recipe photos --candidates frozen --out %s",
            photos + "/learned", folder.resolve("runs/photos"))
        .done();
    Page trial =
        (browser, url) -> {
          browser.size(880, 900);
          browser.go(url + "#train/photos");
          browser.await("a place for photos", "document.querySelector('#trial-folder') !== null");
          browser.find("#trial-folder").sendKeys(photos + "/new");
          browser.await("the answers", "document.querySelectorAll('.answers li').length >= 8");
        };
    keep("readme-photos", ".trial", trial);
  }

  /** Saves a card, in light and in dark. */
  private void keep(String name, String card, Page page) throws Exception {
    Path runs = Files.createDirectories(folder.resolve("runs"));
    try (RealStudio studio = new RealStudio(runs, List.of(), started);
        Browser browser = Browser.open("about:blank", folder.resolve("profile"))) {
      for (String theme : List.of("light", "dark")) {
        browser.theme(theme);
        browser.go("about:blank");
        page.open(browser, studio.url());
        browser.await("images", "[...document.images].every((image) => image.complete)");
        Thread.sleep(1500); // canvases are drawn with the next frames
        byte[] picture = browser.picture(card);
        assertThat(picture.length).as(name).isLessThan(LARGEST);
        Files.write(Path.of("../docs/images", name + "-" + theme + ".png"), picture);
      }
    } finally {
      RealStudio.end(started);
    }
  }
}
