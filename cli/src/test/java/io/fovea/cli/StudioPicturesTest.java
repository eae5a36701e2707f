package io.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/**
 * Makes the pictures of docs/images anew, 1280 x 800 each: {@code mvn verify -Pslow -pl cli -am
 * -Dtest=StudioPicturesTest -Dsurefire.failIfNoSpecifiedTests=false
 * -Dfovea.pictures.photos=FOLDER}, with a folder of photos for each class in {@code
 * FOLDER/learned}, unsorted ones that are named by their class in {@code FOLDER/unsorted}, others
 * in {@code FOLDER/new}. Look at them before you keep them, and say in NOTICE whose photos they
 * show. {@code menu.txt} has the menu that they show.
 */
@Tag("slow")
@Timeout(900)
class StudioPicturesTest {
  private static final Path IMAGES = Path.of("../docs/images");
  private static final int LARGEST = 300_000;
  private static final int WIDTH = 1280;
  private static final int HEIGHT = 800;

  private final List<Process> started = new ArrayList<>();

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  /** Opens a page of the studio so that it shows what the picture is to show. */
  private interface Page {
    void open(Browser browser, String url) throws Exception;
  }

  @Test
  void backward_ofADrawnDigit() throws Exception {
    Page backward =
        (browser, url) -> {
          browser.go(url + "#inside");
          browser.await("it", "document.querySelector('.inside')?.dataset.state === 'ready'");
          String left = Keys.ARROW_LEFT.toString();
          String right = Keys.ARROW_RIGHT.toString();
          String slant = Keys.END + Keys.ARROW_DOWN.toString();
          browser.keysOn("#pad", left.repeat(5) + " " + right.repeat(10) + slant.repeat(7) + " ");
          browser.await("a 7", "document.querySelector('#answer-label')?.textContent === '7'");
          browser.click("#backward");
          browser.await("the loss", "document.querySelector('#loss') !== null");
          browser.click("[data-node='conv2'][data-channel='3']");
          browser.await("the steps", "document.querySelector('#descent') !== null");
          browser.run("document.querySelector('[aria-labelledby=network-title]').scrollIntoView()");
        };
    keep("readme-backward", List.of(), backward);
  }

  @Test
  void photos_sortedBesideOthersTried() throws Exception {
    String photos = System.getProperty("fovea.pictures.photos", "");
    assumeFalse(photos.isEmpty(), "skipped: -Dfovea.pictures.photos=FOLDER names photos");
    CommandRun.fovea(
            "train %s --recipe photos --candidates frozen --out %s",
            photos + "/learned", folder.resolve("runs/photos"))
        .done();
    Page sort =
        (browser, url) -> {
          browser.go(url + "#photos/unsorted/sort");
          browser.await("the photo", "document.querySelector('.asked').naturalWidth > 0");
          if (browser.evaluate("document.querySelector('#sort-keys button')").equals("null")) {
            label(browser);
          }
          browser.run("document.querySelector('.sorting').scrollIntoView()");
        };
    Page trial =
        (browser, url) -> {
          browser.go(url + "#train/photos");
          browser.await("a place for photos", "document.querySelector('#trial-folder') !== null");
          browser.find("#trial-folder").sendKeys(photos + "/new");
          browser.await("the answers", "document.querySelectorAll('.answers li').length >= 8");
          browser.run("document.querySelector('.trial').scrollIntoView()");
        };
    keep("readme-photos", List.of(Path.of(photos, "unsorted")), sort, trial);
  }

  /** Three classes, and labels by the names of the photos. */
  private static void label(Browser browser) throws Exception {
    for (String kind : List.of("bag", "boot", "shirt")) {
      browser.fill("#sort-class", kind);
      browser.keys(Keys.ENTER);
      browser.await(
          kind, "document.querySelector('#sort-keys').textContent.includes('%s')".formatted(kind));
    }
    for (int left = 36; left > 20; left--) {
      browser.await(
          "the next",
          "document.querySelector('#sort-note').textContent.startsWith('%d of') && document.querySelector('.asked').complete"
              .formatted(left));
      browser.run(
          "const { src } = document.querySelector('.asked'); [...document.querySelectorAll('#sort-keys button')].find((key) => src.includes(key.textContent.split(' ')[1])).click()");
    }
  }

  /** Saves the windows of pages side by side, in light and in dark. */
  private void keep(String name, List<Path> data, Page... pages) throws Exception {
    Path runs = Files.createDirectories(folder.resolve("runs"));
    try (RealStudio studio = new RealStudio(runs, data, started);
        Browser browser = Browser.open("about:blank", folder.resolve("profile"))) {
      browser.size(WIDTH / pages.length, HEIGHT);
      browser.picture(); // the scroll bars are hidden from now on
      for (String theme : List.of("light", "dark")) {
        browser.theme(theme);
        BufferedImage all = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        for (int k = 0; k < pages.length; k++) {
          browser.go("about:blank");
          pages[k].open(browser, studio.url());
          browser.await("images", "[...document.images].every((image) => image.complete)");
          Thread.sleep(1500); // canvases are drawn with the next frames
          BufferedImage one = ImageIO.read(new ByteArrayInputStream(browser.picture()));
          all.getGraphics().drawImage(one, k * WIDTH / pages.length, 0, null);
        }
        Path file = IMAGES.resolve(name + "-" + theme + ".png");
        ImageIO.write(all, "png", file.toFile());
        assertThat(Files.size(file)).as(name).isLessThan(LARGEST);
        Files.writeString(IMAGES.resolve("menu.txt"), browser.find("nav").getText() + "\n");
      }
    } finally {
      RealStudio.end(started);
    }
  }
}
