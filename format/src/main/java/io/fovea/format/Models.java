package io.fovea.format;

import io.fovea.format.message.Quotation;
import io.fovea.format.network.NetworkJson;
import io.fovea.format.tensors.DataType;
import io.fovea.format.tensors.SafeTensors;
import io.fovea.format.tensors.SafeTensorsWriter;
import io.fovea.format.tensors.TensorEntry;
import io.fovea.format.weights.FiniteWeights;
import io.fovea.format.weights.Matching;
import io.fovea.format.weights.StoredAnswers;
import io.fovea.layer.Parameter;
import io.fovea.network.Graph;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.tensor.Shape;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Models as files: safetensors with the weights under their names (conv1.weight) in logical order,
 * PyTorch's layouts, and the network's description with labels and preprocessing as JSON under the
 * metadata key {@value #NETWORK}; a {@linkplain Network#answers rule for answers}, if there is one,
 * under {@value StoredAnswers#ANSWERS}. The same model gives the same bytes.
 */
public final class Models {
  static final String NETWORK = "fovea.network";

  private Models() {}

  /**
   * Writes a model, atomically: see {@link io.fovea.file.AtomicFile}.
   *
   * @throws FormatException if it cannot be written; the previous file, if any, is untouched
   * @throws IllegalArgumentException if a custom layer's attributes cannot be written, or the name
   *     is that of an ONNX file
   */
  public static void write(Network network, Path file) throws FormatException {
    if (file.toString().endsWith(".onnx")) {
      throw new IllegalArgumentException(
          "write: expects the name of a safetensors file, got %s; Onnx.write makes ONNX files"
              .formatted(file));
    }
    Network model = network.copy(); // consistent weights, labels and preprocessing
    SafeTensorsWriter writer = new SafeTensorsWriter();
    add(writer, model, model.weights());
    StoredAnswers.add(writer, model);
    writer.write(file);
  }

  static void add(SafeTensorsWriter writer, Network network, Weights weights) {
    writer.metadata(NETWORK, NetworkJson.of(network));
    for (Graph.Weight weight : network.graph().weights()) {
      String name = weight.name();
      if (weight.parameter().role() == Parameter.Role.COUNT) {
        writer.longs(name, weight.parameter().shape(), () -> wholes(weights.values(name)));
      } else {
        writer.floats(name, weight.parameter().shape(), () -> weights.values(name));
      }
    }
  }

  private static long[] wholes(float[] counts) {
    long[] wholes = new long[counts.length];
    for (int i = 0; i < wholes.length; i++) {
      wholes[i] = (long) counts[i];
    }
    return wholes;
  }

  /** The values of a tensor that {@link Matching} has accepted: floats or a count. */
  static float[] values(SafeTensors file, TensorEntry entry) throws FormatException {
    return entry.type() == DataType.I64
        ? new float[] {(float) file.longs(entry)[0]}
        : file.floats(entry);
  }

  /**
   * Reads a model of built-in layers, or the model in a checkpoint.
   *
   * @throws FormatException if the file cannot be read, is damaged, or its weights do not fit its
   *     network
   */
  public static Network load(Path file) throws FormatException {
    return load(file, CustomLayers.none());
  }

  /**
   * Reads a model that may have user-defined layers.
   *
   * @throws FormatException if the file cannot be read, is damaged, or its weights do not fit its
   *     network
   */
  public static Network load(Path file, CustomLayers custom) throws FormatException {
    try (SafeTensors open = SafeTensors.open(file)) {
      return network(open, custom);
    }
  }

  static Network network(SafeTensors file, CustomLayers custom) throws FormatException {
    String json = file.metadata().get(NETWORK);
    if (json == null) {
      throw new FormatException(
          "%s: has weights but no network (metadata %s); build the network and start from these weights, or write the model with Fovea"
              .formatted(file.place(), NETWORK));
    }
    String place = file.place() + ": " + NETWORK;
    NetworkDescription description = NetworkDescription.parse(place, json, custom);
    Shape input = required(place, "input", description.input());
    List<String> labels = required(place, "labels", description.labels());
    Preprocessing preprocessing = required(place, "preprocessing", description.preprocessing());
    Graph graph = description.graph(input, labels.size());
    Map<String, TensorEntry> found =
        Matching.own(graph, List.of(), Map.of())
            .of(file.place(), Checkpoints.weights(file), "the file was edited, write it again");
    Map<String, float[]> values = new LinkedHashMap<>();
    for (Map.Entry<String, TensorEntry> weight : found.entrySet()) {
      values.put(weight.getKey(), values(file, weight.getValue()));
    }
    try {
      Weights weights = FiniteWeights.require(file.place(), Weights.owning(graph, values));
      Network network = Network.of(graph, weights, preprocessing, labels);
      return StoredAnswers.read(file).map(network::withAnswers).orElse(network);
    } catch (IllegalArgumentException misfit) {
      throw new FormatException(
          place + ": " + Quotation.plain(String.valueOf(misfit.getMessage())), misfit);
    }
  }

  private static <T> T required(String place, String key, Optional<T> value)
      throws FormatException {
    return value.orElseThrow(
        () ->
            new FormatException(
                "%s: \"%s\" is missing; a model needs it, write the file again"
                    .formatted(place, key)));
  }
}
