package io.fovea.serve.model;

import io.fovea.http.HttpError;
import io.fovea.inference.BatchingClassifier;
import io.fovea.inference.Classifier;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The models of a server, by name and version. With reloading, a thread polls their files: new and
 * complete content replaces the loaded model atomically; content that cannot be read is reported
 * and replaces nothing.
 */
public final class ModelRepository implements AutoCloseable {
  private final ModelSource source;
  private final Function<Classifier, BatchingClassifier> batching;
  private final Map<String, NavigableMap<Integer, ModelVersion>> all = new TreeMap<>(); // own lock
  private volatile Map<String, NavigableMap<Integer, ModelVersion>> served = Map.of();
  private @Nullable Thread watcher;

  public ModelRepository(ModelSource source, Function<Classifier, BatchingClassifier> batching) {
    this.source = source;
    this.batching = batching;
  }

  /**
   * Loads all models.
   *
   * @throws IOException if one of them cannot be read
   */
  public synchronized void load() throws IOException {
    Map<String, NavigableMap<Integer, List<Path>>> files = source.files();
    if (files.size() > 1) {
      source.report("loading %,d models ...".formatted(files.size()));
    }
    for (Map.Entry<String, NavigableMap<Integer, List<Path>>> model : files.entrySet()) {
      for (Map.Entry<Integer, List<Path>> file : model.getValue().entrySet()) {
        version(model.getKey(), file.getKey()).load(file.getValue());
      }
    }
    publish();
  }

  private ModelVersion version(String name, int version) {
    return all.computeIfAbsent(name, key -> new TreeMap<>())
        .computeIfAbsent(version, key -> new ModelVersion(name, key, source, batching));
  }

  public void watch(Duration poll) {
    watcher =
        Thread.ofPlatform()
            .daemon()
            .name("fovea-serve-reload")
            .start(
                () -> {
                  try {
                    while (true) {
                      Thread.sleep(poll);
                      tryCheck();
                    }
                  } catch (InterruptedException closed) {
                    Thread.currentThread().interrupt();
                  }
                });
  }

  private void tryCheck() {
    try {
      check();
    } catch (Throwable again) {
      // Even its report failed. The next round checks again: without this thread nothing would ever
      // be reloaded.
    }
  }

  public synchronized void check() {
    try {
      check(source.files());
    } catch (Throwable failure) {
      String problem = ModelVersion.problem(failure);
      long news = each(all).stream().filter(version -> version.block(problem)).count();
      if (news > 0) {
        source.report("models: nothing is reloaded: " + problem);
      }
    }
  }

  /** A load takes a while: what has gone is removed before all loads, and each takes effect. */
  private void check(Map<String, NavigableMap<Integer, List<Path>>> files) {
    List<ModelVersion> gone = each(all).stream().filter(version -> isGone(version, files)).toList();
    List<ModelVersion> last = gone.stream().filter(version -> isLast(version, files)).toList();
    remove(gone.stream().filter(version -> !last.contains(version)).toList());
    files.forEach(
        (name, versions) -> versions.forEach((number, file) -> check(name, number, file)));
    remove(last);
  }

  private static boolean isGone(
      ModelVersion version, Map<String, NavigableMap<Integer, List<Path>>> files) {
    NavigableMap<Integer, List<Path>> present = files.get(version.name());
    return (present == null || !present.containsKey(version.version())) && version.isGone();
  }

  /** Whether the model's present files must be loaded before it can do without this version. */
  private boolean isLast(
      ModelVersion version, Map<String, NavigableMap<Integer, List<Path>>> files) {
    NavigableMap<Integer, List<Path>> present = files.get(version.name());
    return present != null
        && all.getOrDefault(version.name(), Collections.emptyNavigableMap()).values().stream()
            .noneMatch(other -> present.containsKey(other.version()) && other.isReady());
  }

  private void check(String name, int number, List<Path> file) {
    ModelVersion version = version(name, number);
    boolean wasTried = version.isTried();
    version.check(file);
    if (version.isTried() != wasTried) {
      publish();
    }
  }

