package io.fovea.network;

import io.fovea.file.Table;
import io.fovea.kernel.KernelSet;
import io.fovea.layer.LayerKernel;
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
              LayerKernel.algorithm(kernels, node.layer(), inputs)));
    }
    return new Summary(graph.input(), List.copyOf(rows));
  }

  /** A table with a line for each layer, and their sums. */
  @Override
  public String toString() {
    boolean isChain = true;
    String before = Graph.INPUT;
    for (Row row : rows) {
      isChain &= row.inputs().equals(List.of(before));
      before = row.name();
    }
    List<String> head =
        List.of("name", "layer", "output", "parameters", "multiply-adds", "kernel", "inputs");
    int columns = isChain ? head.size() - 1 : head.size(); // the last one would be empty
    Table table = new Table(2, cells(columns, head));
    table.row(cells(columns, List.of(Graph.INPUT, "", input.toString(), "", "", "", "")));
    before = Graph.INPUT;
    for (Row row : rows) {
      table.row(cells(columns, cells(row, before)));
      before = row.name();
    }
    String all = "%,d".formatted(parameters());
    String work = "%,d".formatted(multiplyAdds());
    table.row(cells(columns, List.of("total", "", "", all, work, "", "")));
    return table.toString();
  }

  private static List<String> cells(Row row, String before) {
    return List.of(
        row.name(),
        row.type(),
        row.output().toString(),
        count(row.parameters()),
        count(row.multiplyAdds()),
        row.kernel(),
        row.inputs().equals(List.of(before)) ? "" : String.join(" ", row.inputs()));
  }

  private static String[] cells(int columns, List<String> all) {
    return all.subList(0, columns).toArray(String[]::new);
  }

  private static String count(long value) {
    return value == 0 ? "" : "%,d".formatted(value);
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
