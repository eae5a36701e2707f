package io.fovea.studio.inside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.loss.SoftmaxCrossEntropy;
import io.fovea.studio.inside.Calculator.Position;
import io.fovea.studio.runs.TrainedLoss;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainedLossTest {
  @TempDir Path folder;

  private TrainedLoss of(String config) throws IOException {
    Files.writeString(folder.resolve("config.json"), config);
    return TrainedLoss.of(folder.resolve("model.safetensors"));
  }

  private TrainedLoss of(String loss, String smoothing) throws IOException {
    return of(
        "{\"flags\":{\"loss\":\"%s\",\"label-smoothing\":\"%s\"}}".formatted(loss, smoothing));
  }

  /** dz of the page, factor * (score - target), is the gradient that the model's own loss gives. */
  @ParameterizedTest
  @CsvSource({
    "cross-entropy, 0, softmax cross-entropy",
    "cross-entropy, 0.1, 'softmax cross-entropy, label smoothing 0.1'",
    "sigmoid, 0, sigmoid cross-entropy",
    "squared, 0, mean squared error",
  })
  void gradient_atTheOutputs_isThatOfTheRunsLoss(String loss, String smoothing, String name)
      throws IOException {
    TrainedLoss trained = of(loss, smoothing);
    assertThat(trained.loss().name()).isEqualTo(name);
    InspectedModel digits = Digits.model();
    InspectedModel model =
        InspectedModel.of(digits.network(), trained, io.fovea.kernel.KernelSet.REFERENCE);
    BackwardTrace trace = model.backward(Digits.image(3), 5, 0.001f);
    float[] dz = trace.gradient("dense1");
    GradientCalculator calculator = new GradientCalculator(model.network(), trace, 5, 12);
    for (int k = 0; k < 10; k++) {
      double sum = calculator.ofValue(new Position("dense1", k, 0, 0)).getFirst().sum();
      assertThat(sum).isEqualTo(dz[k], within(1e-6));
    }
    assertThat(trace.lossAfter()).isLessThan(trace.loss());
  }

  @Test
  void scores_areReadAsTheLossReadsThem() throws IOException {
    // e^0, e^-1, e^-2 over their sum: 0.66524096, 0.24472847, 0.09003057 (by hand)
    List<Double> softmax = TrainedLoss.STANDARD.scores(List.of(1000f, 999f, 998f));
    assertThat(softmax.get(0)).isEqualTo(0.66524096, within(1e-8));
    assertThat(softmax.get(2)).isEqualTo(0.09003057, within(1e-8));
    List<Double> sigmoid = of("sigmoid", "0").scores(List.of(0f, 1000f, -1000f));
    assertThat(sigmoid).containsExactly(0.5, 1.0, 0.0);
    assertThat(of("squared", "0").scores(List.of(-0.5f, 1.25f))).containsExactly(-0.5, 1.25);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no JSON",
        "[]",
        "{\"flags\":{\"label-smoothing\":\"2\"}}",
        "{\"flags\":{\"loss\":\"of another version\"}}"
      })
  void of_aConfigThatIsDamaged_isTheStandardLoss(String config) throws IOException {
    assertThat(of(config).loss()).isEqualTo(SoftmaxCrossEntropy.plain());
  }

  @Test
  void of_aModelWithoutARun_isTheStandardLoss() {
    assertThat(TrainedLoss.of(folder.resolve("model.safetensors"))).isEqualTo(TrainedLoss.STANDARD);
  }
}
