package io.fovea.format.onnx.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.fovea.format.FormatException;
import io.fovea.format.onnx.proto.GraphProto;
import io.fovea.format.onnx.proto.ModelProto;
import io.fovea.format.onnx.proto.NodeProto;
import io.fovea.format.onnx.proto.TensorProto;
import io.fovea.format.onnx.proto.ValueInfoProto;
import io.fovea.format.onnx.value.NdArray;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files whose values are too long to be read with the message, written by protobuf itself. */
class ModelFileTest {
  private static final int MANY = 300_000; // more than a piece of 2^18

  @TempDir Path folder;

  private static float[] random() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
    float[] values = new float[MANY];
    for (int i = 0; i < MANY; i++) {
      values[i] = random.nextFloat();
    }
    return values;
  }

  private static TensorProto.Builder tensor(String name, int type, ByteBuffer values, int size) {
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(type)
        .addDims(size)
        .setRawData(ByteString.copyFrom(values));
  }

  private static ByteBuffer bytes(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static GraphProto.Builder graph() {
    float[] floats = random();
    ByteBuffer raw = bytes(4 * MANY);
    ByteBuffer halves = bytes(2 * MANY);
    ByteBuffer longs = bytes(8 * MANY);
    for (int i = 0; i < MANY; i++) {
      raw.putFloat(floats[i]);
      halves.putShort(Float.floatToFloat16(floats[i]));
      longs.putLong(3L * i - 5);
    }
    return GraphProto.newBuilder()
        .addInput(ValueInfoProto.newBuilder().setName("x"))
        .addInitializer(tensor("floats", 1, raw.flip(), MANY))
        .addInitializer(tensor("halves", 10, halves.flip(), MANY))
        .addInitializer(tensor("longs", 7, longs.flip(), MANY))
        .addInitializer(tensor("short", 1, bytes(4).putFloat(2.5f).flip(), 1))
        .addNode(NodeProto.newBuilder().setOpType("Neg").addInput("x").addOutput("y"))
        .addOutput(ValueInfoProto.newBuilder().setName("y"));
  }

  private static NdArray value(OnnxGraph graph, String name) {
    return Objects.requireNonNull(graph.initializers().get(name));
  }

  private static void assertValues(OnnxGraph read) {
    NdArray floats = value(read, "floats");
    NdArray halves = value(read, "halves");
    NdArray longs = value(read, "longs");
    float[] expected = random();
    assertThat(floats.floats()).isEqualTo(expected);
    assertThat(longs.longs()[MANY - 1]).isEqualTo(3L * (MANY - 1) - 5);
    for (int i = 0; i < MANY; i += 999) {
      assertThat(halves.floats()[i])
          .isEqualTo(Float.float16ToFloat(Float.floatToFloat16(expected[i])));
    }
    assertThat(value(read, "short").floats()).containsExactly(2.5f);
    assertThat(read.nodes()).hasSize(1);
  }

  @Test
  void read_longValues_comeFromTheFile() throws IOException {
    Path file = folder.resolve("long.onnx");
    Files.write(file, ModelProto.newBuilder().setGraph(graph()).build().toByteArray());
    assertValues(OnnxReader.read(file));
  }

  /** A message in two halves is their sum, whatever stands where. */
  @Test
  void read_graphInTwoPieces_isTheirSum() throws IOException {
    GraphProto all = graph().build();
    GraphProto values = GraphProto.newBuilder().addAllInitializer(all.getInitializerList()).build();
    GraphProto rest = all.toBuilder().clearInitializer().build();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ModelProto.newBuilder().setGraph(values).build().writeTo(out);
    ModelProto.newBuilder().setIrVersion(8).setGraph(rest).build().writeTo(out);
    Path file = Files.write(folder.resolve("two.onnx"), out.toByteArray());
    assertValues(OnnxReader.read(file));
  }

  @Test
  void read_fileCutOffWithinAValue_isRefused() throws IOException {
    byte[] whole = ModelProto.newBuilder().setGraph(graph()).build().toByteArray();
    Path file = Files.write(folder.resolve("cut.onnx"), Arrays.copyOf(whole, whole.length / 4));
    assertThatThrownBy(() -> OnnxReader.read(file))
        .isInstanceOf(FormatException.class)
        .hasMessage(
            "cut.onnx: read: this is no ONNX file, or it is damaged or cut off; fetch or write it again");
  }

  @Test
  void read_valueShorterThanItsShape_isRefused() throws IOException {
    GraphProto.Builder graph = graph().setInitializer(0, tensor("floats", 1, bytes(8000), MANY));
    Path file = folder.resolve("short.onnx");
    Files.write(file, ModelProto.newBuilder().setGraph(graph).build().toByteArray());
    assertThatThrownBy(() -> OnnxReader.read(file))
        .hasMessage(
            "short.onnx: read: tensor \"floats\" needs 1200000 bytes for float 300000, got 8000; the file is damaged");
  }
}
