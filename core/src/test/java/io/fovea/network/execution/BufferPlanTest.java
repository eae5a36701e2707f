package io.fovea.network.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.layer.BatchNorm2d;
import io.fovea.layer.Concat;
import io.fovea.layer.Conv2d;
import io.fovea.layer.GlobalAvgPool2d;
import io.fovea.layer.Layer;
import io.fovea.layer.Relu;
import io.fovea.network.Graph;
import io.fovea.network.Zoo;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Window;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BufferPlanTest {
  private static final Window SAME = Window.square(3, 1, 1, 1);

  /**
   * A convolution that pools at once reads its input while it writes the pooled output: one buffer
   * for both would make it compute the whole map first, as pooled's second convolution once did.
   */
  @Test
  void of_convolutionThatPoolsInAnswers_readsAnotherBufferThanItsPoolingWrites() {
    Plan plan = new Plan(Zoo.named("pooled").graph(Shape.of(1, 28, 28), 10));
    int first = plan.group(0, true).pooling;
    int second = first + 1; // the convolution behind the first pooling
    assertThat(first).isEqualTo(2);
    assertThat(plan.inputs(second)).containsExactly(second);
    int pooled = plan.buffers().of(plan.group(second, true).pooling);
    assertThat(pooled).isNotNegative().isNotEqualTo(plan.buffers().of(first));
  }

  /**
   * A dense block: the first map and three narrow ones are needed until its end. By hand, floats an
   * image: the last concatenation, 40 channels of 8x8, which its normalisation overwrites, and
   * beside it the 16 + 3 * 8 channels that it is made of, in buffers of their own.
   */
  @Test
  void buffers_ofADenseBlock_areNotHeldBySmallValues() {
    List<Graph.Node> nodes = new ArrayList<>();
    List<String> parts = new ArrayList<>();
    String last = add(nodes, "first", new Conv2d(16, SAME, 1, true), Graph.INPUT);
    for (int layer = 0; layer < 3; layer++) {
      parts.add(last);
      String whole = layer == 0 ? last : add(nodes, "join" + layer, new Concat(), parts);
      String normal = add(nodes, "norm" + layer, new BatchNorm2d(), whole);
      String relu = add(nodes, "relu" + layer, new Relu(), normal);
      last = add(nodes, "conv" + layer, new Conv2d(8, SAME, 1, true), relu);
    }
    parts.add(last);
    String norm = add(nodes, "norm", new BatchNorm2d(), add(nodes, "join", new Concat(), parts));
    add(nodes, "pool", new GlobalAvgPool2d(), add(nodes, "relu", new Relu(), norm));
    BufferPlan buffers = new Plan(Graph.of(Shape.of(3, 8, 8), nodes)).buffers();
    assertThat(buffers.elements()).isEqualTo((40 + 16 + 3 * 8) * 64);
  }

  private static String add(List<Graph.Node> nodes, String name, Layer layer, String... inputs) {
    return add(nodes, name, layer, List.of(inputs));
  }

  private static String add(List<Graph.Node> nodes, String name, Layer layer, List<String> inputs) {
    nodes.add(new Graph.Node(name, layer, List.copyOf(inputs)));
    return name;
  }
}
