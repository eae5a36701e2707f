package io.fovea.format.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.fovea.format.FormatException;
import io.fovea.format.onnx.graph.Attribute;
import io.fovea.format.onnx.graph.OnnxGraph;
import io.fovea.format.onnx.graph.OnnxGraph.About;
import io.fovea.format.onnx.graph.OnnxNode;
import io.fovea.format.onnx.operator.Interpreter;
import io.fovea.format.onnx.proto.GraphProto;
import io.fovea.format.onnx.proto.ModelProto;
import io.fovea.format.onnx.proto.NodeProto;
import io.fovea.format.onnx.proto.StringStringEntryProto;
import io.fovea.format.onnx.proto.TensorProto;
import io.fovea.format.onnx.proto.ValueInfoProto;
import io.fovea.format.onnx.value.ElementType;
import io.fovea.format.onnx.value.NdArray;
import io.fovea.format.onnx.value.ValueInfo;
import io.fovea.parallel.Workers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged and hostile models: each ends in one line, and allocates nothing that is not there. */
class OnnxRefusalTest {
  @TempDir Path folder;

  private static GraphProto.Builder graph() {
    return GraphProto.newBuilder()
        .addInput(ValueInfoProto.newBuilder().setName("x"))
        .addOutput(ValueInfoProto.newBuilder().setName("y"))
        .addNode(node("Neg", "x", "y"));
  }

  private static NodeProto node(String type, String input, String output) {
    return NodeProto.newBuilder().setOpType(type).addInput(input).addOutput(output).build();
  }

  private void refuses(GraphProto.Builder graph, String message) throws IOException {
    Path file = folder.resolve("bad.onnx");
    Files.write(file, ModelProto.newBuilder().setGraph(graph).build().toByteArray());
    assertThatThrownBy(() -> OnnxModel.read(file))
        .isInstanceOf(FormatException.class)
        .hasMessage("bad.onnx: read: " + message);
  }

  private void refusesTensor(TensorProto.Builder tensor, String message) throws IOException {
    refuses(graph().addInitializer(tensor.setName("w")), "tensor \"w\"" + message);
  }

