package io.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

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
 * Makes the pictures of docs/studio.md anew, from MNIST and three short runs: {@code mvn verify
 * -Pslow -pl cli -am -Dtest=StudioPicturesTest -Dsurefire.failIfNoSpecifiedTests=false}. Look at
 * them before you keep them. With {@code -Dfovea.pictures.runs=FOLDER} the runs of that folder are
 * shown, and nothing is trained.
 */
@Tag("slow")
@Timeout(900)
class StudioPicturesTest {
  private static final Path IMAGES = Path.of("../docs/images");
  private static final String RUNS = System.getProperty("fovea.pictures.runs", "");

  /** A window: its name, size and theme, and whether the whole page is taken. */
  private record Look(String name, int width, int height, String theme, boolean whole) {}

  private static final List<Look> LOOKS =
      List.of(
          new Look("light", 1280, 900, "light", true),
          new Look("dark", 1280, 900, "dark", true),
          new Look("phone", 360, 740, "light", true),
          new Look("4k", 3840, 2160, "light", false));

  private static final String PLAYGROUND =
      "x=0,1,2,1,0;1,3,4,2,0;2,4,5,3,1;1,2,3,2,0;0,0,1,0,0&w=1,0,-1;2,0,-2;1,0,-1&b=0.5&p=1";

  private final List<Process> started = new ArrayList<>();

  @Test
  void pictures_ofEveryPage(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder)
      throws Exception {
    Path runs = RUNS.isEmpty() ? folder.resolve("runs") : Path.of(RUNS);
    if (RUNS.isEmpty()) {
      train(runs, "20261125-093000-mnist-mlp", "--model=mlp", "--epochs=3");
      train(runs, "20261125-100500-mnist-two-layer-cnn", "--limit=10000", "--epochs=4");
      train(runs, "20261125-101500-mnist-pooled", "--model=pooled", "--epochs=3");
    }
    try (RealStudio studio = new RealStudio(runs, List.of(), started);
        Browser browser = Browser.open("about:blank", folder.resolve("profile"))) {
      for (Look look : LOOKS) {
        browser.size(look.width(), look.height());
        browser.theme(look.theme());
        train(browser, studio);
        keep(browser, "train", look);
        inside(browser, studio);
        keep(browser, "inside", look);
        data(browser, studio);
        keep(browser, "data", look);
        if (!look.name().equals("4k")) {
          others(browser, studio, look);
        }
      }
      browser.size(1280, 900);
      inside(browser, studio);
      browser.click("#backward");
      browser.evaluate(
          "(document.querySelector('#rate').value = '0.003', document.querySelector('#label').value = '1', document.querySelector('#label').dispatchEvent(new Event('change')))");
      browser.await("the way back", "Number(document.querySelector('#loss')?.dataset.value) > 1");
      keep(browser, "backward", new Look("light", 1280, 900, "light", true));
    } finally {
      RealStudio.end(started);
    }
    try (var all = Files.list(IMAGES)) {
      assertThat(all.filter(file -> file.getFileName().toString().startsWith("studio-")))
          .hasSizeGreaterThanOrEqualTo(6 * LOOKS.size() - 3 + 1);
    }
  }

  private static void train(Path runs, String name, String... flags) {
    List<String> command = new ArrayList<>(List.of("train", "mnist"));
    command.addAll(List.of(flags));
    command.add("--out=" + runs.resolve(name));
    CommandRun run = CommandRun.of(command);
    assertThat(run.exit()).as(run.err()).isZero();
  }

  private static void go(Browser browser, RealStudio studio, String page) {
    browser.go("about:blank");
    browser.go(studio.url() + "#" + page);
  }

  private static void train(Browser browser, RealStudio studio) throws InterruptedException {
    go(browser, studio, "train");
    browser.await("the insight", "document.querySelectorAll('.histogram').length > 10");
    for (int n = 2; n <= 3; n++) {
      browser.click(".runs tbody tr:nth-child(" + n + ") input");
    }
    browser.click("#curve-log");
    browser.await("all curves", "Number(document.querySelector('.plot').dataset.points) > 300");
  }

