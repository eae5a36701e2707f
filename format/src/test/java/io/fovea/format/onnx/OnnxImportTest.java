package io.fovea.format.onnx;

import static io.fovea.format.onnx.Logits.assertAlike;
import static io.fovea.format.onnx.Logits.noise;
import static io.fovea.format.onnx.Logits.perturbed;
import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.network.Graph;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.tensor.Shape;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("widths")
class OnnxImportTest {
  /** Networks of layers that RESNET8, MOBILENET_V3_SMALL and EveryLayer have. */
  private static final String LARGE =
      "RESNET(18|34|50)|MOBILENET_V2|MOBILENET_V3_LARGE|EFFICIENTNET_B0";

  @TempDir Path folder;

  static Stream<Path> models() throws Exception {
    URI models = OnnxImportTest.class.getResource("models").toURI();
    try (Stream<Path> files = Files.list(Path.of(models))) {
      return files.sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void read_modelsOfExporters_computeWhatTheFilesDo(Path file) throws Exception {
    for (boolean optimising : new boolean[] {true, false}) {
      OnnxReading reading = OnnxReading.standard();
      Network network = Onnx.read(file, optimising ? reading : reading.unoptimised()).network();
      long[] sizes = OnnxRuntime.inputSizes(file);
      boolean isLast = file.getFileName().toString().startsWith("keras");
      int images = sizes[0] < 0 ? 3 : (int) sizes[0];
      sizes[0] = images;
      Shape shape = network.graph().input();
      float[] x = noise(2, images * shape.elements());

      float[] expected = OnnxRuntime.run(file, isLast ? channelsLast(x, shape) : x, sizes);

      float[] logits = Logits.of(network, x, images);
      boolean hasSoftmax = isProbabilities(expected, images);
      assertAlike(hasSoftmax ? softmax(logits, images) : logits, expected);
    }
  }

  private static float[] channelsLast(float[] x, Shape shape) {
    int pixels = shape.size(1) * shape.size(2);
    int channels = shape.size(0);
    float[] turned = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      int n = i / (channels * pixels);
      int c = i / pixels % channels;
      turned[(n * pixels + i % pixels) * channels + c] = x[i];
    }
    return turned;
  }

  private static boolean isProbabilities(float[] y, int images) {
    double sum = 0;
    for (float value : y) {
      sum += value < 0 ? Double.NaN : value;
    }
    return Math.abs(sum - images) < 1e-3;
  }

  private static float[] softmax(float[] logits, int images) {
    int classes = logits.length / images;
    float[] p = new float[logits.length];
    for (int n = 0; n < images; n++) {
      double sum = 0;
      for (int k = 0; k < classes; k++) {
        sum += Math.exp(logits[n * classes + k]);
      }
      for (int k = 0; k < classes; k++) {
        p[n * classes + k] = (float) (Math.exp(logits[n * classes + k]) / sum);
      }
    }
    return p;
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.MATCH_NONE, names = LARGE)
  void read_writtenBuiltInNetwork_isTheSameNetwork(Zoo zoo) throws Exception {
    Network network =
        perturbed(Network.of(zoo.graph(Shape.of(3, 28, 28), 10), Initializer.he(), 5), 3);

    assertSame(network);
  }

  @Tag("gate")
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.MATCH_ANY, names = LARGE)
  void read_writtenLargeNetwork_isTheSameNetwork(Zoo zoo) throws Exception {
    read_writtenBuiltInNetwork_isTheSameNetwork(zoo);
  }

  @ParameterizedTest
  @MethodSource("io.fovea.format.onnx.EveryLayer#networks")
  void read_writtenLayers_areTheSameLayers(Network network) throws Exception {
    assertSame(network);
  }

  private void assertSame(Network network) throws Exception {
    Path file = folder.resolve("a.onnx");
    Onnx.write(network, file);
    Shape shape = network.graph().input();
    float[] x = noise(4, 2 * shape.elements());
    float[] logits = Logits.of(network, x, 2);
    long[] sizes =
        IntStream.concat(IntStream.of(2), IntStream.of(shape.sizes())).asLongStream().toArray();
    assertAlike(OnnxRuntime.run(file, x, sizes), logits);

    Network read = Onnx.read(file, OnnxReading.standard().unoptimised()).network();

    assertThat(read.graph().nodes()).containsExactlyInAnyOrderElementsOf(expected(network.graph()));
    for (Graph.Weight weight : read.graph().weights()) {
      if (!weight.name().endsWith("num_batches_tracked")) {
        assertThat(read.weights().values(weight.name()))
            .isEqualTo(network.weights().values(weight.name()));
      }
    }
    assertThat(Logits.of(read, x, 2)).isEqualTo(logits);
    Network optimised = Onnx.read(file);
    assertAlike(Logits.of(optimised, x, 2), logits);
    Onnx.write(optimised, folder.resolve("b.onnx"));
    assertAlike(OnnxRuntime.run(folder.resolve("b.onnx"), x, sizes), logits);
  }

  /** Dropout of channels is an Identity in ONNX, and gone afterwards. */
  private static List<Graph.Node> expected(Graph graph) {
    String gone =
        graph.nodes().stream()
            .filter(node -> node.layer().type().equals("dropout2d"))
            .map(Graph.Node::name)
            .findAny()
            .orElse("");
    String instead = "conv4";
    return graph.nodes().stream()
        .filter(node -> !node.name().equals(gone))
        .map(
            node ->
                new Graph.Node(
                    node.name(),
                    node.layer(),
                    node.inputs().stream().map(x -> x.equals(gone) ? instead : x).toList()))
        .toList();
  }

  @Test
  void read_writtenModel_hasItsLabelsAndPreprocessing() throws Exception {
    Network network = Network.of(Zoo.RESNET8.graph(Shape.of(3, 32, 32), 3), Initializer.he(), 5);
    Preprocessing preprocessing =
        new Preprocessing(
            List.of(0.1307, 1e-17, 0.5),
            List.of(0.3081, 0.1 + 0.2, 2.0),
            Preprocessing.Background.LIGHT);
    network.publish(network.weights(), preprocessing, List.of("cat", "dog \"x\"", "\u9ce5"));
    Path file = folder.resolve("a.onnx");
    Onnx.write(network, file);

    Network read = Onnx.read(file);

    assertThat(read.labels()).isEqualTo(network.labels());
    assertThat(read.preprocessing()).isEqualTo(preprocessing);
  }
}
