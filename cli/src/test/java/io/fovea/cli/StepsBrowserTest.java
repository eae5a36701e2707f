package io.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** A step of a run in a real browser: its batch, a weight's origin, a fork with another rate. */
class StepsBrowserTest extends BrowserTests {
  private static final String PARENT = "20260101-120000-digits-pooled";

  @Test
  void step_itsBatch_itsWeights_andAForkOfIt() throws Exception {
    Path digits = SmallData.idxFolder(folder.resolve("digits"), 400);
    Path runs = folder.resolve("runs");
    CommandRun trained =
        CommandRun.of(
            "train",
            digits.toString(),
            "--model=pooled",
            "--batch=20",
            "--log-every=2",
            "--out=" + runs.resolve(PARENT));
    assertThat(trained.exit()).as(trained.err()).isZero();
    try (RealStudio studio = new RealStudio(runs, List.of(digits), started);
        Browser browser = Browser.open(studio.url(), folder.resolve("profile"))) {
      wrongSteps(browser);
      batch(browser);
      fork(browser);
      inside(browser, studio);
    }
  }

  private static void wrongSteps(Browser browser) throws InterruptedException {
    browser.await("the curve", "Number(document.querySelector('.plot')?.dataset.points) === 31");
    for (String wrong : List.of("0", "61")) {
      browser.fill("#step-number", wrong);
      browser.keysOn("#step-go", Keys.ENTER);
      browser.await(
          "a refusal of " + wrong,
          "/a step from 1 to 60, .* got %s$/.test(document.querySelector('.step .error').textContent)"
              .formatted(wrong));
    }
  }

  private static void batch(Browser browser) throws Exception {
    browser.find(".plot .u-over").click();
    String chosen =
        String.valueOf(browser.evaluate("document.querySelector('#step-number').value"));
    assertThat(Integer.parseInt(chosen)).isBetween(1, 60);
    browser.fill("#step-number", "41");
    browser.keysOn("#step-number", Keys.ENTER);
    browser.await("the batch", "document.querySelectorAll('.batch img').length === 20");
    assertThat(browser.find(".step h3").getText()).isEqualTo("Step 41, epoch 3");
    assertThat(browser.evaluate("document.querySelectorAll('.batch .hard').length"))
        .isEqualTo("10");
    assertThat(browser.find(".step").getText()).contains("20 images: loss ", "conv1.weight");
    browser.keysOn("#step-verify", Keys.ENTER);
    browser.await(
        "the whole run again",
        "document.querySelector('.step h3')?.textContent === 'All 60 steps are equal to the bit'");
    assertThat(browser.violations()).isEmpty();
  }

  private static void fork(Browser browser) throws Exception {
    browser.click("#step-fork");
    assertThat(browser.find(".continues").getText())
        .startsWith("Continues " + PARENT + " from step 41");
    assertThat(browser.evaluate("document.querySelector('#set-seed').disabled")).isEqualTo("true");
    browser.fill("#set-lr", "0.02");
    assertThat(browser.violations()).isEmpty();
    browser.keysOn("#start", Keys.ENTER);
    browser.await(
        "the fork", "document.querySelector('#run-title').textContent.endsWith('-digits-fork')");
    browser.await(
        "what differs",
        "/Continues .* from step 41[.] Changed: lr 0[.]02, before auto[.] The first logged step whose loss differs is 44: /.test(document.querySelector('.lineage').textContent)");
    browser.await(
        "it is finished", "document.querySelector('.facts dd').textContent === 'finished'");
    browser.click("#with-parent");
    browser.await(
        "both curves", "Number(document.querySelector('.plot').dataset.points) === 31 + 10");
    assertThat(
            browser.evaluate(
                "document.querySelectorAll('.runs .swatch.c1, .runs .swatch.c2').length"))
        .isEqualTo("2");
  }

  private static void inside(Browser browser, RealStudio studio) throws Exception {
    browser.go("about:blank");
    browser.go(studio.url() + "#inside/" + PARENT + "@41");
    browser.await(
        "the step's network", "document.querySelector('.inside')?.dataset.state === 'ready'");
    assertThat(browser.evaluate("document.querySelector('#model').selectedOptions[0].textContent"))
        .isEqualTo("run " + PARENT + " after step 41");
    browser.await("a filter", "document.querySelector('canvas.kernel') !== null");
    browser.find("canvas.kernel").click();
    browser.await("the pictures", "document.querySelectorAll('#origin img').length === 20");
    assertThat(browser.find("#origin").getText())
        .contains("conv1.weight[0,0,", "in 41 steps.", "Change ", "Raised it most", "+");
    assertThat(browser.violations()).isEmpty();
    browser.fill("#origin-weight", "conv9.weight[0]");
    browser.keysOn("#origin-go", Keys.ENTER);
    browser.await(
        "a refusal",
        "/the network has no parameter \"conv9.weight\"/.test(document.querySelector('.origin .error').textContent)");
  }
}
