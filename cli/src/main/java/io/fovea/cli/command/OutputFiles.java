package io.fovea.cli.command;

import io.fovea.cli.screen.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Checks a command's output files before it starts. */
final class OutputFiles {
  private OutputFiles() {}

  /** Refuses a name with another extension; devices and pipes such as /dev/stdout need none. */
  static void requireEnding(String flag, Path target, String ending) {
    boolean special =
        Files.exists(target) && !Files.isRegularFile(target) && !Files.isDirectory(target);
    if (!special && !endsIn(target, ending)) {
      throw new UsageException(
          "%s: expects a file that ends in %s, got \"%s\""
              .formatted(flag, ending, target.getFileName()));
    }
  }

  /** True if the name has this extension, ignoring case. */
  static boolean endsIn(Path target, String ending) {
    return String.valueOf(target.getFileName()).toLowerCase(Locale.ROOT).endsWith(ending);
  }

  /** Refuses to overwrite the input file, also under another name. */
  static void requireOther(String flag, Path source, Path target) throws IOException {
    if (same(source, target)) {
      throw new UsageException(
          "%s: expects a file other than the input, got %s; give another name"
              .formatted(flag, target));
    }
  }

  /** True if both names lead to one file. */
  static boolean same(Path source, Path target) throws IOException {
    return Files.exists(source) && Files.exists(target) && Files.isSameFile(source, target);
  }
}
