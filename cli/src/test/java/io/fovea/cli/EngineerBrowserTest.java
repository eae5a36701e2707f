package io.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.data.Images;
import io.fovea.dataset.Image;
import io.fovea.format.onnx.Onnx;
import io.fovea.network.Network;
import io.fovea.random.RandomKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/**
 * An engineer with photos of her own: from a zip file that she drops on the page to a model in an
 * ONNX file, and what the page says when something is wrong.
 */
class EngineerBrowserTest extends BrowserTests {
  private static final List<String> CLASSES = List.of("bar", "cross", "dark", "light", "ring");
  private static final int OF_EACH = 14;

  /** Small pictures of five kinds in a folder, and a file that is none. */
  static byte[] zip() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (String name : CLASSES) {
        for (int i = 0; i < OF_EACH; i++) {
          zip.putNextEntry(new ZipEntry("holiday/" + name + "/p" + i + ".png"));
          zip.write(Images.png(picture(name, RandomKey.of(7).with(name).with(i))));
        }
      }
      zip.putNextEntry(new ZipEntry("holiday/ring/notes.txt"));
      zip.write("what I saw".getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private static Image picture(String name, RandomKey key) {
    if (!name.equals("dark") && !name.equals("light")) {
      return SmallData.draw(name, key);
    }
    byte[] pixels = new byte[3 * 20 * 20];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (key.below(60, i) + (name.equals("dark") ? 20 : 180));
    }
    return Image.of(3, 20, 20, pixels);
  }

  static void select(Browser browser, String css, String value) {
    browser.evaluate(
        "(document.querySelector('%s').value = '%s', document.querySelector('%s').dispatchEvent(new Event('change', { bubbles: true })))"
            .formatted(css, value, css));
  }

  static void drop(Browser browser, byte[] archive) {
    browser.run(
        """
        const bytes = Uint8Array.from(atob('%s'), (c) => c.charCodeAt(0));
        const transfer = new DataTransfer();
        transfer.items.add(new File([bytes], 'holiday.zip'));
        document.querySelector('.new-run form').dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
        """
            .formatted(Base64.getEncoder().encodeToString(archive)));
  }

  private static void ready(Browser browser) throws InterruptedException {
    browser.await("the choices", "document.querySelectorAll('#set-model option').length >= 6");
  }

  @Test
  void photos_fromAZipToAnOnnxFile() throws Exception {
    Path downloads = Files.createDirectories(folder.resolve("downloads"));
    try (MadeWeights made = new MadeWeights(folder);
        RealStudio studio =
            new RealStudio(folder.resolve("runs"), List.of(), started, made::start);
        Browser browser = Browser.open(studio.url(), folder.resolve("profile"))) {
      browser.downloadTo(downloads);
      ready(browser);
      drop(browser, zip());
      browser.await("the set", "document.querySelector('#set-data').value === 'holiday'");
      browser.await("its classes", "document.querySelectorAll('.survey .bars li').length === 5");
      assertThat(browser.find(".survey").getText())
          .contains("65 training and 5 test images, 20 × 20, colour, 5 classes.")
          .containsPattern("\\d+ files? (is|are) left out");
      assertThat(
              String.valueOf(browser.run("return document.querySelector('.survey').textContent")))
          .contains("ring/notes.txt")
          .doesNotContain("bytes");

      select(browser, "#set-model", "mobilenet-v2");
      select(browser, "#set-pretrained", "imagenet");
      browser.click("#more-settings summary");
      browser.fill("#set-image-size", "64x64");
      browser.await(
          "an estimate",
          "/^About .* \\(estimate\\): 65 images of 3 × 64 × 64/.test(document.querySelector('#estimate').textContent)");
      browser.keysOn("#start", Keys.ENTER);
      browser.await("the end", "document.querySelector('.facts dd')?.textContent === 'finished'");
      browser.await(
          "the row", "document.querySelector('.runs tbody .state')?.textContent === 'finished'");

      browser.await("the matrix", "document.querySelectorAll('[data-cell]').length > 0");
      browser.click(".insight summary");
      browser.keysOn("[data-cell]", Keys.ENTER);
      browser.await(
          "the cell's pictures",
          "[...document.querySelectorAll('#cell img')].length > 0 && [...document.querySelectorAll('#cell img')].every((image) => image.complete && image.naturalWidth > 0)");

      browser.keysOn("#get-onnx", Keys.ENTER);
      Path onnx = downloads.resolve(run() + ".onnx");
      while (!Files.exists(onnx)) {
        Thread.sleep(50);
      }
      Network read = Onnx.read(onnx);
      assertThat(read.graph().output().elements()).isEqualTo(5);

      String row = "document.querySelectorAll('.runs tbody tr').length === ";
      browser.keysOn("#do-delete", Keys.ENTER);
      browser.await("deleted", row + "0");
      browser.keys(Keys.ENTER); // on Undo
      browser.await("restored", row + "1");
      browser.keysOn("#do-delete", Keys.ENTER);
      browser.await("deleted again", row + "0");
      assertThat(folder.resolve("runs/.studio/trash")).isNotEmptyDirectory();
      browser.click(".bin summary");
      browser.keysOn("#empty-bin", Keys.ENTER);
      browser.await("gone for good", "document.querySelector('.bin').hidden");
      browser.run(
          "import('/api.js').then(({ post }) => post('/api/data/holiday/delete')).then(() => (location.hash = '#train'))");
      browser.await("no choice", "document.querySelector('#set-data [value=holiday]') === null");
    }
  }

