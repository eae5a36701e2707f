package io.fovea.cli.train.flags;

import io.fovea.cli.run.RunFolders;
import io.fovea.cli.screen.CommonFlags;
import io.fovea.cli.screen.UsageException;
import io.fovea.run.RunFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The command line of {@code train} and {@code spark-train}. */
public final class TrainRequest {
  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "DATA",
      description =
          "mnist (default) or another named set (fovea data list), a folder with IDX files, a folder of class folders of images, or a CSV file with lines file,label[,split].")
  private @Nullable String data;

  @SuppressWarnings("UnusedVariable") // read through the command line's parse result
  @Mixin
  private final CommandSpec flags = TrainFlags.TABLE.spec();

  @Mixin private final DataDirFlag dataDir = new DataDirFlag();

  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "Threads, at most 4 for each processor, no effect on results (default: all processors).")
  private @Nullable Integer threads;

  @Option(
      names = "--out",
      paramLabel = "RUN",
      description = "The run folder (default: runs/DATE-TIME-DATA-MODEL).")
  private @Nullable Path out;

  @Option(
      names = "--resume",
      paramLabel = "RUN",
      description = "Resume an interrupted run from its checkpoint.")
  private @Nullable Path resume;

  @Option(
      names = "--studio",
      description = "Start the studio with the run and print its address; it ends with the run.")
  private boolean studio;

  @Mixin private final CommonFlags common = new CommonFlags();

  /** The named set, folder or file; empty if it is not given. */
  public Optional<String> data() {
    return Optional.ofNullable(data);
  }

  public Optional<Path> dataDir() {
    return dataDir.folder();
  }

  public int threads(int otherwise) {
    return threads == null ? otherwise : ThreadFlags.checked(threads);
  }

  /** The folder of a new run, if it is given. */
  public Optional<Path> out() {
    return Optional.ofNullable(out);
  }

  public boolean isResumed() {
    return resume != null;
  }

  public Optional<RunFolder> resumed() {
    return Optional.ofNullable(resume).map(RunFolders::existing);
  }

  public boolean studio() {
    return studio;
  }

  public boolean json() {
    return common.json;
  }

  public ParseResult parsed() {
    if (spec == null) {
      throw new IllegalStateException("train: called without a command line");
    }
    return spec.commandLine().getParseResult();
  }

  public Settings settings() throws IOException {
    Optional<RunFolder> before = resumed();
    if (before.isEmpty()) {
      return Settings.ofGiven(TrainFlags.given(parsed()));
    }
    if (out != null) {
      throw new UsageException("out", "needs a new run; --resume writes to the run's folder");
    }
    return Settings.ofResumed(before.get(), TrainFlags.given(parsed()));
  }
}
