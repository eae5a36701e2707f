package io.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.data.Images;
import io.fovea.dataset.Image;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** While large pictures are looked at, other pages are answered, and who takes too long is cut. */
@Isolated
@Timeout(180)
class BusyStudioTest {
  private static final int SIDE = 4000;
  private static final int UPLOADS = 8 + 4 * Runtime.getRuntime().availableProcessors();

  @TempDir Path folder;

  private static byte[] large() throws IOException {
    byte[] pixels = new byte[SIDE * SIDE];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i % SIDE / 16 + i / SIDE / 16);
    }
    return Images.png(Image.of(1, SIDE, SIDE, pixels));
  }

  private static List<Future<String>> uploads(Opened to, ExecutorService pages) throws IOException {
    byte[] large = large();
    List<Future<String>> answers = new ArrayList<>();
    for (int k = 0; k < UPLOADS; k++) {
      answers.add(pages.submit(() -> to.post("/api/inside/upload", large)));
    }
    return answers;
  }

  @Test
  @Tag("gate")
  void runs_whileLargePicturesAreDecoded_areListedAtOnce() throws Exception {
    try (Opened opened = new Opened(folder, Duration.ofSeconds(150));
        ExecutorService pages = Executors.newCachedThreadPool()) {
      List<Future<String>> answers = uploads(opened, pages);
      int listed = 0; // while a picture waits or is decoded
      while (!answers.stream().allMatch(Future::isDone)) {
        assertThat(Opened.status(opened.get("/api/runs"))).isEqualTo(200);
        listed += answers.stream().allMatch(Future::isDone) ? 0 : 1;
        Thread.sleep(5);
      }
      assertThat(listed).isGreaterThan(UPLOADS / 2);
      for (Future<String> answer : answers) {
        assertThat(Opened.status(answer.get())).isEqualTo(200);
      }
    }
  }

  @Test
  @Tag("gate")
  void upload_thatTakesLongerThanItsTime_isCut() throws Exception {
    try (Opened opened = new Opened(folder, Duration.ofMillis(300));
        ExecutorService pages = Executors.newCachedThreadPool()) {
      int cut = 0;
      for (Future<String> answer : uploads(opened, pages)) {
        String text = answer.get();
        assertThat(text.isEmpty() || Opened.status(text) == 200).as(text).isTrue();
        cut += text.isEmpty() ? 1 : 0;
      }
      assertThat(cut).isPositive();
    }
  }

  @Test
  void json_damaged_isToldWhere() throws IOException {
    try (Opened opened = new Opened(folder)) {
      assertThat(opened.post("/api/runs", "{"))
          .contains("\"studio: the body is not JSON: it ends too early; expects a JSON object\"");
      assertThat(opened.post("/api/runs", "{\"epochs\": NaN}"))
          .contains(
              "\"studio: the body is not JSON: numbers must be finite, got NaN or Infinity at line 1, column 15; expects a JSON object\"");
    }
  }
}