  private void remove(List<ModelVersion> gone) {
    all.values().forEach(versions -> versions.values().removeAll(gone));
    all.values().removeIf(Map::isEmpty);
    publish(); // before they are retired, so that no request finds them
    for (ModelVersion version : gone) {
      version.retire();
      source.report(
          "model %s version %d: removed, since its file is gone"
              .formatted(version.name(), version.version()));
    }
  }

  private void publish() {
    Map<String, NavigableMap<Integer, ModelVersion>> next = new TreeMap<>();
    for (ModelVersion version : each(all)) {
      if (version.isTried()) {
        next.computeIfAbsent(version.name(), key -> new TreeMap<>())
            .put(version.version(), version);
      }
    }
    served = next;
  }

  private static List<ModelVersion> each(Map<String, NavigableMap<Integer, ModelVersion>> models) {
    return models.values().stream().map(Map::values).flatMap(Collection::stream).toList();
  }

  /** All versions, by name, then by version. */
  public List<ModelVersion> versions() {
    return each(served);
  }

  public boolean isReady() {
    return served.values().stream()
        .allMatch(versions -> versions.values().stream().anyMatch(ModelVersion::isReady));
  }

  /** Whether the present files of all models are in use. */
  public boolean isCurrent() {
    return versions().stream().allMatch(version -> version.reason().isEmpty());
  }

  /**
   * The versions of a model.
   *
   * @param name the model's name; may be empty if there is only one
   * @throws HttpError 400 or 404
   */
  public NavigableMap<Integer, ModelVersion> versions(String operation, String name) {
    Map<String, NavigableMap<Integer, ModelVersion>> now = served;
    String known = String.join(", ", now.keySet());
    if (name.isEmpty() && now.size() != 1) {
      throw new HttpError(
          400, "%s: expects model=NAME with one of: %s".formatted(operation, known));
    }
    NavigableMap<Integer, ModelVersion> versions =
        name.isEmpty() ? now.values().iterator().next() : now.get(name);
    if (versions == null) {
      throw new HttpError(
          404,
          "%s: there is no model \"%s\"; this server has: %s".formatted(operation, name, known));
    }
    return versions;
  }

  /**
   * The requested version.
   *
   * @param version empty for the highest one that is ready
   * @throws HttpError 400 or 404
   */
  public ModelVersion version(String operation, String name, String version) {
    NavigableMap<Integer, ModelVersion> versions = versions(operation, name);
    if (version.isEmpty()) {
      return versions.descendingMap().values().stream()
          .filter(ModelVersion::isReady)
          .findFirst()
          .orElseGet(() -> versions.lastEntry().getValue());
    }
    return Optional.ofNullable(versions.get(number(version)))
        .orElseThrow(
            () ->
                new HttpError(
                    404,
                    "%s: the model has no version \"%s\", but: %s"
                        .formatted(operation, version, texts(versions))));
  }

  public static List<String> texts(NavigableMap<Integer, ModelVersion> versions) {
    return versions.keySet().stream().map(String::valueOf).toList();
  }

  private static int number(String version) {
    return version.matches("[1-9][0-9]{0,8}") ? Integer.parseInt(version) : 0;
  }

  /**
   * The requested model, in use until it is closed.
   *
   * @throws HttpError 400, 404, or 503 if it is not loaded
   */
  public LoadedModel take(String operation, String name, String version) {
    ModelVersion meant = version(operation, name, version);
    Optional<LoadedModel> model = meant.take();
    while (model.isEmpty()) {
      ModelVersion now = version(operation, name, version);
      if (now == meant) {
        throw new HttpError(
            503,
            "%s: model %s version %d is not loaded: %s"
                .formatted(operation, now.name(), now.version(), now.reason()));
      }
      meant = now; // the previous one was just removed
      model = now.take();
    }
    return model.get();
  }

  /** Starts waiting batches at once. */
  public void hurry() {
    versions().forEach(ModelVersion::hurry);
  }

  @Override
  public void close() {
    Thread thread = watcher;
    if (thread != null) {
      thread.interrupt();
    }
    versions().forEach(ModelVersion::retire);
  }
}
