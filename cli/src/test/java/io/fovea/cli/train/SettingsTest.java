package io.fovea.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
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
}
