package io.fovea.cli.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.cli.report.ReportData;
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
    Map<String, String> flags = TrainFlags.standard();
    flags.putAll(Map.of("model", model, "normalize", normalize, "optimizer", optimizer));
    assertThat(new Settings(flags).optimizer().learningRate()).isEqualTo(expected);
    flags.put("lr", "0.25");
    assertThat(new Settings(flags).optimizer().learningRate()).isEqualTo(0.25f);
  }

  @Test
  void rows_showWhatWasChosenAndTheRateAsItCameToBe() {
    Map<String, String> flags = TrainFlags.standard();
    flags.putAll(Map.of("model", "pooled", "epochs", "5"));
    assertThat(new Settings(flags).rows("mnist").stream().filter(row -> !row.isUsual()))
        .containsExactly(
            new ReportData.Setting("data", "mnist"),
            new ReportData.Setting("model", "pooled"),
            new ReportData.Setting("epochs", "5"),
            new ReportData.Setting("lr", "0.05"));
  }

  @Test
  void imageSize_malformed_isNamed() {
    Map<String, String> flags = TrainFlags.standard();
    flags.put("image-size", "big");
    assertThatThrownBy(() -> new Settings(flags).checked())
        .hasMessage("--image-size: image size: expects WIDTHxHEIGHT such as 64x48, got \"big\"");
  }
}
