package io.fovea.cli.command.base;

import io.fovea.cli.screen.Console;
import io.fovea.cli.screen.Failure;
import io.fovea.cli.screen.UsageException;
import io.fovea.file.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Checks a command's output files before it starts. */
public final class OutputFiles {
  private static final Path STDOUT = Path.of("/dev/stdout");

  private OutputFiles() {}

  /** Refuses a name with another extension; devices and pipes such as /dev/stdout need none. */
  public static void requireEnding(String flag, Path target, String ending) {
    boolean special =
        Files.exists(target) && !Files.isRegularFile(target) && !Files.isDirectory(target);
    if (!special && !endsIn(target, ending)) {
      throw new UsageException(
          "%s: expects a file that ends in %s, got \"%s\""
              .formatted(flag, ending, target.getFileName()));
    }
  }

  /** True if the name has this extension, ignoring case. */
  public static boolean endsIn(Path target, String ending) {
    return String.valueOf(target.getFileName()).toLowerCase(Locale.ROOT).endsWith(ending);
  }

  /** Refuses to overwrite the input file, also under another name. */
  public static void requireOther(String flag, Path source, Path target) throws IOException {
    requireOther(flag, target, "the input", source);
  }

  /**
   * Refuses a target that is another file of the command, also under another name.
   *
   * @param role what the other file is, for the message
   */
  public static void requireOther(String flag, Path target, String role, @Nullable Path other)
      throws IOException {
    if (other != null && same(other, target)) {
      throw new UsageException(
          "%s: expects a file other than %s, got %s; give another name"
              .formatted(flag, role, target));
    }
  }

  /** Refuses a target in a folder that is read, also by another name of the folder. */
  public static void requireOutside(String flag, Path target, Path folder) throws IOException {
    if (real(target).startsWith(real(folder))) {
      throw new UsageException(
          "%s: expects a file outside %s, whose files are the data set, got %s; give another folder"
              .formatted(flag, folder, target));
    }
  }

  /**
   * Writes a file, and names it where an exception does not: then the folder could be opened, but a
   * write failed.
   */
  public static void write(String operation, Path file, AtomicFile.Content content)
      throws IOException {
    try {
      AtomicFile.write(file, content);
    } catch (FileSystemException path) {
      throw path;
    } catch (IOException full) {
      throw new Failure(
          "%s: cannot write %s: %s; free some space, or give another --out"
              .formatted(operation, file, full.getMessage()),
          full);
    }
  }

  public static void write(String operation, Path file, String text) throws IOException {
    write(operation, file, to -> to.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * The screen for what a command prints about the files that it wrote: standard error if one of
   * them is standard output, where the text would spoil the content.
   */
  public static Console about(Console screen, List<Path> written) throws IOException {
    for (Path each : written) {
      if (Files.exists(STDOUT) && same(STDOUT, each)) {
        return screen.withResults(screen.err());
      }
    }
    return screen;
  }

  /** True if both names lead to one file, or would, once it is written. */
  public static boolean same(Path source, Path target) throws IOException {
    return (Files.exists(source) && Files.exists(target))
        ? Files.isSameFile(source, target)
        : real(source).equals(real(target));
  }

  /** The absolute path, without links in the folders that exist. */
  private static Path real(Path path) throws IOException {
    Path absolute = path.toAbsolutePath().normalize();
    for (Path above = absolute; above != null; above = above.getParent()) {
      if (Files.exists(above)) {
        return above.toRealPath().resolve(above.relativize(absolute));
      }
    }
    return absolute;
  }
}
