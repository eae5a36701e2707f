package io.fovea.network.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.kernel.KernelSet;
import io.fovea.kernel.op.Bound;
import io.fovea.kernel.op.Draw;
import io.fovea.layer.Add;
import io.fovea.layer.BatchNorm2d;
import io.fovea.layer.Concat;
import io.fovea.layer.Conv2d;
import io.fovea.layer.Dense;
import io.fovea.layer.Dropout;
import io.fovea.layer.Dropout2d;
import io.fovea.layer.Flatten;
import io.fovea.layer.Layer;
import io.fovea.layer.LayerContext;
import io.fovea.layer.MaxPool2d;
import io.fovea.layer.Relu;
import io.fovea.layer.Step;
import io.fovea.layer.Tanh;
import io.fovea.layer.Values;
import io.fovea.network.Graph;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.parallel.Workers;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import io.fovea.tensor.Window;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A pass that recycles the memory of values changes no bit of the output. */
@Order(1) // the longest first, so that none is left alone at the end
class InferenceTest {
  @AutoClose private static final Workers WORKERS = Workers.of(2);

  /** A user's layer that hands on its first input as it is, or a copy in its own buffer. */
  private record Own(boolean copies) implements Layer.Custom {
    @Override
    public String type() {
      return "own";
    }

    @Override
    public Shape output(List<Shape> inputs) {
      return inputs.getFirst();
    }

    @Override
    public Step forward(List<Tensor> inputs, Values weights, LayerContext workspace) {
      Tensor x = inputs.getFirst();
      if (!copies) {
        return Step.of(workspace, x, List::of);
      }
      Tensor y = workspace.output(x.shape(), x.count());
      System.arraycopy(x.array(), x.offset(), y.array(), y.offset(), x.elements());
      return Step.of(workspace, y, List::of);
    }
  }

  private static void assertSameBits(Graph graph, KernelSet kernels, long seed) {
    Passes whole = new Passes(graph, 5, seed, kernels, WORKERS);
    Workspace workspace = Workspace.of(kernels, WORKERS);
    for (int count : new int[] {3, 5, 1}) {
      Tensor x = whole.x.slice(0, count);
      whole.workspace.beginInference();
      float[] expected = Tape.forward(whole.weights, whole.workspace, x).output().toArray();
      workspace.beginInference();
      Bound.assertSameBits(
          "seed %d, %d images, %s".formatted(seed, count, graph.nodes()),
          Tape.inference(whole.weights, workspace, x).toArray(),
          expected);
      for (int atOnce : new int[] {2, 4}) { // of 5 images the last one comes by itself
        workspace.beginInference();
        Bound.assertSameBits(
            "seed %d, %d of %d images, %s".formatted(seed, atOnce, count, graph.nodes()),
            Tape.inference(whole.weights, workspace, x, atOnce).toArray(),
            expected);
      }
    }
  }

  /**
   * Convolutions of all kinds and sizes whose outputs are joined, some behind ReLUs, some read by
   * others too, so that they cannot be written to their place at once.
   */
  private static Graph joining(Draw draw) {
    List<Graph.Node> nodes = new ArrayList<>();
    String x = Graph.INPUT;
    int channels = 4;
    int modules = draw.between(1, 3);
    for (int m = 0; m < modules; m++) {
      List<String> joined = new ArrayList<>();
      int sum = 0;
      int branches = draw.between(2, 4);
      for (int k = 0; k < branches; k++) {
        String name = "m" + m + "_" + k;
        int groups = draw.percent(20) ? channels : 1;
        int filters = groups == 1 ? draw.oneOf(1, 3, 16, 17, 32, 40) : groups;
        int size = draw.oneOf(1, 3, 5);
        Window window = Window.square(size, 1, size / 2, 1);
        nodes.add(new Graph.Node(name, new Conv2d(filters, window, groups, true), List.of(x)));
        if (draw.percent(60)) {
          nodes.add(new Graph.Node(name + "r", new Relu(), List.of(name)));
          name += "r";
        }
        joined.add(name);
        sum += filters;
        if (draw.percent(15)) { // read twice
          joined.add(name);
          sum += filters;
        }
      }
      nodes.add(new Graph.Node("join" + m, new Concat(), List.copyOf(joined)));
      x = "join" + m;
      channels = sum;
      if (draw.percent(30)) {
        Layer after = draw.percent(50) ? new Relu() : new BatchNorm2d(); // overwrites the map
        nodes.add(new Graph.Node("after" + m, after, List.of(x)));
        x = "after" + m;
      }
    }
    nodes.add(new Graph.Node("flat", new Flatten(), List.of(x)));
    if (draw.percent(70)) { // with many weights or few
      nodes.add(new Graph.Node("end", new Dense(draw.between(1, 60), true), List.of("flat")));
    }
    return Graph.of(Shape.of(4, 9, 8), nodes);
  }

