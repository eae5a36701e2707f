package io.fovea.studio;

import io.fovea.explain.FeatureMaps;
import io.fovea.explain.Subject;
import io.fovea.random.RandomKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.JavascriptException;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Interaction;
import org.openqa.selenium.interactions.PointerInput;
import org.openqa.selenium.interactions.Sequence;
import org.openqa.selenium.support.ui.WebDriverWait;

/** A studio and a Chromium that shows its look-inside page. */
final class InsideBrowser implements AutoCloseable {
  private static final List<String> BROWSERS =
      List.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome");
  private static final List<String> DRIVERS =
      List.of("/usr/bin/chromedriver", "/usr/lib/chromium-browser/chromedriver");
  private static final long HANDS = 20_261_128; // the seed
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Studio studio;
  private final ChromeDriver driver;

  private InsideBrowser(Studio studio, ChromeDriver driver) {
    this.studio = studio;
    this.driver = driver;
  }

  /** The page, ready; the test is skipped where no Chromium is installed. */
  static InsideBrowser open(Path folder) throws IOException {
    Optional<String> browser = installed(BROWSERS);
    Optional<String> chromedriver = installed(DRIVERS);
    Assumptions.assumeTrue(
        browser.isPresent() && chromedriver.isPresent(),
        "skipped: needs Chromium and its driver (Debian: chromium, chromium-driver), found none in /usr/bin");
    Studio studio =
        Studio.start(
            new StudioOptions(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                "",
                folder.resolve("runs"),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Map.of(),
                (arguments, run) -> {
                  throw new IOException("this test trains nothing");
                }),
            Duration.ofSeconds(30),
            Opened::untrained);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(browser.orElseThrow());
    options.addArguments(
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        "--window-size=1400,1600",
        "--user-data-dir=" + Files.createTempDirectory(folder, "profile"));
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(Path.of(chromedriver.orElseThrow()).toFile())
            .build();
    InsideBrowser page = new InsideBrowser(studio, new ChromeDriver(service, options));
    page.driver.get(studio.url() + "#inside/built-in");
    page.settled();
    return page;
  }

  /** Goes to another address of the studio. */
  void go(String path) {
    driver.get("about:blank"); // else only what is behind # would change
    driver.get(studio.url() + path);
  }

  private static Optional<String> installed(List<String> paths) {
    return paths.stream().filter(path -> Files.isExecutable(Path.of(path))).findFirst();
  }

  /** Waits until the page has answered all that it was asked. */
  void settled() {
    until("return document.querySelector('.inside')?.dataset.state === 'ready'");
  }

  void until(String script) {
    new WebDriverWait(driver, PATIENCE, Duration.ofMillis(10))
        .withMessage(script)
        .ignoring(JavascriptException.class)
        .until(waiting -> Boolean.TRUE.equals(driver.executeScript(script)));
  }

  WebElement find(String selector) {
    return driver.findElement(By.cssSelector(selector));
  }

  JavascriptExecutor scripts() {
    return driver;
  }

  /** The exact number that an element shows. */
  float number(String selector) {
    return Float.parseFloat(String.valueOf(find(selector).getDomAttribute("data-value")));
  }

  /** All exact numbers of a table. */
  List<Float> numbers(String selector) {
    return driver.findElements(By.cssSelector(selector + " td[data-value]")).stream()
        .map(cell -> Float.parseFloat(String.valueOf(cell.getDomAttribute("data-value"))))
        .toList();
  }

  List<?> list(String script) {
    return (List<?>) Objects.requireNonNull(driver.executeScript(script));
  }

  void select(String selector, String value) {
    driver.executeScript(
        "const list = document.querySelector(arguments[0]); list.value = arguments[1]; list.dispatchEvent(new Event('change'))",
        selector,
        value);
  }

  /** Shows an example, then a map of a node, and waits for its numbers. */
  void choose(int example, String node, int channel) {
    driver.executeScript(
        "document.querySelector(`[data-example='${arguments[0]}']`).click()", example);
    settled();
    driver.executeScript(
        "document.querySelector(`[data-node='${arguments[0]}'][data-channel='${arguments[1]}']`).click()",
        node,
        channel);
    until(
        "const row = document.querySelector(`[data-node='%1$s']`).matches('.row-map');"
                .formatted(node)
            + "return document.getElementById('details').dataset.shown?.startsWith(row ? '%1$s/' : '%1$s/%2$d/')"
                .formatted(node, channel));
  }

  /** What the library says that a node's values are. */
  static float[] value(Subject subject, String node) {
    return FeatureMaps.of(subject).stream()
        .filter(layer -> layer.node().equals(node))
        .findFirst()
        .orElseThrow()
        .value()
        .toArray();
  }

  /** Draws with the mouse on a cleared pad, and reads the answer. */
  String draw(Strokes strokes) {
    return draw(strokes, PointerInput.Kind.MOUSE);
  }

  /** Lets ten hands write the ten digits; those that are read wrongly. */
  List<String> wrongOfTenHands() {
    List<String> wrong = new ArrayList<>();
    for (int hand = 0; hand < 10; hand++) {
      RandomKey key = RandomKey.of(HANDS).with(hand);
      for (int digit = 0; digit < 10; digit++) {
        String answer = draw(Strokes.of(digit).by(key, key.with(digit)));
        if (!answer.equals(Integer.toString(digit))) {
          wrong.add("hand %d: %d read as %s".formatted(hand, digit, answer));
        }
      }
    }
    return wrong;
  }

  /** Draws with a mouse, a finger or a pen. */
  String draw(Strokes strokes, PointerInput.Kind kind) {
    WebElement pad = begin(strokes);
    for (Sequence line : moves(pad, strokes, new PointerInput(kind, kind.name()))) {
      driver.perform(List.of(line));
    }
    settled();
    return find("#answer-label").getText();
  }

  private WebElement begin(Strokes strokes) {
    driver.executeScript(
        "const clear = document.getElementById('clear'); clear.disabled || clear.click();"
            + "document.getElementById('pen').value = arguments[0];"
            + "document.getElementById('pad').scrollIntoView({block: 'center'})",
        strokes.pen());
    settled();
    return find("#pad");
  }

  private static Interaction to(
      PointerInput pointer, WebElement pad, int width, List<Double> line, int k) {
    int x = (int) Math.round((line.get(k) - 50) / 100 * width);
    int y = (int) Math.round((line.get(k + 1) - 50) / 100 * width);
    return pointer.createPointerMove(Duration.ZERO, PointerInput.Origin.fromElement(pad), x, y);
  }

  private static List<Sequence> moves(WebElement pad, Strokes strokes, PointerInput pointer) {
    int width = pad.getSize().getWidth();
    List<Sequence> all = new ArrayList<>();
    for (List<Double> line : strokes.lines()) {
      Sequence moves = new Sequence(pointer, 0);
      for (int k = 0; k < line.size(); k += 2) {
        moves.addAction(to(pointer, pad, width, line, k));
        if (k == 0) {
          moves.addAction(pointer.createPointerDown(PointerInput.MouseButton.LEFT.asArg()));
        }
      }
      moves.addAction(pointer.createPointerUp(PointerInput.MouseButton.LEFT.asArg()));
      all.add(moves);
    }
    return all;
  }

  @Override
  public void close() {
    driver.quit();
    studio.close();
  }
}
