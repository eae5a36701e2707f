package io.fovea.format.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.fovea.format.onnx.graph.Attribute;
import io.fovea.format.onnx.graph.OnnxGraph;
import io.fovea.format.onnx.graph.OnnxGraph.About;
import io.fovea.format.onnx.graph.OnnxNode;
import io.fovea.format.onnx.graph.OnnxWriter;
import io.fovea.format.onnx.operator.Interpreter;
import io.fovea.format.onnx.operator.PackedLayers;
import io.fovea.format.onnx.value.Dimension;
import io.fovea.format.onnx.value.ElementType;
import io.fovea.format.onnx.value.NdArray;
import io.fovea.format.onnx.value.ValueInfo;
import io.fovea.parallel.Workers;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Operators at random sizes against ONNX Runtime: within 1e-5 of the largest element. */
@Tag("widths")
class OnnxRuntimeTest {
  private static final int[] SIZES = {1, 2, 3, 5, 7, 8, 13, 16, 17, 31};

  private Random random = new Random(0);

  private int size() {
    return SIZES[random.nextInt(SIZES.length)];
  }

  private int upTo(int most) {
    return 1 + random.nextInt(most);
  }

  private NdArray values(int... dims) {
    NdArray array = NdArray.zeros(ElementType.FLOAT, dims);
    for (int i = 0; i < array.size(); i++) {
      array.floats()[i] = (float) random.nextGaussian();
    }
    return array;
  }

  private NdArray positive(int... dims) {
    NdArray array = values(dims);
    for (int i = 0; i < array.size(); i++) {
      array.floats()[i] = 0.1f + Math.abs(array.floats()[i]);
    }
    return array;
  }

  private static OnnxGraph graph(
      int opset, String type, Map<String, Attribute> attributes, NdArray x, NdArray... others) {
    Map<String, NdArray> initializers = new LinkedHashMap<>();
    List<String> names = List.of("x", "b", "c", "d", "e").subList(0, 1 + others.length);
    for (int i = 0; i < others.length; i++) {
      initializers.put(names.get(i + 1), others[i]);
    }
    return new OnnxGraph(
        "g",
        List.of(new OnnxNode("n", type, names, List.of("y"), attributes)),
        initializers,
        List.of(new ValueInfo("x", ElementType.FLOAT, dims(x))),
        List.of(new ValueInfo("y", ElementType.FLOAT, null)),
        About.opset(opset));
  }

