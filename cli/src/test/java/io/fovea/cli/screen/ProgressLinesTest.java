package io.fovea.cli.screen;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.train.EpochReport;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProgressLinesTest {
  @Test
  void message_inFewColumns_leavesOutTheSpeed() {
    assertThat(ProgressLines.message(100, 0.5, 91.25, 12_345, "1:05"))
        .isEqualTo("loss 0.500  acc 91.3 %  12,345 images/s  1:05 left");
    assertThat(ProgressLines.message(80, 0.5, 91.25, 12_345, "1:05"))
        .isEqualTo("loss 0.500  acc 91.3 %  1:05 left");
  }

  @Test
  void summary_ofAnEpoch_fitsEightyColumns() {
    Optional<EpochReport.Score> score = Optional.of(new EpochReport.Score(0.25, 0.9375));
    EpochReport plain = new EpochReport(3, 30, 0.5, 0.875, Optional.empty(), score, 72.4);
    assertThat(ProgressLines.summary(plain, 10))
        .isEqualTo("epoch 3/10  train loss 0.5000 acc 87.50%  test loss 0.2500 acc 93.75%  1:12")
        .hasSizeLessThan(80);
    EpochReport held = new EpochReport(100, 30, 0.5, 0.875, score, score, 72.4);
    assertThat(ProgressLines.summary(held, 100))
        .isEqualTo(
            "epoch 100/100  train 0.5000 87.50%  val 0.2500 93.75%  test 0.2500 93.75%  1:12")
        .hasSizeLessThan(80);
  }
}
