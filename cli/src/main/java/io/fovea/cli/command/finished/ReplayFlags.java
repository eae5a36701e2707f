package io.fovea.cli.command.finished;

import io.fovea.cli.screen.Console;
import io.fovea.cli.screen.ReplayProgress;
import io.fovea.cli.train.engine.RunReplay;
import io.fovea.cli.train.flags.DataDirFlag;
import io.fovea.cli.train.flags.ThreadFlags;
import io.fovea.train.Listener;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The run of a command that trains it again, and what the training needs. */
final class ReplayFlags {
  @Parameters(paramLabel = "RUN", description = "The folder of a run, such as runs/NAME.")
  private Path run = Path.of("");

  @Mixin private final DataDirFlag dataDir = new DataDirFlag();

  @Option(
      names = "--progress",
      description =
          "Print the step that is reached, also without a terminal: step N of M, twice a second.")
  private boolean progress;

  @Mixin private final ThreadFlags threads = new ThreadFlags();

  Path run() {
    return run;
  }

  /** Shows the progress of trainings up to a step. */
  Listener watcher(Console screen, long last) {
    return new ReplayProgress(screen, progress, last);
  }

  RunReplay open(Console screen, String command) throws IOException {
    int count = threads.count(screen);
    return RunReplay.of(screen, command, run, dataDir.folder(), count);
  }
}
