package io.fovea.studio;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The files of runs: a folder for each run, and beside them {@code .studio} with the studio's own
 * files. A deleted run's files are in {@code .studio/trash} until it is restored or the trash is
 * emptied.
 *
 * @param folder the folder of runs
 */
record RunFiles(Path folder) {
  private static final List<String> KINDS = List.of(".json", ".log", ".note");

  /** The studio's own folder. */
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

  /** The folder of a deleted run. */
  private Path trashed(String run) {
    return studio().resolve("trash").resolve(run);
  }

  /** The names of deleted runs, the latest first. */
  List<String> deleted() throws IOException {
    TreeSet<String> names = new TreeSet<>();
    Path trash = studio().resolve("trash");
    if (Files.isDirectory(trash)) {
      try (DirectoryStream<Path> all = Files.newDirectoryStream(trash)) {
        all.forEach(one -> names.add(String.valueOf(one.getFileName())));
      }
    }
    return List.copyOf(names.descendingSet());
  }

  RunNote deletedNote(String run) {
    return RunNote.read(trashed(run).resolve("studio.note"));
  }

  /** Moves all files of a run to the trash, and replaces an older one of its name there. */
  void delete(String run) throws IOException {
    Path to = trashed(run);
    remove(to);
    Files.createDirectories(to);
    for (String kind : KINDS) {
      move(studio().resolve(run + kind), to.resolve("studio" + kind));
    }
    move(folder.resolve(run), to.resolve("run"));
  }

  /** Restores a run from the trash. */
  void restore(String run) throws IOException {
    Path from = trashed(run);
    move(from.resolve("run"), folder.resolve(run));
    for (String kind : KINDS) {
      move(from.resolve("studio" + kind), studio().resolve(run + kind));
    }
    remove(from);
  }

  /** Removes the deleted runs permanently. */
  void empty() throws IOException {
    remove(studio().resolve("trash"));
  }

  private static void move(Path from, Path to) throws IOException {
    if (Files.exists(from, LinkOption.NOFOLLOW_LINKS)) {
      Files.move(from, to);
    }
  }

  /** Removes a folder with its content; links are removed, not their targets. */
  static void remove(Path folder) throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(dir);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
