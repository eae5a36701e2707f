package io.fovea.cli.screen;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressBarTest {
  private static final long SECOND = 1_000_000_000;
  private static final String NO_TERMINAL = "";

  private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
  private final AtomicLong clock = new AtomicLong(5 * SECOND);

  private ProgressBar bar(Charset charset, boolean colours, int width) {
    Console screen =
        new Console(
            OutputStream.nullOutputStream(),
            charset,
            new PrintStream(shown, true, charset),
            true,
            colours);
    return new ProgressBar(screen, "epoch 1/3", 200, width, clock::get);
  }

  private List<String> drawn(Charset charset) {
    return List.of(shown.toString(charset).split("\r", -1)).stream().skip(1).toList();
  }

  @Test
  void show_fillsTheLineButForItsLastColumn() {
    for (int width : new int[] {60, 80, 100}) {
      shown.reset();
      bar(StandardCharsets.UTF_8, false, width).show(100, () -> "loss 0.5");
      assertThat(drawn(StandardCharsets.UTF_8))
          .singleElement()
          .asString()
          .hasSize(width - 1)
          .matches("epoch 1/3  50% \u2502\u2588+[\u258c]? +\u2502 100/200 loss 0.5");
    }
  }

  @Test
  void show_otherCharset_isAscii() {
    ProgressBar bar = bar(StandardCharsets.US_ASCII, false, 60);
    bar.show(100, () -> "x");
    bar.show(200, () -> "x");
    assertThat(drawn(StandardCharsets.US_ASCII))
        .containsExactly(
            "epoch 1/3  50% [================>               ] 100/200 x",
            "epoch 1/3 100% [================================] 200/200 x");
  }

  @Test
  void show_eighthsOfAColumn_areDrawn() {
    bar(StandardCharsets.UTF_8, false, 36).show(77, () -> "");
    assertThat(drawn(StandardCharsets.UTF_8))
        .containsExactly("epoch 1/3  38% \u2502\u2588\u2588\u2588\u258a      \u2502 77/200 ");
  }

  @Test
  void show_fewColumns_cutsTheMessage() {
    bar(StandardCharsets.US_ASCII, false, 40).show(0, () -> "loss 0.500  acc 91.3 %");
    assertThat(drawn(StandardCharsets.US_ASCII))
        .containsExactly("epoch 1/3   0% [>    ] 0/200 loss 0.500  acc 91.3 %".substring(0, 39));
    shown.reset();
    bar(StandardCharsets.US_ASCII, true, 10).show(0, () -> "loss");
    assertThat(drawn(StandardCharsets.US_ASCII)).containsExactly("epoch 1/3");
  }

  @Test
  void show_colours_areAroundTheBarAlone() {
    bar(StandardCharsets.US_ASCII, true, 50).show(200, () -> "x");
    assertThat(drawn(StandardCharsets.US_ASCII))
        .containsExactly("epoch 1/3 100% \u001b[33m[======================]\u001b[0m 200/200 x");
  }

  @Test
  void show_isDrawnAtMostTenTimesASecond_andAtTheEnd() {
    ProgressBar bar = bar(StandardCharsets.US_ASCII, false, 80);
    for (int step = 1; step <= 199; step++) {
      bar.show(step, () -> "");
      clock.addAndGet(SECOND / 100);
    }
    assertThat(drawn(StandardCharsets.US_ASCII)).hasSize(20);
    bar.show(200, () -> "end");
    bar.close();
    assertThat(drawn(StandardCharsets.US_ASCII))
        .hasSize(23) // and spaces over it
        .last()
        .asString()
        .isEmpty();
    assertThat(drawn(StandardCharsets.US_ASCII).get(20)).contains("200/200 end");
  }

  @Test
  void width_isTheTerminalsUpToAHundredColumns() {
    assertThat(ProgressBar.width("60", () -> NO_TERMINAL)).isEqualTo(60);
    assertThat(ProgressBar.width("100", () -> "24 70\n")).isEqualTo(100);
    assertThat(ProgressBar.width("213", () -> NO_TERMINAL)).isEqualTo(100);
    assertThat(ProgressBar.width(null, () -> "24 70\n")).isEqualTo(70);
    assertThat(ProgressBar.width("wide", () -> "50 213\n")).isEqualTo(100);
  }

  @Test
  void width_unknown_isEighty() {
    for (String none : new String[] {null, "", "0", "-5", "wide", "99999999999"}) {
      for (String size : new String[] {NO_TERMINAL, "0 0\n", "stty: no terminal", "24"}) {
        assertThat(ProgressBar.width(none, () -> size)).as(none + size).isEqualTo(80);
      }
    }
  }

  @Test
  void message_inFewColumns_leavesOutTheSpeed() {
    assertThat(ProgressLines.message(100, 0.5, 91.25, 12_345, "1:05"))
        .isEqualTo("loss 0.500  acc 91.3 %  12,345 images/s  1:05 left");
    assertThat(ProgressLines.message(80, 0.5, 91.25, 12_345, "1:05"))
        .isEqualTo("loss 0.500  acc 91.3 %  1:05 left");
  }
}
