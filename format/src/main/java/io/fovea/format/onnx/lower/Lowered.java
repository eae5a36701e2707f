package io.fovea.format.onnx.lower;

import io.fovea.network.Graph;
import io.fovea.network.Weights;
import java.util.List;

/**
 * What became of an ONNX graph.
 *
 * @param graph the layers
 * @param weights their values
 * @param notes what a user may want to know, a sentence each
 */
public record Lowered(Graph graph, Weights weights, List<String> notes) {
  /** Copies the list. */
  public Lowered {
    notes = List.copyOf(notes);
  }
}
