package io.fovea.cli.train.flags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.cli.report.ReportData;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
  /** Two-layer-cnn diverges on standardised pixels with the rate that suits the others. */
  @ParameterizedTest
  @CsvSource({
    "two-layer-cnn, unit, sgd, 0.01",
    "two-layer-cnn, standard, sgd, 0.001",
    "two-layer-cnn, standard, adam, 0.001",
    "pooled, standard, sgd, 0.05",
    "mobilenet-v2:0.5, unit, sgd, 0.05"
  })
  void learningRate_notGiven_suitsNetworkAndPixels(
      String model, String normalize, String optimizer, float expected) {
    Settings settings =
        Settings.of(Map.of("model", model, "normalize", normalize, "optimizer", optimizer));
    assertThat(settings.optimizer().learningRate()).isEqualTo(expected);
    assertThat(settings.with(TrainFlags.LR, "0.25").optimizer().learningRate()).isEqualTo(0.25f);
  }

  @Test
  void rows_showWhatWasChosenAndTheRateAsItCameToBe() {
    Settings settings = Settings.of(Map.of("model", "pooled", "epochs", "5"));
    assertThat(settings.rows("mnist").stream().filter(row -> !row.isUsual()))
        .containsExactly(
            new ReportData.Setting("data", "mnist"),
            new ReportData.Setting("model", "pooled"),
            new ReportData.Setting("epochs", "5"),
            new ReportData.Setting("lr", "0.05"));
  }

  @Test
  void imageSize_malformed_isNamed() {
    assertThatThrownBy(() -> Settings.of(Map.of("image-size", "big")))
        .hasMessage("--image-size: image size: expects WIDTHxHEIGHT such as 64x48, got \"big\"");
  }

  /** An invalid object cannot exist: the flags that need another one are refused, too. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "optimizer nesterov momentum 0|--momentum: expects a number above 0 with --optimizer nesterov, got \"0\"",
        "loss squared label-smoothing 0.1|--label-smoothing: needs --loss cross-entropy",
        "early-stop 2|--early-stop: needs --validation FRACTION",
        "fine-tune 3|--fine-tune: needs --pretrained",
        "pretrained auto views 2|--views: more than one needs --augment",
        "pretrained auto candidates tuned|--candidates: tuned and scratch need --fine-tune EPOCHS, such as --fine-tune 30",
        "pretrained auto candidates some|--candidates: expects some of frozen, tuned, scratch, joined by commas, got \"some\"",
        "pretrained auto backbone-lr 0x|--backbone-lr: expects a rate above 0; use --freeze to keep layers unchanged, got \"0x\"",
        "pretrained auto effort 15|--effort: expects one of quick, standard, thorough, got \"15\"",
      })
  void of_flagsThatDoNotGoTogether_areRefused(String flags, String expected) {
    String[] words = flags.split(" ", -1);
    Map<String, String> texts = new HashMap<>();
    for (int i = 0; i < words.length; i += 2) {
      texts.put(words[i], words[i + 1]);
    }
    assertThatThrownBy(() -> Settings.of(texts)).hasMessage(expected);
  }

  @Test
  void with_parsesOneFlagAndKeepsTheOthers() {
    Settings settings = Settings.of(Map.of("lr", "0.5", "batch", "8"));
    Settings other = settings.with(TrainFlags.NORMALIZE, "own");
    assertThat(other.get(TrainFlags.LR)).isSameAs(settings.get(TrainFlags.LR));
    assertThat(other.texts()).containsEntry("normalize", "own").containsEntry("batch", "8");
    assertThat(settings.texts()).containsEntry("normalize", "auto");
  }
}
