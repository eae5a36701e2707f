package io.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * How long a person who draws waits for the answer: from the pointer's event in Chromium over the
 * server's answer to the picture of all maps drawn anew; and how many digits of ten hands are read
 * right; how soon a page is painted. Goes to docs/results.
 */
@Isolated
@Tag("slow")
class DrawingSpeedTest {
  private static final List<String> PAGES =
      List.of("#train", "#inside", "#data", "#playground", "book/05-convolution-forward");

  private static final String CLOCK =
      """
      window.waits = [];
      let begun = 0;
      const inside = document.querySelector('.inside');
      for (const event of ['pointerdown', 'pointermove']) {
        document.getElementById('pad').addEventListener(event, () => { begun ||= performance.now(); }, true);
      }
      new MutationObserver(() => {
        if (inside.dataset.state !== 'ready' || !begun) return;
        window.waits.push(performance.now() - begun);
        begun = 0;
      }).observe(inside, { attributes: true, attributeFilter: ['data-state'] });
      """;

  @Test
  void answer_whileDrawing(@TempDir Path folder) throws Exception {
    try (InsideBrowser page = InsideBrowser.open(folder)) {
      page.drawSlowly(Strokes.of(3)); // compiles both sides
      page.scripts().executeScript(CLOCK);
      for (int digit = 0; digit < 10; digit++) {
        page.drawSlowly(Strokes.of(digit));
      }
      Object all = page.scripts().executeScript("return window.waits");
      double[] waits =
          ((List<?>) java.util.Objects.requireNonNull(all))
              .stream().mapToDouble(wait -> ((Number) wait).doubleValue()).sorted().toArray();
      assertThat(waits).hasSizeGreaterThan(100);
      List<String> wrong = page.wrongOfTenHands();
      assertThat(wrong).hasSizeLessThanOrEqualTo(6);
      Files.writeString(
          Path.of("../docs/results/studio-drawing.md"),
          report(waits) + hands(wrong) + paints(page));
    }
  }

  private static String report(double[] waits) {
    return """
        # Drawing on the pad

        `mvn verify -Pslow -pl studio -am -Dtest=DrawingSpeedTest -Dsurefire.failIfNoSpecifiedTests=false`, %s,
        %d processors, headless Chromium beside the studio, on the same machine.

        ## Waiting for the answer

        Ten digits drawn by mouse events. From the pointer's event to the answer and all maps drawn anew, milliseconds, of
        %d waits:

        | median | 95 %% are below | longest |
        |---|---|---|
        | %s | %s | %s |
        """
        .formatted(
            LocalDate.now(ZoneOffset.UTC),
            Runtime.getRuntime().availableProcessors(),
            waits.length,
            text(waits[waits.length / 2]),
            text(waits[waits.length * 95 / 100]),
            text(waits[waits.length - 1]));
  }

  private static String hands(List<String> wrong) {
    return """

        ## Ten hands

        Recorded strokes of the ten digits, written by ten hands that differ in slant, width, height, pen, shake and place on
        the pad (`Strokes.by`, seed 20261128): %d of 100 are read right by the network that comes with the studio. Read
        wrongly: %s.
        """
        .formatted(100 - wrong.size(), wrong.isEmpty() ? "none" : String.join(", ", wrong));
  }

  /** The median of nine loads of each page. */
  private static String paints(InsideBrowser page) {
    StringBuilder rows = new StringBuilder();
    for (String path : PAGES) {
      double[] times = new double[9];
      for (int n = 0; n < times.length; n++) {
        page.go(path);
        page.until("return performance.getEntriesByName('first-contentful-paint').length > 0");
        Object time =
            page.scripts()
                .executeScript(
                    "return performance.getEntriesByName('first-contentful-paint')[0].startTime");
        times[n] = ((Number) java.util.Objects.requireNonNull(time)).doubleValue();
      }
      Arrays.sort(times);
      rows.append("| `/%s` | %s | %s |\n".formatted(path, text(times[4]), text(times[8])));
    }
    return """

        ## First paint

        From opening a page on this machine to its first text (first contentful paint), milliseconds, of nine loads:

        | page | median | longest |
        |---|---|---|
        """
        + rows;
  }

  private static String text(double milliseconds) {
    return String.format(Locale.ROOT, "%.1f", milliseconds);
  }
}
