package io.fovea.format.onnx.lower;

import io.fovea.network.Graph;
import io.fovea.network.Weights;
import java.util.List;

/**
 * The result of lowering an ONNX graph.
 *
 * @param graph the layers
 * @param weights their values
 * @param notes notes for the user, a sentence each
 */
public record Lowered(Graph graph, Weights weights, List<String> notes) {
  public Lowered {
    notes = List.copyOf(notes);
  }
}
