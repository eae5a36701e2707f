package io.fovea.format.onnx;

import static io.fovea.format.onnx.Logits.noise;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.format.Scale;
import io.fovea.format.onnx.graph.OnnxGraph;
import io.fovea.format.onnx.graph.OnnxNode;
import io.fovea.format.onnx.graph.OnnxReader;
import io.fovea.layer.AvgPool2d;
import io.fovea.network.AnswerRule;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Window;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of our writer; {@link OnnxImportTest} has what ONNX Runtime computes from them. */
@Tag("widths")
class OnnxExportTest {
  @TempDir Path folder;

  /** A softmax for one label, sigmoids for several. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void writeWithSoftmax_network_givesProbabilities(boolean several) throws Exception {
    Network one = Network.of(Zoo.LENET5.graph(Shape.of(1, 28, 28), 10), Initializer.he(), 5);
    Network network = several ? one.withAnswers(AnswerRule.SeveralLabels.usual(10)) : one;
    Path file = folder.resolve("model.onnx");
    Onnx.writeWithSoftmax(network, file);
    float[] x = noise(1, 28 * 28);

    float[] p = OnnxRuntime.run(file, x, 1, 1, 28, 28);

    float[] logits = Logits.of(network, x, 1);
    double sum = 0;
    for (float z : logits) {
      sum += Math.exp(z);
    }
    for (int k = 0; k < 10; k++) {
      double e = Math.exp(logits[k]);
      assertThat((double) p[k]).isCloseTo(several ? e / (1 + e) : e / sum, Offset.offset(1e-5));
    }
  }

  @Test
  void write_ruleForAnswers_isReadAgain_andItsSigmoidIsLeftOut() throws Exception {
    Network network = Network.of(Zoo.LENET5.graph(Shape.of(1, 28, 28), 4), Initializer.he(), 5);
    AnswerRule several = new AnswerRule.SeveralLabels(List.of(0.5, 0.25, 0.75, 1.0));
    AnswerRule one = new AnswerRule.OneLabel(0.95, 0.1, Optional.empty());
    Path file = folder.resolve("model.onnx");
    float[] x = noise(1, 28 * 28);
    for (AnswerRule rule : List.of(several, one)) {
      Onnx.write(network.withAnswers(rule), file);
      assertThat(Onnx.read(file).answers()).contains(rule);
      Onnx.writeWithSoftmax(network.withAnswers(rule), file);
      Network read = Onnx.read(file);
      assertThat(read.answers()).contains(rule);
      assertThat(Logits.of(read, x, 1))
          .containsExactly(Logits.of(network, x, 1), Offset.offset(1e-5f));
    }
  }

  @Test
  void write_names_areTheNetworks() throws Exception {
    Network network = Network.of(Zoo.RESNET8.graph(Shape.of(3, 32, 32), 4), Initializer.he(), 5);
    network.publish(
        network.weights(),
        new Preprocessing(
            List.of(0.5, 0.25, 0.125), List.of(1.0, 2.0, 4.0), Preprocessing.Background.DARK),
        List.of("cat", "dog \"x\"", "\u9ce5", "d"));
    Path file = folder.resolve("model.onnx");

    Onnx.write(network, file);

    OnnxGraph graph = OnnxReader.read(file);
    assertThat(graph.opset()).isEqualTo(17);
    assertThat(graph.nodes())
        .extracting(OnnxNode::name)
        .containsAll(network.graph().nodes().stream().map(node -> node.name()).toList());
    assertThat(graph.initializers())
        .containsKeys("conv1.weight", "bn1.running_var", "short2.weight", "dense1.bias");
    assertThat(graph.initializers()).doesNotContainKey("bn1.num_batches_tracked");
    assertThat(graph.inputs().getFirst().text()).isEqualTo("float Nx3x32x32");
    assertThat(graph.inputs().getFirst().name()).isEqualTo("input");
    assertThat(graph.outputs().getFirst().text()).isEqualTo("float Nx4");
    assertThat(graph.outputs().getFirst().name()).isEqualTo("output");
    assertThat(graph.about().metadata())
        .containsEntry("fovea.labels", "[\"cat\",\"dog \\\"x\\\"\",\"\u9ce5\",\"d\"]")
        .containsEntry(
            "fovea.preprocessing",
            "{\"mean\":[0.5,0.25,0.125],\"deviation\":[1.0,2.0,4.0],\"background\":\"dark\",\"framing\":\"stretch\"}");
  }

  @Test
  void write_sameModelTwice_givesTheSameBytes() throws Exception {
    Network network = Network.of(Zoo.RESNET8.graph(Shape.of(3, 32, 32), 4), Initializer.he(), 5);

    Onnx.write(network, folder.resolve("a.onnx"));
    Onnx.write(network.copy(), folder.resolve("b.onnx"));

    assertThat(Files.readAllBytes(folder.resolve("a.onnx")))
        .isEqualTo(Files.readAllBytes(folder.resolve("b.onnx")));
  }

  @Test
  void write_customLayer_isRefusedByName() {
    Network network =
        Network.input(1, 4, 4)
            .layer(new Scale(1, 1, false, ""))
            .as("twice")
            .flatten()
            .dense(2)
            .build(Initializer.he(), 1);

    assertThatThrownBy(() -> Onnx.write(network, folder.resolve("a.onnx")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "twice: ONNX export: scale is a layer of your own, which ONNX has no operator for; build the network to export of built-in layers");
    assertThat(folder.resolve("a.onnx")).doesNotExist();
  }

  @Test
  void write_dilatedAverage_isRefusedByName() {
    Network network =
        Network.input(1, 8, 8)
            .layer(new AvgPool2d(Window.square(2, 1, 0, 2)))
            .as("wide")
            .build(Initializer.he(), 1);

    assertThatThrownBy(() -> Onnx.write(network, folder.resolve("a.onnx")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "wide: ONNX export: averages over a window with a dilation, which ONNX has from opset 19 on; the file has opset 17, average over a window without");
  }
}
