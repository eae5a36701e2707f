package io.fovea.format.checkpoint;

import io.fovea.format.FormatException;
import io.fovea.format.message.Quotation;
import io.fovea.format.tensors.SafeTensors;
import io.fovea.format.tensors.SafeTensorsWriter;
import io.fovea.format.tensors.TensorEntry;
import io.fovea.network.Graph;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.tensor.Shape;
import io.fovea.train.Checkpoint;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The tensors of a checkpoint that a model does not have, each kind with its prefix: the
 * optimiser's state, the averaged weights and the best ones. No weight of a network has a slash in
 * its name.
 *
 * @param slots the optimiser's state
 * @param average the averaged weights, if the run averages
 * @param best the best weights, if the run keeps them
 */
public record RunTensors(
    Map<String, float[]> slots, Optional<Weights> average, Optional<Weights> best) {
  private static final String OPTIMIZER = "optimizer/";
  private static final String AVERAGE = "average/";
  private static final String BEST = "best/";
  private static final List<String> PREFIXES = List.of(OPTIMIZER, AVERAGE, BEST);

  public static boolean isOne(String name) {
    return PREFIXES.stream().anyMatch(name::startsWith);
  }

  public static void add(SafeTensorsWriter writer, Checkpoint checkpoint, Network network) {
    Map<String, Shape> shapes = new HashMap<>();
    for (Graph.Weight weight : network.graph().weights()) {
      shapes.put(weight.name(), weight.parameter().shape());
    }
    checkpoint
        .slots()
        .forEach(
            (slot, values) -> {
              Shape shape = shapes.get(slot.substring(0, Math.max(0, slot.lastIndexOf('/'))));
              if (shape == null) {
                throw new IllegalArgumentException(
                    "checkpoint: the slot %s belongs to no weight of the network; give the network in training"
                        .formatted(Quotation.of(slot)));
              }
              writer.floats(OPTIMIZER + slot, shape, () -> values);
            });
    checkpoint.average().ifPresent(weights -> add(writer, AVERAGE, weights));
    checkpoint.best().ifPresent(weights -> add(writer, BEST, weights));
  }

  private static void add(SafeTensorsWriter writer, String prefix, Weights weights) {
    for (String name : weights.names()) {
      writer.floats(prefix + name, weights.shape(name), () -> weights.values(name));
    }
  }

  public static RunTensors read(SafeTensors file, Graph graph) throws FormatException {
    return new RunTensors(
        values(file, OPTIMIZER), weights(file, AVERAGE, graph), weights(file, BEST, graph));
  }

  private static Map<String, float[]> values(SafeTensors file, String prefix)
      throws FormatException {
    Map<String, float[]> values = new LinkedHashMap<>();
    for (TensorEntry entry : file.tensors().values()) {
      if (entry.name().startsWith(prefix)) {
        values.put(entry.name().substring(prefix.length()), file.floats(entry));
      }
    }
    return values;
  }

  private static Optional<Weights> weights(SafeTensors file, String prefix, Graph graph)
      throws FormatException {
    Map<String, float[]> values = values(file, prefix);
    if (values.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Weights.of(graph, values));
    } catch (IllegalArgumentException misfit) {
      throw new FormatException(
          "%s: %s: %s; the file was edited, use another checkpoint"
              .formatted(
                  file.place(), prefix, Quotation.plain(String.valueOf(misfit.getMessage()))),
          misfit);
    }
  }
}
