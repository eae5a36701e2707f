package io.fovea.format.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fovea.format.FormatException;
import io.fovea.format.onnx.graph.Attribute;
import io.fovea.format.onnx.graph.OnnxGraph;
import io.fovea.format.onnx.graph.OnnxNode;
import io.fovea.format.onnx.graph.OnnxWriter;
import io.fovea.format.onnx.value.Dimension;
import io.fovea.format.onnx.value.ElementType;
import io.fovea.format.onnx.value.NdArray;
import io.fovea.format.onnx.value.ValueInfo;
import io.fovea.inference.Classifier;
import io.fovea.network.Network;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that are no network of core, and what is said of them. */
class OnnxImportErrorTest {
  private static final Dimension N = Dimension.open("N");

  @TempDir Path folder;

  private Path file(List<ValueInfo> inputs, List<String> outputs, OnnxNode... nodes)
      throws FormatException {
    Map<String, NdArray> constants = new LinkedHashMap<>();
    constants.put("w", NdArray.of(new int[] {2, 3, 1, 1}, new float[6]));
    constants.put("inf", NdArray.of(new int[] {1, 3, 1, 1}, new float[] {1, 1, 1f / 0}));
    constants.put("row", NdArray.of(new int[] {1, 3, 1, 1}, new float[] {2, -1, 3}));
    constants.put("minus", NdArray.of(new int[] {2}, new float[] {-1, -1}));
    constants.put("box", NdArray.zeros(ElementType.FLOAT, 1, 1, 1, 1, 1));
    constants.put("slope", NdArray.of(new int[] {1, 1, 4, 4}, new float[16]));
    List<ValueInfo> ends = new ArrayList<>();
    outputs.forEach(name -> ends.add(new ValueInfo(name, ElementType.FLOAT, null)));
    Path file = folder.resolve("net.onnx");
    OnnxGraph.About about = OnnxGraph.About.opset(13);
    OnnxWriter.write(new OnnxGraph("g", List.of(nodes), constants, inputs, ends, about), file);
    return file;
  }

  private static List<ValueInfo> images(Dimension height, Dimension width) {
    List<Dimension> dims = List.of(N, Dimension.of(3), height, width);
    return List.of(new ValueInfo("x", ElementType.FLOAT, dims));
  }

  private static OnnxNode node(String name, String operator, String output, String... inputs) {
    return new OnnxNode(name, operator, List.of(inputs), List.of(output), Map.of());
  }

  private static OnnxNode[] nodes(String text) {
    return Arrays.stream(text.split("; ", -1))
        .map(node -> List.of(node.split(" ", -1)))
        .map(
            words ->
                new OnnxNode(
                    words.get(0),
                    words.get(1),
                    words.subList(3, words.size()),
                    List.of(words.get(2)),
                    words.get(1).equals("Softmax") ? Map.of("axis", Attribute.of(1L)) : Map.of()))
        .toArray(OnnxNode[]::new);
  }

  private static final List<ValueInfo> FOUR = images(Dimension.of(4), Dimension.of(4));