  @Test
  void convolutionsThatWriteIntoAJoinedMapChangeNoBit() {
    assertJoinedMapsKeepTheirBits(1, 16);
  }

  @ParameterizedTest
  @Tag("gate")
  @ValueSource(longs = {2, 3, 4})
  void convolutionsThatWriteIntoAJoinedMapChangeNoBit_moreGraphs(long seed) {
    assertJoinedMapsKeepTheirBits(seed, 40);
  }

  private static void assertJoinedMapsKeepTheirBits(long seed, int graphs) {
    Draw draw = new Draw(seed);
    for (int k = 0; k < graphs; k++) {
      Graph graph = joining(draw);
      assertSameBits(graph, KernelSet.fastest(), 100 * seed + k);
      if (k % 8 == 0) {
        assertSameBits(graph, KernelSet.VECTOR_DIRECT, 100 * seed + k);
        assertSameBits(graph, KernelSet.REFERENCE, 100 * seed + k);
      }
    }
  }

  /** All kinds of branches: nodes that read any one or two earlier nodes of the same shape. */
  private static Graph random(Draw draw) {
    List<Graph.Node> nodes = new ArrayList<>();
    List<String> maps = new ArrayList<>(List.of(Graph.INPUT)); // values of 4x5x6
    int count = draw.between(1, 14);
    for (int k = 0; k < count; k++) {
      String name = "n" + k;
      // Mostly the newest value, so that there are long chains with shortcuts.
      int back = draw.percent(60) ? 1 : draw.between(1, maps.size());
      String x = maps.get(maps.size() - back);
      String other = maps.get(draw.between(0, maps.size() - 1));
      Window three = Window.square(3, 1, 1, 1);
      Layer layer =
          switch (draw.between(0, 10)) {
            case 0, 1 -> new Conv2d(4, three, 1, draw.percent(50));
            case 2, 3, 4 -> new Relu();
            case 5 -> new Tanh();
            case 6 -> draw.percent(50) ? new Dropout(0.5f) : new Dropout2d(0.5f);
            case 7 -> new Own(draw.percent(50));
            case 8 -> new BatchNorm2d();
            case 9 -> new MaxPool2d(three);
            default -> new Add();
          };
      nodes.add(new Graph.Node(name, layer, layer instanceof Add ? List.of(x, other) : List.of(x)));
      maps.add(name);
    }
    Set<String> unread = new HashSet<>(maps);
    nodes.forEach(node -> node.inputs().forEach(unread::remove));
    List<String> ends = new ArrayList<>(maps.stream().filter(unread::contains).toList());
    ends.add(maps.get(draw.between(0, maps.size() - 1)));
    List<String> flat = new ArrayList<>();
    for (int k = 0; k < ends.size(); k++) { // flattened first, so that flat values are joined too
      nodes.add(new Graph.Node("f" + k, new Flatten(), List.of(ends.get(k))));
      flat.add("f" + k);
    }
    nodes.add(new Graph.Node("join", new Concat(), flat));
    if (draw.percent(80)) {
      nodes.add(new Graph.Node("r", new Relu(), List.of("join")));
      nodes.add(new Graph.Node("end", new Dense(3, true), List.of("r")));
    }
    return Graph.of(Shape.of(4, 5, 6), nodes);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void answer_randomGraphs_sameBitsAsForward(long seed) {
    Draw draw = new Draw(seed);
    for (int i = 0; i < 100; i++) {
      long own = draw.seed();
      assertSameBits(random(new Draw(own)), KernelSet.VECTOR, own);
    }
  }

  @ParameterizedTest
  @Tag("gate")
  @EnumSource(
      names = {"POOLED", "RESNET8", "MOBILENET_V3_SMALL"},
      mode = EnumSource.Mode.EXCLUDE)
  void answer_others_sameBitsAsForward(Zoo model) {
    answer_zoo_sameBitsAsForward(model);
  }

  @ParameterizedTest
  @EnumSource(names = {"POOLED", "RESNET8", "MOBILENET_V3_SMALL"})
  void answer_zoo_sameBitsAsForward(Zoo model) {
    Graph graph = model.graph(Shape.of(1, 24, 24), 10);
    assertSameBits(graph, KernelSet.VECTOR, 9);
  }

  /** First convolutions with poolings that overlap, for whole images and for bands of one. */
  @Test
  void answer_poolings_sameBitsAsForward() {
    for (int size : new int[] {9, 40, 71}) {
      Graph graph =
          Network.input(3, size, size + 2)
              .layer(new Conv2d(20, Window.square(3, 2, 1, 1), 1, true))
              .relu()
              .layer(new MaxPool2d(Window.square(3, 2, 1, 1)))
              .layer(new Conv2d(16, Window.square(5, 1, 2, 1), 1, true))
              .relu()
              .layer(new MaxPool2d(Window.square(2, 2, 0, 1)))
              .flatten()
              .dense(3)
              .graph();
      assertSameBits(graph, KernelSet.VECTOR, size);
    }
  }

  /** By fours and then by itself: the same convolution pools in one part and not in the other. */
  @Test
  void answer_partsThatPoolOtherwise_sameBitsAsForward() {
    Graph graph =
        Network.input(8, 24, 24)
            .layer(new Conv2d(32, Window.square(5, 1, 2, 1), 1, true))
            .relu()
            .layer(new MaxPool2d(Window.square(2, 2, 0, 1)))
            .flatten()
            .dense(400)
            .graph();
    assertThat(new Plan(graph).cut()).isNotEqualTo(Plan.NONE);
    assertSameBits(graph, KernelSet.VECTOR, 5);
  }

  @Test
  void answer_plainKernels_sameBitsAsForward() {
    assertSameBits(random(new Draw(77)), KernelSet.REFERENCE, 77);
    assertSameBits(Zoo.POOLED.graph(Shape.of(1, 12, 12), 10), KernelSet.REFERENCE, 78);
  }

  private static Graph.Node node(String name, Layer layer, String... inputs) {
    return new Graph.Node(name, layer, List.of(inputs));
  }

  @Test
  void cut_heavyDenseBehindAChain_isThere() {
    assertThat(new Plan(Zoo.TWO_LAYER_CNN.graph(Shape.of(1, 28, 28), 10)).cut()).isEqualTo(4);
    assertThat(new Plan(Zoo.POOLED.graph(Shape.of(1, 4, 4), 10)).cut()).isEqualTo(Plan.NONE);
  }

  /** Networks that cannot be cut before their heavy layer, but must give the same answers. */
  @Test
  void cut_laterReaderOfAnEarlierValue_isNone() {
    Graph graph =
        Graph.of(
            Shape.of(128),
            List.of(
                node("small", new Dense(128, false), Graph.INPUT),
                node("heavy", new Dense(1024, true), "small"),
                node("back", new Dense(128, true), "heavy"),
                node("sum", new Add(), "back", "small")));
    assertThat(new Plan(graph).cut()).isEqualTo(Plan.NONE);
    assertSameBits(graph, KernelSet.VECTOR, 79);
  }

  @Test
  void cut_twoHeavyLayers_isBeforeTheFirst() {
    Graph graph =
        Graph.of(
            Shape.of(2, 8, 8),
            List.of(
                node("conv", new Conv2d(4, Window.square(3, 1, 1, 1), 1, true), Graph.INPUT),
                node("relu", new Relu(), "conv"),
                node("flat", new Flatten(), "relu"),
                node("heavy", new Dense(512, true), "flat"),
                node("tanh", new Tanh(), "heavy"),
                node("sum", new Add(), "tanh", "heavy"),
                node("second", new Dense(512, true), "sum")));
    assertThat(new Plan(graph).cut()).isEqualTo(3);
    assertSameBits(graph, KernelSet.VECTOR, 80);
    assertSameBits(graph, KernelSet.REFERENCE, 80);
  }

  @Test
  void slots_ofAChain_areTwo() {
    Graph graph = Zoo.SIMPLE_CNN.graph(Shape.of(1, 28, 28), 10);
    Network folded = Rewritten.folded(Network.of(graph, Initializer.he(), 1));
    assertThat(new Plan(folded.graph()).buffers().count()).isEqualTo(2);
  }

  /** A residual block holds its input, its first convolution's value, and its second's. */
  @Test
  void slots_ofResidualBlocks_areThree() {
    Graph graph = Zoo.RESNET20.graph(Shape.of(3, 32, 32), 10);
    Network folded = Rewritten.folded(Network.of(graph, Initializer.he(), 1));
    assertThat(new Plan(folded.graph()).buffers().count()).isEqualTo(3);
    assertThat(new Plan(folded.graph()).buffers().elements()).isEqualTo(3 * 16 * 32 * 32);
  }
}
