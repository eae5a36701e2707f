package io.fovea.serve;

import io.fovea.file.PathProblems;
import io.fovea.format.FormatException;
import io.fovea.inference.BatchingClassifier;
import io.fovea.inference.Classifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One version of a model: what was last loaded from its file, and why newer content was not.
 * Requests use it concurrently; one thread at a time checks the file.
 */
final class ModelVersion {
  /** The looks at a file that changed each time after which that is said. */
  private static final int LOOKS = 5;

  private static final System.Logger LOG = System.getLogger(ModelVersion.class.getName());

  private final String name;
  private final int version;
  private final ModelSource source;
  private final Function<Classifier, BatchingClassifier> batching;
  private final AtomicLong loads = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();
  private volatile @Nullable LoadedModel current;
  private volatile Instant loaded = Instant.EPOCH;
  private volatile String reason = "it is being loaded";
  private volatile String obstacle = ""; // why its file is not looked at
  private @Nullable Fingerprint seen; // at the last check
  private @Nullable Fingerprint tried; // at the last load, successful or not
  private int absent; // successive checks without its file
  private int changing; // successive checks that found new content and loaded none

  /** The attributes that show that a file was replaced. */
  private record Fingerprint(Path file, long bytes, FileTime modified, @Nullable Object key) {
    /** The fingerprint of a file; empty if it cannot be read. */
    static @Nullable Fingerprint of(Path file) {
      try {
        BasicFileAttributes facts = Files.readAttributes(file, BasicFileAttributes.class);
        return new Fingerprint(file, facts.size(), facts.lastModifiedTime(), facts.fileKey());
      } catch (IOException missing) {
        return null;
      }
    }
  }

  ModelVersion(
      String name,
      int version,
      ModelSource source,
      Function<Classifier, BatchingClassifier> batching) {
    this.name = name;
    this.version = version;
    this.source = source;
    this.batching = batching;
  }

  /**
   * Loads the file, even if it was just written.
   *
   * @throws IOException if it cannot be read, or there are several
   */
  void load(List<Path> files) throws IOException {
    if (files.size() > 1) {
      throw new FormatException(clash(files));
    }
    Path file = files.getFirst();
    tried = Fingerprint.of(file);
    seen = tried;
    Classifier fresh = source.load(file);
    source.warmUp(fresh);
    replace(fresh);
  }

  private String clash(List<Path> files) {
    return "serve: %s and %s are both version %d of the model %s; rename one of them"
        .formatted(files.get(0), files.get(1), version, name);
  }

  /**
   * Loads the file if its content is new and unchanged since the last check, so not while it is
   * being written. Of several files none is loaded.
   */
  void check(List<Path> files) {
    if (files.size() > 1) {
      absent = 0;
      String clash = clash(files);
      if (block(clash)) {
        reportBlocked(clash);
      }
      return;
    }
    Fingerprint now = Fingerprint.of(files.getFirst());
    boolean settled = now != null && now.equals(seen);
    seen = now;
    if (now != null && settled && !now.equals(tried)) {
      reload(now);
    }
    absent = now == null ? absent + 1 : 0;
    changing = now == null || now.equals(tried) ? 0 : changing + 1;
    String problem =
        absent > 1 ? "its file is gone" : changing > LOOKS ? "its file keeps changing" : "";
    if (absent == 2 || changing == LOOKS + 1) {
      reportBlocked(problem);
    }
    obstacle = tried == null ? "" : problem; // a new model is not there yet
  }

  private void reportBlocked(String problem) {
    source.report(
        "models: model %s version %d is not reloaded: %s".formatted(name, version, problem));
  }

  /** Why a file is not in use. An error is none of the file's, and logged. */
  static String problem(Throwable failure) {
    if (failure instanceof OutOfMemoryError) {
      return "the heap has no room for a second model beside the old one; give a larger -Xmx";
    }
    if (failure instanceof Error) {
      LOG.log(System.Logger.Level.ERROR, "serve: internal error, please report it", failure);
      return "internal error, please report it: " + failure;
    }
    return PathProblems.reason(failure);
  }

  /** Records why its file is not looked at until the next check; true if that is new. */
  boolean block(String problem) {
    boolean isNew = !problem.equals(obstacle);
    obstacle = problem;
    return isNew;
  }

  private void reload(Fingerprint now) {
    Classifier fresh = null;
    String problem = "";
    boolean isWhole = false;
    try {
      fresh = source.load(now.file());
      isWhole = now.equals(Fingerprint.of(now.file())); // else it was replaced while it was read
      if (isWhole) {
        source.warmUp(fresh);
      }
    } catch (IOException | RuntimeException | Error failure) {
      problem = problem(failure);
      isWhole = now.equals(Fingerprint.of(now.file()));
    }
    boolean isUsed = isWhole && problem.isEmpty() && !Thread.currentThread().isInterrupted();
    if (fresh != null && !isUsed) {
      fresh.close();
    }
    if (Thread.currentThread().isInterrupted() || !isWhole) {
      return; // the server stops, or the next check finds another file
    }
    tried = now;
    if (fresh != null && isUsed) {
      replace(fresh);
      source.report("model %s version %d: loaded %s".formatted(name, version, now.file()));
    } else {
      reason = problem;
      failures.incrementAndGet();
      source.report(
          "model %s version %d: %s cannot be loaded, %s: %s"
              .formatted(
                  name,
                  version,
                  now.file(),
                  isReady() ? "the old one stays in use" : "the version is not ready",
                  problem));
    }
  }

  private void replace(Classifier fresh) {
    LoadedModel old = current;
    current = new LoadedModel(name, version, fresh, batching.apply(fresh));
    loaded = Instant.now();
    reason = "";
    loads.incrementAndGet();
    if (old != null) {
      old.close();
    }
  }

  /** Whether loading has been tried, successfully or not. */
  boolean isTried() {
    return tried != null || current != null || !obstacle.isEmpty();
  }

  /**
   * Records that its file is missing; true the second time, since a file being replaced is missing
   * only briefly.
   */
  boolean isGone() {
    absent++;
    return absent > 1;
  }

  /** The model, in use until the caller closes it; empty if none is loaded. */
  Optional<LoadedModel> take() {
    LoadedModel model = current;
    while (model != null && !model.use()) {
      model = current; // it was replaced between the two reads
    }
    return Optional.ofNullable(model);
  }

  String name() {
    return name;
  }

  int version() {
    return version;
  }

  /** Whether a model is loaded. */
  boolean isReady() {
    return current != null;
  }

  /** When the model in use was loaded. */
  Instant loaded() {
    return loaded;
  }

  /** Why the file's present content is not in use; empty if it is. */
  String reason() {
    String now = obstacle;
    return now.isEmpty() ? reason : now;
  }

  /** The number of successful loads. */
  long loads() {
    return loads.get();
  }

  /** The number of failed loads. */
  long failures() {
    return failures.get();
  }

  /** Starts waiting batches at once. */
  void hurry() {
    LoadedModel model = current;
    if (model != null) {
      model.hurry();
    }
  }

  /** Takes it out of use; requests in flight finish. */
  void retire() {
    LoadedModel model = current;
    current = null;
    reason = "it was removed";
    if (model != null) {
      model.close();
    }
  }
}