  private static TensorProto.Builder floats(long... dims) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setDataType(1);
    for (long dim : dims) {
      tensor.addDims(dim);
    }
    return tensor;
  }

  @Test
  void read_tensorsThatCannotBe_areRefused() throws IOException {
    refusesTensor(floats(3), " needs 3 values for float 3, got 0; the file is damaged");
    refusesTensor(
        floats(-1), " must have dimensions from 0 to 2147483647, got -1; the file is damaged");
    refusesTensor(
        floats(1L << 40),
        " must have dimensions from 0 to 2147483647, got 1099511627776; the file is damaged");
    refusesTensor(
        floats(1 << 20, 1 << 20),
        ": array: shape 1048576x1048576 has more than 2147483639 elements; the file is damaged");
    refusesTensor(
        TensorProto.newBuilder().setDataType(8),
        " has elements of string, expects one of float, uint8, int8, int32, int64, bool, double, float16, bfloat16; convert it where it was written");
  }

  @Test
  void read_graphsThatCannotBe_areRefused() throws IOException {
    refuses(
        graph().addNode(node("Neg", "b", "a")).addNode(node("Abs", "a", "b")),
        "nodes read each other's outputs in a circle: Neg_1 (Neg), Abs_2 (Abs); the file is damaged");
    refuses(
        graph().addNode(node("Neg", "q", "r")),
        "node Neg_1 (Neg) reads \"q\", which nothing computes; the file is damaged");
    refuses(
        graph().addNode(node("Abs", "x", "y")),
        "two values have the name \"y\"; the file is damaged");
    refuses(
        graph().addInput(ValueInfoProto.newBuilder().setName("x")),
        "two values have the name \"x\"; the file is damaged");
    refuses(
        graph().addOutput(ValueInfoProto.newBuilder().setName("z")),
        "output \"z\" is computed by no node; the file is damaged");
  }

  @Test
  void read_otherFiles_areRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("text.onnx"), "this is no model");
    assertThatThrownBy(() -> OnnxModel.read(file))
        .hasMessage(
            "text.onnx: read: this is no ONNX file, or it is damaged or cut off; fetch or write it again");
    Path empty = Files.write(folder.resolve("empty.onnx"), new byte[0]);
    assertThatThrownBy(() -> OnnxModel.read(empty))
        .hasMessage("empty.onnx: read: this is no ONNX model, for it has no graph; check the path");
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void read_externalDataInAPipe_isRefusedUnread() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    refusesTensor(
        floats(1)
            .setDataLocation(1)
            .addExternalData(
                StringStringEntryProto.newBuilder().setKey("location").setValue("pipe")),
        ": expects its external data in a file, got \"pipe\", which is a folder, a pipe or a device;"
            + " put the file there");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../secret", "/etc/passwd", "link", "a/../../secret", ""})
  void read_externalDataOutOfTheFolder_isRefused(String location) throws IOException {
    Path outside = Files.write(folder.resolve("secret"), new byte[4]);
    Path inside = Files.createDirectory(folder.resolve("model"));
    Files.createSymbolicLink(inside.resolve("link"), outside);
    TensorProto.Builder tensor =
        floats(1)
            .setName("w")
            .setDataLocation(1)
            .addExternalData(
                StringStringEntryProto.newBuilder().setKey("location").setValue(location));
    Path file = inside.resolve("m.onnx");
    Files.write(
        file,
        ModelProto.newBuilder().setGraph(graph().addInitializer(tensor)).build().toByteArray());
    assertThatThrownBy(() -> OnnxModel.read(file))
        .hasMessage(
            "m.onnx: read: tensor \"w\": its external data must lie in the model's folder, got location \""
                + location
                + "\"; do not trust this file");
  }

  /** A message would show all of them. */
  @Test
  void read_moreDimensionsThanAny_isRefused() throws IOException {
    TensorProto.Builder tensor = TensorProto.newBuilder().setDataType(1);
    for (int i = 0; i < 2_000; i++) {
      tensor.addDims(1);
    }
    refusesTensor(tensor, " may have at most 64 dimensions, got 2000; the file is damaged");
    Path file = Files.write(folder.resolve("bad.pb"), tensor.build().toByteArray());
    assertThatThrownBy(() -> TensorFile.read(file))
        .isInstanceOf(FormatException.class)
        .hasMessageEndingWith(" may have at most 64 dimensions, got 2000; the file is damaged");
  }

  /** The elements' type, the name if there is one, then tensors. */
  @ParameterizedTest
  @ValueSource(strings = {"", "s", "sequence"})
  void read_sequenceOrOptional_isCalledSo(String name) throws IOException {
    byte[] tensor = TensorProto.newBuilder().setDataType(1).addFloatData(1).build().toByteArray();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    if (!name.isEmpty()) {
      bytes.writeBytes(new byte[] {0x0a, (byte) name.length()});
      bytes.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
    }
    bytes.writeBytes(new byte[] {0x10, 1, 0x1a, (byte) tensor.length});
    bytes.writeBytes(tensor);
    Path file = Files.write(folder.resolve("x.pb"), bytes.toByteArray());
    assertThatThrownBy(() -> TensorFile.read(file))
        .isInstanceOf(FormatException.class)
        .hasMessage(
            "x.pb: read: expects a tensor (TensorProto), got a sequence or an optional value; write its tensors to files of their own");
  }

  /** Graphs of some bytes that ask for any amount of memory. */
  @Test
  void run_resultsThatNoMachineHolds_areRefusedBeforeTheyAreMade() {
    long huge = 1L << 40;
    refusesToRun("ConstantOfShape", Map.of(), NdArray.list(huge));
    refusesToRun("Expand", Map.of(), NdArray.scalar(1f), NdArray.list(1 << 20, 1 << 20));
    refusesToRun("Tile", Map.of(), NdArray.list(1), NdArray.list(huge));
    refusesToRun("Range", Map.of(), NdArray.scalar(0L), NdArray.scalar(huge), NdArray.scalar(1L));
    refusesToRun("Pad", Map.of("pads", Attribute.ints(huge, huge)), NdArray.list(1));
    refusesToRun(
        "MaxPool",
        Map.of("kernel_shape", Attribute.ints(1), "pads", Attribute.ints(huge, huge)),
        NdArray.of(new int[] {1, 1, 1}, 1f));
    refusesToRun(
        "Upsample",
        Map.of("scales", new Attribute.Floats(List.of(1e30f))),
        NdArray.of(new int[] {1}, 1f));
  }

  /** A graph of few bytes whose values are small one by one and take the heap together. */
  @Test
  void run_valuesThatTakeTheHeapTogether_areRefusedBeforeTheyDo() {
    long budget = (Runtime.getRuntime().maxMemory() / 4_000_000 - 4) * 1_000_000;
    long elements = budget / Float.BYTES / 3; // three of them fit
    List<OnnxNode> nodes = new java.util.ArrayList<>();
    List<String> names = new java.util.ArrayList<>();
    for (int i = 0; i < 5; i++) {
      names.add("v" + i);
      nodes.add(new OnnxNode("n" + i, "ConstantOfShape", List.of("a"), List.of("v" + i), Map.of()));
    }
    nodes.add(new OnnxNode("sum", "Sum", names, List.of("y"), Map.of()));
    OnnxGraph graph =
        new OnnxGraph(
            "g",
            nodes,
            Map.of("a", NdArray.list(elements)),
            List.of(),
            List.of(new ValueInfo("y", 0, null)),
            About.opset(13));
    assertThatThrownBy(() -> new Interpreter(graph, Workers.of(1)).run(Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "node n3 (ConstantOfShape), opset 13: needs more memory than the values of a graph may"
                + " take together, a quarter of the heap; give the JVM more by -Xmx, or set"
                + " -Dfovea.onnx.memory to the MB");
  }

  private static Interpreter interpreter(
      String type, List<String> outputs, Map<String, Attribute> attributes, NdArray... inputs) {
    List<String> names = List.of("a", "b", "c", "d", "e").subList(0, inputs.length);
    Map<String, NdArray> initializers = new java.util.LinkedHashMap<>();
    for (int i = 0; i < inputs.length; i++) {
      initializers.put(names.get(i), inputs[i]);
    }
    OnnxGraph graph =
        new OnnxGraph(
            "g",
            List.of(new OnnxNode("n", type, names, outputs, attributes)),
            initializers,
            List.of(),
            List.of(new ValueInfo("y", 0, null)),
            About.opset(type.equals("Pad") ? 9 : type.equals("Upsample") ? 7 : 17));
    return new Interpreter(graph, Workers.of(1));
  }

  private static void refusesToRun(
      String type, Map<String, Attribute> attributes, NdArray... inputs) {
    assertThatThrownBy(() -> interpreter(type, List.of("y"), attributes, inputs).run(Map.of()))
        .as(type)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("node n (" + type + "), opset ");
  }

  private static void isUnsupported(
      String message, String type, Map<String, Attribute> attributes, NdArray... inputs) {
    List<String> outputs = List.of("y", "z");
    assertThatThrownBy(() -> interpreter(type, outputs, attributes, inputs).run(Map.of()))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage(
            "node n (%s), opset 17: %s; run such a file by ONNX Runtime".formatted(type, message));
  }

  @Test
  void run_whatNoLayerComputes_isNamed() {
    NdArray box = NdArray.zeros(ElementType.FLOAT, 1, 2, 3, 3, 3);
    NdArray two = NdArray.of(new int[] {2}, 1f, 2f);
    for (String type : List.of("Conv", "ConvTranspose")) {
      isUnsupported(
          "windows over 3 axes are not supported, got the input float 1x2x3x3x3; supported: windows over one or two axes",
          type,
          Map.of(),
          box,
          box);
    }
    isUnsupported(
        "indices as a second output are not supported, got the input float 1x2x3x3x3; supported: the maxima alone",
        "MaxPool",
        Map.of("kernel_shape", Attribute.ints(2, 2, 2)),
        box);
    isUnsupported(
        "dilations with ceil_mode and count_include_pad, whose means differ among ONNX's releases, are not supported, got the input float 1x2x3x3x3; supported: any two of these",
        "AveragePool",
        Map.of(
            "kernel_shape", Attribute.ints(2, 2, 2),
            "dilations", Attribute.ints(1, 2, 1),
            "ceil_mode", Attribute.of(1),
            "count_include_pad", Attribute.of(1)),
        box);
    isUnsupported(
        "statistics of the batch at hand are not supported, got the input float 1x2x3x3x3; supported: running statistics",
        "BatchNormalization",
        Map.of("training_mode", Attribute.of(1)),
        box,
        two,
        two,
        two,
        two);
    isUnsupported(
        "means and deviations as further outputs are not supported, got the input float 1x2x3x3x3; supported: the first output",
        "LayerNormalization",
        Map.of(),
        box,
        two);
  }

  @Test
  void run_layersThatDoNotFit_areRefused() {
    NdArray x = NdArray.zeros(ElementType.FLOAT, 1, 2, 3, 3);
    NdArray w = NdArray.zeros(ElementType.FLOAT, 4, 3, 1, 1);
    assertThatThrownBy(() -> interpreter("Conv", List.of("y"), Map.of(), x, w).run(Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "node n (Conv), opset 17: cannot be computed of [float 1x2x3x3, float 4x3x1x1]: expects 3 channels for its weight, got maps of 2x3x3");
  }

  /** Reading and running return or end in our own exceptions, whatever is damaged. */
  @ParameterizedTest
  @ValueSource(longs = {1, 77})
  void read_randomDamage_returnsOrThrowsItsOwn(long seed) throws IOException {
    byte[] sound = Files.readAllBytes(Fixtures.file("small_cnn.onnx"));
    NdArray x = TensorFile.read(Fixtures.file("small_cnn_x.pb")).array();
    Random random = new Random(seed);
    int returned = 0;
    for (int i = 0; i < 800; i++) {
      byte[] damaged = sound.clone();
      // most of the file is weights: half of the damage goes to the nodes before and after them
      int reach = random.nextBoolean() ? 400 : damaged.length;
      for (int k = random.nextInt(4); k >= 0; k--) {
        damaged[random.nextInt(reach)] = (byte) random.nextInt(256);
      }
      if (random.nextInt(8) == 0) {
        damaged = java.util.Arrays.copyOf(damaged, random.nextInt(damaged.length));
      }
      Path file = Files.write(folder.resolve("fuzz.onnx"), damaged);
      try {
        OnnxModel model = OnnxModel.read(file);
        model.run(Map.of("x", x), Workers.of(1));
        returned++;
      } catch (FormatException expected) {
        assertThat(expected).hasMessageMatching("fuzz[.]onnx: read: .+"); // one line
      } catch (IllegalArgumentException | UnsupportedOperationException expected) {
        assertThat(String.valueOf(expected.getMessage())).doesNotContain("\n");
      } catch (RuntimeException | Error other) {
        Path kept = Files.write(Files.createTempFile("fuzz", ".onnx"), damaged);
        fail("seed %d, file %d (kept as %s)".formatted(seed, i, kept), other);
      }
    }
    assertThat(returned).as("some damage hits values alone").isPositive();
  }
}
