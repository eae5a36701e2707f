package io.fovea.format.onnx.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.format.FormatException;
import io.fovea.format.onnx.Fixtures;
import io.fovea.format.onnx.value.Dimension;
import io.fovea.format.onnx.value.ElementType;
import io.fovea.format.onnx.value.NdArray;
import io.fovea.format.onnx.value.ValueInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that ONNX's own library wrote (resources, onnx/fixtures.py), read and written again. */
class OnnxReaderTest {
  @TempDir Path folder;

  @Test
  void read_smallCnn_hasItsFacts() throws FormatException {
    OnnxGraph graph = OnnxReader.read(Fixtures.file("small_cnn.onnx"));
    assertThat(graph.opset()).isEqualTo(17);
    assertThat(graph.about().producer()).isEqualTo("fixtures 1");
    assertThat(graph.about().metadata()).containsExactly(Map.entry("labels", "a,b,c"));
    assertThat(graph.inputs())
        .containsExactly(
            new ValueInfo(
                "x",
                ElementType.FLOAT,
                List.of(
                    Dimension.open("batch"), Dimension.of(2), Dimension.of(8), Dimension.of(8))));
    assertThat(graph.inputs().getFirst().text()).isEqualTo("float batchx2x8x8");
    assertThat(graph.outputs().getFirst().text()).isEqualTo("float batchx3");
    assertThat(graph.nodes().stream().map(OnnxNode::name))
        .containsExactly("conv1", "Relu_1", "MaxPool_2", "Flatten_3", "dense");
    OnnxNode conv = graph.nodes().getFirst();
    assertThat(conv.integers("pads")).containsExactly(1, 1, 1, 1);
    assertThat(conv.integers("strides", 1, 1)).containsExactly(1, 1);
    assertThat(graph.nodes().getLast().number("alpha", 0)).isEqualTo(1f);
    assertThat(graph.initializers().get("w")).hasToString("float 4x2x3x3");
  }

  @Test
  void read_allTypes_hasTheirValues() throws FormatException {
    OnnxGraph graph = OnnxReader.read(Fixtures.file("types.onnx"));
    Map<String, NdArray> values = graph.initializers();
    int[] dims = {3, 1};
    Map<String, NdArray> expected =
        Map.of(
            "float", NdArray.of(dims, 1.5f, -2f, 3.25f),
            "double", NdArray.of(dims, 1e300, -0.1, 0.0),
            "int64", NdArray.of(dims, -(1L << 62), 0, 5),
            "int32", NdArray.of(dims, Integer.MIN_VALUE, 0, 7),
            "int8", NdArray.of(ElementType.INT8, dims, new byte[] {-128, 0, 127}),
            "uint8", NdArray.of(ElementType.UINT8, dims, new byte[] {0, -128, -1}),
            "bool", NdArray.of(ElementType.BOOL, dims, new byte[] {1, 0, 1}),
            "float16", NdArray.of(dims, 1.5f, -2f, 65504f));
    expected.forEach(
        (name, array) -> {
          assertThat(values.get(name + "_listed")).as(name).isEqualTo(array);
          assertThat(values.get(name + "_raw")).as(name).isEqualTo(array);
        });
    assertThat(values.get("bfloat16_listed")).isEqualTo(NdArray.of(dims, 1.5f, -2f, 3f));
    assertThat(values.get("scalar")).isEqualTo(NdArray.scalar(7f));
    assertThat(values.get("empty")).isEqualTo(NdArray.zeros(ElementType.FLOAT, 0, 2));
    assertThat(graph.inputs().getLast().text()).isEqualTo("float of any shape");
  }

  @Test
  void read_nodesOutOfOrder_areSorted() throws FormatException {
    OnnxGraph graph = OnnxReader.read(Fixtures.file("types.onnx"));
    assertThat(graph.nodes().stream().map(OnnxNode::label))
        .containsExactly("Neg_1 (Neg)", "Mul_0 (Mul)", "If_2 (If)", "Own_3 (org.example.Own)");
    assertThat(graph.opset("org.example")).isEqualTo(2);
    OnnxNode own = graph.nodes().getLast();
    assertThat(own.number("f", 0)).isEqualTo(0.5f);
    assertThat(own.integer("i", 0)).isEqualTo(-3);
    assertThat(own.text("s", "")).isEqualTo("text");
    assertThat(own.numbers("fs")).containsExactly(1, 2);
    assertThat(own.integers("ii")).containsExactly(1, -2);
    assertThat(own.attributes().get("ss")).isEqualTo(new Attribute.Strings(List.of("p", "q")));
    assertThat(own.attributes().get("t")).isEqualTo(new Attribute.TensorValue(NdArray.list(4, 5)));
    assertThat(graph.nodes().get(2).attributes().get("then_branch"))
        .isEqualTo(new Attribute.Unread("a graph"));
  }

  @Test
  void read_externalData_isReadFromBeside() throws FormatException {
    OnnxGraph graph = OnnxReader.read(Fixtures.file("external.onnx"));
    assertThat(graph.initializers().get("w"))
        .isEqualTo(NdArray.of(new int[] {2, 3}, 0f, 1f, 2f, 3f, 4f, 5f));
  }

  @Test
  void write_whatWasRead_readsAsTheSame() throws IOException {
    for (String name : List.of("small_cnn.onnx", "types.onnx", "external.onnx")) {
      OnnxGraph whole = OnnxReader.read(Fixtures.file(name));
      List<OnnxNode> read =
          whole.nodes().stream().filter(node -> !node.opType().equals("If")).toList();
      OnnxGraph graph = whole.with(read, whole.initializers());
      Path copy = folder.resolve("copy.onnx");
      OnnxWriter.write(graph, copy);
      byte[] bytes = Files.readAllBytes(copy);
      assertThat(OnnxReader.read(copy)).as(name).isEqualTo(graph);
      OnnxWriter.write(OnnxReader.read(copy), copy);
      assertThat(Files.readAllBytes(copy)).as(name).isEqualTo(bytes);
    }
  }
}
