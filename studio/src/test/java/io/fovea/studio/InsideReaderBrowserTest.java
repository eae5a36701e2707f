package io.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.data.Images;
import io.fovea.dataset.Image;
import io.fovea.format.Models;
import io.fovea.network.Graph;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.network.Zoo;
import io.fovea.studio.inside.BackwardTrace;
import io.fovea.studio.inside.Digits;
import io.fovea.studio.inside.Examples;
import io.fovea.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.Keys;

/**
 * A reader and her pictures on the look-inside page: the first visit, where a gradient comes from,
 * pictures by every way in, a network of photographs.
 */
@Tag("gate") // in a build, InsideBrowserTest opens this page and reads its numbers
class InsideReaderBrowserTest extends InsideBrowserTests {
  private static final int SEVEN = 70;

  @Override
  void prepare(Path folder) throws IOException {
    Network photos = Network.of(Zoo.RESNET18.graph(Shape.of(3, 48, 64), 3), Initializer.he(), 1);
    String elsewhere = "{\"data\":\"/elsewhere\"}";
    write(folder, "photos", elsewhere, photos);
    write(folder, "biased", elsewhere, biased());
    for (String loss : List.of("sigmoid", "squared")) {
      write(folder, loss, "{\"flags\":{\"loss\":\"" + loss + "\"}}", biased());
    }
  }

  private static void write(Path folder, String name, String config, Network network)
      throws IOException {
    Path run = Files.createDirectories(folder.resolve("runs").resolve(name));
    Files.writeString(run.resolve("config.json"), config);
    Models.write(network, run.resolve("model.safetensors"));
  }

  private static Network biased() {
    Graph graph = Zoo.POOLED.graph(Shape.of(1, 28, 28), 10);
    Network initial = Network.of(graph, Initializer.he(), 1);
    Map<String, float[]> values = new LinkedHashMap<>();
    for (String name : initial.weights().names()) {
      float[] own = initial.weights().values(name);
      if (name.endsWith(".bias")) {
        java.util.Arrays.fill(own, 0.1f);
      }
      values.put(name, own);
    }
    return Network.of(graph, Weights.of(graph, values), initial.preprocessing(), initial.labels());
  }

  @BeforeEach
  void begin() {
    page.go("#inside/built-in");
    page.settled();
  }

  private String text(String selector) {
    return String.valueOf(
        page.scripts()
            .executeScript("return document.querySelector(arguments[0]).textContent", selector));
  }

  private double evaluate(String script) {
    return ((Number) java.util.Objects.requireNonNull(page.scripts().executeScript(script)))
        .doubleValue();
  }

  @Test
  void firstVisit_hasAPictureLoadedAndThreeSentences() {
    assertThat(page.find("#answer").getText()).startsWith("It is 7 (");
    assertThat(text(".first-words").split("\\. ")).hasSize(3);
    assertThat(evaluate("return document.querySelectorAll('.lines path').length")).isGreaterThan(0);
  }

  /** The book's links. */
  @Test
  void addressOfAMap_opensIt() {
    for (String at : List.of("conv2/2", "conv1/3", "dense1/7")) {
      page.go("#inside/book/" + at);
      page.until(
          "return document.getElementById('details').dataset.shown?.startsWith('%s/')"
              .formatted(at));
    }
  }

