package io.fovea.network.execution;

import static io.fovea.network.ConvOption.padding;
import static io.fovea.network.ConvOption.stride;
import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.layer.Add;
import io.fovea.layer.BatchNorm2d;
import io.fovea.layer.Clip;
import io.fovea.layer.Concat;
import io.fovea.layer.Conv2d;
import io.fovea.layer.HardSwish;
import io.fovea.layer.Layer;
import io.fovea.layer.MaxPool2d;
import io.fovea.layer.Relu;
import io.fovea.layer.Silu;
import io.fovea.network.Graph;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Window;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which nodes the rules join, and which they leave. */
class FusionRuleTest {
  private static final Layer CONV = new Conv2d(8, Window.square(3, 1, 1, 1), 1, true);
  private static final Layer POOL = new MaxPool2d(Window.square(2, 2, 0, 1));

  private static Graph.Node node(String name, Layer layer, String... inputs) {
    return new Graph.Node(name, layer, List.of(inputs));
  }

  private static Graph graph(Graph.Node... nodes) {
    return Graph.of(Shape.of(8, 12, 12), List.of(nodes));
  }

  private static List<List<String>> answers(Graph graph) {
    return ExecutionPlan.inference(graph).passes();
  }

  private static List<List<String>> training(Graph graph) {
    return ExecutionPlan.training(graph).passes();
  }

  @Test
  void activation_anyInAnswersAndReluInTraining_joinsItsLayer() {
    for (Layer f : List.of(new Silu(), new HardSwish(), Clip.relu6(), new Relu())) {
      Graph graph = graph(node("c", CONV, "input"), node("f", f, "c"));
      assertThat(answers(graph)).containsExactly(List.of("c", "f"));
      List<List<String>> alone = List.of(List.of("c"), List.of("f"));
      assertThat(training(graph)).isEqualTo(f instanceof Relu ? List.of(List.of("c", "f")) : alone);
    }
  }

  @Test
  void activation_behindANormalisationThatIsNotFolded_joinsIt() {
    Graph graph =
        graph(
            node("n", new BatchNorm2d(), "input"),
            node("f", new Silu(), "n"),
            node("c", CONV, "f"));
    assertThat(answers(graph)).containsExactly(List.of("n", "f"), List.of("c"));
  }

  @Test
  void activationInTraining_joinsANormalisation() {
    for (Layer f : List.of(Clip.relu6(), new Relu(), new HardSwish(), new Silu())) {
      Graph graph = graph(node("n", new BatchNorm2d(), "input"), node("f", f, "n"));
      assertThat(training(graph)).containsExactly(List.of("n", "f"));
    }
  }

  @Test
  void activation_ofAValueThatOthersRead_staysByItself() {
    Graph graph =
        graph(node("c", CONV, "input"), node("f", new Relu(), "c"), node("s", new Add(), "c", "f"));
    assertThat(answers(graph)).containsExactly(List.of("c"), List.of("f"), List.of("s"));
    assertThat(training(graph)).containsExactly(List.of("c"), List.of("f"), List.of("s"));
  }

  @Test
  void residual_ofALaterConvolution_isAddedByIt() {
    Graph graph =
        graph(
            node("a", CONV, "input"),
            node("b", CONV, "a"),
            node("short", CONV, "input"),
            node("s", new Add(), "b", "short"),
            node("f", new Relu(), "s"));
    assertThat(answers(graph))
        .containsExactly(List.of("a"), List.of("b"), List.of("short", "s", "f"));
    assertThat(training(graph))
        .containsExactly(List.of("a"), List.of("b"), List.of("short"), List.of("s"), List.of("f"));
  }

  @Test
  void residual_ofALaterNormalisation_isAddedByItInTrainingToo() {
    for (Layer f : List.of(new Relu(), new Silu())) {
      Graph graph =
          graph(
              node("a", new BatchNorm2d(), "input"),
              node("p", POOL, "a"),
              node("q", POOL, "a"),
              node("n", new BatchNorm2d(), "q"),
              node("s", new Add(), "n", "p"),
              node("f", f, "s"));
      List<String> all = List.of("n", "s", "f");
      assertThat(answers(graph)).contains(all);
      if (f instanceof Relu) {
        assertThat(training(graph)).contains(all);
      } else {
        assertThat(training(graph)).contains(List.of("n", "s"), List.of("f"));
      }
    }
  }

  @Test
  void residual_behindAnActivationOrOfThree_isLeft() {
    Graph behind =
        graph(
            node("c", CONV, "input"),
            node("f", new Relu(), "c"),
            node("s", new Add(), "f", "input"));
    assertThat(answers(behind)).containsExactly(List.of("c", "f"), List.of("s"));
    Graph three =
        graph(
            node("c", CONV, "input"),
            node("d", CONV, "input"),
            node("s", new Add(), "c", "d", "input"),
            node("f", new Silu(), "s"));
    assertThat(answers(three)).containsExactly(List.of("c"), List.of("d"), List.of("s", "f"));
  }

  @Test
  void pooling_rightBehindARelu_joinsBoth() {
    Graph graph = graph(node("c", CONV, "input"), node("f", new Relu(), "c"), node("p", POOL, "f"));
    assertThat(answers(graph)).containsExactly(List.of("c", "f", "p"));
    assertThat(training(graph)).containsExactly(List.of("c", "f", "p"));
    Graph silu = graph(node("c", CONV, "input"), node("f", new Silu(), "c"), node("p", POOL, "f"));
    assertThat(answers(silu)).containsExactly(List.of("c", "f"), List.of("p"));
  }

  @Test
  void concat_ofConvolutions_isWrittenByThem() {
    Graph graph =
        graph(
            node("a", CONV, "input"),
            node("b", CONV, "input"),
            node("f", Clip.relu6(), "b"),
            node("k", new Concat(), "a", "f"));
    assertThat(answers(graph)).containsExactly(List.of("a", "k"), List.of("b", "f", "k"));
    Graph mixed = graph(node("a", CONV, "input"), node("k", new Concat(), "a", "input"));
    assertThat(answers(mixed)).containsExactly(List.of("a"), List.of("k"));
  }

  @Test
  void plan_mobileBlocks_foldNormalisationsAndAddInTheLastConvolution() {
    Network network =
        Network.input(8, 12, 12)
            .conv2d(8, 3, padding(1), stride(2))
            .as("c")
            .batchNorm2d()
            .as("n")
            .layer(Clip.relu6())
            .as("f")
            .build(Initializer.he(), 1);
    ExecutionPlan plan = ExecutionPlan.inference(network.graph());
    assertThat(plan.passes()).containsExactly(List.of("c", "f"));
    assertThat(plan.folded()).containsExactly("n");
    assertThat(plan.buffers()).isEqualTo(1);
    assertThat(plan.floats()).isEqualTo(8 * 6 * 6);
  }
}
