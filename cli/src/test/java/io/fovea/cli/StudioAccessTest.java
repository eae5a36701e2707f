package io.fovea.cli;

import static io.fovea.cli.CommandRun.fovea;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/**
 * The studio's pages for people who see badly or use no mouse: axe-core's judgement of each page in
 * each state, what the keyboard reaches, and pages that stay still and fit the window.
 */
@Tag("gate")
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
class StudioAccessTest {
  private static final String GOOD = "20260101-120000-digits-pooled";
  private static final String BROKEN = "20260101-110000-broken";

  /**
   * What moved without being asked to, and by how much: what people cause themselves does not
   * count.
   */
  private static final String SHIFTS =
      """
      window.shifts = 0;
      window.moved = [];
      new PerformanceObserver((list) => list.getEntries().filter((entry) => !entry.hadRecentInput).forEach((entry) => {
        window.shifts += entry.value;
        window.moved.push(entry.value.toFixed(4) + ' ' + entry.sources.map(({ node }) => node?.className || node?.nodeName).join(' '));
      })).observe({ type: 'layout-shift', buffered: true });
      """;

  /** Everything that Tab should reach, by a name that survives being drawn anew. */
  private static final String NAMES =
      """
      const name = (e) => `${e.tagName.toLowerCase()} ${e.id || e.getAttribute('aria-label') || e.textContent.trim().slice(0, 40)}`;
      const shown = (e) => e.checkVisibility({ visibilityProperty: true }) && !e.disabled && e.tabIndex >= 0;
      const all = [...document.querySelectorAll('a[href], button, input, select, summary, [tabindex]')].filter(shown);
      """;

  private final List<Process> started = new ArrayList<>();
  private RealStudio studio;
  private RealStudio empty;
  private Browser browser;

  @BeforeAll
  void open(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) throws Exception {
    Path digits = SmallData.idxFolder(folder.resolve("digits"), 400);
    Path damaged = Files.createDirectories(folder.resolve("damaged").resolve("a"));
    Files.writeString(damaged.resolve("x.png"), "no picture");
    Path runs = folder.resolve("runs");
    empty = new RealStudio(folder.resolve("none"), List.of(digits), started);
    studio = new RealStudio(runs, List.of(digits, damaged.resolve("..").normalize()), started);
    browser = Browser.open("about:blank", folder.resolve("profile"));
    browser.before(SHIFTS);
    fovea(
            "train %s --model=pooled --epochs=2 --validation=0.1 --out=%s",
            digits, runs.resolve(GOOD))
        .done();
    Path broken = Files.createDirectories(runs.resolve(BROKEN));
    Files.writeString(broken.resolve("config.json"), "{\"data\":\"mnist\"}");
    Files.writeString(broken.resolve("model.safetensors"), "no model");
    Files.setLastModifiedTime(
        broken.resolve("config.json"), FileTime.from(Instant.now().minusSeconds(600)));
  }

  @AfterAll
  void close() throws Exception {
    if (browser != null) {
      browser.close();
      studio.close();
      empty.close();
    }
    RealStudio.end(started);
  }

  /** Opens a page afresh: what is before # must differ for that. */
  private void go(RealStudio where, String page) {
    browser.go("about:blank");
    browser.go(where.url() + "#" + page);
  }

  private void train() throws InterruptedException {
    go(studio, "train/" + GOOD);
    browser.await("the curve", "Number(document.querySelector('.plot')?.dataset.points ?? 0) > 1");
    browser.await("the insight", "document.querySelectorAll('.histogram').length > 10");
  }

  /** All that can be unfolded, two runs side by side, a cell's pictures, and a deleted run. */
  private static void open(Browser browser) throws InterruptedException {
    browser.run("document.querySelectorAll('#page-train details').forEach((e) => (e.open = true))");
    browser.click("#tick-" + BROKEN);
    browser.click("[data-cell]");
    browser.await("side by side", "!document.querySelector('.compare').hidden");
    browser.await("a cell", "!document.querySelector('#cell').hidden");
  }

  private void inside() throws InterruptedException {
    go(studio, "inside/" + GOOD);
    browser.await("the page", "document.querySelector('.inside')?.dataset.state === 'ready'");
    assertThat(browser.evaluate("document.querySelector('#model').value")).isEqualTo("run:" + GOOD);
    browser.click("[data-example='30']");
    browser.await("the answer", "document.querySelector('#answer-label') !== null");
    browser.click("[data-node='conv2'][data-channel='1']");
    browser.await("the numbers", "document.querySelector('#taps-w') !== null");
  }

  private void data() throws InterruptedException {
    go(studio, "photos");
    browser.await("the choices", "document.querySelectorAll('#data-set option').length === 6");
    select("#data-set", "digits");
    browser.await("the runs", "document.querySelectorAll('#data-run option').length === 2");
    browser.await("sixty", "document.querySelectorAll('.browse img').length === 60");
    select("#data-run", GOOD);
    browser.await(
        "the doubtful", "document.querySelectorAll('.doubtful .pictures img').length > 3");
  }

