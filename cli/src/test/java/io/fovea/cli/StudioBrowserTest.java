package io.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** The Train page in a real browser, with real runs in processes of their own. */
@Order(1) // the longest first, so that none is left alone at the end
class StudioBrowserTest extends BrowserTests {
  private RealStudio studio() throws IOException {
    Path digits = folder.resolve("digits");
    if (!Files.exists(digits)) {
      SmallData.idxFolder(digits, 400);
    }
    return new RealStudio(folder.resolve("runs"), List.of(digits), started);
  }

  private static String points() {
    return "Number(document.querySelector('.plot')?.dataset.points ?? 0)";
  }

  private static String isState(String state) {
    return "document.querySelector('.facts dd')?.textContent === '" + state + "'";
  }

  private static void start(Browser browser) throws InterruptedException {
    browser.await("the form", "document.querySelector('#tab-network') !== null");
    browser.click("#tab-network");
    browser.await("the choices", "document.querySelectorAll('#set-data option').length === 5");
    browser.evaluate("document.querySelector('#set-data').value = 'digits'");
    browser.fill("#set-epochs", "400");
    browser.keysOn("#start", Keys.ENTER);
    browser.await("the curve begins", points() + " >= 2");
  }

  @Test
  void run_startedPausedResumedAndStopped_showsItsCurveAllTheWhile() throws Exception {
    String address;
    try (RealStudio studio = studio();
        Browser browser = Browser.open(studio.url(), folder.resolve("profile"))) {
      start(browser);
      int before = Integer.parseInt(String.valueOf(browser.evaluate(points())));
      browser.await("the curve grows", points() + " > " + before);
      browser.await("filters", "document.querySelectorAll('canvas.filter').length === 16");
      browser.await("confusion", "document.querySelectorAll('.confusion tbody tr').length === 10");

      try (Browser other = Browser.open(studio.url(), folder.resolve("other"))) {
        other.await("a second browser sees the curve", points() + " > " + before);
        browser.keysOn("#do-pause", Keys.SPACE);
        browser.await("paused", isState("paused"));
        assertThat(browser.evaluate("document.querySelector('.runs .state').textContent"))
            .as("the table says it with the card")
            .isEqualTo("paused");
        other.await("paused in the second browser too", isState("paused"));
      }
      Path run = onlyRun();
      assertThat(run.resolve("checkpoint.safetensors")).exists();
      long lines = lines(run);

      browser.keysOn("#do-resume", Keys.ENTER);
      browser.await("running again", isState("running"));
      browser.await("the curve goes on", points() + " > " + lines);
      browser.reload();
      browser.await("after a reload", isState("running") + " && " + points() + " > 1");
      browser.keysOn("#do-stop", Keys.ENTER);
      browser.await("stopped", isState("stopped"));
      address = String.valueOf(browser.evaluate("location.hash"));
      assertThat(address).isEqualTo("#train/" + run.getFileName());
    }
    try (RealStudio again = studio();
        Browser browser = Browser.open(again.url() + address, folder.resolve("profile"))) {
      browser.await("after a restart", isState("stopped") + " && " + points() + " > 1");
    }
  }

  private Path onlyRun() throws IOException {
    try (var all = Files.list(folder.resolve("runs"))) {
      return all.filter(path -> !path.getFileName().toString().startsWith("."))
          .findFirst()
          .orElseThrow();
    }
  }

  private static long lines(Path run) throws IOException {
    try (var all = Files.lines(run.resolve("metrics.jsonl"))) {
      return all.filter(line -> !line.contains("trainLoss")).count();
    }
  }
}