  /** Both sides on a node whose first input is given, and whose others are constants. */
  private void compare(
      int opset, String type, Map<String, Attribute> attributes, NdArray x, NdArray... others) {
    OnnxGraph graph = graph(opset, type, attributes, x, others);
    NdArray y;
    try (Workers workers = Workers.of(2)) {
      y = new Interpreter(graph, workers).run(Map.of("x", x)).get("y");
    }
    assertThat(new Interpreter(graph, Workers.of(1)).run(Map.of("x", x)).get("y"))
        .as("one thread and two")
        .isEqualTo(y);
    if (y == null) {
      throw new AssertionError(type);
    }
    float[] expected = expected(graph, x, y);
    double largest = 1;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) y.floats()[i])
          .as("%s %s %s, element %d", type, attributes, x, i)
          .isCloseTo(expected[i], org.assertj.core.data.Offset.offset(1e-5 * largest));
    }
  }

  private static List<Dimension> dims(NdArray x) {
    return java.util.Arrays.stream(x.dims()).mapToObj(Dimension::of).toList();
  }

  private static float[] expected(OnnxGraph graph, NdArray x, NdArray y) {
    long[] shape = java.util.Arrays.stream(x.dims()).asLongStream().toArray();
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      byte[] model = OnnxWriter.model(graph).toByteArray();
      try (OrtSession session = environment.createSession(model, options);
          OnnxTensor input =
              OnnxTensor.createTensor(environment, FloatBuffer.wrap(x.floats()), shape);
          OrtSession.Result result = session.run(Map.of("x", input))) {
        OnnxTensor output = (OnnxTensor) result.get(0);
        assertThat(y.dims())
            .containsExactly(
                java.util.Arrays.stream(output.getInfo().getShape())
                    .mapToInt(d -> (int) d)
                    .toArray());
        float[] values = new float[y.size()];
        output.getFloatBuffer().get(values);
        return values;
      }
    } catch (OrtException failure) {
      throw new AssertionError(failure);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void convolutions(long seed) {
    random = new Random(seed);
    int groups = upTo(3);
    int in = groups * upTo(6);
    int out = groups * upTo(7);
    int u = upTo(5);
    int v = upTo(4);
    int dilation = upTo(2);
    NdArray x = values(upTo(3), in, size() + dilation * u, size() + dilation * v);
    Map<String, Attribute> facts = new LinkedHashMap<>();
    facts.put("group", Attribute.of(groups));
    facts.put("strides", Attribute.ints(upTo(3), upTo(2)));
    facts.put("dilations", Attribute.ints(dilation, dilation));
    if (seed % 4 == 0) {
      facts.put("auto_pad", Attribute.of(seed % 8 == 0 ? "SAME_UPPER" : "SAME_LOWER"));
    } else {
      facts.put(
          "pads",
          Attribute.ints(
              random.nextInt(u), random.nextInt(v), random.nextInt(u), random.nextInt(v)));
    }
    compare(17, "Conv", facts, x, values(out, in / groups, u, v), values(out));
    if (seed % 4 != 0) {
      compare(17, "ConvTranspose", facts, x, values(in, out / groups, u, v), values(out));
    }
  }

  @Test
  void convolutions_ofOneAxis() {
    Map<String, Attribute> facts =
        Map.of("strides", Attribute.ints(2), "pads", Attribute.ints(2, 1));
    compare(17, "Conv", facts, values(2, 3, 17), values(5, 3, 4));
    compare(17, "ConvTranspose", facts, values(2, 3, 17), values(3, 5, 4), values(5));
  }

  /** Columns beside rows, and the shape of the result instead of pads. */
  @ParameterizedTest
  @ValueSource(strings = {"SAME_UPPER", "SAME_LOWER", "NOTSET"})
  void transposedConvolutions_byTheResult(String automatic) {
    Map<String, Attribute> facts =
        Map.of(
            "auto_pad", Attribute.of(automatic),
            "strides", Attribute.ints(2, 3),
            "output_shape", Attribute.ints(14, 25));
    compare(17, "ConvTranspose", facts, values(2, 3, 7, 8), values(3, 2, 3, 5), values(2));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void pools(long seed) {
    random = new Random(seed);
    int u = upTo(4);
    int v = upTo(4);
    NdArray x = values(upTo(2), upTo(4), u + size(), v + size());
    Map<String, Attribute> facts = new LinkedHashMap<>();
    facts.put("kernel_shape", Attribute.ints(u, v));
    facts.put("strides", Attribute.ints(upTo(3), upTo(3)));
    facts.put("ceil_mode", Attribute.of(seed % 2));
    facts.put(
        "pads",
        Attribute.ints(random.nextInt(u), random.nextInt(v), random.nextInt(u), random.nextInt(v)));
    compare(17, "MaxPool", facts, x);
    facts.put("count_include_pad", Attribute.of(random.nextInt(2)));
    compare(17, "AveragePool", facts, x);
    compare(17, "GlobalAveragePool", Map.of(), x);
    compare(17, "GlobalMaxPool", Map.of(), x);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void products(long seed) {
    random = new Random(seed);
    int m = size();
    int k = size() + 32 * random.nextInt(2);
    int n = size();
    compare(13, "MatMul", Map.of(), values(2, 1, m, k), values(3, k, n));
    compare(13, "MatMul", Map.of(), values(m, k), values(k));
    boolean a = random.nextBoolean();
    boolean b = random.nextBoolean();
    Map<String, Attribute> facts =
        Map.of(
            "transA", Attribute.of(a ? 1 : 0),
            "transB", Attribute.of(b ? 1 : 0),
            "alpha", Attribute.of(0.5f),
            "beta", Attribute.of(2f));
    compare(
        13,
        "Gemm",
        facts,
        a ? values(k, m) : values(m, k),
        b ? values(n, k) : values(k, n),
        values(n));
  }

  /**
   * Images of other sizes, and weights that are inputs, do not meet the weights of a run before.
   */
  @Test
  void run_withKeptWeights_givesTheSame() {
    PackedLayers kept = new PackedLayers();
    NdArray w = values(4, 3, 3, 3);
    NdArray matrix = values(5, 6);
    for (int size : new int[] {5, 8, 8, 5}) {
      NdArray x = values(1, 3, size, size + 1);
      OnnxGraph conv = graph(17, "Conv", Map.of(), x, w);
      assertThat(new Interpreter(conv, Workers.of(1), kept).run(Map.of("x", x)))
          .isEqualTo(new Interpreter(conv, Workers.of(1)).run(Map.of("x", x)));
      OnnxGraph product = graph(17, "MatMul", Map.of(), matrix);
      OnnxGraph ofInputs =
          new OnnxGraph(
              "g",
              List.of(new OnnxNode("n", "MatMul", List.of("x", "b"), List.of("y"), Map.of())),
              Map.of(),
              product.inputs(),
              product.outputs(),
              product.about());
      Map<String, NdArray> inputs = Map.of("x", matrix, "b", values(6, 2));
      assertThat(new Interpreter(ofInputs, Workers.of(1), kept).run(inputs))
          .isEqualTo(new Interpreter(ofInputs, Workers.of(1)).run(inputs));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void normalisations(long seed) {
    random = new Random(seed);
    int c = size();
    NdArray x = values(2, c, size(), size() + 1);
    compare(15, "BatchNormalization", Map.of(), x, values(c), values(c), values(c), positive(c));
    compare(17, "InstanceNormalization", Map.of(), x, values(c), values(c));
    compare(17, "LRN", Map.of("size", Attribute.of(upTo(5))), x);
    compare(17, "LayerNormalization", Map.of(), x, values(x.dim(3)), values(x.dim(3)));
    compare(17, "Softmax", Map.of("axis", Attribute.of(1)), x);
    compare(11, "Softmax", Map.of("axis", Attribute.of(1)), x);
    compare(13, "LogSoftmax", Map.of("axis", Attribute.of(2)), x);
  }

  @Test
  void operators_withoutACaseInNodeCases() {
    NdArray x = values(2, 3, 4, 6);
    for (String type : List.of("Softsign", "Erf", "Floor", "Round")) {
      compare(17, type, Map.of(), x);
    }
    NdArray steps = NdArray.list(-1, -2);
    NdArray axes = NdArray.list(1, 3);
    compare(13, "Slice", Map.of(), x, NdArray.list(-1, 5), NdArray.list(-10, 0), axes, steps);
  }
}
