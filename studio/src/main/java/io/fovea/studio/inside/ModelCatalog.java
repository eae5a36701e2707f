package io.fovea.studio.inside;

import io.fovea.format.FormatException;
import io.fovea.format.Models;
import io.fovea.kernel.KernelSet;
import io.fovea.network.AnswerRule;
import io.fovea.network.Network;
import io.fovea.run.RunFolder;
import io.fovea.studio.runs.Runs;
import io.fovea.studio.runs.StepReplays;
import io.fovea.studio.runs.TrainedLoss;
import io.fovea.studio.web.LruCache;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The models that can be inspected: the one that the studio was started with, those of the run
 * folders and of their steps (run:NAME@STEP) that were replayed, and a small built-in one. Ids are
 * looked up in this list and never become paths, so a request cannot read files outside of the
 * runs' folder. The last {@value #LOADED} used stay loaded. A model whose file has changed, such as
 * that of a running training, is loaded again. Safe for use by several threads.
 */
public final class ModelCatalog {
  /**
   * The book's network, with 4 and 8 filters: the first of the list. Of its first dense layer's
   * weights the file has the largest quarter, in few digits, so that it stays small: 98.02 % of
   * MNIST's test images, where all of them gave 98.15 %.
   */
  public static final String BOOK = "book";

  /** A built-in model with pooling and batch normalisation. */
  public static final String BUILT_IN = "built-in";

  private static final Map<String, String> FILES =
      Map.of(BOOK, "two-layer.safetensors", BUILT_IN, "digits.safetensors");

  /** The model that the studio was started with. */
  public static final String GIVEN = "given";

  private static final String RUN = "run:";
  private static final String STEP = "@";
  private static final int LOADED = 4;

  private final Runs runs;
  private final StepReplays steps;
  private final Optional<Path> given;
  private final LruCache<String, Loaded> loaded = new LruCache<>(LOADED);

  public record ModelEntry(String id, String title) {}

  private record Loaded(Optional<FileTime> changed, InspectedModel model) {}

  /**
   * A catalog of runs.
   *
   * @param given a model file or run folder, shown first
   */
  public ModelCatalog(Runs runs, StepReplays steps, Optional<Path> given) {
    this.runs = runs;
    this.steps = steps;
    this.given = given;
  }

  /** The name of an id's run, if it is a run, or a step of one. */
  public static Optional<String> runOf(String id) {
    return id.startsWith(RUN)
        ? Optional.of(id.substring(RUN.length()).replaceFirst(STEP + ".*", ""))
        : Optional.empty();
  }

  /** The models of the catalog; the default comes first. */
  public List<ModelEntry> entries() throws IOException {
    List<ModelEntry> entries = new ArrayList<>();
    given.ifPresent(path -> entries.add(new ModelEntry(GIVEN, "opened: " + path.getFileName())));
    entries.add(new ModelEntry(BOOK, "built in: digits, the book's network"));
    entries.add(new ModelEntry(BUILT_IN, "built in: digits, with pooling and batch normalisation"));
    for (String run : runs.names()) {
      if (runs.model(run).isPresent()) {
        entries.add(new ModelEntry(RUN + run, "run " + run));
      }
    }
    return List.copyOf(entries);
  }

  /**
   * Loads a model, or returns the loaded one.
   *
   * @throws IllegalArgumentException if there is no model of that id, or it cannot be inspected
   * @throws IOException if its file cannot be read
   */
  public synchronized InspectedModel open(String id) throws IOException {
    Optional<Path> file = find(id);
    Optional<FileTime> changed =
        file.isPresent() ? Optional.of(Files.getLastModifiedTime(file.get())) : Optional.empty();
    Optional<Loaded> kept = loaded.get(id);
    if (kept.isPresent() && kept.get().changed().equals(changed)) {
      return kept.get().model();
    }
    Optional<String> run = runOf(id);
    InspectedModel model =
        file.isEmpty()
            ? builtIn(FILES.getOrDefault(id, ""))
            : load(file.get(), run.isPresent() ? runs.loss(run.get()) : TrainedLoss.of(file.get()));
    model.warmUp();
    loaded.put(id, new Loaded(changed, model));
    return model;
  }

  /** The file of a model; empty for a built-in one. */
  private Optional<Path> find(String id) throws IOException {
    if (FILES.containsKey(id)) {
      return Optional.empty();
    }
    Optional<Path> file = Optional.empty();
    if (id.equals(GIVEN)) {
      file =
          given.filter(path -> Files.isDirectory(path)).isPresent()
              ? given.flatMap(path -> new RunFolder(path).model(LinkOption.NOFOLLOW_LINKS))
              : given;
    } else {
      Optional<String> run = runOf(id);
      if (run.isPresent() && runs.names().contains(run.get())) {
        int at = id.indexOf(STEP);
        file = at < 0 ? runs.model(run.get()) : steps.model(run.get(), id.substring(at + 1));
        if (at > 0 && file.isEmpty()) {
          throw new IllegalArgumentException(
              "model: this step of the run is not replayed, or no longer kept; go to it on the page Train");
        }
      }
    }
    if (file.isEmpty()) {
      throw new IllegalArgumentException(
          "model: unknown model \"%s\"; there are %s"
              .formatted(id, entries().stream().map(ModelEntry::id).toList()));
    }
    return file;
  }

  private static InspectedModel load(Path file, TrainedLoss trained) throws FormatException {
    Network network = Models.load(file);
    boolean isSeveral =
        network.answers().filter(AnswerRule.SeveralLabels.class::isInstance).isPresent();
    return InspectedModel.of(
        network, isSeveral ? TrainedLoss.SIGMOID : trained, KernelSet.fastest());
  }

  private static InspectedModel builtIn(String file) throws IOException {
    Path copy = Files.createTempFile("fovea-digits", ".safetensors");
    try (InputStream stream = ModelCatalog.class.getResourceAsStream(file)) {
      if (stream == null) {
        throw new IOException("model: " + file + " is not in the program");
      }
      Files.write(copy, stream.readAllBytes());
      return load(copy, TrainedLoss.STANDARD);
    } finally {
      Files.delete(copy);
    }
  }
}
