package io.fovea.format.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fovea.format.Fitting;
import io.fovea.format.FormatException;
import io.fovea.format.WeightsFile;
import io.fovea.format.json.JsonObject;
import io.fovea.format.json.StrictJson;
import io.fovea.format.onnx.Logits;
import io.fovea.network.Graph;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.network.ZooModel;
import io.fovea.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * State dicts under torchvision's and timm's names in the built-in networks, against the logits
 * that PyTorch computes in double from the same weights (src/test/resources/pytorch/make.py).
 */
@Tag("widths")
class TorchNetworksTest {
  private static final int IMAGES = 2;
  private static final int CLASSES = 10;
  private static final Shape IMAGE = Shape.of(3, 64, 64);

  @TempDir Path folder;

  private static Graph graph(String name) {
    return ZooModel.named(name).graph(IMAGE, CLASSES);
  }

  /** torchvision's name of one of our weights: dots between numbers and around them. */
  static String torchvision(String weight) {
    int dot = weight.lastIndexOf('.');
    String module = weight.substring(0, dot).replaceAll("_(?=\\d)|(?<=\\d)_", ".");
    return module + weight.substring(dot);
  }

  /** timm's name of one of torchvision's for MobileNetV2, by its efficientnet_builder.py. */
  static String timm(String torchvision) {
    String name =
        torchvision
            .replaceFirst("^features\\.0\\.0", "conv_stem")
            .replaceFirst("^features\\.0\\.1", "bn1")
            .replaceFirst("^features\\.18\\.0", "conv_head")
            .replaceFirst("^features\\.18\\.1", "bn2")
            .replaceFirst("^classifier\\.1", "classifier")
            .replaceFirst("^features\\.1\\.conv\\.0\\.0", "blocks.0.0.conv_dw")
            .replaceFirst("^features\\.1\\.conv\\.0\\.1", "blocks.0.0.bn1")
            .replaceFirst("^features\\.1\\.conv\\.1", "blocks.0.0.conv_pw")
            .replaceFirst("^features\\.1\\.conv\\.2", "blocks.0.0.bn2")
            .replaceFirst("(features\\.\\d+)\\.conv\\.0\\.0", "$1.conv_pw")
            .replaceFirst("(features\\.\\d+)\\.conv\\.0\\.1", "$1.bn1")
            .replaceFirst("(features\\.\\d+)\\.conv\\.1\\.0", "$1.conv_dw")
            .replaceFirst("(features\\.\\d+)\\.conv\\.1\\.1", "$1.bn2")
            .replaceFirst("(features\\.\\d+)\\.conv\\.2", "$1.conv_pwl")
            .replaceFirst("(features\\.\\d+)\\.conv\\.3", "$1.bn3");
    int[] firsts = {1, 2, 4, 7, 11, 14, 17};
    for (int stage = 0; stage < firsts.length; stage++) {
      int end = stage + 1 < firsts.length ? firsts[stage + 1] : 18;
      for (int block = firsts[stage]; block < end; block++) {
        String to = "blocks.%d.%d.".formatted(stage, block - firsts[stage]);
        name = name.replaceFirst("^features\\.%d\\.".formatted(block), to);
      }
    }
    return name;
  }

  private Path file(Graph graph, UnaryOperator<String> naming) throws IOException {
    List<RawTorch.Given> tensors = new ArrayList<>();
    for (Graph.Weight weight : graph.weights()) {
      String name = torchvision(weight.name());
      tensors.add(
          new RawTorch.Given(
              naming.apply(name), () -> FormulaValues.of(name, weight), shapeInFile(weight)));
    }
    return RawTorch.write(folder.resolve("weights.pth"), tensors);
  }

  /** Squeeze-and-excitation has 1x1 convolutions in torchvision. */
  private static Shape shapeInFile(Graph.Weight weight) {
    Shape shape = weight.parameter().shape();
    return weight.name().matches(".*_fc[12]\\.weight")
        ? Shape.of(shape.size(0), shape.size(1), 1, 1)
        : shape;
  }

  private static Weights fresh(Graph graph) {
    return Weights.initial(graph, Initializer.he(), 3);
  }

  private static void assertFormula(Graph graph, Weights weights) {
    for (Graph.Weight weight : graph.weights()) {
      assertThat(weights.values(weight.name()))
          .as(weight.name())
          .isEqualTo(FormulaValues.of(torchvision(weight.name()), weight));
    }
  }

