package io.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.golden.MnistSlice;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.assertj.core.api.InstanceOfAssertFactories;
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
  void console_aRun_printsALineForEachEpoch() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Trainer.of(Runs.smallNetwork(1))
        .epochs(2)
        .listener(new EpochLines(new PrintStream(out, true, StandardCharsets.UTF_8)))
        .fit(new MnistSlice().first(64));
    assertThat(out.toString(StandardCharsets.UTF_8).lines())
        .hasSize(2)
        .first(InstanceOfAssertFactories.STRING)
        .startsWith("epoch 1/2  train loss ");
  }
}
