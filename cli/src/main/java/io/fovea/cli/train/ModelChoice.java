package io.fovea.cli.train;

import io.fovea.cli.run.RunFolder;
import io.fovea.cli.screen.Failure;
import io.fovea.cli.screen.UsageException;
import io.fovea.format.Fitting;
import io.fovea.format.FormatException;
import io.fovea.format.NetworkDescription;
import io.fovea.format.WeightsFile;
import io.fovea.network.Graph;
import io.fovea.network.Network;
import io.fovea.network.Preprocessing;
import io.fovea.network.Weights;
import io.fovea.network.Zoo;
import io.fovea.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What {@code --model} names: a built-in network, or a description in a file. */
public final class ModelChoice {
  private final @Nullable Zoo known;
  private final @Nullable NetworkDescription description;

  private ModelChoice(@Nullable Zoo known, @Nullable NetworkDescription description) {
    this.known = known;
    this.description = description;
  }

  /** Reads the choice; an unknown name is refused before any data is fetched. */
  public static ModelChoice of(String model) throws IOException {
    if (isFile(model)) {
      if (!Files.isRegularFile(Path.of(model))) {
        throw new Failure(
            "--model: there is no file "
                + model
                + "; give a description as in docs/model-format.md");
      }
      return new ModelChoice(null, NetworkDescription.read(Path.of(model)));
    }
    return new ModelChoice(known(model), null);
  }

  /** Whether a file is meant, not a name. */
  static boolean isFile(String model) {
    return model.toLowerCase(Locale.ROOT).endsWith(".json");
  }

  /** A built-in network. */
  public static Zoo known(String name) {
    try {
      return Zoo.named(name);
    } catch (IllegalArgumentException unknown) {
      throw new UsageException(String.valueOf(unknown.getMessage()));
    }
  }

  /** The structure for images of a shape. */
  public Graph graph(Shape input, int classes) throws IOException {
    if (known != null) {
      return known.graph(input, classes);
    }
    if (description == null) {
      throw new IllegalStateException("model: neither a name nor a description");
    }
    return description.graph(input, classes);
  }

  /**
   * The network to train, with fresh weights or those of {@code --init-from}.
   *
   * @param begins false where a checkpoint's weights will replace them
   */
  Network network(TrainingParts parts, Settings settings, boolean begins) throws IOException {
    List<String> classes = parts.train().classes();
    Graph graph = graph(parts.train().shape(), classes.size());
    Preprocessing preprocessing =
        settings.standardized()
            ? Preprocessing.standard(parts.train())
            : Preprocessing.unit(parts.train());
    Weights fresh = Weights.initial(graph, settings.initializer(), settings.seed());
    boolean given = begins && !settings.text("init-from").isEmpty();
    Weights start = given ? initFrom(graph, fresh, settings) : fresh;
    return Network.of(graph, start, preprocessing, labels().orElse(classes));
  }

  private Optional<List<String>> labels() {
    return Optional.ofNullable(description).flatMap(NetworkDescription::labels);
  }

  private static Weights initFrom(Graph graph, Weights fresh, Settings settings)
      throws IOException {
    Path file = Path.of(settings.text("init-from"));
    if (Files.isDirectory(file)) {
      throw new Failure(
          "--init-from: expects a .safetensors file, got the folder %s; give a file in it, such as %s"
              .formatted(file, file.resolve(RunFolder.BEST)));
    }
    if (!Files.isRegularFile(file)) {
      throw new Failure("--init-from: there is no file " + file + "; give a .safetensors file");
    }
    Fitting fitting = Fitting.exact();
    for (String pattern : settings.texts("init-skip")) {
      fitting = fitting.skip(pattern);
    }
    for (String pair : settings.texts("rename")) {
      int equals = pair.indexOf('=');
      if (equals < 1 || equals == pair.length() - 1) {
        throw new UsageException("--rename: expects OLD=NEW, got \"" + pair + "\"");
      }
      fitting = fitting.rename(pair.substring(0, equals), pair.substring(equals + 1));
    }
    WeightsFile weights = WeightsFile.read(file);
    try {
      return weights.fit(graph, fresh, fitting);
    } catch (FormatException misfit) {
      throw new Failure(
          "--init-from: %s (--rename OLD=NEW, --init-skip PATTERN); to begin with a new last layer, add --init-skip %s.*"
              .formatted(misfit.getMessage(), graph.nodes().getLast().name()),
          misfit);
    }
  }
}
