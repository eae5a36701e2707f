package io.fovea.format;

import static io.fovea.network.ConvOption.padding;
import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.dataset.Framing;
import io.fovea.format.network.LayerJson;
import io.fovea.format.onnx.EveryLayer;
import io.fovea.layer.ActivationLayer;
import io.fovea.layer.AvgPool2d;
import io.fovea.layer.Conv2d;
import io.fovea.layer.Layer;
import io.fovea.layer.MaxPool2d;
import io.fovea.network.Graph;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Window;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NetworkDescriptionTest {
  @TempDir Path folder;

  /** In full, with facts that differ from each other and from the defaults. */
  @ParameterizedTest
  @MethodSource("io.fovea.format.onnx.EveryLayer#files")
  void roundTrip_everyKindOfLayer_keepsEveryFact(Path file) throws IOException {
    NetworkDescription read = NetworkDescription.read(file);

    assertThat(NetworkDescription.json(read.graph(read.input().orElseThrow(), 0)))
        .isEqualTo(Files.readString(file).replaceAll("\\s", ""));
  }

  @Test
  void layers_ofTheFiles_areAllThatThereAre() throws IOException {
    Set<String> types = new HashSet<>();
    for (Path file : EveryLayer.files()) {
      NetworkDescription read = NetworkDescription.read(file);
      read.graph(read.input().orElseThrow(), 0)
          .nodes()
          .forEach(node -> types.add(node.layer().type()));
    }
    assertThat(types).containsExactlyInAnyOrderElementsOf(LayerJson.types());
    assertThat(types)
        .hasSize(
            (int)
                Stream.of(Layer.class, ActivationLayer.class)
                    .flatMap(type -> Stream.of(type.getPermittedSubclasses()))
                    .filter(Class::isRecord)
                    .count());
  }

  @Test
  void framing_leftOut_isStretch() throws FormatException {
    NetworkDescription read =
        NetworkDescription.parse(
            "{\"nodes\": [{\"layer\": \"relu\"}], \"labels\": [\"0\", \"1\"], \"preprocessing\": {\"mean\": [0], \"deviation\": [1], \"background\": \"dark\"}}");
    assertThat(read.preprocessing().orElseThrow().framing()).isEqualTo(Framing.STRETCH);
  }

  @Test
  void roundTrip_networkWithBranches_keepsLabelsAndPreprocessing() throws FormatException {
    Network network = ExampleRuns.network();

    NetworkDescription read = NetworkDescription.parse(NetworkDescription.json(network));

    assertThat(read.graph(network.graph().input(), 99).nodes()).isEqualTo(network.graph().nodes());
    assertThat(read.input()).contains(network.graph().input());
    assertThat(read.labels()).contains(network.labels());
    assertThat(read.preprocessing()).contains(network.preprocessing());
  }

  @Test
  void json_ofAModel_isWrittenInFull() {
    Network network =
        Network.of(
            Network.input(1, 6, 6)
                .conv2d(2, 3, padding(1))
                .maxPool2d(2)
                .dropout(0.1)
                .flatten()
                .dense(2)
                .graph(),
            Initializer.he(),
            1);

    assertThat(NetworkDescription.json(network))
        .isEqualTo(
            """
            {"format":"fovea.network","version":1,"input":[1,6,6],"nodes":[\
            {"name":"conv1","layer":"conv2d","inputs":["input"],"filters":2,"kernel":[3,3],"stride":[1,1],\
            "padding":[1,1,1,1],"dilation":[1,1],"groups":1,"bias":true},\
            {"name":"pool1","layer":"max_pool2d","inputs":["conv1"],"kernel":[2,2],"stride":[2,2],"padding":[0,0,0,0]},\
            {"name":"dropout1","layer":"dropout","inputs":["pool1"],"rate":0.1},\
            {"name":"flatten1","layer":"flatten","inputs":["dropout1"]},\
            {"name":"dense1","layer":"dense","inputs":["flatten1"],"outputs":2,"bias":true}],\
            "labels":["0","1"],"preprocessing":{"mean":[0.0],"deviation":[1.0],"background":"mixed","framing":"stretch"}}""");
  }

  @Test
  void parse_shortText_isNamedAndChainedAsTheBuilderDoes() throws FormatException {
    Graph built =
        Network.input(2, 12, 12)
            .conv2d(4, 3, padding(1))
            .as("stem")
            .conv2d(4, 3)
            .batchNorm2d()
            .relu()
            .maxPool2d(2)
            .avgPool2d(2)
            .globalAvgPool2d()
            .dense(5)
            .relu()
            .dropout(0.5)
            .dense(3)
            .graph();

    Graph read =
        NetworkDescription.parse(
                """
                {"nodes": [
                  {"name": "stem", "layer": "conv2d", "filters": 4, "kernel": 3, "padding": 1},
                  {"layer": "conv2d", "filters": 4, "kernel": [3, 3]},
                  {"layer": "batch_norm2d"},
                  {"layer": "relu"},
                  {"layer": "max_pool2d", "kernel": 2},
                  {"layer": "avg_pool2d", "kernel": 2},
                  {"layer": "global_avg_pool2d"},
                  {"layer": "dense", "outputs": 5},
                  {"layer": "relu"},
                  {"layer": "dropout", "rate": 0.5},
                  {"layer": "dense", "outputs": "classes"}
                ]}
                """)
            .graph(Shape.of(2, 12, 12), 3);

    assertThat(read.nodes()).isEqualTo(built.nodes());
    assertThat(read.nodes().stream().map(Graph.Node::name))
        .containsExactly(
            "stem conv2 bn1 relu1 pool1 pool2 pool3 dense1 relu2 dropout1 dense2".split(" ", -1));
  }

  @Test
  void parse_windowForms_meanTheSameAsInFull() throws FormatException {
    Graph read =
        NetworkDescription.parse(
                """
                {"nodes": [
                  {"layer": "conv2d", "filters": 2, "kernel": [3, 1], "stride": [1, 2], "padding": [1, 0],
                   "dilation": 1, "groups": 2, "bias": false},
                  {"layer": "conv2d", "filters": 2, "kernel": 3, "stride": 1, "padding": [1, 2, 0, 1], "dilation": [2, 1]},
                  {"layer": "max_pool2d", "kernel": [2, 3]},
                  {"layer": "avg_pool2d", "kernel": [2, 2], "stride": 1, "padding": 1, "dilation": [2, 1]}
                ]}
                """)
            .graph(Shape.of(2, 12, 12), 3);

    assertThat(read.nodes().stream().map(Graph.Node::layer))
        .containsExactly(
            new Conv2d(2, new Window(3, 1, 1, 2, 1, 0, 1, 0, 1, 1), 2, false),
            new Conv2d(2, new Window(3, 3, 1, 1, 1, 2, 0, 1, 2, 1), 1, true),
            new MaxPool2d(new Window(2, 3, 2, 3, 0, 0, 0, 0, 1, 1)),
            new AvgPool2d(new Window(2, 2, 1, 1, 1, 1, 1, 1, 2, 1)));
  }

  @Test
  void graph_inputLeftOut_adaptsToTheData() throws FormatException {
    NetworkDescription description =
        NetworkDescription.parse(
            "{\"nodes\": [{\"layer\": \"flatten\"}, {\"layer\": \"dense\", \"outputs\": \"classes\"}]}");

    assertThat(description.input()).isEmpty();
    assertThat(description.labels()).isEmpty();
    assertThat(description.preprocessing()).isEmpty();
    assertThat(description.graph(Shape.of(1, 4, 5), 3).output()).isEqualTo(Shape.of(3));
    assertThat(description.graph(Shape.of(3, 8, 8), 10).weights().getFirst().parameter().shape())
        .isEqualTo(Shape.of(10, 192));
  }

  @Test
  void graph_inputOfFeatures_isUnderstood() throws FormatException {
    assertThat(
            NetworkDescription.parse("{\"input\": [4], \"nodes\": [{\"layer\": \"relu\"}]}")
                .graph(Shape.of(4), 4)
                .input())
        .isEqualTo(Shape.of(4));
  }

  @Test
  void read_fileWithByteOrderMark_isUnderstood() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("net.json"),
            "\uFEFF{\"$schema\": \"network.schema.json\", \"nodes\": [{\"layer\": \"relu\"}],"
                + " \"preprocessing\": {\"mean\": [0, 0.5], \"deviation\": [1, 2e-1], \"background\": \"light\"}}");

    NetworkDescription read = NetworkDescription.read(file);

    assertThat(read.preprocessing())
        .contains(
            new Preprocessing(
                List.of(0.0, 0.5), List.of(1.0, 0.2), Preprocessing.Background.LIGHT));
  }

  @Test
  void framing_written_isReadAgain() throws FormatException {
    Graph graph = Network.input(1, 28, 28).flatten().dense(2).graph();
    Preprocessing dark = Preprocessing.unit(1, Preprocessing.Background.DARK);
    for (Framing framing : Framing.values()) {
      Network network =
          Network.of(
              graph,
              Weights.initial(graph, Initializer.he(), 1),
              dark.withFraming(framing),
              List.of("0", "1"));
      assertThat(NetworkDescription.parse(NetworkDescription.json(network)).preprocessing())
          .contains(dark.withFraming(framing));
    }
  }
}
