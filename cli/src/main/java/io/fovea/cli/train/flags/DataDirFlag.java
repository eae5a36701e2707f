package io.fovea.cli.train.flags;

import io.fovea.cli.screen.Console;
import io.fovea.data.base.DataOptions;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The folder in which a command looks first for the files of a named data set. */
public final class DataDirFlag {
  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "Look for a named set's files here first.")
  private @Nullable Path folder;

  public Optional<Path> folder() {
    return Optional.ofNullable(folder);
  }

  /** The usual options with this folder, whose messages go to a screen. */
  public DataOptions options(Console screen) {
    DataOptions usual = DataOptions.standard().withReporter(screen::say);
    return folder == null ? usual : usual.withDataDir(folder);
  }
}
