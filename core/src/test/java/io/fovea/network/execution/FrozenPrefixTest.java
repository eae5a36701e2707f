package io.fovea.network.execution;

import static io.fovea.network.ConvOption.padding;
import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.network.Graph;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.NetworkBuilder;
import io.fovea.network.Zoo;
import io.fovea.tensor.Shape;
import java.util.LinkedHashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Where the part of a network ends that training computes as inference does. */
class FrozenPrefixTest {
  private static Graph graph(NetworkBuilder builder) {
    return builder.flatten().dense(3).build(Initializer.he(), 1).graph();
  }

  private static Set<String> namesUpTo(Graph graph, String last) {
    Set<String> names = new LinkedHashSet<>();
    for (Graph.Node node : graph.nodes()) {
      names.add(node.name());
      if (node.name().equals(last)) {
        break;
      }
    }
    return names;
  }

  @Test
  void of_aChain_goesOnOverWhatHasNoParameters() {
    Graph graph = graph(Network.input(1, 8, 8).conv2d(4, 3).relu().maxPool2d(2).conv2d(4, 2));
    assertThat(FrozenPrefix.of(graph, Set.of("conv1"))).isEqualTo(new FrozenPrefix(3, "pool1"));
    assertThat(FrozenPrefix.of(graph, Set.of("conv1", "conv2")))
        .isEqualTo(new FrozenPrefix(5, "flatten1"));
  }

  @Test
  void of_nothingFrozenAtTheStart_isNone() {
    Graph graph = graph(Network.input(1, 8, 8).relu().conv2d(4, 3).conv2d(4, 2));
    assertThat(FrozenPrefix.of(graph, Set.of())).isEqualTo(FrozenPrefix.NONE);
    assertThat(FrozenPrefix.of(graph, Set.of("conv2"))).isEqualTo(FrozenPrefix.NONE);
  }

  @Test
  void of_dropout_endsBeforeIt() {
    Graph graph = graph(Network.input(1, 8, 8).conv2d(4, 3).relu().dropout(0.5f).conv2d(4, 2));
    assertThat(FrozenPrefix.of(graph, Set.of("conv1", "conv2")))
        .isEqualTo(new FrozenPrefix(2, "relu1"));
  }

  @Test
  void of_insideAResidualBlock_endsBeforeTheBlock() {
    Graph graph = Zoo.RESNET8.graph(Shape.of(3, 32, 32), 10);
    Graph.Node sum =
        graph.nodes().stream().filter(node -> node.inputs().size() == 2).findFirst().orElseThrow();
    String shortcut = sum.inputs().getLast();
    Graph.Node next =
        graph.nodes().stream()
            .filter(node -> node.inputs().contains(shortcut) && !node.equals(sum))
            .findFirst()
            .orElseThrow();
    FrozenPrefix inside = FrozenPrefix.of(graph, namesUpTo(graph, next.name()));
    assertThat(inside.output()).isEqualTo(shortcut);
    FrozenPrefix behind = FrozenPrefix.of(graph, namesUpTo(graph, sum.name()));
    assertThat(behind.count()).isGreaterThan(graph.nodes().indexOf(sum));
  }

  @Test
  void of_aMapThatIsJoinedLater_endsBehindTheJoin() {
    Graph graph =
        graph(
            Network.input(4, 8, 8)
                .conv2d(4, 3, padding(1))
                .as("a")
                .conv2d(4, 3, padding(1))
                .as("b")
                .concat("a")
                .as("both"));
    assertThat(FrozenPrefix.of(graph, Set.of("a"))).isEqualTo(new FrozenPrefix(1, "a"));
    assertThat(FrozenPrefix.of(graph, Set.of("a", "b")).output()).isEqualTo("flatten1");
  }
}
