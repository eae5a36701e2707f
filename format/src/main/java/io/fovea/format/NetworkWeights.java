package io.fovea.format;

import io.fovea.format.tensors.DataType;
import io.fovea.format.tensors.TensorEntry;
import io.fovea.format.weights.Matching;
import io.fovea.layer.Parameter;
import io.fovea.network.Graph;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Transfers the weights of one network to another one, by the rules of {@link WeightsFile}, for
 * networks from files of another format, such as ONNX.
 */
public final class NetworkWeights {
  private NetworkWeights() {}

  /**
   * The weights of {@code source} as weights of {@code graph}.
   *
   * @param file the source's name in messages
   * @param fresh initial values of the graph's weights, for those that are skipped
   * @throws FormatException if a weight is missing or has another shape, or one of the source is
   *     not in the graph; every misfit is listed
   */
  public static Weights fit(
      String file, Network source, Graph graph, Weights fresh, Fitting fitting)
      throws FormatException {
    List<TensorEntry> entries = new ArrayList<>();
    for (Graph.Weight weight : source.graph().weights()) {
      entries.add(entry(weight));
    }
    Map<String, TensorEntry> found =
        Matching.own(graph, fitting.skipped(), fitting.renames())
            .of(file, entries, "rename weights, or skip weights to leave them as they are");
    Weights values = source.weights();
    Map<String, float[]> fitted = new LinkedHashMap<>();
    for (Graph.Weight weight : graph.weights()) {
      TensorEntry entry = found.get(weight.name());
      fitted.put(
          weight.name(), entry == null ? fresh.values(weight.name()) : values.values(entry.name()));
    }
    return Weights.of(graph, fitted);
  }

  private static TensorEntry entry(Graph.Weight weight) {
    Shape shape = weight.parameter().shape();
    boolean isCount = weight.parameter().role() == Parameter.Role.COUNT;
    DataType type = isCount ? DataType.I64 : DataType.F32;
    long bytes = (long) shape.elements() * type.bits() / 8;
    return new TensorEntry(weight.name(), type, TensorEntry.sizes(shape), 0, bytes);
  }
}
