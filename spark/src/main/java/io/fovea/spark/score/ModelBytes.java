package io.fovea.spark.score;

import io.fovea.format.Models;
import io.fovea.format.onnx.Onnx;
import io.fovea.network.Network;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The bytes of a model's file, as they travel to executors and lie in saved pipelines: safetensors
 * as Fovea writes it, or ONNX. Told apart by content, so that a name cannot lie.
 */
final class ModelBytes {
  private final byte[] bytes;
  private final String digest;

  private ModelBytes(byte[] bytes) {
    this.bytes = bytes;
    this.digest = digest(bytes);
  }

  /** The given bytes, not copied. */
  static ModelBytes of(byte[] bytes) {
    return new ModelBytes(bytes);
  }

  /** A network as it is now, as safetensors. */
  static ModelBytes of(Network network) {
    return inFile(
        ".safetensors",
        file -> {
          Models.write(network, file);
          return new ModelBytes(Files.readAllBytes(file));
        });
  }

  /**
   * The network in these bytes.
   *
   * @param name what to call the file in messages
   * @throws IllegalArgumentException if they are no model, or one that Fovea cannot compute
   */
  Network network(String name) {
    return inFile(
        extension(),
        file -> {
          Files.write(file, bytes);
          try {
            return isOnnx() ? Onnx.read(file) : Models.load(file);
          } catch (IOException refused) {
            String reason = String.valueOf(refused.getMessage());
            throw new IllegalArgumentException(
                "FoveaModel: cannot read the model %s: %s"
                    .formatted(name, reason.replace(file.getFileName() + ": ", "")),
                refused);
          }
        });
  }

  private interface Use<T> {
    T of(Path file) throws IOException;
  }

  /** The readers of models want a file; this one exists only while they read. */
  private static <T> T inFile(String extension, Use<T> use) {
    try {
      Path file = Files.createTempFile("fovea-model-", extension);
      try {
        return use.of(file);
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(
          "FoveaModel: cannot use a temporary file for the model (" + failure + ")", failure);
    }
  }

  /** Safetensors has a header's length in 8 bytes, then the header in JSON. */
  private boolean isOnnx() {
    return bytes.length < 9 || bytes[8] != '{';
  }

  /** The usual end of a file's name for such bytes. */
  String extension() {
    return isOnnx() ? ".onnx" : ".safetensors";
  }

  /** The bytes, not a copy. */
  byte[] bytes() {
    return bytes;
  }

  /** SHA-256 in hexadecimal: what executors know the model by. */
  String digest() {
    return digest;
  }

  private static String digest(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError("every Java has SHA-256", impossible);
    }
  }
}
