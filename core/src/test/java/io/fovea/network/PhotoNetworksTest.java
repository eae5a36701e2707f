package io.fovea.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.kernel.KernelSet;
import io.fovea.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The networks for photos, against the numbers that torchvision and the papers publish. */
class PhotoNetworksTest {
  private static final Shape PHOTO = Shape.of(3, 224, 224);

  private static Summary summary(Graph graph) {
    return Summary.of(graph, KernelSet.VECTOR);
  }

  /**
   * Parameters and multiply-adds of torchvision's documentation (its GFLOPS column counts them).
   */
  @ParameterizedTest
  @CsvSource({
    "resnet18, 11689512, 1.81e9",
    "resnet34, 21797672, 3.66e9",
    "resnet50, 25557032, 4.09e9",
    "mobilenet-v2, 3504872, 0.30e9",
    "mobilenet-v3-small, 2542856, 0.06e9",
    "mobilenet-v3-large, 5483032, 0.22e9",
    "efficientnet-b0, 5288548, 0.39e9"
  })
  void graph_imageNet_hasThePublishedParametersAndCosts(
      String name, long parameters, double multiplyAdds) {
    Summary summary = summary(Zoo.named(name).graph(PHOTO, 1000));

    assertThat(summary.parameters()).isEqualTo(parameters);
    assertThat((double) summary.multiplyAdds())
        .isBetween(multiplyAdds - 0.01e9, multiplyAdds + 0.01e9);
  }

  /**
   * Counted by PyTorch on the modules of format/src/test/resources/pytorch/networks.py, as
   * torchvision defines them.
   */
  @ParameterizedTest
  @CsvSource({
    "mobilenet-v2:0.35, 1677128",
    "mobilenet-v2:0.5, 1968680",
    "mobilenet-v2:0.75, 2636424",
    "mobilenet-v2:1, 3504872",
    "mobilenet-v2:1.4, 6108776"
  })
  void graph_widths_haveThePublishedParameters(String name, long parameters) {
    Graph graph = ZooModel.named(name).graph(PHOTO, 1000);

    assertThat(summary(graph).parameters()).isEqualTo(parameters);
  }

  /** Stem and pooling quarter the map, every later stage halves it. */
  @ParameterizedTest
  @CsvSource({"224, 56, 28, 14, 7", "32, 8, 4, 2, 1", "100, 25, 13, 7, 4"})
  void resnet_anySize_hasItsStages(int size, int s1, int s2, int s3, int s4) {
    Graph small = Zoo.RESNET18.graph(Shape.of(3, size, size), 10);
    assertThat(small.shape("layer1_1")).isEqualTo(Shape.of(64, s1, s1));
    assertThat(small.shape("layer2_1")).isEqualTo(Shape.of(128, s2, s2));
    assertThat(small.shape("layer3_1")).isEqualTo(Shape.of(256, s3, s3));
    assertThat(small.shape("layer4_1")).isEqualTo(Shape.of(512, s4, s4));
    Graph large = Zoo.RESNET50.graph(Shape.of(3, size, size), 10);
    assertThat(large.shape("layer1_2")).isEqualTo(Shape.of(256, s1, s1));
    assertThat(large.shape("layer4_2")).isEqualTo(Shape.of(2048, s4, s4));
  }

  /** By torchvision's _make_divisible: never more than a tenth less than wanted. */
  @ParameterizedTest
  @CsvSource({"32, 32", "11.2, 16", "8.4, 8", "33.6, 32", "44.8, 48", "5.6, 8", "1792, 1792"})
  void filters_anyNumber_isAMultipleOfEight(double wanted, int filters) {
    assertThat(MobileNetV2.filters(wanted)).isEqualTo(filters);
  }

  @Test
  void named_widths_haveTheirTitles() {
    assertThat(ZooModel.named("mobilenet-v2:0.50").title()).isEqualTo("mobilenet-v2:0.5");
    assertThat(ZooModel.named("mobilenet-v2:1.0")).isEqualTo(ZooModel.of(Zoo.MOBILENET_V2));
    assertThat(ZooModel.named("mobilenet-v2:2").title()).isEqualTo("mobilenet-v2:2");
    assertThat(ZooModel.named("resnet18").title()).isEqualTo("resnet18");
    assertThat(ZooModel.named("resnet18").graph(PHOTO, 10).nodes())
        .isEqualTo(Zoo.RESNET18.graph(PHOTO, 10).nodes());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "resnet18:0.5|model: resnet18 has no width, got 0.5; only mobilenet-v2 takes one, as in mobilenet-v2:0.5",
        "mobilenet-v2:half|model: the width behind mobilenet-v2: must be a number, got \"half\"; write mobilenet-v2:0.5",
        "mobilenet-v2:0|model: the width of mobilenet-v2 must be from 0.1 to 4, got 0.0; usual are 0.35, 0.5, 0.75, 1 and 1.4",
        "mobilenet-v2:NaN|model: the width behind mobilenet-v2: must be a number, got \"NaN\"; write mobilenet-v2:0.5"
      })
  void named_badWidth_isRefused(String name, String message) {
    assertThatThrownBy(() -> ZooModel.named(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
