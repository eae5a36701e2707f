package io.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.data.Images;
import io.fovea.dataset.Image;
import io.fovea.explain.Subject;
import io.fovea.kernel.KernelSet;
import io.fovea.network.Network;
import io.fovea.parallel.Workers;
import io.fovea.studio.inside.BackwardTrace;
import io.fovea.studio.inside.Examples;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.openqa.selenium.Keys;
import org.openqa.selenium.interactions.PointerInput;

/** The look-inside page in a real browser, with the network that comes with the studio. */
@Tag("gate")
@Order(1) // the longest first, so that none is left alone at the end
class InsideBrowserTest extends InsideBrowserTests {

  @Test
  void drawing_aSeven_isAnsweredSeven() {
    assertThat(page.draw(Strokes.of(7))).isEqualTo("7");
    assertThat(page.find("#answer").getText()).startsWith("It is 7 (");
  }

  @ParameterizedTest
  @EnumSource(names = {"TOUCH", "PEN"})
  void drawing_aSevenByFingerOrPen_isAnsweredSeven(PointerInput.Kind kind) {
    assertThat(page.draw(Strokes.of(7), kind)).isEqualTo("7");
  }

  @Test
  void upload_ofADarkDigitOnPaper_isFramedAndAnswered(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("four.png");
    Images.write(example(40).inverted().resized(140, 140), file);
    page.find("#upload").sendKeys(file.toAbsolutePath().toString());
    page.until("return document.getElementById('answer-label')?.textContent === '4'");
    Path text = Files.writeString(folder.resolve("notes.png"), "no picture");
    page.find("#upload").sendKeys(text.toAbsolutePath().toString());
    page.until(
        "return document.getElementById('status').textContent.startsWith('image upload: expects a PNG')");
    assertThat(page.find("#answer-label").getText()).as("what was there stays").isEqualTo("4");
  }

  @Test
  @Tag("gate")
  void drawing_byTenHands_atLeast94Of100AreRight() {
    List<String> wrong = page.wrongOfTenHands();
    assertThat(wrong).hasSizeLessThanOrEqualTo(6);
  }

  @Test
  void convolutionView_anExample_hasTheModelsOwnNumbers() throws IOException {
    Image image = example(30);
    Network network = model.network();
    page.choose(30, "conv2", 5);
    page.find("#details .board[tabindex]").sendKeys(Keys.ARROW_DOWN, Keys.ARROW_LEFT);
    page.until("return document.getElementById('details').dataset.shown === 'conv2/5/8/6'");
    float[] conv2 = value(image, "conv2");
    assertThat(page.number("#value")).isEqualTo(conv2[(5 * 14 + 8) * 14 + 6]);
    String chosen =
        page.find("#working .chip[aria-pressed='true']").getText().replaceAll(":.*", "");
    int channel = Integer.parseInt(chosen);
    float[] x = value(image, "relu1");
    float[] w = network.weights().values("conv2.weight");
    List<Float> shownX = page.numbers("#taps-x");
    List<Float> shownW = page.numbers("#taps-w");
    assertThat(shownX).hasSize(25);
    for (int tap = 0; tap < 25; tap++) {
      int row = 6 + tap / 5;
      int column = 4 + tap % 5;
      assertThat(shownX.get(tap)).isEqualTo(x[(channel * 14 + row) * 14 + column]);
      assertThat(shownW.get(tap)).isEqualTo(w[(5 * 16 + channel) * 25 + tap]);
    }
    assertThat(page.number("#sum")).isEqualTo(page.number("#value"), within(1e-4f));
  }

  @Test
  void backward_anExample_showsTheLibrarysLossAndGradients() throws IOException {
    BackwardTrace trace = model.backward(example(40), 9, 0.01f);
    page.choose(40, "conv1", 2);
    page.find("#backward").click();
    try {
      page.scripts()
          .executeScript(
              "const label = document.getElementById('label'); label.value = '9'; label.dispatchEvent(new Event('change'))");
      page.until("return document.getElementById('gradient') !== null");
      page.until(
          "return document.getElementById('loss')?.dataset.value === '%s'".formatted(trace.loss()));
      assertThat(page.number("#loss-after")).isEqualTo((float) trace.lossAfter());
      page.until("return !document.getElementById('details').hasAttribute('aria-busy')");
      String[] at =
          String.valueOf(page.find("#details").getDomAttribute("data-shown")).split("/", 4);
      int place = 28 * Integer.parseInt(at[2]) + Integer.parseInt(at[3]);
      page.until(
          "return Number(document.getElementById('gradient').dataset.value) === %s"
              .formatted((double) trace.gradient("conv1")[2 * 28 * 28 + place]));
      String after = String.format(Locale.ROOT, "%.2f %%", 100 * trace.after().scores().get(9));
      assertThat(page.find("#step-answers tr.wanted td:last-child").getText()).isEqualTo(after);
      float[] dw = trace.parameterGradient("dense1.bias");
      double norm = Math.sqrt(IntStream.range(0, dw.length).mapToDouble(k -> dw[k] * dw[k]).sum());
      assertThat(page.find("#step-sizes").getText())
          .contains(
              "dense1.bias " + BigDecimal.valueOf(norm).round(new MathContext(4)).toPlainString());
    } finally {
      page.find("#backward").click();
    }
  }

  @Test
  void page_byKeyboard_reachesMapsAndLinksToTheBook() {
    page.choose(0, "conv1", 0);
    page.find("#network button[data-node='conv1'][data-channel='0']")
        .sendKeys(Keys.ARROW_DOWN, Keys.ENTER);
    page.until("return document.getElementById('details-title').textContent === 'conv1, map 1'");
    assertThat(page.find("#details a").getDomAttribute("href"))
        .isEqualTo("/book/05-convolution-forward");
  }

  private float[] value(Image image, String node) {
    return InsideBrowser.value(
        Subject.of(model.network(), image, Workers.of(1), KernelSet.fastest()), node);
  }

  private static Image example(int number) throws IOException {
    return Examples.all().get(number).image();
  }
}
