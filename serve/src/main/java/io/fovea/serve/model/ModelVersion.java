package io.fovea.serve.model;

import io.fovea.file.PathProblems;
import io.fovea.format.FormatException;
import io.fovea.inference.BatchingClassifier;
import io.fovea.inference.Classifier;
import io.fovea.serve.model.ModelState.Fingerprint;
import io.fovea.serve.model.ModelState.Look;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * One version of a model: what was last loaded from its file, and why newer content was not.
 * Requests use it concurrently; one thread at a time checks the file.
 */
public final class ModelVersion {
  /** The looks at a file that changed each time after which that is said. */
  private static final int LOOKS = 5;

  private static final System.Logger LOG = System.getLogger(ModelVersion.class.getName());

  private final String name;
  private final int version;
  private final ModelSource source;
  private final Function<Classifier, BatchingClassifier> batching;
  private volatile ModelState state = ModelState.NEW; // changed by one thread at a time

  public ModelVersion(
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
  public void load(List<Path> files) throws IOException {
    if (files.size() > 1) {
      throw new FormatException(clash(files));
    }
    Path file = files.getFirst();
    Fingerprint now = Fingerprint.of(file);
    state = state.looked("", now, now, 0, 0);
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
  public void check(List<Path> files) {
    if (files.size() > 1) {
      String clash = clash(files);
      boolean isNew = block(clash);
      state = state.looked(clash, state.look().seen(), state.look().tried(), 0, 0);
      if (isNew) {
        reportBlocked(clash);
      }
      return;
    }
    Fingerprint now = Fingerprint.of(files.getFirst());
    Look before = state.look();
    if (now != null && now.equals(before.seen()) && !now.equals(before.tried())) {
      reload(now);
    }
    Fingerprint tried = state.look().tried();
    int absent = now == null ? before.absent() + 1 : 0;
    int changing = now == null || now.equals(tried) ? 0 : before.changing() + 1;
    String problem =
        absent > 1 ? "its file is gone" : changing > LOOKS ? "its file keeps changing" : "";
    if (absent == 2 || changing == LOOKS + 1) {
      reportBlocked(problem);
    }
    // A new model is not there yet.
    state = state.looked(tried == null ? "" : problem, now, tried, absent, changing);
  }

  private void reportBlocked(String problem) {
    source.report(
        "models: model %s version %d is not reloaded: %s".formatted(name, version, problem));
  }

  /** Why a file is not in use. An error is none of the file's, and logged. */
  public static String problem(Throwable failure) {
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
  public boolean block(String problem) {
    Look look = state.look();
    state = state.looked(problem, look.seen(), look.tried(), look.absent(), look.changing());
    return !problem.equals(look.obstacle());
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
    Look look = state.look();
    state = state.looked(look.obstacle(), now, now, look.absent(), look.changing());
    if (fresh != null && isUsed) {
      replace(fresh);
      source.report("model %s version %d: loaded %s".formatted(name, version, now.file()));
    } else {
      state = state.failed(problem);
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
    Optional<LoadedModel> old = state.model();
    LoadedModel model = new LoadedModel(name, version, fresh, batching.apply(fresh));
    state = state.loaded(model);
    old.ifPresent(LoadedModel::close);
  }

  /** Whether loading has been tried, successfully or not. */
  public boolean isTried() {
    return state.isTried();
  }

  /**
   * Records that its file is missing; true the second time, since a file being replaced is missing
   * only briefly.
   */
  public boolean isGone() {
    Look look = state.look();
    int absent = look.absent() + 1;
    state = state.looked(look.obstacle(), look.seen(), look.tried(), absent, look.changing());
    return absent > 1;
  }

  /** The model, in use until the caller closes it; empty if none is loaded. */
  public Optional<LoadedModel> take() {
    Optional<LoadedModel> model = state.model();
    while (model.isPresent() && !model.get().use()) {
      model = state.model(); // it was replaced between the two reads
    }
    return model;
  }

  public String name() {
    return name;
  }

  public int version() {
    return version;
  }

  public boolean isReady() {
    return state.model().isPresent();
  }

  public Instant loaded() {
    return state.loaded();
  }

  /** Why the file's present content is not in use; empty if it is. */
  public String reason() {
    ModelState now = state;
    return now.look().obstacle().isEmpty() ? now.reason() : now.look().obstacle();
  }

  public long loads() {
    return state.loads();
  }

  /** The number of failed loads. */
  public long failures() {
    return state.failures();
  }

  /** Starts waiting batches at once. */
  public void hurry() {
    state.model().ifPresent(LoadedModel::hurry);
  }

  /** Takes it out of use; requests in flight finish. */
  public void retire() {
    Optional<LoadedModel> old = state.model();
    state = state.removed();
    old.ifPresent(LoadedModel::close);
  }
}
