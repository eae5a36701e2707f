package io.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * How long a person who draws waits for the answer: from the pointer's event in Chromium over the
 * server's answer to the picture of all maps drawn anew. Measured, not asserted; goes to
 * docs/results.
 */
@Isolated
@Tag("slow")
class DrawingSpeedTest {
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
      Files.writeString(Path.of("../docs/results/studio-drawing.md"), report(waits));
    }
  }

  private static String report(double[] waits) {
    return """
        # Waiting for the answer while drawing

        `mvn verify -Pslow -pl studio -am -Dtest=DrawingSpeedTest -Dsurefire.failIfNoSpecifiedTests=false`, %s, %d processors: ten digits drawn by mouse events in headless Chromium
        beside the studio, on the same machine. From the pointer's event to the answer and all maps drawn anew, milliseconds, of %d waits:

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

  private static String text(double milliseconds) {
    return String.format(Locale.ROOT, "%.1f", milliseconds);
  }
}