  private static void inside(Browser browser, RealStudio studio) throws InterruptedException {
    go(browser, studio, "inside");
    browser.await("the page", "document.querySelector('.inside')?.dataset.state === 'ready'");
    browser.click("[data-example='70']");
    browser.await("the answer", "document.querySelector('#answer-label') !== null");
    browser.evaluate(
        "(document.querySelector('#overlay').value = 'grad-cam', document.querySelector('#overlay').dispatchEvent(new Event('change')))");
    browser.await("the overlay", "!document.querySelector('.heat').hidden");
    browser.click("[data-node='conv2'][data-channel='3']");
    browser.await("the numbers", "document.querySelector('#taps-w') !== null");
  }

  private static void data(Browser browser, RealStudio studio) throws InterruptedException {
    go(browser, studio, "data");
    browser.await("the runs", "document.querySelectorAll('#data-run option').length === 4");
    browser.await("sixty", "document.querySelectorAll('.browse img').length === 60");
    browser.evaluate(
        "(document.querySelector('#data-run').selectedIndex = 1, document.querySelector('#data-run').dispatchEvent(new Event('change')))");
    browser.await(
        "the doubtful", "document.querySelectorAll('.doubtful .pictures img').length > 3");
  }

  /** The form with photos of one's own, the playground, and a chapter of the book. */
  private static void others(Browser browser, RealStudio studio, Look look) throws Exception {
    go(browser, studio, "train");
    browser.await("the choices", "document.querySelectorAll('#set-data option').length >= 6");
    browser.run("document.querySelector('.new-run').open = true");
    String own = "document.querySelector('#set-data option[value=holiday]') !== null";
    if (browser.evaluate(own).equals("true")) {
      EngineerBrowserTest.select(browser, "#set-data", "holiday");
    } else {
      EngineerBrowserTest.drop(browser, EngineerBrowserTest.zip());
    }
    browser.await("its classes", "document.querySelectorAll('.survey .bars li').length === 5");
    browser.fill("#set-image-size", "64x64");
    EngineerBrowserTest.select(browser, "#set-model", "mobilenet-small");
    EngineerBrowserTest.select(browser, "#set-augment", "random-resized-crop+flip");
    browser.await(
        "the estimate", "document.querySelector('#estimate').textContent.startsWith('About')");
    keep(browser, "form", look, ".new-run");
    go(browser, studio, "playground/" + PLAYGROUND);
    browser.await("the sums", "document.querySelector('.convolution .sum') !== null");
    keep(browser, "playground", look);
    browser.go(studio.url() + "book/05-convolution-forward");
    browser.await("the playground", "document.querySelector('.convolution') !== null");
    browser.size(look.name().equals("phone") ? 360 : 1440, 1000);
    keep(browser, "book", new Look(look.name(), 0, 0, look.theme(), false));
    browser.size(look.width(), look.height());
  }

  /** Saves the page when its pictures are there. */
  private static void keep(Browser browser, String page, Look look) throws Exception {
    settle(browser);
    Files.write(file(page, look), browser.picture(look.whole()));
  }

  /** Saves a card of the page. */
  private static void keep(Browser browser, String page, Look look, String css) throws Exception {
    settle(browser);
    Files.write(file(page, look), browser.picture(css));
  }

  private static Path file(String page, Look look) {
    return IMAGES.resolve("studio-" + page + "-" + look.name() + ".png");
  }

  private static void settle(Browser browser) throws InterruptedException {
    browser.run( // a button that stays at the window's edge would lie in the middle of a whole page
        "document.querySelectorAll('.foot').forEach((foot) => (foot.style.position = 'static'))");
    browser.run(
        "document.querySelectorAll('img').forEach((image) => (image.loading = 'eager')); window.scrollTo(0, 0)");
    browser.await(
        "images",
        "[...document.querySelectorAll('img')].every((image) => image.complete && (image.naturalWidth > 0 || !image.checkVisibility()))");
    Thread.sleep(1500); // canvases are drawn with the next frames
  }
}