  /** Nodes (name, operator, output, inputs), the outputs, and what is said of images of 3x4x4. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          first Einsum a x; second Conv b a w; third Relu c b; fourth Mul e x slope; fifth Sin f e; last Sum d c f | d | 3 of 6 nodes are not lowered to layers: first (Einsum), opset 13: the operator is not lowered; fourth (Mul), opset 13: expects a constant with one number, or one a channel (of 3), got 1x1x4x4 beside N,C,H,W; fifth (Sin), opset 13: the operator is not lowered; OnnxModel computes the file as it is
          p Relu a x; q Tanh b x | a b | a network has one input and one output, the file 1 and 2 (x, a, b); OnnxModel computes such a file
          p Identity a x | a | the output a is the input itself; there is no layer
          p Conv a box box; q Relu b x | b | node p (Conv), opset 13: windows over 3 axes are not supported, got the input float 1x1x1x1x1; supported: windows over one or two axes; run such a file by ONNX Runtime
          p Conv a x w; q BatchNormalization b a minus minus minus minus | b | expects finite weights, got NaN in p.weight, so predictions would be NaN; give a model from before its training diverged
          p Conv a x inf | a | expects finite weights, got Infinity in p.weight, so predictions would be NaN; give a model from before its training diverged
          p Conv a x w; q Conv b a w | b | 1 of 2 nodes is not lowered to layers: q (Conv), opset 13: expects 3 channels for its weight, got maps of 2x4x4; OnnxModel computes the file as it is
          """)
  void read_graphThatIsNoNetwork_isRefused(String nodes, String outputs, String message)
      throws FormatException {
    Path file = file(FOUR, List.of(outputs.split(" ", -1)), nodes(nodes));

    assertThatThrownBy(() -> Onnx.read(file))
        .isInstanceOf(FormatException.class)
        .hasMessage("net.onnx: import: " + message);
  }

  @Test
  void read_openSize_needsTheShape() throws FormatException {
    Dimension open = Dimension.open("side");
    Path file = file(images(open, open), List.of("a"), node("p", "Conv", "a", "x", "w"));

    assertThatThrownBy(() -> Onnx.read(file))
        .hasMessage(
            "net.onnx: import: input x is float Nx3xsidexside: the file leaves the images' size open; state it, such as 3x224x224");
    Network network = Onnx.read(file, OnnxReading.standard().images(Shape.of(3, 5, 6))).network();
    assertThat(network.graph().output()).isEqualTo(Shape.of(2, 5, 6));
    assertThatThrownBy(() -> Onnx.read(file, OnnxReading.standard().images(Shape.of(1, 5, 6))))
        .hasMessage(
            "net.onnx: import: input x is float Nx3xsidexside, which has no images of 1x5x6");
  }

  @Test
  void read_constantOutput_isRefused() throws FormatException {
    Path file =
        file(
            FOUR,
            List.of("b"),
            node("p", "Shape", "a", "x"),
            new OnnxNode(
                "q",
                "Cast",
                List.of("a"),
                List.of("b"),
                Map.of("to", Attribute.of((long) ElementType.FLOAT.code()))));

    assertThatThrownBy(() -> Onnx.read(file))
        .hasMessage(
            "net.onnx: import: the output b does not depend on the input; there is nothing to train or to predict");
  }

  @Test
  void read_imagesMixedWithOneAnother_isRefused() throws FormatException {
    Path file =
        file(
            FOUR,
            List.of("b"),
            new OnnxNode(
                "turn",
                "Transpose",
                List.of("x"),
                List.of("a"),
                Map.of("perm", Attribute.ints(1, 0, 2, 3))),
            node("conv", "Conv", "b", "a", "w"));

    assertThatThrownBy(() -> Onnx.read(file))
        .hasMessageContaining("conv (Conv), opset 13: expects maps as N,C,H,W, got C,N,H,W");
  }

  /** Nodes behind means of channels; what is said; probabilities as the file gives them. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          p Softmax b a; q Flatten c b; r Identity y c | p (Softmax) at the end is left out: the network gives logits, and a classifier has its own softmax
          p Flatten b a; q LogSoftmax y b              | q (LogSoftmax) at the end is left out: the network gives logits, and a classifier has its own softmax
          p Flatten b a; q Sigmoid c b; r Dropout y c  | q (Sigmoid) at the end is left out: the network gives logits, and a classifier has its own sigmoid
          p Conv b a row; q Sigmoid c b; r Flatten y c | q (Sigmoid) at the end is left out: the network gives logits of two classes, 0 and the file's, and a classifier has its own softmax
          """)
  void classify_probabilitiesAtTheEnd_areThoseOfTheFile(String nodes, String note)
      throws FormatException {
    Path file = file(FOUR, List.of("y"), nodes("m GlobalAveragePool a x; " + nodes));
    float[] x = Logits.noise(5, 48);
    NdArray images = NdArray.of(new int[] {1, 3, 4, 4}, x);
    float[] y = OnnxModel.read(file).run(Map.of("x", images)).values().iterator().next().asFloats();

    Onnx.Imported imported = Onnx.read(file, OnnxReading.standard());

    assertThat(imported.notes()).containsExactly(note);
    float[] expected = y.length > 1 ? y : new float[] {1 - y[0], y[0]};
    try (Classifier classifier = Classifier.of(imported.network())) {
      List<Double> p =
          classifier.probabilities(Tensor.of(Shape.of(3, 4, 4), 1, x)).getFirst().probabilities();
      assertThat(p).hasSize(expected.length);
      for (int k = 0; k < p.size(); k++) {
        double each = expected[k] < 0 ? Math.exp(expected[k]) : expected[k];
        assertThat(p.get(k)).isEqualTo(each, within(1e-6));
      }
    }
  }
}
