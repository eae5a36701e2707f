package io.fovea.data.fetch;

import io.fovea.data.base.DataException;
import io.fovea.data.base.DataOptions;
import io.fovea.data.base.DataSplit;
import io.fovea.data.source.SetContent;
import io.fovea.file.AtomicFile;
import io.fovea.file.FolderDeletion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Finds the files of named sets: in the data folder, in the cache, in folders of system packages,
 * and last in the set's sources, from which they are stored in the cache. Every used file has been
 * checked against its SHA-256.
 *
 * @param cache the folder with one subfolder a set
 */
public record NamedSets(Path cache) {
  private static final String HOME = "FOVEA_HOME";

  /** Stands for the cache of a user without a home folder; nothing is in it or stored there. */
  private static final Path NONE = Path.of("no-home-folder");

  /** The cache of this user: {@code $FOVEA_HOME}, or {@code ~/.cache/fovea}. */
  public static NamedSets ofUser() {
    String chosen = System.getenv(HOME);
    if (chosen != null && !chosen.isBlank()) {
      return new NamedSets(Path.of(chosen));
    }
    String home = System.getProperty("user.home");
    boolean isKnown = !home.isBlank() && !home.equals("?"); // by the JDK: neither passwd nor $HOME
    return new NamedSets(isKnown ? Path.of(home, ".cache", "fovea") : NONE);
  }

  /**
   * The folder of the cache.
   *
   * @throws UncheckedIOException if the user has no home folder
   */
  public Path known() {
    try {
      requireHome("data");
    } catch (DataException missing) {
      throw new UncheckedIOException(missing);
    }
    return cache;
  }

  private void requireHome(String what) throws DataException {
    if (cache.startsWith(NONE)) {
      throw new DataException(
          "%s: expects a home folder for the cache, got a user without one; set %s to a folder for downloads"
              .formatted(what, HOME));
    }
  }

  public DataSplit open(NamedSet set, DataOptions options) throws DataException {
    Map<String, Path> files = locate(set, options);
    return set.content().open(set.name(), set.classes(), files, options);
  }

  /**
   * The paths of the files of a set, by name; they are fetched if necessary, unless the options say
   * offline.
   *
   * @throws DataException if they are nowhere available; the message lists the sources, why each
   *     failed, and the cure
   */
  public Map<String, Path> locate(NamedSet set, DataOptions options) throws DataException {
    Consumer<String> reporter = options.reporter();
    List<String> failures = new ArrayList<>();
    for (Path folder : folders(set, options)) {
      Map<String, Path> found = lookUp(set, folder, reporter);
      if (found.size() == set.files().size()) {
        return found;
      }
      failures.add(folder + ": has " + found.size() + " of " + set.files().size() + " files");
    }
    if (options.offline()) {
      throw new DataException(
          "%s: expects its files on this machine, since downloads are off. Tried %s; download it first"
              .formatted(set.name(), String.join("; ", failures)),
          null,
          set.content().equals(SetContent.NO_IMAGES)
              ? DataException.Cure.DOWNLOAD_WEIGHTS
              : DataException.Cure.DOWNLOAD);
    }
    requireStorage(set);
    for (DownloadSource source : set.sources()) {
      try {
        fetch(set, source, reporter);
        Map<String, Path> found = lookUp(set, folder(set), reporter);
        if (found.size() == set.files().size()) {
          return found;
        }
        failures.add(source.name() + ": what it delivered is gone again");
      } catch (IOException e) {
        if (Thread.currentThread().isInterrupted()) {
          throw new DataException(set.name() + ": interrupted while fetching", e);
        }
        String failure = source.name() + ": " + DataException.reason(e);
        reporter.accept(set.name() + ": failed: " + failure);
        failures.add(failure);
      }
    }
    throw new DataException(
        "%s: no source has the files. Tried %s. To provide them yourself, put %s%s into %s, or name the folder that has them"
            .formatted(
                set.name(),
                String.join("; ", failures),
                String.join(", ", set.files().stream().map(NamedFile::name).toList()),
                set.files().getFirst().isPacked() ? "" : " (plain or .gz)",
                folder(set)),
        null,
        DataException.Cure.DATA_DIR);
  }

  /**
   * True if the cache or the folder of a system package has all files of a set; their content is
   * not checked.
   */
  public boolean isCached(NamedSet set) {
    return Stream.concat(Stream.of(folder(set)), set.folders().stream())
        .anyMatch(folder -> set.files().stream().allMatch(file -> find(folder, file).isPresent()));
  }

