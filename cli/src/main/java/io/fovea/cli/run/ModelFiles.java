package io.fovea.cli.run;

import io.fovea.cli.screen.Failure;
import io.fovea.format.Models;
import io.fovea.format.onnx.Onnx;
import io.fovea.format.onnx.OnnxReading;
import io.fovea.network.Network;
import io.fovea.run.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Opens the MODEL argument of a command: a safetensors file, an ONNX file, or the best model of a
 * run folder.
 */
public final class ModelFiles {
  private ModelFiles() {}

  /** The checks of an ensemble, with the files' names in the messages. */
  public static void requireAlike(Path first, Network expected, Path other, Network network) {
    if (!network.graph().input().equals(expected.graph().input())) {
      throw new Failure(
          "--with: %s expects images of %s, %s of %s; give models for images of one size"
              .formatted(other, network.graph().input(), first, expected.graph().input()));
    }
    int classes = network.labels().size();
    if (classes != expected.labels().size()) {
      throw new Failure(
          "--with: %s has %d classes, %s has %d; give models trained on one data set"
              .formatted(other, classes, first, expected.labels().size()));
    }
    if (!network.labels().equals(expected.labels())) {
      throw new Failure(
          "--with: the classes of %s and %s, or their order, differ; give models trained on one data set"
              .formatted(other, first));
    }
  }

  /** Whether a file is ONNX, by its name. */
  public static boolean isOnnx(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(".onnx");
  }

  /** The model for uses in which its preprocessing does not matter. */
  public static Network open(Path path) throws IOException {
    Path file = file(path);
    return isOnnx(file) ? Onnx.read(file, OnnxReading.standard()).network() : Models.load(file);
  }

  /**
   * The model's file.
   *
   * @throws Failure if there is none
   */
  public static Path file(Path path) {
    Path file = path;
    if (Files.isDirectory(path)) {
      file = path.resolve(RunFolder.BEST);
      if (!Files.exists(file)) {
        throw new Failure(
            "model: the folder %s has no %s; give a run folder or a .safetensors file"
                .formatted(path, RunFolder.BEST));
      }
    } else if (!Files.exists(path)) {
      throw new Failure(
          "model: there is no file %s; give a .safetensors file, an .onnx file or a run folder of fovea train"
              .formatted(path));
    }
    return file;
  }
}
