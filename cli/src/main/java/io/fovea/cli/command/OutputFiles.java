package io.fovea.cli.command;

import io.fovea.cli.screen.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Checks the files that a command is to write, before it begins. */
final class OutputFiles {
  private OutputFiles() {}

  /** Refuses a name with another ending; devices and pipes, as /dev/stdout, have none. */
  static void requireEnding(String flag, Path target, String ending) {
    boolean special =
        Files.exists(target) && !Files.isRegularFile(target) && !Files.isDirectory(target);
    if (!special && !endsIn(target, ending)) {
      throw new UsageException(
          "%s: expects a file that ends in %s, got \"%s\""
              .formatted(flag, ending, target.getFileName()));
    }
  }

  /** True if the name has this ending, in capitals, too. */
  static boolean endsIn(Path target, String ending) {
    return String.valueOf(target.getFileName()).toLowerCase(Locale.ROOT).endsWith(ending);
  }

  /** Refuses to write over the file that is read, under whatever name. */
  static void requireOther(String flag, Path source, Path target) throws IOException {
    if (same(source, target)) {
      throw new UsageException(
          "%s: expects another file than the one that is read, got %s, which is that; give another name"
              .formatted(flag, target));
    }
  }

  /** True if both names lead to one file. */
  static boolean same(Path source, Path target) throws IOException {
    return Files.exists(source) && Files.exists(target) && Files.isSameFile(source, target);
  }
}
