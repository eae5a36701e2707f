package io.fovea.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.JavascriptException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;

/** A headless Chromium with a profile of its own. */
final class Browser implements AutoCloseable {
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  /** Opens an address; the test is skipped where no Chromium is installed. */
  static Browser open(String url, Path profile) throws IOException {
    Assumptions.assumeTrue(
        Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER),
        "skipped: no Chromium at "
            + CHROMIUM
            + " and "
            + DRIVER
            + "; install the packages chromium and chromium-driver");
    ChromeOptions options = new ChromeOptions();
    options.setBinary(CHROMIUM.toFile());
    options.addArguments(
        "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update --disable-sync --use-fake-device-for-media-stream --use-fake-ui-for-media-stream --window-size=1200,1000"
            .split(" ", -1));
    options.addArguments("--user-data-dir=" + Files.createDirectories(profile).toAbsolutePath());
    ChromeDriverService service =
        new ChromeDriverService.Builder().usingDriverExecutable(DRIVER.toFile()).build();
    ChromeDriver driver = new ChromeDriver(service, options);
    driver.get(url);
    return new Browser(driver);
  }

  WebElement find(String css) {
    return driver.findElement(By.cssSelector(css));
  }

  /**
   * Waits until the page says so; the script returns true or false, and fails while what it asks is
   * not there yet.
   */
  void await(String what, String script) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!holds(script)) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError(
            what + ": not within " + PATIENCE + "; the page says " + find("main").getText());
      }
      Thread.sleep(100);
    }
  }

  private boolean holds(String script) {
    try {
      return Boolean.TRUE.equals(driver.executeScript("return " + script));
    } catch (JavascriptException notThere) {
      return false;
    }
  }

  Object evaluate(String script) {
    return String.valueOf(driver.executeScript("return " + script));
  }

  /** Presses keys, which go to what has the focus. */
  void keys(CharSequence... keys) {
    new Actions(driver).sendKeys(keys).perform();
  }

  /** Gives an element the focus, as a person's Tab key would, and presses keys there. */
  void keysOn(String css, CharSequence... keys) {
    driver.executeScript("document.querySelector(arguments[0]).focus()", css);
    keys(keys);
  }

  /** A window of this size, which may be smaller than a window of Chromium can be. */
  void size(int width, int height) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
  }

  /**
   * Delays each response of a server by {@code milliseconds}, and makes the page's own work take
   * {@code times} times as long.
   */
  void slow(int milliseconds, int times) {
    driver.executeCdpCommand("Network.enable", Map.of());
    driver.executeCdpCommand(
        "Network.emulateNetworkConditions",
        Map.of(
            "offline",
            false,
            "latency",
            milliseconds,
            "downloadThroughput",
            -1,
            "uploadThroughput",
            -1));
    driver.executeCdpCommand("Emulation.setCPUThrottlingRate", Map.of("rate", times));
  }

  /** What the system would say of itself: light or dark. */
  void theme(String theme) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", theme))));
  }

  /** A script that runs before those of each page that is opened from now on. */
  void before(String script) {
    driver.executeCdpCommand("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script));
  }

  /** The window as a PNG. */
  byte[] picture() {
    driver.executeCdpCommand("Emulation.setScrollbarsHidden", Map.of("hidden", true));
    Map<String, Object> shot = driver.executeCdpCommand("Page.captureScreenshot", Map.of());
    return Base64.getDecoder().decode(String.valueOf(shot.get("data")));
  }

  /** What axe-core finds wrong with the page for people with disabilities. */
  List<String> violations() throws IOException {
    if (Boolean.TRUE.equals(driver.executeScript("return typeof axe === 'undefined'"))) {
      try (InputStream axe = ClassLoader.getSystemResourceAsStream("axe.min.js")) {
        driver.executeScript(
            new String(Objects.requireNonNull(axe).readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    Object found =
        driver.executeAsyncScript(
            """
            const done = arguments[arguments.length - 1];
            const told = (violation) => `${violation.impact} ${violation.id}: `
                + violation.nodes.map((node) => `${node.target.join(' ')} (${node.failureSummary})`).join('; ');
            axe.run().then((result) => done([`${result.passes.length} passed`, ...result.violations.map(told)]),
                (failure) => done([`axe did not run: ${failure}`]));
            """);
    List<String> all = texts(Objects.requireNonNull(found));
    if (!all.getFirst().endsWith(" passed")) {
      throw new AssertionError(all.getFirst());
    }
    return all.subList(1, all.size());
  }

  static List<String> texts(Object list) {
    return ((List<?>) list).stream().map(String::valueOf).toList();
  }

  /** What a script returns; nothing is an empty text. */
  Object run(String script) {
    return Objects.requireNonNullElse(driver.executeScript(script), "");
  }

  void click(String css) {
    driver.executeScript("document.querySelector(arguments[0]).click()", css);
  }

  void fill(String css, String text) {
    WebElement element = find(css);
    element.clear();
    element.sendKeys(text);
  }

  /** Saves what is downloaded in a folder. */
  void downloadTo(Path folder) {
    driver.executeCdpCommand(
        "Page.setDownloadBehavior",
        Map.of("behavior", "allow", "downloadPath", folder.toAbsolutePath().toString()));
  }

  void reload() {
    driver.navigate().refresh();
  }

  void go(String url) {
    driver.get(url);
  }

  @Override
  public void close() {
    driver.quit();
  }
}