  public Path folder(NamedSet set) {
    return cache.resolve(set.name());
  }

  private List<Path> folders(NamedSet set, DataOptions options) throws DataException {
    List<Path> folders = new ArrayList<>();
    if (options.dataDir().isPresent()) {
      Path dataDir = options.dataDir().get();
      if (!Files.isDirectory(dataDir)) {
        throw new DataException(
            "%s: the data folder must be a folder, got %s; name another one"
                .formatted(set.name(), dataDir),
            null,
            DataException.Cure.DATA_DIR);
      }
      folders.add(dataDir);
      folders.add(dataDir.resolve(set.name()));
    }
    folders.add(folder(set));
    folders.addAll(set.folders());
    return folders;
  }

  private static Optional<Path> find(Path folder, NamedFile file) {
    return Stream.of(file.name(), file.published())
        .map(folder::resolve)
        .filter(Files::isRegularFile)
        .findFirst();
  }

  /** The valid files in a folder; invalid ones are reported. */
  private static Map<String, Path> lookUp(NamedSet set, Path folder, Consumer<String> reporter) {
    Map<String, Path> found = new LinkedHashMap<>();
    for (NamedFile file : set.files()) {
      Optional<Path> path = find(folder, file);
      if (path.isPresent()) {
        try {
          file.check(path.get());
          found.put(file.name(), path.get());
        } catch (IOException e) {
          reporter.accept(
              "%s: %s is damaged and not used: %s"
                  .formatted(set.name(), path.get(), DataException.reason(e)));
        }
      }
    }
    return found;
  }

  private void fetch(NamedSet set, DownloadSource source, Consumer<String> reporter)
      throws IOException {
    Path folder = folder(set);
    Map<String, Path> there = lookUp(set, folder, line -> {});
    List<NamedFile> missing =
        set.files().stream().filter(file -> !there.containsKey(file.name())).toList();
    reporter.accept(set.name() + ": fetching from " + source.name());
    long begin = System.nanoTime();
    try (TemporaryFolder downloads = TemporaryFolder.in(folder)) {
      source.fetch(
          missing,
          downloads.path(),
          (file, content) ->
              AtomicFile.write(folder.resolve(file.name()), out -> file.copy(content, out)));
    }
    long bytes = missing.stream().mapToLong(NamedFile::length).sum();
    reporter.accept(
        "%s: stored %s files (%s MB) in %s after %s s"
            .formatted(
                set.name(),
                missing.size(),
                Math.round(bytes / 1e5) / 10.0,
                folder,
                Math.round((System.nanoTime() - begin) / 1e8) / 10.0));
  }

  /** Deletes incomplete files and downloads that a killed process has left a day ago or earlier. */
  private static void sweep(Path folder) throws IOException {
    Instant yesterday = Instant.now().minus(Duration.ofDays(1));
    try (DirectoryStream<Path> parts = Files.newDirectoryStream(folder, ".*" + AtomicFile.PART)) {
      for (Path part : parts) {
        try {
          if (Files.getLastModifiedTime(part).toInstant().isBefore(yesterday)) {
            FolderDeletion.delete(part);
          }
        } catch (NoSuchFileException renamed) {
          // Another process has just fetched this file.
        }
      }
    }
  }

  /** Checks before a download that its result can be stored. */
  private void requireStorage(NamedSet set) throws DataException {
    requireHome(set.name());
    Path folder = folder(set);
    // The files, and what they are unpacked from.
    long needed = 2 * set.files().stream().mapToLong(NamedFile::length).sum();
    String cure = "; set " + HOME + " to another folder";
    try {
      Files.createDirectories(folder);
      sweep(folder);
      long free = Files.getFileStore(folder).getUsableSpace();
      if (free < needed) {
        throw new DataException(
            "%s: needs %s MB in the cache folder %s, only %s MB are free%s"
                .formatted(set.name(), needed / 1_000_000, folder, free / 1_000_000, cure));
      }
    } catch (IOException e) {
      throw DataException.of(set.name() + ": cannot use the cache folder " + folder, e, cure);
    }
    if (!Files.isWritable(folder)) {
      throw new DataException(set.name() + ": cannot write to the cache folder " + folder + cure);
    }
  }
}
