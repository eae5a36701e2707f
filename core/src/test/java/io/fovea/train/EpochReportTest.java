package io.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.golden.MnistSlice;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class EpochReportTest {
  private static final Optional<EpochReport.Score> SCORE =
      Optional.of(new EpochReport.Score(0.25, 0.9375));
  private static final EpochReport PLAIN =
      new EpochReport(3, 30, 0.5, 0.875, Optional.empty(), SCORE, 72.4);

  @Test
  void line_ofAnEpoch_fitsEightyColumns() {
    assertThat(PLAIN.line(10))
        .isEqualTo("epoch 3/10  train loss 0.5000 acc 87.50%  test loss 0.2500 acc 93.75%  1:12")
        .hasSizeLessThan(80);
    EpochReport held = new EpochReport(100, 30, 0.5, 0.875, SCORE, SCORE, 72.4);
    assertThat(held.line(100))
        .isEqualTo(
            "epoch 100/100  train 0.5000 87.50%  val 0.2500 93.75%  test 0.2500 93.75%  1:12")
        .hasSizeLessThan(80);
  }

  @Test
  void line_ofSeveralLabels_namesMeanAp_notAccuracy() {
    Optional<EpochReport.Score> score = Optional.of(new EpochReport.Score(0.25, 0.9375, true));
    EpochReport held = new EpochReport(10, 30, 0.5, 0.875, score, score, 72.4);
    assertThat(held.line(20))
        .isEqualTo("epoch 10/20  train 0.5000  val 0.2500 mAP 93.75%  test 0.2500 mAP 93.75%  1:12")
        .hasSizeLessThan(80);
    assertThat(new EpochReport(3, 30, 0.5, 0.875, Optional.empty(), score, 72.4))
        .hasToString("epoch 3  train 0.5000  test loss 0.2500 mAP 93.75%  1:12");
    assertThat(score.get().figure()).isEqualTo("mean AP");
  }

  @Test
  void console_aRun_printsALineForEachEpoch_andProgressMeanwhile() {
    String epoch = "epoch 1/1  train loss # acc #%  0:0#\n";
    assertThat(console(false, 1)).isEqualTo(epoch);
    assertThat(console(false, 31)) // a line a minute where there is no terminal
        .isEqualTo(
            "epoch 1/1  step 2/4  loss # acc #%\nepoch 1/1  step 4/4  loss # acc #%\n" + epoch);
    assertThat(console(true, 1).replaceAll(" +\r", "\r"))
        .startsWith("\repoch 1/1  step 1/4  loss # acc #%\r\repoch 1/1  step 2/4  loss # acc #%\r")
        .endsWith("\repoch 1/1  step 4/4  loss # acc #%\r\r\r" + epoch + "\r\r");
  }

  /** What a run of four steps prints, with # for figures, by a clock with these seconds a look. */
  private static String console(boolean isTerminal, long seconds) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    AtomicLong clock = new AtomicLong();
    Trainer.of(Runs.smallNetwork(1))
        .epochs(1)
        .batchSize(16)
        .listener(
            new EpochLines(stream, isTerminal, () -> clock.addAndGet(seconds * 1_000_000_000)))
        .fit(new MnistSlice().first(64));
    return out.toString(StandardCharsets.UTF_8)
        .replaceAll("[0-9]+\\.[0-9]+", "#")
        .replaceAll(":0[0-9]", ":0#")
        .replace(System.lineSeparator(), "\n");
  }
}
