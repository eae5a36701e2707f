package io.fovea.serve.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a version has loaded, and what was seen of its file.
 *
 * @param model the model in use, if there is one
 * @param loaded when it was loaded
 * @param reason why what was last tried is not in use; empty if it is
 * @param loads successful loads
 * @param failures failed ones
 */
record ModelState(
    Optional<LoadedModel> model,
    Instant loaded,
    String reason,
    long loads,
    long failures,
    Look look) {
  /** That of a version before its first load. */
  static final ModelState NEW =
      new ModelState(
          Optional.empty(),
          Instant.EPOCH,
          "it is being loaded",
          0,
          0,
          new Look("", null, null, 0, 0));

  /**
   * What the last looks at the file have found.
   *
   * @param obstacle why it is not looked at; empty if it is
   * @param seen the file at the last look
   * @param tried the file at the last load, successful or not
   * @param absent successive looks without the file
   * @param changing successive looks that found new content and loaded none
   */
  record Look(
      String obstacle,
      @Nullable Fingerprint seen,
      @Nullable Fingerprint tried,
      int absent,
      int changing) {}

  /** The attributes that show that a file was replaced. */
  record Fingerprint(Path file, long bytes, FileTime modified, @Nullable Object key) {
    /** The fingerprint of a file; null if it cannot be read. */
    static @Nullable Fingerprint of(Path file) {
      try {
        BasicFileAttributes facts = Files.readAttributes(file, BasicFileAttributes.class);
        return new Fingerprint(file, facts.size(), facts.lastModifiedTime(), facts.fileKey());
      } catch (IOException missing) {
        return null;
      }
    }
  }

  /** Whether loading has been tried, successfully or not. */
  boolean isTried() {
    return look.tried != null || model.isPresent() || !look.obstacle.isEmpty();
  }

  ModelState loaded(LoadedModel fresh) {
    return new ModelState(Optional.of(fresh), Instant.now(), "", loads + 1, failures, look);
  }

  /** After a load that failed; the old model stays. */
  ModelState failed(String problem) {
    return new ModelState(model, loaded, problem, loads, failures + 1, look);
  }

  /** Out of use. */
  ModelState removed() {
    return new ModelState(Optional.empty(), loaded, "it was removed", loads, failures, look);
  }

  /** After a look at the file. */
  ModelState looked(
      String obstacle,
      @Nullable Fingerprint seen,
      @Nullable Fingerprint tried,
      int absent,
      int changing) {
    Look now = new Look(obstacle, seen, tried, absent, changing);
    return new ModelState(model, loaded, reason, loads, failures, now);
  }
}
