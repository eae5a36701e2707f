package io.fovea.cli.train;

import io.fovea.cli.screen.Screen;
import io.fovea.cli.screen.UsageException;
import io.fovea.data.DataOptions;
import io.fovea.data.DataSets;
import io.fovea.data.DataSplit;
import io.fovea.data.ImageSize;
import io.fovea.network.Network;
import io.fovea.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Flags of commands that open a data set. */
public final class DataFlags {
  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "Look for a named set's files here first.")
  @Nullable Path dataDir;

  @Option(
      names = "--image-size",
      paramLabel = "WxH",
      description =
          "Resize all images to this size (default: the model's, if it has one; else for photos of different or large sizes one of at most 224, which is printed).")
  @Nullable String imageSize;

  @Option(names = "--grayscale", description = "Convert colour images to grey.")
  boolean grayscale;

  @Option(
      names = "--skip-broken",
      description = "Skip image files that cannot be read, and print their number.")
  boolean skipBroken;

  /** The folder searched first for a named set's files. */
  public @Nullable Path dataDir() {
    return dataDir;
  }

  /** The options for a command that has no model yet. */
  public DataOptions options(Screen screen, long seed) {
    DataOptions options =
        DataOptions.standard()
            .withSeed(seed)
            .withGrayscale(grayscale)
            .withSkipBroken(skipBroken)
            .withReporter(screen::say);
    if (dataDir != null) {
      options = options.withDataDir(dataDir);
    }
    return size().map(options::withImageSize).orElse(options);
  }

  private Optional<ImageSize> size() {
    if (imageSize == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(ImageSize.parse(imageSize));
    } catch (IllegalArgumentException wrong) {
      throw new UsageException("--image-size: " + wrong.getMessage());
    }
  }

  /** Opens a set with a model's size, colours and framing. The flags may repeat these. */
  public DataSplit openFor(String data, Network model, Screen screen, long seed)
      throws IOException {
    Shape input = model.graph().input();
    ImageSize own = new ImageSize(input.size(2), input.size(1));
    boolean grey = input.size(0) == 1;
    Optional<ImageSize> asked = size();
    if (asked.isPresent() && !asked.get().equals(own)) {
      throw new UsageException(
          "--image-size: the model expects images of %dx%d, got %s; leave it out"
              .formatted(own.width(), own.height(), imageSize));
    }
    if (grayscale && !grey) {
      throw new UsageException("--grayscale: the model expects colour images; leave it out");
    }
    DataOptions options =
        options(screen, seed)
            .withImageSize(own)
            .withChannels(input.size(0))
            .withFraming(model.preprocessing().framing());
    return DataSets.open(data, options);
  }
}