  private String run() throws IOException {
    try (var all = Files.list(folder.resolve("runs"))) {
      return all.map(path -> path.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .findFirst()
          .orElseThrow();
    }
  }

  /** Nothing is started that cannot begin, and the words stand at the field. */
  @Test
  void mistakes_areSaidBesideTheirField() throws Exception {
    Path digits = SmallData.idxFolder(folder.resolve("digits"), 100);
    Path flat = Files.createDirectories(folder.resolve("flat"));
    Files.write(flat.resolve("a.png"), Images.png(picture("ring", RandomKey.of(7))));
    try (RealStudio studio =
            new RealStudio(folder.resolve("runs"), List.of(digits, flat), started);
        Browser browser = Browser.open(studio.url(), folder.resolve("profile"))) {
      ready(browser);
      select(browser, "#set-data", "flat");
      browser.await("a refusal", "!document.querySelector('#set-data-wrong').hidden");
      Thread.sleep(2000); // the estimate is refused, too
      browser.click("#start");
      browser.await("the cure", "document.activeElement.textContent === 'Sort them here'");
      select(browser, "#set-data", "digits");
      browser.click("#tab-network");
      for (String[] wrong :
          new String[][] {
            {"lr", "abc", "Expects a number, got \"abc\""},
            {"epochs", "0", "Expects a whole number from 1 to 1000000, got \"0\""},
            {"image-size", "big", "Image size: expects WIDTHxHEIGHT such as 64x48, got \"big\""},
            {"validation", "1", "Expects a share from 0 to below 1, got \"1\""},
            {"early-stop", "3", "Needs held out FRACTION"},
          }) {
        String field = "#set-" + wrong[0];
        browser.evaluate("(document.querySelector('#more-settings').open = true)");
        String before =
            String.valueOf(browser.evaluate("document.querySelector('" + field + "').value"));
        browser.evaluate("(document.querySelector('" + field + "').value = '" + wrong[1] + "')");
        browser.keysOn("#start", Keys.ENTER);
        browser.await(
            "what is wrong with " + wrong[0],
            "document.querySelector('%s-wrong').hidden === false && document.querySelector('%s').ariaInvalid === 'true'"
                .formatted(field, field));
        assertThat(browser.find(field + "-wrong").getText()).isEqualTo(wrong[2]);
        browser.evaluate("(document.querySelector('" + field + "').value = '" + before + "')");
      }
      drop(browser, "no archive".getBytes(StandardCharsets.UTF_8));
      browser.await(
          "what is wrong with the archive",
          "document.querySelector('#set-data-wrong').textContent.startsWith('Expects a zip file with a folder of images for each class')");
      assertThat(started).isEmpty();
      assertThat(folder.resolve("runs/.studio/arriving"))
          .satisfiesAnyOf(
              path -> assertThat(path).doesNotExist(), path -> assertThat(path).isEmptyDirectory());
    }
  }

  /** Three runs: a table that sorts and filters, names and notes, settings again, side by side. */
  @Test
  void runs_areSortedComparedNamedAndMadeAgain() throws Exception {
    Path digits = SmallData.idxFolder(folder.resolve("digits"), 100);
    Path runs = folder.resolve("runs");
    train(digits, runs.resolve("a"), "--epochs=1", "--lr=100", "--model=mlp");
    train(digits, runs.resolve("b"), "--epochs=4", "--model=pooled", "--clip=1");
    train(digits, runs.resolve("c"), "--epochs=2", "--model=mlp");
    try (RealStudio studio = new RealStudio(runs, List.of(digits), started);
        Browser browser = Browser.open(studio.url(), folder.resolve("profile"))) {
      ready(browser);
      String names =
          "[...document.querySelectorAll('.runs tbody th button')].map((e) => e.textContent).join()";
      browser.await("the table", names + " === 'c,b,a'");
      browser.keysOn("#sort-accuracy", Keys.ENTER);
      assertThat(browser.evaluate("document.querySelector('[aria-sort=descending]').innerText"))
          .asString()
          .startsWith("Accuracy");
      browser.keysOn("#sort-name", Keys.ENTER);
      browser.await("sorted by name", names + " === 'a,b,c'");
      browser.fill("#run-filter", "pooled clip");
      browser.await("filtered", names + " === 'b'");
      browser.fill("#run-filter", " ");
      compare(browser);
      browser.keysOn("#run-a", Keys.ENTER);
      browser.await(
          "the warning",
          "document.querySelector('.note.warn')?.textContent.startsWith('At chance level: always predicting ')");
      browser.keysOn("#run-b", Keys.ENTER);
      browser.await("the run", "document.querySelector('#run-title').textContent === 'b'");
      browser.evaluate(
          "(document.querySelectorAll('.tools details, .insight').forEach((e) => (e.open = true)))");
      assertThat(browser.find(".settings-of").getText()).contains("Gradient limit", "pooled");
      assertThat(browser.find(".tools pre").getText())
          .isEqualTo("fovea train " + digits + " --model pooled --epochs 4 --clip 1 --log-every 1");
      browser.fill("#run-name", "the good one");
      browser.keys(Keys.ENTER);
      browser.await("named", names + " === 'a,the good one,c'");
      focusOutlivesNews(browser);
      browser.keysOn("#do-again", Keys.ENTER);
      browser.await("its settings", "document.querySelector('#set-epochs').value === '4'");
      assertThat(browser.evaluate("document.querySelector('#set-model').value"))
          .isEqualTo("pooled");
      assertThat(browser.find(".new-run").getText())
          .contains("Also, as in that run: clip 1, log-every 1.");
      listLate(browser);
      browser.keysOn("#start", Keys.ENTER);
      browser.await("begun", "document.querySelectorAll('.runs tbody tr').length === 4");
      browser.await("done", "document.querySelector('.facts dd')?.textContent === 'finished'");
      assertThat(browser.find(".settings-of").getText()).contains("Gradient limit");
      deletedElsewhere(browser);
    }
  }

  /** A run renamed in another tab: the button with the focus keeps it, and the page its place. */
  private static void focusOutlivesNews(Browser browser) throws InterruptedException {
    for (String button : List.of("do-again", "run-b")) {
      browser.evaluate("document.querySelector('#%s').focus()".formatted(button));
      browser.evaluate("window.scrollTo(0, document.body.scrollHeight)");
      elsewhere(browser, "b/note", "{title: 'not %s', note: ''}".formatted(button));
      browser.await(
          "renamed",
          "document.querySelector('#run-title').textContent === 'not %s'".formatted(button));
      browser.await(
          "in the table",
          "document.querySelector('#run-b').textContent === 'not %s'".formatted(button));
      assertThat(browser.evaluate("document.activeElement.id")).isEqualTo(button);
      assertThat(browser.evaluate("window.scrollY > 4000")).isEqualTo("true");
    }
  }

  /** The run that the page shows is deleted in another tab: the page says so and can undo it. */
  private static void deletedElsewhere(Browser browser) throws InterruptedException {
    browser.keysOn("#run-a", Keys.ENTER);
    browser.await("the run", "document.querySelector('#run-title').textContent === 'a'");
    browser.await(
        "a lower rate",
        "document.querySelector('#try-rate')?.textContent === 'Try the rate 20 instead of 100'");
    elsewhere(browser, "a/delete", "{}");
    browser.await(
        "what was deleted",
        "document.querySelector('.gone:not([hidden])').textContent === 'Deleted: a. Undo'");
    assertThat(browser.find("#run-title").getText()).isNotEqualTo("a");
    assertThat(browser.evaluate("document.activeElement.id")).isNotEqualTo("undo-delete");
    browser.keysOn("#undo-delete", Keys.ENTER);
    browser.await("the run again", "document.querySelector('#run-title').textContent === 'a'");
    assertThat(browser.find(".gone").isDisplayed()).isFalse();
  }

  private static void elsewhere(Browser browser, String path, String json) {
    browser.evaluate(
        "fetch('/api/runs/%s', {method: 'POST', headers: {'content-type': 'application/json'}, body: JSON.stringify(%s)})"
            .formatted(path, json));
  }

  /** For 1.5 seconds lists of runs are as now: on a busy machine one may arrive so late. */
  private static void listLate(Browser browser) {
    browser.evaluate(
        """
        (async () => {
          const real = window.fetch;
          const now = await (await real('/api/runs')).text();
          const end = Date.now() + 1500;
          window.fetch = async (url, options) =>
            String(url).endsWith('/api/runs') && options?.method !== 'POST' && Date.now() < end
              ? new Response(now, { headers: { 'content-type': 'application/json' } })
              : real(url, options);
        })()
        """);
  }

  private static void compare(Browser browser) throws InterruptedException {
    browser.keysOn("#tick-a", Keys.SPACE);
    browser.keysOn("#tick-b", Keys.SPACE);
    browser.await("side by side", "!document.querySelector('.compare').hidden");
    assertThat(browser.find(".compare").getText())
        .contains("Learning rate", "Gradient limit", "Network", "Epochs");
    select(browser, "#curve-by", "time");
    browser.keysOn(".plot", Keys.END);
    browser.await(
        "the longest run alone at the end",
        "document.querySelector('#curve-readout').textContent.startsWith('After ')");
  }

  private static void train(Path data, Path out, String... flags) {
    List<String> command = new ArrayList<>(List.of("train", data.toString(), "--log-every=1"));
    command.addAll(List.of(flags));
    command.add("--out=" + out);
    CommandRun run = CommandRun.of(command);
    assertThat(run.exit()).as(run.err()).isZero();
  }
}