  private void select(String css, String value) {
    browser.evaluate(
        "(document.querySelector('%s').value = '%s', document.querySelector('%s').dispatchEvent(new Event('change')))"
            .formatted(css, value, css));
  }

  /** Asks axe-core in light and dark. */
  private void judge(String page, Map<String, List<String>> found) throws Exception {
    judge(page, found, List.of("light", "dark"));
  }

  private void judge(String page, Map<String, List<String>> found, List<String> themes)
      throws Exception {
    for (String theme : themes) {
      browser.theme(theme);
      browser.await("colours have changed", "document.getAnimations().length === 0");
      List<String> violations = browser.violations();
      if (!violations.isEmpty()) {
        found.put(page + ", " + theme, violations);
      }
    }
  }

  @Test
  void axe_onEveryPageAndState_findsNothing() throws Exception {
    Map<String, List<String>> found = new java.util.TreeMap<>();
    for (int width : List.of(1280, 360)) {
      browser.size(width, 800);
      String size = " at " + width;
      List<String> themes = width == 360 ? List.of("dark") : List.of("light", "dark");
      train();
      open(browser);
      judge("train" + size, found, themes);
      inside();
      browser.click("#backward");
      browser.await("the way back", "document.querySelector('#step-sizes') !== null");
      judge("inside" + size, found, themes);
      data();
      judge("data" + size, found, themes);
    }
    browser.size(1280, 1000);
    browser.click("#theme");
    judge("data, the theme chosen by hand", found);
    browser.click("#theme");
    go(studio, "photos");
    browser.await("the choices", "document.querySelectorAll('#data-set option').length === 6");
    select("#data-set", "damaged");
    browser.await(
        "an error", "document.querySelector('#page-photos .error')?.textContent.length > 9");
    judge("data, unreadable", found);
    go(studio, "train/" + BROKEN);
    browser.await("an error", "document.querySelector('.run .error')?.textContent.length > 9");
    browser.click("#tab-network");
    browser.fill("#set-lr", "fast!");
    browser.click("#start");
    browser.await("a refusal", "document.querySelector('[role=alert]:not([hidden])') !== null");
    judge("train, failed", found);
    browser.await("the badge", "document.querySelector('#do-delete') !== null");
    browser.click("#do-delete");
    browser.await("deleted", "document.querySelector('.bin ul li') !== null");
    browser.click(".bin summary");
    judge("train, deleted", found);
    browser.click("#undo-delete");
    browser.await("restored", "document.querySelector('.bin').hidden");
    go(studio, "inside/" + BROKEN);
    browser.await("an error", "document.querySelector('#answer .error') !== null");
    judge("inside, unreadable", found);
    go(empty, "train");
    browser.await(
        "emptiness", "document.querySelector('.note').textContent.includes('no run yet')");
    judge("train, empty", found);
    go(empty, "inside");
    browser.await("the page", "document.querySelector('.inside')?.dataset.state === 'ready'");
    judge("inside, empty", found);
    go(studio, "learn");
    judge("learn", found);
    assertThat(found).isEmpty();
  }

  /** Else a script that was not loaded would find everything right. */
  @Test
  void axe_onAPictureWithoutWords_findsIt() throws Exception {
    browser.size(1280, 1000);
    go(studio, "photos");
    browser.await("the choices", "document.querySelectorAll('#data-set option').length === 6");
    browser.run("document.querySelector('main').append(document.createElement('img'))");
    browser.run("document.querySelector('main img:last-child').src = '/icon.svg'");
    assertThat(browser.violations()).anyMatch(found -> found.startsWith("critical image-alt"));
  }

