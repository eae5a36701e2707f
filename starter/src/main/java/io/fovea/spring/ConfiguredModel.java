package io.fovea.spring;

import io.fovea.format.Models;
import io.fovea.format.onnx.Onnx;
import io.fovea.format.onnx.OnnxReading;
import io.fovea.network.Network;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.run.RunFolder;
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

final class ConfiguredModel {
  private static final String CURE =
      "Set fovea.model to a .safetensors or .onnx file, a run folder of fovea train, or a resource such as"
          + " classpath:digits.safetensors.";

  private static final System.Logger LOG = System.getLogger(ConfiguredModel.class.getName());

  private final FoveaProperties properties;

  private ConfiguredModel(FoveaProperties properties) {
    this.properties = properties;
  }

  /**
   * The network of a model. Logs a warning if the preprocessing of an ONNX file is assumed.
   *
   * @throws FoveaConfigurationException if there is none, it cannot be read, or the properties of
   *     the preprocessing do not fit it
   */
  static Network open(FoveaProperties properties, ResourceLoader resources) {
    String model = properties.model();
    try {
      ConfiguredModel configured = new ConfiguredModel(properties);
      return ResourceUtils.isUrl(model)
          ? configured.read(resources.getResource(model))
          : configured.read(file(Path.of(model)));
    } catch (IOException | InvalidPathException refused) {
      throw new FoveaConfigurationException("fovea.model: " + refused.getMessage(), CURE, refused);
    }
  }

  private static Path file(Path path) throws IOException {
    Path file = Files.isDirectory(path) ? path.resolve(RunFolder.BEST) : path;
    if (Files.exists(file)) {
      return file;
    }
    throw new IOException(
        file.equals(path)
            ? "there is no file " + path.toAbsolutePath()
            : "the folder " + path.toAbsolutePath() + " has no " + RunFolder.BEST);
  }

  private Network read(Resource resource) throws IOException {
    String name = properties.model();
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

  private Network read(Path file) throws IOException {
    boolean stated = !properties.mean().isEmpty() || !properties.deviation().isEmpty();
    if (isOnnx(file.toString())) {
      Onnx.Imported imported = Onnx.read(file, OnnxReading.standard());
      if (!stated && !imported.statesPreprocessing()) {
        LOG.log(
            System.Logger.Level.WARNING,
            "fovea.model: %s states no preprocessing, so it is pixel/255; if the network was trained with another one, set fovea.mean and fovea.deviation"
                .formatted(properties.model()));
      }
      return scaled(imported.network());
    }
    if (stated) {
      throw new FoveaConfigurationException(
          "fovea.mean, fovea.deviation: expect an .onnx model, got %s, which has its own preprocessing"
              .formatted(properties.model()),
          "Leave fovea.mean and fovea.deviation out.");
    }
    return Models.load(file);
  }

  /** The network with the preprocessing of the properties, where these are set. */
  private Network scaled(Network network) {
    try {
      Preprocessing scaled =
          network.preprocessing().withScaling(properties.mean(), properties.deviation());
      network.publish(network.weights(), scaled, network.labels());
      return network;
    } catch (IllegalArgumentException wrong) {
      throw new FoveaConfigurationException(
          "fovea.mean, fovea.deviation: " + wrong.getMessage(),
          "Set fovea.mean and fovea.deviation to the numbers that the network was trained with.",
          wrong);
    }
  }

  private static boolean isOnnx(String name) {
    return name.toLowerCase(Locale.ROOT).endsWith(".onnx");
  }
}
