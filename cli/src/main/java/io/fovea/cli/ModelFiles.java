package io.fovea.cli;

import io.fovea.format.Models;
import io.fovea.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Opens the MODEL argument of a command: a safetensors file, or a run folder, whose best model is
 * meant.
 */
final class ModelFiles {
  private ModelFiles() {}

  static Network open(Path path) throws IOException {
    Path file = path;
    if (Files.isDirectory(path)) {
      file = path.resolve(RunFolder.BEST);
      if (!Files.exists(file)) {
        throw new Failure(
            "model: the folder "
                + path
                + " holds no "
                + RunFolder.BEST
                + "; give a run folder or a .safetensors file");
      }
    } else if (!Files.exists(path)) {
      throw new Failure(
          "model: there is no file "
              + path
              + "; give a .safetensors file or a run folder of fovea train");
    }
    return Models.load(file);
  }
}