  private static float[] golden(String name) throws IOException {
    String json = Files.readString(TorchFileTest.resource("logits.json"));
    JsonObject all = JsonObject.of("logits", StrictJson.read("logits", json));
    List<Double> numbers = all.numbers(name);
    float[] logits = new float[numbers.size()];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = numbers.get(i).floatValue();
    }
    return logits;
  }

  private void assertLogits(String name) throws IOException {
    Graph graph = graph(name);
    Weights weights =
        WeightsFile.read(file(graph, UnaryOperator.identity()))
            .fit(graph, fresh(graph), Fitting.exact());

    float[] x = FormulaValues.images(IMAGES * graph.input().elements());

    Logits.assertAlike(Logits.of(graph, weights, x, IMAGES), golden(name));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resnet18",
        "mobilenet-v2",
        "mobilenet-v2:0.5",
        "mobilenet-v3-small",
        "mobilenet-v3-large",
        "efficientnet-b0"
      })
  void fit_torchvisionsNames_givesPyTorchsLogits(String name) throws IOException {
    assertLogits(name);
  }

  @ParameterizedTest
  @Tag("gate")
  @ValueSource(strings = {"resnet34", "resnet50"})
  void fit_torchvisionsNamesOfLargeNetworks_givesPyTorchsLogits(String name) throws IOException {
    assertLogits(name);
  }

  @Test
  void fit_timmsMobileNetV2_isTheSame() throws IOException {
    Graph graph = graph("mobilenet-v2:0.5");
    WeightsFile file = WeightsFile.read(file(graph, TorchNetworksTest::timm));

    assertThat(file.names())
        .contains(
            "conv_stem.weight bn1.running_mean blocks.0.0.conv_dw.weight blocks.0.0.bn2.bias blocks.3.3.conv_pwl.weight blocks.6.0.bn3.weight conv_head.weight bn2.num_batches_tracked classifier.bias"
                .split(" ", -1))
        .noneMatch(name -> name.startsWith("features"));
    assertFormula(graph, file.fit(graph, fresh(graph), Fitting.exact()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"module.", "_orig_mod.", "module._orig_mod."})
  void fit_wrappedModel_isTheSame(String wrapper) throws IOException {
    Graph graph = graph("mobilenet-v2:0.5");
    assertFormula(
        graph,
        WeightsFile.read(file(graph, wrapper::concat)).fit(graph, fresh(graph), Fitting.exact()));
    assertFormula(
        graph,
        WeightsFile.read(file(graph, name -> wrapper + timm(name)))
            .fit(graph, fresh(graph), Fitting.exact()));
  }

  @Test
  void fit_otherClasses_isListedAndCanBeSkipped() throws IOException {
    WeightsFile file = WeightsFile.read(file(graph("mobilenet-v2:0.5"), TorchNetworksTest::timm));
    Graph graph = ZooModel.named("mobilenet-v2:0.5").graph(IMAGE, 3);
    Weights fresh = fresh(graph);

    assertThatThrownBy(() -> file.fit(graph, fresh, Fitting.exact()))
        .isInstanceOf(FormatException.class)
        .hasMessage(
            "weights.pth: does not fit the network: classifier_1.weight (in the file classifier.weight) is 10x1280, expected 3x1280; classifier_1.bias (in the file classifier.bias) is 10, expected 3; rename tensors, or skip weights to leave them as they are");
    Weights fitted = file.fit(graph, fresh, Fitting.exact().skip("classifier_1.*"));
    assertThat(fitted.values("classifier_1.weight")).isEqualTo(fresh.values("classifier_1.weight"));
    assertThat(fitted.values("features_0_0.weight"))
        .isNotEqualTo(fresh.values("features_0_0.weight"));
  }

  @Test
  void fit_denseLayer_takesA1x1ConvolutionAlone() throws IOException {
    Graph graph = Network.input(2, 1, 1).flatten().dense(3).graph();
    float[] values = {1, 2, 3, 4, 5, 6};
    RawTorch.Given bias = new RawTorch.Given("dense1.bias", () -> new float[3], Shape.of(3));
    for (Shape shape : List.of(Shape.of(3, 2, 1, 1), Shape.of(3, 1, 2, 1), Shape.of(2, 3, 1, 1))) {
      RawTorch.Given weight = new RawTorch.Given("dense1.weight", () -> values, shape);
      WeightsFile file =
          WeightsFile.read(RawTorch.write(folder.resolve("w.pth"), List.of(weight, bias)));
      if (shape.size(1) == 2) {
        assertThat(file.fit(graph, fresh(graph), Fitting.exact()).values("dense1.weight"))
            .isEqualTo(values);
      } else {
        assertThatThrownBy(() -> file.fit(graph, fresh(graph), Fitting.exact()))
            .isInstanceOf(FormatException.class)
            .hasMessageContaining("dense1.weight is %s, expected 3x2".formatted(shape));
      }
    }
  }

  /** Files of PyTorch before 0.4.1 have no counts; nothing is computed from them. */
  @Test
  void fit_withoutCounts_keepsThem() throws IOException {
    Graph graph = graph("mobilenet-v2:0.5");
    UnaryOperator<String> without = name -> name.replace("num_batches_tracked", "step");
    WeightsFile file = WeightsFile.read(file(graph, without));

    assertThatThrownBy(() -> file.fit(graph, fresh(graph), Fitting.exact()))
        .hasMessageContaining("features.0.1.step (a single number) is not in the network")
        .hasMessageNotContaining("is missing");
    Weights fitted = file.fit(graph, fresh(graph), Fitting.exact().skip("*.step"));
    assertThat(fitted.values("features_0_1.num_batches_tracked")).containsExactly(0);
    assertThat(fitted.values("features_0_1.running_var")[0]).isCloseTo(1, within(0.5f));
  }
}
