package io.fovea.serve;

import io.fovea.file.PathProblems;
import io.fovea.inference.BatchingClassifier;
import io.fovea.inference.Classifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One version of a model: what was last loaded from its file, and why newer content was not.
 * Requests use it concurrently; one thread at a time checks the file.
 */
final class ModelVersion {
  private final String name;
  private final int version;
  private final ModelSource source;
  private final Function<Classifier, BatchingClassifier> batching;
  private final AtomicLong loads = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();
  private volatile @Nullable LoadedModel current;
  private volatile Instant loaded = Instant.EPOCH;
  private volatile String reason = "it is being loaded";
  private @Nullable Fingerprint seen; // at the last check
  private @Nullable Fingerprint tried; // at the last load, successful or not
  private int absent; // successive checks without its file

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

  /** Loads the file, even if it was just written. */
  void load(Path file) throws IOException {
    tried = Fingerprint.of(file);
    seen = tried;
    replace(source.load(file));
  }

  /**
   * Loads the file if its content is new and unchanged since the last check, so not while it is
   * being written.
   */
  void check(Path file) {
    absent = 0;
    Fingerprint now = Fingerprint.of(file);
    boolean settled = now != null && now.equals(seen);
    seen = now;
    if (now != null && settled && !now.equals(tried)) {
      reload(now);
    }
  }

  private void reload(Fingerprint now) {
    Classifier fresh = null;
    String problem = "";
    try {
      fresh = source.load(now.file());
    } catch (IOException | RuntimeException unreadable) {
      problem = PathProblems.reason(unreadable);
    } catch (OutOfMemoryError full) {
      problem = "the heap has no room for a second model beside the old one; give a larger -Xmx";
    }
    if (Thread.currentThread().isInterrupted() || !now.equals(Fingerprint.of(now.file()))) {
      if (fresh != null) {
        fresh.close();
      }
      return; // the server stops, or the file was replaced again: wait for the next check
    }
    tried = now;
    if (fresh != null) {
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
    return tried != null || current != null;
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
    return reason;
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
