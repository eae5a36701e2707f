package io.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.interactions.Actions;

/** Photos without classes become a data set by the keyboard alone. */
@Tag("gate") // in a build, SortRoutesTest sorts by the same requests
class SortBrowserTest {
  private static final String NAME = "march";

  private static void type(InsideBrowser page, CharSequence keys) {
    new Actions((WebDriver) page.scripts()).sendKeys(keys).perform();
  }

  /** Presses Tab until an element has the focus, which can be seen. */
  private static void tabTo(InsideBrowser page, String selector) {
    for (int i = 0; i < 40; i++) {
      type(page, Keys.TAB);
      Object outline =
          page.scripts()
              .executeScript(
                  "const at = document.activeElement; return at.matches(arguments[0]) ? getComputedStyle(at).outlineStyle : ''",
                  selector);
      if (!"".equals(outline)) {
        assertThat(outline).isEqualTo("solid");
        return;
      }
    }
    throw new AssertionError("no Tab leads to " + selector);
  }

  private static void press(InsideBrowser page, String key, String note) {
    page.until(
        "const image = document.querySelector('.asked'); return image.complete && image.naturalWidth > 0");
    type(page, key);
    page.until(
        "return document.querySelector('#sort-note').textContent.startsWith('%s')".formatted(note));
  }

  @Test
  void photos_byKeysAlone_becomeADataSet(@TempDir Path folder) throws IOException {
    Path photos = Files.createDirectories(folder.resolve("runs/.studio/data/" + NAME));
    for (int i = 0; i < SortRoutesTest.PHOTOS; i++) {
      Files.write(photos.resolve(i + ".png"), SortRoutesTest.digit(i));
    }
    try (InsideBrowser page = InsideBrowser.open(folder)) {
      page.go("#data/" + NAME); // an earlier version's address
      page.until("return document.querySelector('#page-photos .about-set a') !== null");
      assertThat(page.find("#page-photos .about-set").getText())
          .isEqualTo("These photos are not in a folder for each class yet. Sort them here");
      tabTo(page, ".about-set a");
      type(page, Keys.ENTER);
      page.until("return document.querySelector('#sort-keys')?.offsetParent !== null");
      page.until(
          "return document.querySelector('#sort-note').textContent === '9 of 9 photos are left.  '");
      assertThat(page.find("#sort-guess").getText()).startsWith("Add two classes or more");
      tabTo(page, "#sort-class");
      type(page, "even" + Keys.ENTER);
      page.until("return document.querySelectorAll('#sort-keys button').length === 1");
      type(page, "odd" + Keys.ENTER);
      page.until("return document.querySelectorAll('#sort-keys button').length === 2");
      type(page, Keys.ENTER); // in the empty field: to the photo
      page.until("return document.activeElement.matches('.asked')");
      press(page, "1", "8 of 9");
      press(page, "2", "7 of 9");
      assertThat(page.find("#sort-guess").getText())
          .matches("Looks like (even|odd) \\([0-9]+ %\\)\\.");
      press(page, "1", "6 of 9");
      press(page, "u", "7 of 9");
      press(page, "2", "6 of 9");
      new Actions((WebDriver) page.scripts())
          .keyDown(Keys.CONTROL)
          .sendKeys("z")
          .keyUp(Keys.CONTROL)
          .perform();
      page.until("return document.querySelector('#sort-note').textContent.startsWith('7 of 9')");
      press(page, "1", "6 of 9");
      press(page, "s", "5 of 9 photos are left, 1 are left out");
      press(page, "2", "4 of 9");
      press(page, "1", "3 of 9");
      press(page, "2", "2 of 9");
      assertThat(page.find("#sort-keys").getText()).contains("even 3", "odd 3");
      tabTo(page, "#sort-check");
      type(page, Keys.ENTER);
      page.until("return document.querySelectorAll('#sort-review h3').length === 2");
      tabTo(page, "#sort-make");
      type(page, Keys.ENTER);
      page.until("return document.querySelector('#data-set')?.value === 'march-sorted'");
      page.until("return document.querySelectorAll('.browse img').length > 3");
      assertThat(page.find(".about-set").getText()).contains("2 classes");
    }
    assertThat(folder.resolve("runs/.studio/data/march-sorted"))
        .isDirectoryContaining("glob:**/odd");
    assertThat(photos.toFile().list()).hasSize(SortRoutesTest.PHOTOS);
  }
}
