package io.fovea.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.data.Images;
import io.fovea.dataset.Image;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** While large pictures are decoded, who asks for little is answered at once. */
@Tag("gate")
@Isolated
@Timeout(180)
class BusyServerTest {
  private static final int SIDE = 4000;
  private static final int PICTURES = 80 + 20 * Runtime.getRuntime().availableProcessors();

  @SuppressWarnings("NullAway.Init")
  private static byte[] large;

  @BeforeAll
  static void paint() throws IOException {
    byte[] pixels = new byte[SIDE * SIDE];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i % SIDE / 16 + i / SIDE / 16);
    }
    large = Images.png(Image.of(1, SIDE, SIDE, pixels));
  }

  private static List<Future<String>> posts(Served to, ExecutorService clients) {
    List<Future<String>> answers = new ArrayList<>();
    for (int k = 0; k < PICTURES; k++) {
      answers.add(clients.submit(() -> post(to)));
    }
    return answers;
  }

  /** The answer; empty where the connection was cut, which its time may do while it is sent. */
  private static String post(Served to) {
    try {
      return to.post(large);
    } catch (SocketException cut) {
      return "";
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static boolean areAllDone(List<Future<String>> answers) {
    return answers.stream().allMatch(Future::isDone);
  }

  @Test
  void health_whileLargePicturesAreDecoded_isAnsweredAtOnce() throws Exception {
    Limits limits = new Limits(8 << 20, PICTURES, Duration.ofSeconds(150), 16_000_000);
    try (Served own = new Served(limits, "");
        ExecutorService clients = Executors.newCachedThreadPool()) {
      List<Future<String>> answers = posts(own, clients);
      int asked = 0;
      while (!areAllDone(answers)) {
        long begin = System.nanoTime();
        assertThat(Served.status(own.get("/health"))).isEqualTo(200);
        assertThat(System.nanoTime() - begin).isLessThan(2_000_000_000L);
        asked++;
        Thread.sleep(20);
      }
      assertThat(asked).as("times asked while pictures were decoded").isGreaterThan(10);
      for (Future<String> answer : answers) {
        assertThat(Served.status(answer.get())).isEqualTo(200);
      }
    }
  }

  /** What is computed at that moment is given up, too, and the next request is answered. */
  @Test
  void predict_thatTakesLongerThanItsTime_is503() throws Exception {
    Limits hurried = new Limits(8 << 20, PICTURES, Duration.ofMillis(150), 16_000_000);
    try (Served own = new Served(hurried, "");
        ExecutorService clients = Executors.newCachedThreadPool()) {
      int cut = 0;
      for (Future<String> answer : posts(own, clients)) {
        String text = answer.get();
        assertThat(Served.status(text)).as(text).isIn(0, 200, 503);
        if (Served.status(text) == 503) {
          assertThat(text)
              .contains("Retry-after: 1", "serve: timed out after 0.15 s; try again later");
          cut++;
        }
      }
      assertThat(cut).isPositive();
      String metrics = own.get("/metrics");
      assertThat(metrics).containsPattern("fovea_requests_cut_total [1-9]");
      assertThat(metrics).doesNotContain("status=\"500\"");
      Thread.sleep(2_000); // what had begun is computed to its end
      assertThat(Served.status(own.get("/health"))).isEqualTo(200);
    }
  }
}