  /** From the first page: Look inside, the backward pass, a map. */
  @Test
  void reader_inThreeClicks_seesWhyAGradientIsWhatItIs() throws IOException {
    page.go("");
    page.find("nav a[data-page='inside']").click();
    page.settled();
    page.until("return document.querySelector('#answer-label')?.textContent === '7'");
    assertThat(text("#scaled"))
        .isEqualTo("x = (pixel − 33.3) / 78.6; the book’s file divides by 255");
    page.find("#backward").click();
    page.until("return document.getElementById('loss') !== null");
    page.scripts()
        .executeScript("document.querySelector(\"[data-node='relu1'][data-channel='3']\").click()");
    page.until(
        "return document.getElementById('details').dataset.shown?.startsWith('relu1/3/') && document.getElementById('taps-dy') !== null");
    int label = (int) evaluate("return Number(document.getElementById('label').value)");
    assertThat(page.number("#loss")).as("of another class than 7").isGreaterThan(1);
    BackwardTrace trace = Digits.book().backward(Examples.all().get(SEVEN).image(), label, 0);
    String[] at = text("#place").replaceAll("Row (\\d+), column (\\d+).*", "$1,$2").split(",", 2);
    int place = 28 * Integer.parseInt(at[0]) + Integer.parseInt(at[1]);
    float gradient = trace.gradient("relu1")[3 * 28 * 28 + place];
    assertThat(Math.abs(gradient)).as("it begins where something is learned").isPositive();
    assertThat(page.number("#gradient")).isEqualTo(gradient);
    assertThat(page.number("#back-sum"))
        .isEqualTo(gradient, within(1e-6f + 1e-4f * Math.abs(gradient)));
    List<Float> dy = page.numbers("#taps-dy");
    List<Float> w = page.numbers("#taps-w");
    List<Float> products = page.numbers("#taps-products");
    int filter =
        Integer.parseInt(text("#working .chip[aria-pressed='true']").replaceAll(":.*", ""));
    float[] all = trace.gradient("conv2");
    float[] weights = Digits.book().network().weights().values("conv2.weight");
    for (int tap = 0; tap < 25; tap++) {
      int i = place / 28 + 2 - tap / 5;
      int j = place % 28 + 2 - tap % 5;
      assertThat(dy.get(tap)).isEqualTo(all[(filter * 28 + i) * 28 + j]);
      assertThat(w.get(tap)).isEqualTo(weights[(filter * 4 + 3) * 25 + tap]);
      assertThat(products.get(tap)).isEqualTo(dy.get(tap) * w.get(tap), within(1e-7f));
    }
  }

  @Test
  void weight_chosen_showsItsGradientAndItsUpdate() throws IOException {
    page.find("#backward").click();
    page.until("return document.getElementById('loss') !== null");
    page.select("#label", "1");
    page.scripts()
        .executeScript("document.querySelector(\"[data-node='conv2'][data-channel='5']\").click()");
    page.until(
        "return document.querySelector('.choose-weight caption')?.textContent === 'filter 5 of conv2'");
    page.select("#update-source", "0");
    page.scripts().executeScript("document.querySelectorAll('.choose-weight button')[12].click()");
    page.until(
        "return document.querySelector('.update-result')?.textContent.includes('conv2.weight[5, 0, 2, 2]')");
    Image seven = Examples.all().get(SEVEN).image();
    float[] dw = model.backward(seven, 1, 0).parameterGradient("conv2.weight");
    int index = 5 * 16 * 25 + 12;
    page.until(
        "return Math.fround(document.getElementById('dw').dataset.value) === %s"
            .formatted((double) dw[index]));
    List<Float> steps = page.numbers("#descent");
    assertThat(steps).hasSize(3 * 6);
    var expected =
        model.descend(
            seven, 1, io.fovea.optim.Sgd.of(0.01f).momentum(0.9f), 3, "conv2.weight", index);
    for (int k = 0; k < 3; k++) {
      assertThat(steps.get(6 * k)).isEqualTo(expected.get(k).gradient());
      assertThat(steps.get(6 * k + 1)).isEqualTo(expected.get(k).velocity());
      assertThat(steps.get(6 * k + 3)).isEqualTo(expected.get(k).stepped());
      assertThat(steps.get(6 * k + 5)).isEqualTo((float) expected.get(k).lossAfter());
    }
  }

  @Test
  void lastLayer_isNotCropped() {
    page.choose(SEVEN, "dense1", 0);
    page.until("return document.getElementById('softmax') !== null");
    for (String table : List.of("contributions", "softmax")) {
      assertThat(
              page.scripts()
                  .executeScript(
                      "const scroll = document.getElementById(arguments[0]).parentElement; return scroll.scrollWidth <= scroll.clientWidth",
                      table))
          .as(table)
          .isEqualTo(true);
    }
    assertThat(text(".class-names")).isEqualTo("0123456789");
  }

