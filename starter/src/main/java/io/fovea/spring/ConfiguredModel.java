package io.fovea.spring;

import io.fovea.format.Models;
import io.fovea.format.onnx.Onnx;
import io.fovea.network.Network;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;
import org.springframework.util.ResourceUtils;

/** Opens the model of the property {@code fovea.model}. */
final class ConfiguredModel {
  /** The best model of a run folder. */
  private static final String BEST = "best.safetensors";

  private static final String CURE =
      "Set fovea.model to a .safetensors or .onnx file, a run folder of fovea train, or a resource such as"
          + " classpath:digits.safetensors.";

  private ConfiguredModel() {}

  /**
   * The network of a model.
   *
   * @throws FoveaConfigurationException if there is none, or it cannot be read
   */
  static Network open(String model, ResourceLoader resources) {
    try {
      return ResourceUtils.isUrl(model)
          ? read(resources.getResource(model), model)
          : read(file(Path.of(model)));
    } catch (IOException | InvalidPathException refused) {
      throw new FoveaConfigurationException("fovea.model: " + refused.getMessage(), CURE, refused);
    }
  }

  private static Path file(Path path) throws IOException {
    Path file = Files.isDirectory(path) ? path.resolve(BEST) : path;
    if (Files.exists(file)) {
      return file;
    }
    throw new IOException(
        file.equals(path)
            ? "there is no file " + path.toAbsolutePath()
            : "the folder " + path.toAbsolutePath() + " has no " + BEST);
  }

  private static Network read(Resource resource, String name) throws IOException {
    if (resource.isFile()) {
      return read(file(resource.getFile().toPath()));
    }
    if (!resource.exists()) {
      throw new IOException("there is no resource " + name);
    }
    // The readers of models need a file; this one exists only while they read.
    Path copy = Files.createTempFile("fovea-model-", isOnnx(name) ? ".onnx" : ".safetensors");
    try (InputStream bytes = resource.getInputStream()) {
      Files.copy(bytes, copy, StandardCopyOption.REPLACE_EXISTING);
      return read(copy);
    } catch (IOException refused) {
      String reason = String.valueOf(refused.getMessage());
      throw new IOException(
          reason.replace(copy.toString(), name).replace(copy.getFileName().toString(), name),
          refused);
    } finally {
      Files.deleteIfExists(copy);
    }
  }

  private static Network read(Path file) throws IOException {
    return isOnnx(file.toString()) ? Onnx.read(file) : Models.load(file);
  }

  private static boolean isOnnx(String name) {
    return name.toLowerCase(Locale.ROOT).endsWith(".onnx");
  }
}