  @Test
  void pages_whileLoading_stayStillAndFitTheWindow() throws Exception {
    browser.slow(200, 4);
    for (int width : new int[] {360, 1280, 3840}) {
      browser.size(width, width == 3840 ? 2160 : 800);
      for (String page : List.of("train", "inside", "data")) {
        switch (page) {
          case "train" -> train();
          case "inside" -> inside();
          default -> data();
        }
        String where = page + " at " + width;
        double shifts = Double.parseDouble(String.valueOf(browser.evaluate("window.shifts")));
        assertThat(shifts)
            .as("layout shift of %s: %s", where, browser.run("return window.moved.join('; ')"))
            .isLessThan(0.05); // half of what web.dev/cls calls good
        assertThat(
                browser.evaluate(
                    "document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
            .as(where + " does not scroll sideways")
            .isEqualTo("true");
      }
    }
    browser.slow(0, 1);
    browser.size(1280, 1000);
  }

  @Test
  void pages_withNamesOf200Letters_fitTheWindow() throws Exception {
    browser.size(360, 800);
    train();
    String run = "'.run h2, .pictures span:not(.hint)'";
    assertThat(widened(run)).as("names of runs and classes").isEqualTo("0");
    inside();
    String answer = "'#answer-label, .inside .bars li > :first-child'";
    assertThat(widened(answer)).as("names of classes").isEqualTo("0");
    browser.size(1280, 1000);
  }

  /** How much wider than the window a page is with a long name in these elements. */
  private Object widened(String elements) {
    browser.run(
        "document.querySelectorAll(%s).forEach((one) => { one.textContent = 'n'.repeat(200); })"
            .formatted(elements));
    return browser.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth");
  }

  /** Presses Tab through a page: everything gets the focus, and is seen to have it. */
  private void tabThrough(String page) {
    List<String> missing =
        new ArrayList<>(Browser.texts(browser.run(NAMES + "return all.map(name)")));
    assertThat(missing).as(page).hasSizeGreaterThan(15).contains("button theme");
    browser.run("document.activeElement.blur(); window.scrollTo(0, 0)");
    int most = missing.size() + 10;
    for (int n = 0; n < most && !missing.isEmpty(); n++) {
      browser.keys(Keys.TAB);
      Object at =
          browser.run(
              NAMES
                  + "const e = document.activeElement; const s = getComputedStyle(e);"
                  + "const seen = s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 && e.getClientRects().length > 0;"
                  + "return e === document.body ? 'body' : `${seen} ${name(e)}`");
      String focused = String.valueOf(at);
      if (!focused.equals("body")) {
        assertThat(focused).as("the focus on " + page + " is seen").startsWith("true ");
        missing.remove(focused.substring("true ".length()));
      }
    }
    assertThat(missing).as("what Tab does not reach on " + page).isEmpty();
  }

  @Test
  void tab_reachesEveryControlOfEveryPage() throws Exception {
    browser.size(1280, 1000);
    train();
    tabThrough("train");
    inside();
    tabThrough("inside");
    data();
    tabThrough("data");
  }

  @Test
  void inside_byKeyboardAlone() throws Exception {
    browser.size(1280, 1000);
    go(studio, "inside");
    browser.await("the page", "document.querySelector('.inside')?.dataset.state === 'ready'");
    browser.keysOn(".skip", Keys.ENTER);
    assertThat(browser.evaluate("document.activeElement.id + location.hash"))
        .isEqualTo("content#inside");
    String left = Keys.ARROW_LEFT.toString();
    String right = Keys.ARROW_RIGHT.toString();
    String slant = Keys.END + Keys.ARROW_DOWN.toString();
    browser.keysOn("#pad", left.repeat(5) + " " + right.repeat(10) + slant.repeat(7) + " ");
    browser.await("a seven", "document.querySelector('#answer-label')?.textContent === '7'");
    browser.keys(Keys.BACK_SPACE);
    browser.await("nothing", "document.querySelector('#answer').textContent.startsWith('Draw')");

    browser.keysOn(".samples summary", Keys.ENTER);
    browser.keysOn("#sample-data", "digits");
    browser.keysOn("#sample-index", Keys.DELETE, "3", Keys.ENTER);
    browser.await(
        "an image by its number",
        "document.querySelector('.sample-label').textContent.includes('There are 100 images')");
    browser.await("its answer", "document.querySelector('#answer-label') !== null");
    browser.keysOn("#sample-next", Keys.ENTER);
    browser.await("the next one", "document.querySelector('#sample-index').value === '4'");

    browser.keysOn("[data-node='conv1'][data-channel='0']", Keys.ARROW_DOWN, Keys.ENTER);
    browser.await(
        "the map", "document.querySelector('#details').dataset.shown === 'conv1/1/14/14'");
    browser.keysOn("#details .board[tabindex]", Keys.ARROW_RIGHT);
    browser.await(
        "a pixel", "document.querySelector('#details').dataset.shown === 'conv1/1/14/15'");
    browser.keysOn("#slide", Keys.ENTER);
    browser.await(
        "it slides", "document.querySelector('#details').dataset.shown > 'conv1/1/14/16'");
    browser.keys(Keys.ENTER);
    browser.keysOn("#backward", Keys.SPACE);
    browser.await("the loss", "document.querySelector('#loss') !== null");
  }

  @Test
  void trainAndData_byKeyboardAlone() throws Exception {
    browser.size(1280, 1000);
    train();
    browser.keysOn(".plot", Keys.END);
    browser.await(
        "the last step is read out",
        "document.querySelector('#curve-readout').textContent.startsWith('Step 12')");
    assertThat(browser.evaluate("document.querySelector('.plot').ariaValueText"))
        .asString()
        .startsWith("step 12: 12:00 digits-pooled training")
        .contains("test")
        .contains("held out");
    browser.keysOn("#curve-log", Keys.SPACE);
    browser.keysOn("#curve-what", "Acc");
    browser.await("accuracy", "document.querySelector('#curve-what').value === 'accuracy'");

    data();
    browser.keysOn("#data-class", "7");
    browser.await(
        "sevens alone",
        "[...document.querySelectorAll('.browse span')].every(label => label.textContent === '7')");
    browser.keysOn(".browse li:nth-child(2) button", Keys.ENTER);
    browser.await(
        "its versions",
        "document.querySelector('.versions img').src === document.querySelector('.browse li:nth-child(2) img').src");
    browser.await(
        "augmented images are loaded",
        "[...document.querySelectorAll('.versions img')].filter(image => image.complete && image.naturalWidth === 28).length === 8");
    select("#data-set", "cifar-100");
    assertThat(browser.evaluate("document.querySelectorAll('.browse img, .versions img').length"))
        .as("images of the set before")
        .isEqualTo("0");
  }
}