  @Test
  void corner_ofAConvolution_hasOneSumInBothLines() {
    page.go("#inside/biased");
    page.settled();
    page.choose(SEVEN, "conv1", 0);
    CharSequence[] keys = new CharSequence[28];
    java.util.Arrays.fill(keys, 0, 14, Keys.ARROW_UP);
    java.util.Arrays.fill(keys, 14, 28, Keys.ARROW_LEFT);
    page.find("#details .board[tabindex]").sendKeys(keys);
    page.until("return document.getElementById('details').dataset.shown === 'conv1/0/0/0'");
    page.until("return document.querySelector('#working .equation') !== null");
    assertThat(text("#working")).contains("Sum of these products: 0Products 0 + bias 0.1 = 0.1");
  }

  /** The page reads the outputs, and begins the backward pass, by the loss of the run. */
  @ParameterizedTest
  @CsvSource({
    "sigmoid, sigmoid cross-entropy, 0.1 · (p − t), 1 / (1 + e^−z)",
    "squared, mean squared error, 0.2 · (z − t), output z",
  })
  void outputs_ofAnotherLoss_areReadByIt(String run, String loss, String dz, String column) {
    page.go("#inside/" + run);
    page.settled();
    page.choose(SEVEN, "dense2", 0);
    page.until("return document.getElementById('" + run + "') !== null");
    assertThat(text("#" + run + " thead th:last-child")).isEqualTo(column);
    List<?> shown =
        page.list(
            "return [...document.querySelectorAll('#bars .share')].map((e) => e.textContent)");
    List<?> listed =
        page.list(
            "return [...document.querySelectorAll('#"
                + run
                + " td:last-child')].map((e) => e.textContent)");
    assertThat(shown).hasSize(10);
    assertThat(text("#page-inside .inside").replace("give the softmax of these outputs", ""))
        .doesNotContainIgnoringCase("softmax");
    page.find("#backward").click();
    page.until(
        "return document.getElementById('loss') !== null && document.getElementById('back-sum') !== null");
    assertThat(text(".learning .result p")).startsWith("Loss (" + loss + ") ");
    assertThat(text("#working .equation")).startsWith("dz = " + dz + " = ");
    assertThat(page.number("#back-sum")).isEqualTo(page.number("#gradient"), within(1e-6f));
    if (run.equals("sigmoid")) {
      assertThat(shown).isEqualTo(listed);
    }
  }

  /** The Train page's look inside, given what the server sends. */
  @Test
  void insight_deadUnitsAndFilters_haveTheColoursThatTheyShould() {
    Object drawn =
        page.scripts()
            .executeAsyncScript(
                """
                const done = arguments[arguments.length - 1];
                import('/insight.js').then(({ Insight }) => {
                  const one = new Insight();
                  const histogram = { from: 0, to: 1, mean: 0, counts: [1] };
                  one.draw({ saved: 1, accuracy: 0.5, tested: 2, data: 'd', classes: ['a', 'b'], confusion: [[1, 0], [0, 1]], mistakes: [],
                    filters: { name: 'conv1', shape: [1, 1, 1, 2], values: [1, -1] }, weights: [],
                    layers: [{ name: 'relu1', dead: 1, activations: histogram }] });
                  const { low, high, optimum } = one.element.querySelector('meter');
                  const filter = one.element.querySelector('.filter');
                  const pixels = [...filter.getContext('2d').getImageData(0, 0, 2, 1).data];
                  done([low, high, optimum, filter.title, ...pixels].join(' '));
                }, (failure) => done(String(failure)));
                """);
    assertThat(drawn).isEqualTo("0.1 0.4 0 Filter 0 213 94 0 255 0 114 178 255");
  }

  private static String base64(Image image) throws IOException {
    return Base64.getEncoder().encodeToString(Images.png(image));
  }

  /** Dark ink on grey paper, off the middle. */
  private static Image photo(int example) throws IOException {
    Image digit = Examples.all().get(example).image().inverted().resized(140, 140);
    byte[] paper = new byte[300 * 400];
    java.util.Arrays.fill(paper, (byte) 230);
    for (int k = 0; k < 140 * 140; k++) {
      int pixel = digit.get(0, k / 140, k % 140);
      paper[(100 + k / 140) * 400 + 40 + k % 140] = (byte) (pixel * 230 / 255);
    }
    return Image.of(1, 300, 400, paper);
  }

