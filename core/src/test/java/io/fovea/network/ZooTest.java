package io.fovea.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.kernel.KernelSet;
import io.fovea.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ZooTest {
  @ParameterizedTest
  @EnumSource(Zoo.class)
  void named_itsTitle_isItself(Zoo model) {
    assertThat(Zoo.named(model.title())).isSameAs(model);
    assertThat(model.learningRate()).isBetween(0.001f, 0.2f);
  }

  @ParameterizedTest
  @EnumSource(Zoo.class)
  void graph_colourImages_adapts(Zoo model) {
    Graph graph = model.graph(Shape.of(3, 32, 40), 7);
    assertThat(graph.input()).isEqualTo(Shape.of(3, 32, 40));
    assertThat(graph.output()).isEqualTo(Shape.of(7));
  }

  /** Seven convolutions and a dense layer on the way through, two shortcuts beside it. */
  @ParameterizedTest
  @CsvSource({"1, 28, 77754", "3, 32, 78042", "2, 5, 77898"})
  void resnet8_anyImages_hasItsLayersAndParameters(int channels, int size, long parameters) {
    Graph graph = Zoo.RESNET8.graph(Shape.of(channels, size, size), 10);
    Summary summary = Summary.of(graph, KernelSet.VECTOR);
    assertThat(summary.parameters()).isEqualTo(parameters);
    assertThat(Weights.initial(graph, Initializer.he(), 1).count()).isEqualTo(parameters);
    assertThat(summary.rows())
        .filteredOn(row -> row.type().equals("batch_norm2d"))
        .extracting(Summary.Row::name)
        .hasSize(9)
        .contains("bn1", "short2-bn", "short3-bn");
    int half = (size + 1) / 2;
    int quarter = (half + 1) / 2;
    assertThat(graph.shape("stage1")).isEqualTo(Shape.of(16, size, size));
    assertThat(graph.shape("stage2")).isEqualTo(Shape.of(32, half, half));
    assertThat(graph.shape("stage3")).isEqualTo(Shape.of(64, quarter, quarter));
  }

  /** Counted by hand from the papers' tables, ten classes of grey 28x28. */
  @ParameterizedTest
  @CsvSource({
    "POOLED_BN, 28986",
    "LENET5, 61706",
    "SIMPLE_CNN, 1124170",
    "RESNET20, 272186",
    "VGG_SMALL, 584618",
    "MOBILENET_SMALL, 36874"
  })
  void graph_digits_hasSoManyParameters(Zoo model, long parameters) {
    Summary summary = Summary.of(model.graph(Shape.of(1, 28, 28), 10), KernelSet.VECTOR);
    assertThat(summary.parameters()).isEqualTo(parameters);
  }

  @ParameterizedTest
  @CsvSource({
    "two-layers-cnn, two-layer-cnn",
    "poold, pooled",
    "nlp, mlp",
    "MLp, mlp",
    "resnet28, resnet8",
    "mobilenetv2, mobilenet-v2",
    "efficientnet-b1, efficientnet-b0"
  })
  void named_misspelt_suggestsTheNearest(String given, String meant) {
    assertThatThrownBy(() -> Zoo.named(given))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "model: no network is named \"%s\"; did you mean \"%s\"? Expected are two-layer-cnn, pooled, pooled-bn, mlp, lenet5, simple-cnn, resnet8, resnet20, vgg-small, mobilenet-small, resnet18, resnet34, resnet50, mobilenet-v2, mobilenet-v3-small, mobilenet-v3-large, efficientnet-b0, or a description as FILE.json"
                .formatted(given, meant));
  }

  @Test
  void named_anotherWordAltogether_namesThemAll() {
    assertThatThrownBy(() -> Zoo.named("inception"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "model: no network is named \"inception\"; expected are two-layer-cnn, pooled, pooled-bn, mlp, lenet5, simple-cnn, resnet8, resnet20, vgg-small, mobilenet-small, resnet18, resnet34, resnet50, mobilenet-v2, mobilenet-v3-small, mobilenet-v3-large, efficientnet-b0, or a description as FILE.json");
  }

  @Test
  void expected_endlessName_isAnsweredAtOnce() {
    assertThat(DidYouMean.expected("x".repeat(10_000_000), List.of("mlp", "pooled")))
        .isEqualTo("; expected are mlp, pooled");
  }
}
