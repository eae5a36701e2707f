package io.fovea.spark.train;

import io.fovea.format.Checkpoints;
import io.fovea.format.Models;
import io.fovea.format.SavedRun;
import io.fovea.network.Network;
import io.fovea.train.Checkpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Models and checkpoints as the bytes of their files, for sending between machines. */
final class SerializedModel {
  private SerializedModel() {}

  /** An operation on a temporary file. */
  private interface FileTask<T> {
    T with(Path file) throws IOException;
  }

  static byte[] of(Network network) {
    return file(
        file -> {
          Models.write(network, file);
          return Files.readAllBytes(file);
        });
  }

  static byte[] of(Checkpoint checkpoint, Network network) {
    return file(
        file -> {
          Checkpoints.write(checkpoint, network, file);
          return Files.readAllBytes(file);
        });
  }

  static Network model(byte[] bytes) {
    return file(
        file -> {
          Files.write(file, bytes);
          return Models.load(file);
        });
  }

  static SavedRun run(byte[] bytes) {
    return file(
        file -> {
          Files.write(file, bytes);
          return Checkpoints.read(file);
        });
  }

  private static <T> T file(FileTask<T> work) {
    try {
      Path folder = Files.createTempDirectory("fovea-spark");
      Path file = folder.resolve("model.safetensors");
      try {
        return work.with(file);
      } finally {
        Files.deleteIfExists(file);
        Files.deleteIfExists(folder);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(
          "spark-train: a model cannot be written to or read from the temporary folder %s: %s"
              .formatted(System.getProperty("java.io.tmpdir"), failure.getMessage()),
          failure);
    }
  }
}
