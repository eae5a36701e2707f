package io.fovea.spark.score;

import io.fovea.file.Sha256;
import io.fovea.format.Models;
import io.fovea.format.onnx.Onnx;
import io.fovea.format.onnx.OnnxReading;
import io.fovea.network.Network;
import io.fovea.spark.SerializedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * The bytes of a model's file, for executors and saved pipelines: safetensors in Fovea's format, or
 * ONNX. The format is detected from the content, not from the name.
 */
final class ModelBytes {
  private final byte[] bytes;
  private final String digest;

  private ModelBytes(byte[] bytes) {
    this.bytes = bytes;
    this.digest = Sha256.of(bytes);
  }

  /** The given bytes, not copied. */
  static ModelBytes of(byte[] bytes) {
    return new ModelBytes(bytes);
  }

  static ModelBytes of(Network network) {
    return new ModelBytes(SerializedModel.of(network));
  }

  /**
   * The network in these bytes.
   *
   * @param name the file's name in messages
   * @param warnings receives a sentence if the preprocessing is assumed
   * @throws IllegalArgumentException if they are not a model that Fovea can compute
   */
  Network network(String name, Consumer<String> warnings) {
    return SerializedModel.inFile(
        extension(),
        file -> {
          Files.write(file, bytes);
          try {
            return isOnnx() ? onnx(file, name, warnings) : Models.load(file);
          } catch (IOException refused) {
            String reason = String.valueOf(refused.getMessage());
            throw new IllegalArgumentException(
                "FoveaModel: cannot read the model %s: %s"
                    .formatted(name, reason.replace(file.getFileName() + ": ", "")),
                refused);
          }
        });
  }

  private static Network onnx(Path file, String name, Consumer<String> warnings)
      throws IOException {
    Onnx.Imported imported = Onnx.read(file, OnnxReading.standard());
    if (!imported.statesPreprocessing()) {
      warnings.accept(
          "FoveaModel: %s states no preprocessing, so it is pixel/255; if the network was trained with another one, use FoveaModel.of(network), read with OnnxReading.preprocessing"
              .formatted(name));
    }
    return imported.network();
  }

  /** Detects safetensors: a header's length in 8 bytes, then the header in JSON. */
  private boolean isOnnx() {
    return bytes.length < 9 || bytes[8] != '{';
  }

  String extension() {
    return isOnnx() ? ".onnx" : ".safetensors";
  }

  /** The bytes, not a copy. */
  byte[] bytes() {
    return bytes;
  }

  /** SHA-256 in hexadecimal, the model's key on executors. */
  String digest() {
    return digest;
  }
}
