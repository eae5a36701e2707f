package io.fovea.cli.run;

import io.fovea.cli.screen.Failure;
import io.fovea.cli.screen.UsageException;
import io.fovea.cli.screen.Version;
import io.fovea.file.PathProblems;
import io.fovea.format.Checkpoints;
import io.fovea.format.FormatException;
import io.fovea.http.MalformedJson;
import io.fovea.network.RefusedException;
import io.fovea.run.RunConfig;
import io.fovea.run.RunFolder;
import io.fovea.train.Checkpoint;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.core.JacksonException;

/** Run folders as flags name them, with failures in their words. */
public final class RunFolders {
  /** The operating system's message for a full disk. */
  public static final String NO_SPACE = "No space left";

  private RunFolders() {}

  public static Path fresh(String data, String model) {
    String time =
        LocalDateTime.now(java.time.ZoneId.systemDefault())
            .format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT));
    String base = "runs/" + time + "-" + lastWord(data) + "-" + lastWord(model);
    Path path = Path.of(base);
    for (int n = 2; Files.exists(path); n++) {
      path = Path.of(base + "-" + n);
    }
    return path;
  }

  /**
   * The last checkpoint of a run that a command goes on with, before anything of the run is
   * touched.
   *
   * @throws Failure if the run is of another bit version
   */
  public static Checkpoint checkpoint(String command, RunFolder folder) throws IOException {
    Checkpoint checkpoint = Checkpoints.read(folder.file(RunFolder.CHECKPOINT)).checkpoint();
    try {
      checkpoint.requireBits(command);
    } catch (RefusedException other) {
      throw new Failure(other.getMessage() + " (fovea train --init-from RUN)", other);
    }
    return checkpoint;
  }

  private static String lastWord(String name) {
    Path last = Path.of(name).normalize().getFileName();
    String word = last == null ? name : last.toString();
    return word.replaceAll("\\.(json|safetensors|onnx|csv)$", "")
        .replaceAll("[^A-Za-z0-9._-]+", "-");
  }

  /**
   * The configuration of a new run: the data set's name, the flags, and the folder that relative
   * paths among them start from.
   *
   * @param cluster flags for a cluster; empty for a run in this process
   */
  public static RunConfig config(
      String command, String data, Map<String, String> flags, Map<String, String> cluster) {
    String here = Path.of("").toAbsolutePath().toString();
    return new RunConfig(Version.FOVEA, command, here, data, flags, cluster);
  }

  /** Refuses a flag's place for runs below a folder of images, as which they would be read. */
  public static void requireOutside(String flag, Path images, Path place) throws IOException {
    Path own = place.toAbsolutePath().normalize();
    if (!Files.isDirectory(images) || !own.startsWith(images.toRealPath())) {
      return;
    }
    Path root = images.toRealPath();
    String below = "/" + root.relativize(own).toString().replace('\\', '/');
    boolean isRead = !Files.isDirectory(root.resolve("train")) || below.matches("/(train|test)/.*");
    try (DirectoryStream<Path> idx = Files.newDirectoryStream(root, "{train,t10k}-*-ubyte*")) {
      if (isRead && !below.contains("/.") && !idx.iterator().hasNext()) {
        throw new UsageException(
            "%s: expects a folder outside the images of %s, got %s, which would be read as a class of them; give another, such as %s %s"
                .formatted(flag, images, place, flag, root + "-runs"));
      }
    }
  }

  /**
   * Creates the folder of a new run with its configuration. A run that ended before its first
   * checkpoint is replaced.
   */
  public static RunFolder create(Path folder, RunConfig config) throws FormatException {
    RunFolder run = new RunFolder(folder);
    try {
      if (Files.exists(folder) && !run.isBeginning()) {
        throw new UsageException(
            "--out: %s exists already; give another folder%s"
                .formatted(
                    folder,
                    run.has(RunFolder.CONFIG)
                        ? ", or --resume " + folder + " to resume its run"
                        : ""));
      }
      run.create(config);
      return run;
    } catch (FormatException taken) {
      throw taken;
    } catch (IOException refused) {
      boolean isFull = String.valueOf(refused.getMessage()).contains(NO_SPACE);
      throw new Failure(
          "--out: cannot write to %s (%s); %s"
              .formatted(
                  folder,
                  reason(refused),
                  isFull
                      ? "free some space, or give a folder on another disk"
                      : "give a writable folder"),
          refused);
    }
  }

  private static String reason(IOException refused) {
    return refused instanceof java.nio.file.AccessDeniedException
        ? "permission denied"
        : refused instanceof java.nio.file.FileAlreadyExistsException
            ? PathProblems.reason(refused)
            : refused instanceof FileSystemException system && system.getReason() != null
                ? system.getReason()
                : String.valueOf(refused.getMessage());
  }

  public static RunFolder existing(Path folder) {
    RunFolder run = new RunFolder(folder);
    if (!run.has(RunFolder.CONFIG)) {
      throw new UsageException(
          "--resume: %s has no %s; give the folder of an interrupted run, such as runs/NAME"
              .formatted(folder, RunFolder.CONFIG));
    }
    if (!run.has(RunFolder.CHECKPOINT)) {
      throw new Failure(
          run.has(RunFolder.REPORT)
              ? "--resume: %s has no %s; restore it, or start again with another --out"
                  .formatted(folder, RunFolder.CHECKPOINT)
              : "--resume: %s has no %s, since the run ended before its first one; start it again, for example with --out %s"
                  .formatted(folder, RunFolder.CHECKPOINT, folder));
    }
    for (String name : List.of(RunFolder.METRICS, RunFolder.EVENTS)) {
      if (Files.exists(run.file(name)) && !run.has(name)) { // it may never end
        throw new Failure(
            "--resume: expects a file %s, got a folder, a pipe or a device; remove it, and resume again"
                .formatted(run.file(name)));
      }
    }
    return run;
  }

  public static RunConfig config(RunFolder run) throws IOException {
    try {
      return RunConfig.read(run.file(RunFolder.CONFIG));
    } catch (IllegalArgumentException damaged) {
      Failure unusable = unusable(run, reason(damaged));
      unusable.initCause(damaged);
      throw unusable;
    }
  }

  /** The failure of a resume whose configuration is damaged. */
  public static Failure unusable(RunFolder run, String reason) {
    return new Failure(
        "--resume: %s cannot be read (%s); restore a copy, or start the run again"
            .formatted(run.file(RunFolder.CONFIG), reason));
  }

  /** The configuration of a run; empty if the path is neither a run folder nor a file in one. */
  public static Optional<RunConfig> configuration(Path path) throws IOException {
    Path file = RunFolder.config(path);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(RunConfig.read(file));
    } catch (IllegalArgumentException damaged) {
      throw unreadable(path, reason(damaged), damaged);
    }
  }

  private static String reason(IllegalArgumentException damaged) {
    String what = String.valueOf(damaged.getMessage());
    return damaged.getCause() instanceof JacksonException malformed
        ? what + ": " + MalformedJson.reason(malformed)
        : what;
  }

  private static Failure unreadable(Path path, String reason, RuntimeException damaged) {
    return new Failure(
        "model: expects the run's configuration with its seed, got %s that cannot be read (%s); restore it"
            .formatted(RunFolder.config(path), reason),
        damaged);
  }

  /**
   * The seed that the run of a folder was started with; empty if the path is no run folder or its
   * configuration has no seed.
   */
  public static OptionalLong seed(Path path) throws IOException {
    Optional<String> text = flag(path, "seed");
    try {
      return text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text.get()));
    } catch (NumberFormatException damaged) {
      String reason = "its seed is no whole number: " + damaged.getMessage();
      throw unreadable(path, reason.lines().findFirst().orElse(""), damaged);
    }
  }

  /**
   * A flag that the run of a folder was started with; empty if the path is no run folder or its
   * configuration has no such flag.
   */
  public static Optional<String> flag(Path path, String name) throws IOException {
    return configuration(path).map(config -> config.flag(name)).filter(text -> !text.isEmpty());
  }
}
