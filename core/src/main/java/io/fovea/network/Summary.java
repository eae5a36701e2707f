package io.fovea.network;

import io.fovea.layer.KernelSet;
import io.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * The layers of a network with their costs.
 *
 * @param input the shape of one image
 * @param rows one row a node
 */
public record Summary(Shape input, List<Row> rows) {
  /**
   * One layer.
   *
   * @param name the node's name
   * @param type the kind of layer
   * @param inputs the names of its inputs
   * @param output the shape of one image's output
   * @param parameters the number of trained values
   * @param multiplyAdds multiply-adds for one image
   * @param kernel the algorithm chosen for it; empty where there is no choice
   */
  public record Row(
      String name,
      String type,
      List<String> inputs,
      Shape output,
      long parameters,
      long multiplyAdds,
      String kernel) {}

  /** The summary of a structure, for kernels of one set. */
  public static Summary of(Graph graph, KernelSet kernels) {
    List<Row> rows = new ArrayList<>();
    for (Graph.Node node : graph.nodes()) {
      List<Shape> inputs = graph.inputShapes(node);
      long parameters =
          node.layer().parameters(inputs).stream()
              .filter(parameter -> parameter.role().isTrained())
              .mapToLong(parameter -> parameter.shape().elements())
              .sum();
      rows.add(
          new Row(
              node.name(),
              node.layer().type(),
              node.inputs(),
              graph.shape(node.name()),
              parameters,
              node.layer().multiplyAdds(inputs),
              kernels.algorithm(node.layer(), inputs)));
    }
    return new Summary(graph.input(), List.copyOf(rows));
  }

  /** The number of trained values. */
  public long parameters() {
    return rows.stream().mapToLong(Row::parameters).sum();
  }

  /** Multiply-adds for one image. */
  public long multiplyAdds() {
    return rows.stream().mapToLong(Row::multiplyAdds).sum();
  }
}
