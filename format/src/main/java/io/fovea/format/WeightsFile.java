package io.fovea.format;

import io.fovea.format.content.FileContent;
import io.fovea.format.message.Quotation;
import io.fovea.format.tensors.DataType;
import io.fovea.format.tensors.FloatDecoding;
import io.fovea.format.tensors.SafeTensors;
import io.fovea.format.tensors.TensorEntry;
import io.fovea.format.torch.TorchFile;
import io.fovea.format.weights.Matching;
import io.fovea.network.Graph;
import io.fovea.network.Weights;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tensors of a safetensors file, with or without a network, or of a state dict that PyTorch has
 * saved (.pth, .pt), as initial weights for training. The format is recognised by the content, not
 * by the name. Values of F16, BF16, F32 and F64 tensors (doubles rounded to floats) and single I64
 * numbers (such as a count of batches) are read when the file is opened; other tensors are known by
 * name only, and those of PyTorch are ignored. Of a checkpoint, only the weights are read.
 * Immutable.
 */
public final class WeightsFile {
  private final String file;
  private final Map<String, TensorEntry> tensors;
  private final Map<String, float[]> values;
  private final List<String> ignored;

  private WeightsFile(
      Path file,
      Map<String, TensorEntry> tensors,
      Map<String, float[]> values,
      List<String> ignored) {
    this.file = Quotation.fileName(file);
    this.tensors = tensors;
    this.values = values;
    this.ignored = List.copyOf(ignored);
  }

  /**
   * Reads a file.
   *
   * @throws FormatException if it cannot be read, or is neither a sound safetensors file nor a
   *     sound state dict of PyTorch 1.6 or later
   */
  public static WeightsFile read(Path file) throws FormatException {
    FileContent content = FileContent.of(file);
    boolean isTorch =
        content == FileContent.TORCH
            || content == FileContent.OLD_TORCH
            || content == FileContent.ZIP;
    return isTorch ? torch(file) : safeTensors(file);
  }

  private static WeightsFile torch(Path file) throws FormatException {
    try (TorchFile open = TorchFile.open(file)) {
      Map<String, float[]> values = new HashMap<>();
      Map<Object, float[]> known = new HashMap<>(); // one tensor may have several names
      for (TensorEntry entry : open.tensors().values()) {
        float[] own = known.get(open.identity(entry));
        if (own == null) {
          own =
              entry.type().isWeight()
                  ? open.floats(entry)
                  : new float[] {(float) open.number(entry)};
          known.put(open.identity(entry), own);
        }
        values.put(entry.name(), own);
      }
      return new WeightsFile(file, open.tensors(), values, open.ignored());
    }
  }

  private static WeightsFile safeTensors(Path file) throws FormatException {
    try (SafeTensors open = SafeTensors.open(file)) {
      Map<String, TensorEntry> tensors = new LinkedHashMap<>();
      Map<String, float[]> values = new HashMap<>();
      for (TensorEntry entry : Checkpoints.weights(open)) {
        tensors.put(entry.name(), entry);
        boolean isNumber = entry.type() == DataType.I64 && entry.elements() == 1;
        if (entry.type().isWeight() || isNumber) {
          values.put(entry.name(), Models.values(open, entry));
        }
      }
      return new WeightsFile(file, tensors, values, List.of());
    }
  }

  /** The names of all tensors, in the order of the data. */
  public Collection<String> names() {
    return List.copyOf(tensors.keySet());
  }

  /**
   * The names of entries of a PyTorch state dict that cannot be weights: integer tensors, and
   * values that are not tensors. Empty for safetensors.
   */
  public Collection<String> ignored() {
    return ignored;
  }

  /**
   * The shape of a tensor; empty for a single number.
   *
   * @throws IllegalArgumentException if there is no such tensor
   */
  public List<Long> shape(String name) {
    return entry(name).sizes();
  }

  /**
   * The values of a tensor, row-major, as a copy.
   *
   * @throws IllegalArgumentException if there is no such tensor
   * @throws FormatException if its type is not read
   */
  public float[] values(String name) throws FormatException {
    TensorEntry entry = entry(name);
    float[] floats = values.get(name);
    if (floats == null) {
      throw FloatDecoding.wrongType(file + ": read", entry, DataType.WEIGHTS);
    }
    return floats.clone();
  }

  private TensorEntry entry(String name) {
    TensorEntry entry = tensors.get(name);
    if (entry == null) {
      throw new IllegalArgumentException(
          "%s: has no tensor %s; it has %s"
              .formatted(file, Quotation.of(name), Quotation.plain(tensors.keySet().toString())));
    }
    return entry;
  }

  /**
   * These values as weights of a network. Tensors may have the network's own names, those of
   * PyTorch's modules (layer1.0.conv1.weight for layer1_0_conv1.weight), or timm's where the
   * network is a MobileNetV2. A count of batches may be missing, and one that the network does not
   * have is ignored: nothing is computed from it. The weight of a 1x1 convolution fits a dense
   * layer, as in squeeze-and-excitation.
   *
   * @param fresh initial values of the network's weights, for those that are skipped
   * @throws FormatException if a weight is missing or has another shape or type, or a tensor is not
   *     in the network; every misfit is listed
   */
  public Weights fit(Graph graph, Weights fresh, Fitting fitting) throws FormatException {
    Map<String, TensorEntry> found =
        Matching.foreign(graph, fitting.skipped(), fitting.renames())
            .of(
                file,
                tensors.values(),
                "rename tensors, or skip weights to leave them as they are");
    Map<String, float[]> fitted = new LinkedHashMap<>();
    for (Graph.Weight weight : graph.weights()) {
      TensorEntry entry = found.get(weight.name());
      fitted.put(weight.name(), entry == null ? fresh.values(weight.name()) : values(entry.name()));
    }
    return Weights.of(graph, fitted);
  }
}
