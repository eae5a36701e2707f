package io.fovea.studio;

import static io.fovea.network.ConvOption.dilation;
import static io.fovea.network.ConvOption.padding;
import static io.fovea.network.ConvOption.stride;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.kernel.KernelSet;
import io.fovea.network.Graph;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.network.execution.PackedWeights;
import io.fovea.network.execution.Tape;
import io.fovea.network.execution.Workspace;
import io.fovea.parallel.Workers;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** The playground, on its page and in the book, and the lesson, in a real browser. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("gate")
class PlaygroundBrowserTest {
  private InsideBrowser page;

  @BeforeAll
  void open(@TempDir Path folder) throws IOException {
    page = InsideBrowser.open(folder);
  }

  @AfterAll
  void close() {
    if (page != null) {
      page.close();
    }
  }

  /** The cells of a map in a playground, in reading order. */
  private List<Double> cells(int playground, String of) {
    return page
        .list(
            "return [...document.querySelectorAll('.convolution')[%d].querySelectorAll('button[data-cell^=\"%s:\"]')].map((cell) => Number(cell.dataset.value))"
                .formatted(playground, of))
        .stream()
        .map(number -> ((Number) number).doubleValue())
        .toList();
  }

  private List<String> sums(int playground) {
    return page
        .list(
            "return [...document.querySelectorAll('.convolution')[%d].querySelectorAll('.all-sums li')].map((sum) => sum.textContent)"
                .formatted(playground))
        .stream()
        .map(String::valueOf)
        .toList();
  }

  @Test
  void chapterFive_everyCellOfItsExamples_isTheBooks() {
    page.go("book/05-convolution-forward");
    page.until("return document.querySelectorAll('.convolution').length === 3");
    assertThat(cells(0, "y")).containsExactly(38.0, 48.0, 68.0, 78.0);
    assertThat(sums(0))
        .containsExactly(
            "y[0, 0] = 1 + 1·1 + 2·2 + 3·4 + 4·5 = 38",
            "y[0, 1] = 1 + 1·2 + 2·3 + 3·5 + 4·6 = 48",
            "y[1, 0] = 1 + 1·4 + 2·5 + 3·7 + 4·8 = 68",
            "y[1, 1] = 1 + 1·5 + 2·6 + 3·8 + 4·9 = 78");
    assertThat(cells(1, "y")).containsExactly(5.0, 19.0, 37.0, 78.0);
    assertThat(cells(2, "y")).containsExactly(42.0, 52.0, 72.0, 82.0);
  }

  @Test
  void chapterNine_everyCellOfItsExamples_isTheBooks() {
    page.go("book/09-convolution-backward");
    page.until("return document.querySelectorAll('.convolution').length === 2");
    assertThat(cells(0, "dw")).containsExactly(4.0, 6.0, 10.0, 12.0);
    assertThat(cells(0, "db")).containsExactly(2.0);
    assertThat(cells(0, "dx")).containsExactly(1.0, 2.0, 0.0, 5.0, 7.0, -2.0, 6.0, 5.0, -4.0);
    assertThat(sums(0)).contains("dw[0, 0] = 1·1 + 0·2 + 2·4 − 1·5 = 4", "db = 1 + 0 + 2 − 1 = 2");
    assertThat(cells(1, "dw")).containsExactly(-5.0, 2.0, -8.0, 6.0);
    assertThat(cells(1, "dx")).containsExactly(4.0, 0.0, 0.0, 4.0, -1.0, -2.0, 8.0, -3.0, -4.0);
  }

  private static String rows(float[] values, int from, int rows, int columns) {
    return IntStream.range(0, rows)
        .mapToObj(
            i ->
                IntStream.range(0, columns)
                    .mapToObj(
                        j -> String.format(Locale.ROOT, "%.0f", values[from + i * columns + j]))
                    .collect(Collectors.joining(",")))
        .collect(Collectors.joining(";"));
  }

  private static float[] digits(String name, int count) {
    RandomKey key = RandomKey.of(31).with(name);
    float[] values = new float[count];
    for (int k = 0; k < count; k++) {
      values[k] = Math.round(18 * key.uniform(k) - 9);
    }
    return values;
  }

