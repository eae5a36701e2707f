package io.fovea.format;

import io.fovea.format.checkpoint.CheckpointJson;
import io.fovea.format.checkpoint.RunTensors;
import io.fovea.format.tensors.SafeTensors;
import io.fovea.format.tensors.SafeTensorsWriter;
import io.fovea.format.tensors.TensorEntry;
import io.fovea.format.weights.StoredAnswers;
import io.fovea.network.Network;
import io.fovea.train.Checkpoint;
import java.nio.file.Path;
import java.util.Collection;

/**
 * Checkpoints as files: a model file (see {@link Models}) that also contains the optimiser's state,
 * as tensors such as optimizer/conv1.weight/velocity, averaged and best weights, if the run has
 * them, as average/conv1.weight and best/conv1.weight, and the rest of the run as JSON under the
 * metadata key {@value #CHECKPOINT}. Every number is read with the same bits.
 */
public final class Checkpoints {
  static final String CHECKPOINT = "fovea.checkpoint";

  private Checkpoints() {}

  /**
   * Writes a checkpoint, atomically: see {@link io.fovea.file.AtomicFile}.
   *
   * @param network its structure, labels and preprocessing are written; its present weights are
   *     not, since the checkpoint has its own
   * @throws FormatException if it cannot be written; the previous file, if any, is untouched
   * @throws IllegalArgumentException if the checkpoint is not this network's
   */
  public static void write(Checkpoint checkpoint, Network network, Path file)
      throws FormatException {
    SafeTensorsWriter writer = new SafeTensorsWriter();
    Models.add(writer, network.copy(), checkpoint.weights());
    writer.metadata(CHECKPOINT, CheckpointJson.of(checkpoint));
    RunTensors.add(writer, checkpoint, network);
    writer.write(file);
  }

  /**
   * Reads a checkpoint of a network of built-in layers.
   *
   * @throws FormatException if the file cannot be read, is damaged, or is no checkpoint
   */
  public static SavedRun read(Path file) throws FormatException {
    return read(file, CustomLayers.none());
  }

  /**
   * Reads a checkpoint of a network that may have user-defined layers.
   *
   * @throws FormatException if the file cannot be read, is damaged, or is no checkpoint
   */
  public static SavedRun read(Path file, CustomLayers custom) throws FormatException {
    try (SafeTensors open = SafeTensors.open(file)) {
      String json = open.metadata().get(CHECKPOINT);
      if (json == null) {
        throw new FormatException(
            "%s: is no checkpoint (metadata %s is missing); give the run's checkpoint.safetensors"
                .formatted(open.place(), CHECKPOINT));
      }
      Network network = Models.network(open, custom);
      return new SavedRun(
          network,
          CheckpointJson.read(
              open.place() + ": " + CHECKPOINT,
              json,
              network.weights(),
              RunTensors.read(open, network.graph())));
    }
  }

  /** The weights in a file: without the tensors of a rule for answers, or of a checkpoint's run. */
  static Collection<TensorEntry> weights(SafeTensors file) {
    boolean isCheckpoint = file.metadata().containsKey(CHECKPOINT);
    return file.tensors().values().stream()
        .filter(entry -> !isCheckpoint || !RunTensors.isOne(entry.name()))
        .filter(entry -> !StoredAnswers.isOne(file, entry.name()))
        .toList();
  }
}
