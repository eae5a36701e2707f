package io.fovea.studio.runs;

import io.fovea.file.FolderDeletion;
import io.fovea.run.RunFolder;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The files of runs: a folder for each run, and beside them {@code .studio} with the studio's own
 * files. A deleted run's files are in {@code .studio/trash} until it is restored or the trash is
 * emptied.
 */
record RunFiles(Path folder) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._=,-]{0,199}");

  private static final List<String> KINDS = List.of(".json", ".log", ".note");

  Path studio() {
    return folder.resolve(".studio");
  }

  Path record(String run) {
    return studio().resolve(run + ".json");
  }

  Path log(String run) {
    return studio().resolve(run + ".log");
  }

  Path note(String run) {
    return studio().resolve(run + ".note");
  }

  private Path trashed(String run) {
    return studio().resolve("trash").resolve(run);
  }

  /** The names of deleted runs, the latest first. */
  List<String> deleted() throws IOException {
    return List.copyOf(new TreeSet<>(names(studio().resolve("trash"))).descendingSet());
  }

  /** The names in a folder; none if it does not exist. */
  static List<String> names(Path folder) throws IOException {
    List<String> names = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
        all.forEach(one -> names.add(String.valueOf(one.getFileName())));
      }
    }
    return names;
  }

  static boolean isNamed(String run) {
    return NAME.matcher(run).matches();
  }

  /** Runs whose names the pages cannot have in their addresses. */
  static List<String> misnamed(Path folder) throws IOException {
    List<String> names = names(folder);
    names.removeIf(name -> isNamed(name) || !isRun(folder.resolve(name)));
    return names;
  }

  static boolean isRun(Path path) {
    return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
        && Files.isRegularFile(path.resolve(RunFolder.CONFIG), LinkOption.NOFOLLOW_LINKS);
  }

  RunNote deletedNote(String run) {
    return RunNote.read(trashed(run).resolve("studio.note"));
  }

  /** Moves all files of a run to the trash, and replaces an older one of its name there. */
  void delete(String run) throws IOException {
    Path to = trashed(run);
    FolderDeletion.delete(to);
    Files.createDirectories(to);
    for (String kind : KINDS) {
      move(studio().resolve(run + kind), to.resolve("studio" + kind));
    }
    move(folder.resolve(run), to.resolve("run"));
  }

  void restore(String run) throws IOException {
    Path from = trashed(run);
    move(from.resolve("run"), folder.resolve(run));
    for (String kind : KINDS) {
      move(from.resolve("studio" + kind), studio().resolve(run + kind));
    }
    FolderDeletion.delete(from);
  }

  /** Removes the deleted runs permanently. */
  void empty() throws IOException {
    FolderDeletion.delete(studio().resolve("trash"));
  }

  private static void move(Path from, Path to) throws IOException {
    if (Files.exists(from, LinkOption.NOFOLLOW_LINKS)) {
      Files.move(from, to);
    }
  }
}
