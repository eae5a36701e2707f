import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.support.ui.WebDriverWait;

/** The site's lesson, hospital and playgrounds, from {@code file:}, in a real browser. */
@SuppressWarnings("DefaultPackage") // as the classes under test
@Tag("gate")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LessonBrowserTest {
  private static final List<String> BROWSERS =
      List.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome");
  private static final List<String> DRIVERS =
      List.of("/usr/bin/chromedriver", "/usr/lib/chromium-browser/chromedriver");
  private static final Duration PATIENCE = Duration.ofMinutes(3); // 1,000 images on a busy machine
  private static final long MOST_BYTES = 600_000;
  private static final long MOST_BYTES_OF_HOSPITAL = 120_000;

  private Path site = Path.of("");
  private Path page = Path.of("");
  private ChromeDriver driver;

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    List<String> found =
        Stream.of(BROWSERS, DRIVERS)
            .flatMap(
                paths -> paths.stream().filter(path -> Files.isExecutable(Path.of(path))).limit(1))
            .toList();
    Assumptions.assumeTrue(
        found.size() == 2,
        "skipped: needs Chromium and its driver (Debian: chromium, chromium-driver), found none in /usr/bin");
    site = folder.resolve("site");
    page = site.resolve("lesson/train");
    build(site);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(found.getFirst());
    options.addArguments(
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--window-size=1280,900",
        "--user-data-dir=" + Files.createTempDirectory(folder, "profile"));
    driver =
        new ChromeDriver(
            new ChromeDriverService.Builder()
                .usingDriverExecutable(new File(found.getLast()))
                .build(),
            options);
  }

  private static void build(Path site) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "../build/Site.java",
                "..",
                site.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(output + process.waitFor()).startsWith("site: ").endsWith("\n0");
  }

  @AfterAll
  void close() {
    if (driver != null) {
      driver.quit();
    }
  }

  /** The page, and a new network of it. */
  private void begin(int filters, int fault) {
    driver.get(page.resolve("index.html").toUri().toString());
    until("!document.getElementById('lesson-train').disabled");
    choose("lesson-size", filters);
    choose("lesson-fault", fault);
    until("document.getElementById('lesson-status').textContent.startsWith('A new network')");
  }

  private void choose(String id, Object value) {
    driver.executeScript(
        "const list = document.getElementById(arguments[0]); list.value = arguments[1]; list.dispatchEvent(new Event('change'))",
        id,
        value);
  }

  private void until(String condition) {
    new WebDriverWait(driver, PATIENCE, Duration.ofMillis(20))
        .withMessage(condition)
        .until(waiting -> Boolean.TRUE.equals(driver.executeScript("return " + condition)));
  }

  private WebElement find(String id) {
    return driver.findElement(By.id(id));
  }

  /** The numbers beside the line of the file that begins so. */
  private String numbers(String code) {
    return String.valueOf(
        driver.executeScript(
            "return [...document.querySelectorAll('.lines tr')].find((row) => row.querySelector('code').textContent.trim().startsWith(arguments[0])).querySelector('.numbers').textContent",
            code));
  }

  private double step() {
    String before = find("lesson-seen").getText();
    find("lesson-batch").click();
    until("document.getElementById('lesson-seen').textContent !== '%s'".formatted(before));
    return Double.parseDouble(numbers("mean +=").replace("loss ", ""));
  }

  @Test
  void losses_ofTheFirstFourSteps_areThoseOfTheJvm() {
    begin(16, 0);
    for (double expected : TrainingByLineTest.LOSSES) {
      assertThat(step()).isEqualTo(expected, within(1e-12 * expected)); // exp and log may round
    }
    begin(4, 0);
    List<Double> small = new ArrayList<>();
    for (int k = 0; k < 4; k++) {
      small.add(step());
    }
    assertThat(small.getFirst()).isEqualTo(2.7317820541270295, within(1e-12));
    assertThat(numbers("seen +=")).isEqualTo("64");
  }

  /** What a reader does: train, pause, a step, lines, draw. */
  @Test
  void page_after1000Images_readsDigits() {
    begin(4, 0);
    find("lesson-train").click();
    until("document.getElementById('lesson-accuracy').textContent.includes('after 1,0')");
    find("lesson-train").click();
    until("document.getElementById('lesson-status').textContent === 'Paused.'");
    String accuracy = find("lesson-accuracy").getText();
    assertThat(Double.parseDouble(accuracy.substring(0, accuracy.indexOf(' '))))
        .as(accuracy)
        .isGreaterThan(70);
    int seen = seen();
    assertThat(seen).isBetween(1008, 1200);
    step();
    assertThat(seen()).isEqualTo(seen + 16);
    find("lesson-line").sendKeys(Keys.ENTER, Keys.ENTER);
    until("document.getElementById('lesson-status').textContent.startsWith('int[] t')");
    assertThat(driver.findElement(By.cssSelector("[aria-current=step] code")).getText().strip())
        .startsWith("int[] t = batch.stream()");
    draw(new int[][] {{2, 12}, {-3, 12}, {-1, 14}, {-1, 16}}, 0, -60); // a one, downwards
    until("/^1 \\(\\d+ %\\)$/.test(document.getElementById('lesson-answer').textContent)");
    find("clear").click();
    until("document.getElementById('lesson-answer').textContent === '–'");
  }

  private int seen() {
    return Integer.parseInt(find("lesson-seen").getText().replace(",", ""));
  }

  private void draw(int[][] moves, int x, int y) {
    driver.executeScript("document.getElementById('pad').scrollIntoView({ block: 'center' })");
    Actions hand = new Actions(driver).moveToElement(find("pad"), x, y).clickAndHold();
    for (int[] move : moves) {
      hand.moveByOffset(move[0], 2 * move[1]);
    }
    hand.release().perform();
  }

  @Test
  void fault8_endsInNan_andShowsItsLine() {
    begin(4, 8);
    assertThat(driver.findElement(By.cssSelector(".instead")).getText()).contains("dz[t] =- 1");
    assertThat(find("lesson-about").getText()).startsWith("Fault 8.");
    find("lesson-train").click();
    until("document.getElementById('lesson-loss').textContent === 'NaN'");
  }

  /** What a reader does: examine, be wrong, be right, come back later. */
  @Test
  void hospital_examinationsAndNames_leadToTheCure() {
    String address = site.resolve("lesson/hospital/index.html").toUri().toString();
    driver.get(address);
    find("hospital-again").click();
    assertThat(driver.findElements(By.cssSelector("[data-patient]"))).hasSize(12);
    driver.findElement(By.cssSelector("[data-exam=first]")).sendKeys(Keys.ENTER);
    assertThat(driver.switchTo().activeElement().getText()).isEqualTo("Loss of the first step");
    assertThat(driver.findElement(By.cssSelector(".exam td")).getText()).isEqualTo("233.7");
    assertThat(name("f14")).startsWith("Not “No update”: then the first step moves no weight.");
    assertThat(name("f15"))
        .startsWith("Not “Initial weights of 1e-4”: then the weights of conv1 have a deviation");
    assertThat(name("f1"))
        .startsWith("It is: Pixels from 0 to 255. You ordered 1 examination;")
        .contains("/ 255.0);");
    driver.findElement(By.cssSelector("[data-patient=f8]")).click();
    assertThat(driver.switchTo().activeElement().getText()).isEqualTo("Patient 12");
    for (int k = 0; k < 9; k++) {
      driver.findElement(By.cssSelector("[data-exam][aria-pressed=false]")).click();
    }
    assertThat(driver.findElements(By.cssSelector(".exam"))).hasSize(9);
    assertThat(driver.findElements(By.cssSelector(".exam .pictures li"))).hasSize(20);
    driver.get(address);
    assertThat(find("hospital-sum").getText())
        .isEqualTo("1 of 12 named, 10 examinations, 2 wrong names.");
    assertThat(driver.findElement(By.cssSelector("[data-patient=f1]")).getText()).contains("✓");
  }

  private String name(String illness) {
    choose("hospital-name", illness);
    find("hospital-judge").click();
    return find("hospital-verdict").getText();
  }

  @Test
  void page_withAllThatItNeeds_isSmallAndAsksForNothingElse() throws IOException {
    assertSmallAndWhole(page, MOST_BYTES);
    assertSmallAndWhole(page.resolveSibling("hospital"), MOST_BYTES_OF_HOSPITAL);
  }

  private static void assertSmallAndWhole(Path page, long bytes) throws IOException {
    try (Stream<Path> files = Files.list(page)) {
      assertThat(files.mapToLong(file -> file.toFile().length()).sum()).isLessThan(bytes);
    }
    try (Stream<Path> files = Files.list(page)) {
      for (Path file : files.toList()) {
        assertThat(Files.readString(file)).as("%s", file).doesNotContain("src=\"http");
      }
    }
  }

  /** Chapter 5: each of its playgrounds computes the chapter's numbers. */
  @Test
  void playgrounds_ofTheSite_compute() {
    driver.get(site.resolve("docs/book/05-convolution-forward.html").toUri().toString());
    until("document.querySelectorAll('.convolution').length === 3");
    until("document.querySelector('.convolution .sum').textContent.endsWith('= 38')");
    driver.get(site.resolve("playground.html").toUri().toString());
    until("document.querySelector('.convolution .sum').textContent.endsWith('= 38')");
    driver.findElement(By.cssSelector("#ready button:nth-child(2)")).click();
    until("document.querySelector('.convolution .sum').textContent.endsWith('= 2.25')");
  }
}
