package io.fovea.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.kernel.KernelSet;
import io.fovea.layer.BatchNorm2d;
import io.fovea.layer.Clip;
import io.fovea.layer.Conv2d;
import io.fovea.tensor.Shape;
import java.util.List;
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

  /** Form 1.5: the 3x3 convolution has the stride, not the 1x1 convolution before it. */
  @Test
  void resnet50_stride_isInTheMiddleConvolution() {
    Graph graph = Zoo.RESNET50.graph(PHOTO, 10);

    assertThat(graph.shape("layer2_0_conv1")).isEqualTo(Shape.of(128, 56, 56));
    assertThat(graph.shape("layer2_0_conv2")).isEqualTo(Shape.of(128, 28, 28));
    assertThat(graph.weights())
        .extracting(Graph.Weight::name)
        .contains("layer1_0_downsample_0.weight", "layer4_0_downsample_1.running_var", "fc.bias")
        .doesNotContain("layer1_1_downsample_0.weight", "layer1_0_conv1.bias");
  }

  @Test
  void mobileNetV2_layers_areThePapers() {
    Graph graph = Zoo.MOBILENET_V2.graph(PHOTO, 10);

    assertThat(graph.shape("features_0")).isEqualTo(Shape.of(32, 112, 112));
    assertThat(graph.shape("features_1_conv_2")).isEqualTo(Shape.of(16, 112, 112));
    assertThat(graph.shape("features_3")).isEqualTo(Shape.of(24, 56, 56));
    assertThat(graph.shape("features_17_conv_3")).isEqualTo(Shape.of(320, 7, 7));
    assertThat(graph.shape("features_18")).isEqualTo(Shape.of(1280, 7, 7));
    assertThat(graph.nodes().stream().filter(node -> node.layer() instanceof Conv2d)).hasSize(52);
    assertThat(graph.nodes().stream().filter(node -> node.layer() instanceof BatchNorm2d))
        .hasSize(52);
    List<Graph.Node> bounds =
        graph.nodes().stream().filter(node -> node.layer() instanceof Clip).toList();
    assertThat(bounds).hasSize(35).allMatch(node -> node.layer().equals(Clip.relu6()));
    assertThat(graph.nodes().stream().filter(node -> node.layer().type().equals("add")))
        .hasSize(10);
  }

  @Test
  void efficientNetB0_layers_areThePapers() {
    Graph graph = Zoo.EFFICIENTNET_B0.graph(PHOTO, 10);

    assertThat(graph.shape("features_1_0_block_2_1")).isEqualTo(Shape.of(16, 112, 112));
    assertThat(graph.shape("features_2_1")).isEqualTo(Shape.of(24, 56, 56));
    assertThat(graph.shape("features_3_1")).isEqualTo(Shape.of(40, 28, 28));
    assertThat(graph.shape("features_5_2")).isEqualTo(Shape.of(112, 14, 14));
    assertThat(graph.shape("features_6_3_block_2_fc1")).isEqualTo(Shape.of(48));
    assertThat(graph.shape("features_8")).isEqualTo(Shape.of(1280, 7, 7));
    assertThat(types(graph, "add")).hasSize(9);
    assertThat(types(graph, "multiply")).hasSize(16);
    assertThat(types(graph, "silu")).hasSize(49); // stem, head, two or three a block
  }

  @ParameterizedTest
  @CsvSource({"MOBILENET_V3_SMALL, 9, 6, 11, 96", "MOBILENET_V3_LARGE, 8, 10, 15, 160"})
  void mobileNetV3_layers_areThePapers(Zoo zoo, int squeezes, int sums, int blocks, int filters) {
    Graph graph = zoo.graph(PHOTO, 10);

    assertThat(types(graph, "multiply")).hasSize(squeezes);
    assertThat(types(graph, "hard_sigmoid")).hasSize(squeezes);
    assertThat(types(graph, "add")).hasSize(sums);
    assertThat(types(graph, "batch_norm2d"))
        .allMatch(node -> node.layer().equals(new BatchNorm2d(0.001f, 0.01f)));
    assertThat(graph.shape("features_" + blocks)).isEqualTo(Shape.of(filters, 7, 7));
    assertThat(graph.shape("features_" + (blocks + 1))).isEqualTo(Shape.of(6 * filters, 7, 7));
  }

  private static List<Graph.Node> types(Graph graph, String type) {
    return graph.nodes().stream().filter(node -> node.layer().type().equals(type)).toList();
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
