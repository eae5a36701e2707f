package io.fovea.spark;

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
public final class SerializedModel {
  private static final String SAFETENSORS = ".safetensors";

  private SerializedModel() {}

  /** An operation on a temporary file. */
  @FunctionalInterface
  public interface FileTask<T> {
    T with(Path file) throws IOException;
  }

  public static byte[] of(Network network) {
    return inFile(
        SAFETENSORS,
        file -> {
          Models.write(network, file);
          return Files.readAllBytes(file);
        });
  }

  public static byte[] of(Checkpoint checkpoint, Network network) {
    return inFile(
        SAFETENSORS,
        file -> {
          Checkpoints.write(checkpoint, network, file);
          return Files.readAllBytes(file);
        });
  }

  public static Network model(byte[] bytes) {
    return inFile(
        SAFETENSORS,
        file -> {
          Files.write(file, bytes);
          return Models.load(file);
        });
  }

  public static SavedRun run(byte[] bytes) {
    return inFile(
        SAFETENSORS,
        file -> {
          Files.write(file, bytes);
          return Checkpoints.read(file);
        });
  }

  /**
   * Calls {@code work} with a temporary file, model{@code extension}, which exists only meanwhile:
   * the readers and writers of models need a file.
   *
   * @throws UncheckedIOException if it cannot be written or read
   */
  public static <T> T inFile(String extension, FileTask<T> work) {
    try {
      Path folder = Files.createTempDirectory("fovea-spark");
      Path file = folder.resolve("model" + extension);
      try {
        return work.with(file);
      } finally {
        Files.deleteIfExists(file);
        Files.deleteIfExists(folder);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(
          "spark: a model cannot be written to or read from the temporary folder %s: %s"
              .formatted(System.getProperty("java.io.tmpdir"), failure.getMessage()),
          failure);
    }
  }
}
