package io.fovea.format.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.format.onnx.graph.Attribute;
import io.fovea.format.onnx.graph.OnnxGraph;
import io.fovea.format.onnx.graph.OnnxGraph.About;
import io.fovea.format.onnx.graph.OnnxNode;
import io.fovea.format.onnx.operator.Interpreter;
import io.fovea.format.onnx.value.NdArray;
import io.fovea.format.onnx.value.ValueInfo;
import io.fovea.parallel.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** The budget for the values of a graph, set by the user. */
@Isolated // it is a setting of the JVM
class OnnxMemoryTest {
  private static final String MEMORY = "fovea.onnx.memory";
  private static final int DOUBLINGS = 22; // to 16 MiB of floats

  @AfterEach
  void clear() {
    System.clearProperty(MEMORY);
  }

  /** A graph of some hundred bytes: each node doubles what the one before gave. */
  private static void run(int megabytes) throws Exception {
    System.setProperty(MEMORY, Integer.toString(megabytes));
    List<OnnxNode> nodes = new ArrayList<>();
    for (int i = 0; i < DOUBLINGS; i++) {
      List<String> twice = List.of("v" + i, "v" + i);
      Map<String, Attribute> axis = Map.of("axis", Attribute.of(0L));
      nodes.add(new OnnxNode("n" + i, "Concat", twice, List.of("v" + (i + 1)), axis));
    }
    OnnxGraph graph =
        new OnnxGraph(
            "g",
            nodes,
            Map.of("v0", NdArray.of(new int[] {1}, 1f)),
            List.of(),
            List.of(new ValueInfo("v" + DOUBLINGS, 0, null)),
            About.opset(13));
    try (Workers workers = Workers.of(1)) {
      assertThat(new Interpreter(graph, workers).run(Map.of()))
          .hasEntrySatisfying(
              "v" + DOUBLINGS, result -> assertThat(result.size()).isEqualTo(1 << DOUBLINGS));
    }
  }

  @Test
  void run_concatenationsThatDouble_areRefusedAtTheBudget() {
    for (int[] refused : new int[][] {{8, 20}, {16, 21}}) { // node k: 4 * 2^(k+1) bytes of result
      assertThatThrownBy(() -> run(refused[0]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "node n%d (Concat), opset 13: needs more memory than the values of a graph may take together, a quarter of the heap; give the JVM more by -Xmx, or set -Dfovea.onnx.memory to the MB",
              refused[1]);
    }
  }

  @Test
  void run_withALargerBudget_isComputed() throws Exception {
    run(64);
  }
}
