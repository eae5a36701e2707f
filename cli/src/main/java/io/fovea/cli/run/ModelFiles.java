package io.fovea.cli.run;

import io.fovea.cli.screen.Failure;
import io.fovea.cli.screen.UsageException;
import io.fovea.format.Models;
import io.fovea.format.onnx.Onnx;
import io.fovea.format.onnx.OnnxReading;
import io.fovea.inference.Ensemble;
import io.fovea.network.Network;
import io.fovea.run.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Opens the MODEL argument of a command: a safetensors file, an ONNX file, or the best model of a
 * run folder.
 */
public final class ModelFiles {
  private ModelFiles() {}

  public static boolean isOnnx(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(".onnx");
  }

  /** The model for uses in which its preprocessing does not matter. */
  public static Network open(Path path) throws IOException {
    Path file = file("model", path);
    return isOnnx(file) ? Onnx.read(file, OnnxReading.standard()).network() : Models.load(file);
  }

  /**
   * Opens a model; the scaling applies to an ONNX file.
   *
   * @param remarks receives a line where the preprocessing is assumed, or that of the file
   *     overridden
   * @throws UsageException if a scaling is stated for another file
   */
  public static Network open(Path path, Scaling scaling, Consumer<String> remarks)
      throws IOException {
    Path file = file("model", path);
    if (isOnnx(file)) {
      return scaling.apply(Onnx.read(file, OnnxReading.standard()), file, remarks);
    }
    if (scaling.isStated()) {
      throw new UsageException(
          "%s: expects an .onnx file, got %s, which has its own preprocessing; leave it out"
              .formatted(scaling.mean().isEmpty() ? "--deviation" : "--mean", file));
    }
    return Models.load(file);
  }

  public static List<Network> openAll(
      Path first, List<Path> others, Scaling scaling, Consumer<String> remarks) throws IOException {
    List<Network> networks = new ArrayList<>();
    networks.add(open(first, scaling, remarks));
    for (Path other : others) {
      Network network = open(other, scaling, remarks);
      try {
        Ensemble.requireAlike(List.of(networks.getFirst(), network));
      } catch (IllegalArgumentException different) {
        throw new Failure("--with: %s: %s".formatted(other, different.getMessage()), different);
      }
      networks.add(network);
    }
    return networks;
  }

  /**
   * The model's file.
   *
   * @param flag the flag or argument that named it, for messages
   * @throws Failure if there is none
   */
  public static Path file(String flag, Path path) {
    if (!Files.isDirectory(path)) {
      if (!Files.exists(path)) {
        throw new Failure(
            "%s: there is no file %s; give a .safetensors file, an .onnx file or a run folder"
                .formatted(flag, path));
      }
      return path;
    }
    Path best = path.resolve(RunFolder.BEST);
    if (!Files.exists(best)) {
      throw new Failure(
          "%s: the folder %s has no %s; give a run folder, a .safetensors file or an .onnx file"
              .formatted(flag, path, RunFolder.BEST));
    }
    return best;
  }
}