  /** What core computes: the output of the window of {@code page_anyState} and its gradients. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Expected(float[] y, float[] dx, float[] dw) {
    static Expected of(float[] x, float[] w, float[] dy) {
      Graph graph =
          Network.input(2, 7, 8).conv2d(1, 3, stride(2), padding(1), dilation(2)).as("c").graph();
      Weights weights = Weights.of(graph, Map.of("c.weight", w, "c.bias", new float[] {4}));
      PackedWeights packed = PackedWeights.of(graph, weights, KernelSet.REFERENCE);
      Workspace workspace = Workspace.of(KernelSet.REFERENCE, Workers.of(1));
      workspace.beginInference();
      Tape tape = Tape.forward(packed, workspace, Tensor.of(Shape.of(2, 7, 8), 1, x), true);
      float[] y = tape.output().toArray();
      tape.backward(Tensor.of(graph.output(), 1, dy));
      PackedWeights.Entry entry =
          packed.entries().stream()
              .filter(each -> each.name().equals("c.weight"))
              .findFirst()
              .orElseThrow();
      float[] dw = entry.logical(workspace.node("c").gradient("weight"));
      return new Expected(y, tape.gradient(Graph.INPUT).toArray(), dw);
    }
  }

  /**
   * Two channels, stride 2, padding 1, dilation 2: against core's convolution and its gradients.
   */
  @Test
  void page_anyState_isWhatTheLibraryComputes() {
    float[] x = digits("x", 2 * 7 * 8);
    float[] w = digits("w", 2 * 3 * 3);
    float[] dy = digits("dy", 3 * 3);
    Expected expected = Expected.of(x, w, dy);
    String state =
        "x=%s|%s&w=%s|%s&b=4&s=2&p=1&d=2&dy=%s"
            .formatted(
                rows(x, 0, 7, 8),
                rows(x, 56, 7, 8),
                rows(w, 0, 3, 3),
                rows(w, 9, 3, 3),
                rows(dy, 0, 3, 3));
    page.go("#playground/" + state);
    page.until("return document.querySelectorAll('.convolution [data-cell^=\"y:\"]').length === 9");
    assertSame(cells(0, "y"), expected.y());
    page.find("[data-set='backward']").click();
    page.until(
        "return document.querySelectorAll('.convolution [data-cell^=\"dx:\"]').length === 112");
    assertSame(cells(0, "dx"), expected.dx());
    assertSame(cells(0, "dw"), expected.dw());
    assertThat(String.valueOf(page.scripts().executeScript("return location.hash")))
        .startsWith("#playground/x=")
        .contains("&s=2&p=1&d=2&", "&view=backward");
  }

  /** The lesson, whose own tests are in its module: its worker runs under the studio's policy. */
  @Test
  void lesson_aStep_hasTheLossOfTheTutorial() {
    page.go("#lesson");
    page.until("return !document.getElementById('lesson-batch').disabled");
    page.find("#lesson-batch").click();
    page.until(
        "return document.querySelector('.lines').innerText.includes('loss 2.73178205412702')");
  }

  private static void assertSame(List<Double> shown, float[] expected) {
    assertThat(shown).hasSize(expected.length);
    for (int k = 0; k < expected.length; k++) {
      assertThat(shown.get(k)).isEqualTo(expected[k], within(1e-3));
    }
  }

  @Test
  void page_byKeyboard_typesChoosesAndKeepsItsState() {
    page.go("#playground");
    page.until("return document.querySelector('.convolution .sum')?.textContent.endsWith('= 38')");
    page.scripts().executeScript("document.querySelector('[data-cell=\"x:0,0,0\"]').focus()");
    page.find("[data-cell='x:0,0,0']").sendKeys(Keys.chord(Keys.CONTROL, "a"), "-7");
    page.until("return document.querySelector('.convolution .sum').textContent.endsWith('= 30')");
    page.find("[data-cell='y:0,0,0']").sendKeys(Keys.ARROW_RIGHT);
    page.until(
        "return document.querySelector('.convolution .sum').textContent === 'y[0, 1] = 1 + 1·2 + 2·3 + 3·5 + 4·6 = 48'");
    page.find("[data-set='p']").sendKeys(Keys.ARROW_UP, Keys.TAB);
    page.until(
        "return document.querySelectorAll('.convolution [data-cell^=\"y:\"]').length === 16");
    String hash = String.valueOf(page.scripts().executeScript("return location.hash"));
    page.go(hash);
    page.until(
        "return document.querySelectorAll('.convolution [data-cell^=\"y:\"]').length === 16");
    assertThat(page.find("[data-cell='x:0,0,0']").getDomProperty("value")).isEqualTo("-7");
    page.find("[data-set='k']").sendKeys(Keys.chord(Keys.CONTROL, "a"), "7", Keys.TAB);
    assertThat(page.find(".convolution .error").getText())
        .startsWith("Kernel can be 1 to 5, whole: 5 was taken.");
    page.find("[data-set='p']").sendKeys(Keys.chord(Keys.CONTROL, "a"), "0", Keys.TAB);
    assertThat(page.find(".convolution .error").getText())
        .isEqualTo(
            "The kernel covers 5 rows and columns, more than the input has with its padding: take a smaller kernel or dilation, or more padding.");
    page.find("[aria-label='Ready examples'] button:nth-child(3)").click();
    assertThat(cells(0, "y")).as("edges of a square").hasSize(36).contains(0.0, 36.0, -36.0);
  }
}
