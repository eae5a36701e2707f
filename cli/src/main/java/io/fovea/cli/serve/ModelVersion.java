package io.fovea.cli.serve;

import io.fovea.cli.screen.Failure;
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
 * One version of a model: what was loaded of its file last, and why newer content of it was not.
 * Requests take it; one thread at a time looks at the file.
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
  private @Nullable Fingerprint seen; // at the last look
  private @Nullable Fingerprint tried; // what was loaded, or could not be
  private int absent; // looks at which its file was missing

  /** What shows that a file was replaced. */
  private record Fingerprint(Path file, long bytes, FileTime modified, @Nullable Object key) {
    /** Of a file; none where it cannot be looked at. */
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

  /** Loads the file, however young it is. */
  void load(Path file) throws IOException {
    tried = Fingerprint.of(file);
    seen = tried;
    replace(source.load(file));
  }

  /**
   * Loads the file if its content is new and is the same as at the last look: what is being written
   * is left alone.
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
      problem = Failure.reason(unreadable);
    } catch (OutOfMemoryError full) {
      problem = "the heap has no room for a second model while the old one answers; give more -Xmx";
    }
    if (Thread.currentThread().isInterrupted() || !now.equals(Fingerprint.of(now.file()))) {
      if (fresh != null) {
        fresh.close();
      }
      return; // the server stops, or the file was replaced again: wait until that is done
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
                  isReady() ? "the old one goes on answering" : "nothing answers",
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

  /** Whether loading has been tried, with success or not. */
  boolean isTried() {
    return tried != null || current != null;
  }

  /** Its file is not there; true if that is so for the second time, so it is not being replaced. */
  boolean isGone() {
    absent++;
    return absent > 1;
  }

  /** The model, in use until the caller closes it; none where nothing has been loaded. */
  Optional<LoadedModel> take() {
    LoadedModel model = current;
    while (model != null && !model.use()) {
      model = current; // replaced between the two lines
    }
    return Optional.ofNullable(model);
  }

  String name() {
    return name;
  }

  int version() {
    return version;
  }

  /** Whether requests are answered. */
  boolean isReady() {
    return current != null;
  }

  /** When what answers was loaded. */
  Instant loaded() {
    return loaded;
  }

  /** Why the file's present content does not answer; empty where it does. */
  String reason() {
    return reason;
  }

  /** How often a model was loaded. */
  long loads() {
    return loads.get();
  }

  /** How often one could not be. */
  long failures() {
    return failures.get();
  }

  /** Images that wait for company are computed at once. */
  void hurry() {
    LoadedModel model = current;
    if (model != null) {
      model.hurry();
    }
  }

  /** Answers no more; requests that have begun are answered. */
  void retire() {
    LoadedModel model = current;
    current = null;
    reason = "it was removed";
    if (model != null) {
      model.close();
    }
  }
}
