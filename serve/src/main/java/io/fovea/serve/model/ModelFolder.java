package io.fovea.serve.model;

import io.fovea.format.FormatException;
import io.fovea.run.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A folder of models, by name and version: {@code NAME.safetensors}, {@code NAME.onnx} and the run
 * folder {@code NAME} are version 1 of the model NAME; a run folder {@code NAME/VERSION}, or one
 * with {@code model.safetensors} or {@code model.onnx}, is version VERSION, an integer. Characters
 * of a name other than letters, digits, {@code . _ -} become {@code _}.
 */
public final class ModelFolder {
  private static final Pattern VERSION = Pattern.compile("[1-9][0-9]{0,8}");

  private static final List<String> FILES =
      List.of(RunFolder.BEST, RunFolder.MODEL, "model.onnx"); // the first one that is there

  private ModelFolder() {}

  /** Whether a path is such a folder and not a run folder. */
  public static boolean isOne(Path path) {
    return Files.isDirectory(path) && modelIn(path).isEmpty();
  }

  /** The model of a file or run folder, as version 1. */
  public static Map<String, NavigableMap<Integer, List<Path>>> single(Path path) {
    Path file = Files.isDirectory(path) ? path.resolve(RunFolder.BEST) : path;
    return Map.of(name(path.toAbsolutePath().normalize()), new TreeMap<>(Map.of(1, List.of(file))));
  }

  /**
   * The files of all models in a folder; several of one version are for the caller to refuse.
   *
   * @throws FormatException if there is none
   */
  public static Map<String, NavigableMap<Integer, List<Path>>> list(Path folder)
      throws IOException {
    Map<String, NavigableMap<Integer, List<Path>>> models = new TreeMap<>();
    for (Path each : children(folder)) {
      if (Files.isDirectory(each)) {
        addFolder(models, each);
      } else if (isNamed(String.valueOf(each.getFileName())) && Files.exists(each)) {
        add(models, name(each), 1, each);
      }
    }
    if (models.isEmpty()) {
      throw new FormatException(
          "serve: the folder %s has no model; it must contain a run folder, NAME.safetensors, NAME.onnx or NAME/VERSION/model.safetensors"
              .formatted(folder));
    }
    return models;
  }

  private static boolean isNamed(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".safetensors") || lower.endsWith(".onnx");
  }

  private static void addFolder(Map<String, NavigableMap<Integer, List<Path>>> models, Path folder)
      throws IOException {
    Optional<Path> own = modelIn(folder);
    if (own.isPresent()) {
      add(models, name(folder), 1, own.get());
    }
    for (Path each : children(folder)) {
      String version = String.valueOf(each.getFileName());
      Optional<Path> file = modelIn(each);
      if (VERSION.matcher(version).matches() && file.isPresent()) {
        add(models, name(folder), Integer.parseInt(version), file.get());
      }
    }
  }

  private static void add(
      Map<String, NavigableMap<Integer, List<Path>>> models, String name, int version, Path file) {
    models
        .computeIfAbsent(name, key -> new TreeMap<>())
        .computeIfAbsent(version, key -> new ArrayList<>())
        .add(file);
  }

  /** The content of a folder without hidden files, sorted by name. */
  private static List<Path> children(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(each -> !String.valueOf(each.getFileName()).startsWith("."))
          .sorted()
          .toList();
    }
  }

  private static Optional<Path> modelIn(Path folder) {
    return FILES.stream().map(folder::resolve).filter(Files::isRegularFile).findFirst();
  }

  private static String name(Path path) {
    String file = String.valueOf(path.getFileName());
    boolean model = isNamed(file) && !Files.isDirectory(path);
    String stem = model ? file.substring(0, file.lastIndexOf('.')) : file;
    return stem.isEmpty() ? "model" : stem.replaceAll("[^A-Za-z0-9._-]", "_");
  }
}