  /** Gives the page a file by an event that has it, as browsers send when one drops or pastes. */
  private void give(Image image, String event) throws IOException {
    page.scripts()
        .executeScript(
            """
            const bytes = Uint8Array.from(atob(arguments[0]), (letter) => letter.charCodeAt(0));
            const transfer = new DataTransfer();
            transfer.items.add(new File([bytes], 'photo.png', { type: 'image/png' }));
            const dropped = arguments[1] === 'drop';
            const event = dropped ? new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true })
                : new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true, cancelable: true });
            document.querySelector(dropped ? '#page-inside .inside' : 'body').dispatchEvent(event);
            """,
            base64(image),
            event);
  }

  @Test
  void photo_droppedAndPasted_isFramedAndRead() throws IOException {
    give(photo(40), "drop");
    page.until("return document.getElementById('answer-label')?.textContent === '4'");
    give(photo(30), "paste");
    page.until("return document.getElementById('answer-label')?.textContent === '3'");
  }

  @Test
  void photo_ofTwoDigits_isDoubtedAndCropped() throws IOException {
    Image two = photo(40);
    byte[] pixels = two.pixels();
    Image other = photo(30);
    for (int y = 0; y < 300; y++) {
      for (int x = 0; x < 200; x++) {
        pixels[y * 400 + 200 + x] = (byte) other.get(0, y, x);
      }
    }
    give(Image.of(1, 300, 400, pixels), "drop");
    page.until(
        "return document.querySelector('.doubt')?.textContent.includes('several things stand out')");
    for (String side : List.of("left", "width")) {
      page.scripts()
          .executeScript(
              "const input = document.getElementById(arguments[0]); input.value = 200; input.dispatchEvent(new Event('change'))",
              "crop-" + side);
    }
    page.until(
        "return document.getElementById('answer-label')?.textContent === '3' && !document.querySelector('.doubt')");
    page.find("#crop-whole").click();
    page.until("return document.querySelector('.doubt') !== null");
  }

  @Test
  void camera_takesAPicture() {
    page.find("#camera").click();
    page.until(
        "return document.querySelector('.camera').open && document.querySelector('.camera video').videoWidth > 0");
    page.find("#camera-take").click();
    page.until(
        "return !document.querySelector('.camera').open && !document.querySelector('.cropping').hidden && document.getElementById('crop').width > 1");
    page.settled();
    assertThat(
            page.scripts()
                .executeScript("return document.querySelector('.camera video').srcObject === null"))
        .as("the camera is off")
        .isEqualTo(true);
  }

  @Test
  void photoNetwork_isFoldedKeepsTheAspectAndUnfolds() {
    page.go("#inside/photos");
    page.settled();
    assertThat(text(".pad-hint")).isEqualTo("Draw here");
    assertThat(text("#answer")).isEqualTo("Draw something, or choose a picture.");
    byte[] noise = new byte[3 * 96 * 128];
    new java.util.Random(1).nextBytes(noise);
    int folded = (int) evaluate("return document.querySelectorAll('.network .column').length");
    assertThat(folded).isLessThan(20);
    assertThat(
            evaluate("return document.querySelectorAll('.fold[aria-expanded=\"false\"]').length"))
        .isGreaterThan(7);
    try {
      give(Image.of(3, 96, 128, noise), "drop");
    } catch (IOException impossible) {
      throw new AssertionError(impossible);
    }
    page.until("return document.getElementById('answer-label') !== null");
    page.settled();
    assertThat(
            evaluate(
                "const box = document.getElementById('seen').getBoundingClientRect(); return box.height / box.width"))
        .isEqualTo(0.75, within(0.01));
    page.scripts().executeScript("document.querySelectorAll('.fold')[3].click()");
    page.until(
        "return document.querySelectorAll('.network .column').length > %d".formatted(folded + 3));
    page.until(
        "return [...document.querySelectorAll('.network .scale')].every((scale) => scale.textContent !== '±0')");
  }
}
