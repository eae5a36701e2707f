package io.fovea.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.JavascriptException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

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
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--window-size=1200,1000",
        "--user-data-dir=" + Files.createDirectories(profile).toAbsolutePath());
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

  void click(String css) {
    driver.executeScript("document.querySelector(arguments[0]).click()", css);
  }

  void fill(String css, String text) {
    WebElement element = find(css);
    element.clear();
    element.sendKeys(text);
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
