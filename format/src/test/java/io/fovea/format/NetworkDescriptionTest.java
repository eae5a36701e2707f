package io.fovea.format;

import static io.fovea.network.ConvOption.padding;
import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.dataset.Framing;
import io.fovea.format.network.LayerJson;
import io.fovea.layer.ActivationLayer;
import io.fovea.layer.Add;
import io.fovea.layer.AvgPool2d;
import io.fovea.layer.BatchNorm2d;
import io.fovea.layer.ChannelAffine;
import io.fovea.layer.ChannelShuffle;
import io.fovea.layer.ChannelSlice;
import io.fovea.layer.Clip;
import io.fovea.layer.Concat;
import io.fovea.layer.Conv2d;
import io.fovea.layer.ConvTranspose2d;
import io.fovea.layer.Dense;
import io.fovea.layer.Dropout;
import io.fovea.layer.Dropout2d;
import io.fovea.layer.Elu;
import io.fovea.layer.Flatten;
import io.fovea.layer.Gelu;
import io.fovea.layer.GlobalAvgPool2d;
import io.fovea.layer.GlobalMaxPool2d;
import io.fovea.layer.GroupNorm;
import io.fovea.layer.HardSigmoid;
import io.fovea.layer.Layer;
import io.fovea.layer.LayerNorm;
import io.fovea.layer.LayerNorm2d;
import io.fovea.layer.LeakyRelu;
import io.fovea.layer.LocalResponseNorm;
import io.fovea.layer.MaxPool2d;
import io.fovea.layer.Multiply;
import io.fovea.layer.PRelu;
import io.fovea.layer.Relu;
import io.fovea.layer.Resize2d;
import io.fovea.layer.Selu;
import io.fovea.layer.Softmax;
import io.fovea.layer.Upsample2d;
import io.fovea.layer.ZeroPad2d;
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
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NetworkDescriptionTest {
  private static final Shape IMAGE = Shape.of(2, 12, 12);

  @TempDir Path folder;

  /** A layer of every kind, with facts that differ from each other and from the defaults. */
  static Stream<Layer> layers() {
    return Stream.of(windowsAndChannels(), EveryActivation.usual(), elementsAndShapes())
        .flatMap(layers -> layers);
  }

  private static Stream<Layer> windowsAndChannels() {
    return Stream.of(
        new Conv2d(6, new Window(3, 2, 2, 1, 1, 2, 3, 4, 1, 2), 2, false),
        new Conv2d(4, Window.square(5, 1, 2, 1), 1, true),
        new ConvTranspose2d(6, new Window(3, 2, 2, 3, 1, 2, 0, 1, 1, 2), 1, 2, 2, false),
        new ConvTranspose2d(4, Window.square(2, 2, 0, 1), 0, 0, 1, true),
        new LocalResponseNorm(5),
        new LocalResponseNorm(4, Math.nextUp(2e-5f), Math.nextDown(0.6f), 2),
        new ChannelShuffle(2),
        new ChannelSlice(0, 1),
        new ChannelSlice(1, 2),
        new MaxPool2d(new Window(3, 2, 2, 1, 1, 0, 0, 1, 1, 1)),
        new AvgPool2d(new Window(2, 4, 1, 2, 1, 2, 0, 1, 1, 1)),
        new MaxPool2d(new Window(3, 2, 2, 1, 2, 0, 0, 1, 1, 2), true),
        new AvgPool2d(new Window(2, 4, 1, 2, 1, 2, 0, 1, 2, 1), true, false),
        new AvgPool2d(Window.square(3, 2, 1, 1), false, true),
        new GlobalAvgPool2d(),
        new GlobalMaxPool2d(),
        new BatchNorm2d(),
        new BatchNorm2d(Math.nextUp(1e-5f), Math.nextDown(0.1f)));
  }

  private static Stream<Layer> elementsAndShapes() {
    return Stream.of(
        new LeakyRelu(Math.nextUp(0.2f)),
        new Elu(Math.nextDown(0.7f)),
        new PRelu(),
        new PRelu(true),
        new Selu(Math.nextUp(1.5f), Math.nextDown(1.1f)),
        Clip.relu6(),
        new Clip(Math.nextUp(-0.3f), Float.POSITIVE_INFINITY),
        new Clip(Float.NEGATIVE_INFINITY, 2),
        new HardSigmoid(Math.nextUp(0.2f), Math.nextDown(0.4f)),
        new ChannelAffine(true),
        new ChannelAffine(false),
        new Gelu(true),
        new Softmax(),
        new Flatten(),
        new Dense(7, false),
        new Dense(1, true),
        new Dropout(Math.nextDown(0.3f)),
        new Dropout2d(Math.nextDown(0.2f)),
        new LayerNorm(),
        new LayerNorm(Math.nextUp(1e-6f)),
        new LayerNorm2d(),
        new LayerNorm2d(1e-6f),
        new GroupNorm(2),
        new GroupNorm(1, Math.nextDown(1e-3f)),
        new ZeroPad2d(1, 2, 0, 3),
        new Upsample2d(3),
        new Resize2d(7, 5),
        new Resize2d(24, 30, true),
        new Add(),
        new Multiply(),
        new Concat());
  }

  /** The layer behind what it needs to be valid. */
  private static Graph around(Layer layer) {
    Graph.Node tested =
        new Graph.Node(
            "tested",
            layer,
            layer instanceof Add || layer instanceof Multiply || layer instanceof Concat
                ? List.of("first", Graph.INPUT)
                : List.of("first"));
    Layer first = layer instanceof Dense ? new Flatten() : new Relu();
    return Graph.of(IMAGE, List.of(new Graph.Node("first", first, List.of(Graph.INPUT)), tested));
  }

  private static Graph roundTrip(Graph graph) throws FormatException {
    return NetworkDescription.parse(NetworkDescription.json(graph))
        .graph(graph.input(), graph.output().elements());
  }

  @ParameterizedTest
  @MethodSource("layers")
  void roundTrip_everyKindOfLayer_keepsEveryFact(Layer layer) throws FormatException {
    Graph graph = around(layer);

    assertThat(roundTrip(graph).nodes()).isEqualTo(graph.nodes());
  }

  @Test
  void layers_ofThisTest_areAllThatThereAre() {
    List<Class<?>> builtIn =
        Stream.of(Layer.class, ActivationLayer.class)
            .flatMap(type -> Arrays.stream(type.getPermittedSubclasses()))
            .filter(Class::isRecord)
            .toList();

    assertThat(layers().map(Object::getClass).distinct()).hasSameSizeAs(builtIn);
    assertThat(layers().map(Layer::type).toList()).hasSameElementsAs(LayerJson.types());
    assertThat(LayerJson.types()).hasSameSizeAs(builtIn);
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
                  {"layer": "avg_pool2d", "kernel": [2, 2], "stride": 1, "padding": 1}
                ]}
                """)
            .graph(Shape.of(2, 12, 12), 3);

    assertThat(read.nodes().stream().map(Graph.Node::layer))
        .containsExactly(
            new Conv2d(2, new Window(3, 1, 1, 2, 1, 0, 1, 0, 1, 1), 2, false),
            new Conv2d(2, new Window(3, 3, 1, 1, 1, 2, 0, 1, 2, 1), 1, true),
            new MaxPool2d(new Window(2, 3, 2, 3, 0, 0, 0, 0, 1, 1)),
            new AvgPool2d(new Window(2, 2, 1, 1, 1, 1, 1, 1, 1, 1)));
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
