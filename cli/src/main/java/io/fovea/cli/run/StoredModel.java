package io.fovea.cli.run;

import io.fovea.format.Fitting;
import io.fovea.format.FormatException;
import io.fovea.format.NetworkDescription;
import io.fovea.format.NetworkWeights;
import io.fovea.format.WeightsFile;
import io.fovea.format.onnx.Onnx;
import io.fovea.format.onnx.OnnxReading;
import io.fovea.network.Graph;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.preprocessing.Preprocessing;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A model file that a training starts from: a safetensors file, an ONNX file with its layers
 * unchanged, or the best model of a run folder. It has weights, and a structure if Fovea or an ONNX
 * exporter wrote it; the other parts are optional.
 *
 * @param graph the structure; null if the file has only weights
 * @param preprocessing how pixels become inputs, if the file states it
 */
public record StoredModel(
    Path file,
    Optional<Graph> graph,
    Optional<Preprocessing> preprocessing,
    @Nullable Network network) {
  /** Whether a name has the extension of a model file. */
  public static boolean isNamed(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".safetensors") || lower.endsWith(".onnx");
  }

  /**
   * Opens a model; its weights are read on request.
   *
   * @param flag the flag that named it, for messages
   */
  public static StoredModel open(String flag, Path path) throws IOException {
    Path file = ModelFiles.file(flag, path);
    if (ModelFiles.isOnnx(file)) {
      Onnx.Imported imported = Onnx.read(file, OnnxReading.standard().unoptimised());
      Network network = imported.network();
      return new StoredModel(
          file,
          Optional.of(network.graph()),
          imported.statesPreprocessing() ? Optional.of(network.preprocessing()) : Optional.empty(),
          network);
    }
    return described(file);
  }

  /** Weights with a known preprocessing that their file does not state. */
  public static StoredModel of(Path file, Preprocessing preprocessing) {
    return new StoredModel(file, Optional.empty(), Optional.of(preprocessing), null);
  }

  private static StoredModel described(Path file) throws IOException {
    if (isZip(file)) { // weights of PyTorch, without further information
      return new StoredModel(file, Optional.empty(), Optional.empty(), null);
    }
    Optional<NetworkDescription> description = NetworkDescription.ofModel(file);
    if (description.isEmpty()) {
      return new StoredModel(file, Optional.empty(), Optional.empty(), null);
    }
    NetworkDescription stated = description.get();
    Optional<List<String>> labels = stated.labels();
    Optional<Graph> graph = Optional.empty();
    if (stated.input().isPresent() && labels.isPresent()) {
      graph = Optional.of(stated.graph(stated.input().get(), labels.get().size()));
    }
    return new StoredModel(file, graph, stated.preprocessing(), null);
  }

  private static boolean isZip(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.read() == 'P' && in.read() == 'K';
    }
  }

  /**
   * The weights as those of another structure.
   *
   * @throws FormatException if they cannot be read or do not fit, with all misfits
   */
  public Weights fit(Graph wanted, Weights fresh, Fitting fitting) throws FormatException {
    return network == null
        ? WeightsFile.read(file).fit(wanted, fresh, fitting)
        : NetworkWeights.fit(String.valueOf(file.getFileName()), network, wanted, fresh, fitting);
  }
}
