package io.fovea.studio.runs;

import io.fovea.http.HttpError;
import io.fovea.run.FolderLock;
import io.fovea.run.RunConfig;
import io.fovea.run.RunFolder;
import io.fovea.run.RunMetrics;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The runs in a folder. All state is in files: the run folders of {@code fovea train}, and, for
 * runs that the studio has started, a record and the process's output in {@code .studio} beside
 * them. So runs outlive the studio, and a new one finds them.
 */
public final class Runs {
  /** A run started elsewhere counts as running if its last write is no further from now. */
  private static final Duration SILENCE = Duration.ofSeconds(60);

  private static final int MOST = 500;
  private static final int LONGEST_WORDS = 8 << 10;

  /** The beginning of train's last line after a failure. */
  private static final String FAILURE = "fovea: ";

  private final Path folder;
  private final RunFiles files;
  private final ProcessStarter trainer;
  private final AtomicLong changes = new AtomicLong();

  /** Starts {@code fovea train} with arguments; the process writes its output to a log. */
  @FunctionalInterface
  public interface ProcessStarter {
    Process start(List<String> arguments, Path log) throws IOException;
  }

  /** The runs in a folder, which may not exist yet. */
  public Runs(Path folder, ProcessStarter trainer) {
    this.folder = folder.toAbsolutePath();
    this.files = new RunFiles(this.folder);
    this.trainer = trainer;
  }

  /** The number of changes; a cached list of runs is valid until it grows. */
  long changes() {
    return changes.get();
  }

  /** The names of all runs, the latest first. */
  public List<String> names() throws IOException {
    TreeSet<String> names = new TreeSet<>(RunFiles.names(folder));
    names.removeIf(name -> !RunFiles.isNamed(name) || !RunFiles.isRun(folder.resolve(name)));
    RunFiles.names(files.studio()).stream()
        .filter(file -> file.endsWith(".json"))
        .map(file -> file.substring(0, file.length() - ".json".length()))
        .filter(name -> RunFiles.isNamed(name) && Files.isRegularFile(record(name)))
        .forEach(names::add);
    return names.descendingSet().stream().limit(MOST).toList();
  }

  List<String> misnamed() throws IOException {
    return RunFiles.misnamed(folder);
  }

  /**
   * The folder of a run; it may not exist yet if the run has just been started.
   *
   * @throws HttpError 404 if there is no such run
   */
  Path folder(String run) {
    if (RunFiles.isNamed(run)) {
      Path path = folder.resolve(run);
      if (RunFiles.isRun(path) || Files.isRegularFile(record(run))) {
        return path;
      }
    }
    throw new HttpError(404, "studio: there is no such run");
  }

  /**
   * One of a run's files; links are not followed.
   *
   * @throws HttpError 404 if it is missing
   */
  Path file(String run, String name) {
    Path file = folder(run).resolve(name);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new HttpError(404, "studio: this run has no " + name + " yet");
    }
    return file;
  }

  /** The file of a run's metrics; links are not followed. */
  RunMetrics metrics(String run) {
    return new RunFolder(folder(run)).metrics();
  }

  boolean has(String run, String name) {
    return Files.isRegularFile(folder(run).resolve(name), LinkOption.NOFOLLOW_LINKS);
  }

  private Path record(String run) {
    return files.record(run);
  }

  /** The data set of a run that the studio has started; empty for other runs. */
  Optional<RunRecord> recorded(String run) {
    return RunRecord.read(record(run));
  }

  /**
   * The configuration of a run; before it is written, the flags that the studio has started it
   * with.
   *
   * @throws HttpError 422 if the file is damaged or too long
   */
  RunConfig config(String run) throws IOException {
    Path file = folder(run).resolve(RunFolder.CONFIG);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      Map<String, String> flags = recorded(run).map(RunRecord::flags).orElse(Map.of());
      return new RunConfig("", "", "", "", flags, Map.of());
    }
    try {
      return RunConfig.read(file);
    } catch (IllegalArgumentException damaged) {
      String reason = String.valueOf(damaged.getMessage());
      throw new HttpError(
          422,
          "studio: the %s of this run %s; restore a copy, or remove the run's folder"
              .formatted(RunFolder.CONFIG, reason.substring("it ".length())));
    }
  }

  RunState state(String run) throws IOException {
    Path path = folder(run);
    Optional<RunRecord> record = recorded(run);
    if (record.isPresent() && record.get().process().isPresent()) {
      return record.get().wish().equals("run") ? RunState.RUNNING : RunState.STOPPING;
    }
    if (Files.exists(path.resolve(RunFolder.REPORT))) {
      return RunState.FINISHED;
    }
    if (record.isEmpty() && isWriting(path)) {
      return RunState.RUNNING;
    }
    String wish = record.map(RunRecord::wish).orElse("pause");
    if (wish.equals("stop")) {
      return RunState.STOPPED;
    }
    if (wish.equals("run") || !Files.exists(path.resolve(RunFolder.CHECKPOINT))) {
      return RunState.FAILED;
    }
    return RunState.PAUSED;
  }

  /** Whether a process trains it. */
  boolean isLive(String run) throws IOException {
    RunState state = state(run);
    return state == RunState.RUNNING || state == RunState.STOPPING;
  }

  private static boolean isWriting(Path path) throws IOException {
    for (String name : List.of(RunFolder.METRICS, RunFolder.CONFIG)) {
      Path file = path.resolve(name);
      if (Files.exists(file) && isRecent(Files.getLastModifiedTime(file).toInstant())) {
        return true;
      }
    }
    return FolderLock.isHeld(path); // it may compute for minutes without a line
  }

  /** A time long after now is that of a clock which was set back since. */
  private static boolean isRecent(Instant time) {
    return Duration.between(time, Instant.now()).abs().compareTo(SILENCE) < 0;
  }

  /** The sentence of a command that has failed, the last line of its output; empty if none. */
  static Optional<String> failure(String words) {
    String last = words.lines().filter(l -> !l.isBlank()).reduce("", (a, b) -> b).strip();
    return last.startsWith(FAILURE)
        ? Optional.of(last.substring(FAILURE.length()))
        : Optional.empty();
  }

  String reason(String run) throws IOException {
    Optional<String> sentence = failure(lastWords(run));
    if (sentence.isPresent()) {
      return sentence.get();
    }
    Path path = folder(run);
    if (!RunFiles.isRun(path)) {
      return "its folder is gone, or the process was killed before it created one; delete the run";
    }
    return Files.exists(path.resolve(RunFolder.CHECKPOINT))
        ? "the process or the machine was stopped; Resume continues from its checkpoint"
        : "the process or the machine was stopped before the first checkpoint; run it again";
  }

  String lastWords(String run) throws IOException {
    return lastWords(files.log(run));
  }

  static String lastWords(Path log) throws IOException {
    if (!Files.isRegularFile(log)) {
      return "";
    }
    byte[] end = new byte[LONGEST_WORDS];
    int length;
    try (RandomAccessFile in = new RandomAccessFile(log.toFile(), "r")) {
      in.seek(Math.max(0, in.length() - end.length));
      length = Math.max(0, in.read(end));
    }
    return new String(end, 0, length, StandardCharsets.UTF_8)
        .strip(); // replaces bytes that are not UTF-8
  }

  RunNote note(String run) {
    return RunNote.read(files.note(run));
  }

  synchronized void note(String run, RunNote note) throws IOException {
    folder(run);
    note.write(files.note(run));
    changes.incrementAndGet();
  }

  /** The deleted runs, the latest first, and their notes. */
  Map<String, RunNote> deleted() throws IOException {
    Map<String, RunNote> all = new LinkedHashMap<>();
    files.deleted().forEach(run -> all.put(run, files.deletedNote(run)));
    return all;
  }

  /**
   * Moves a run to the trash.
   *
   * @throws HttpError 409 if it is running
   */
  synchronized void delete(String run) throws IOException {
    requireEnded(run);
    files.delete(run);
    changes.incrementAndGet();
  }

  /**
   * Checks that no process trains a run.
   *
   * @throws HttpError 409 if it is running
   */
  void requireEnded(String run) throws IOException {
    if (isLive(run)) {
      throw new HttpError(
          409,
          "studio: a run that is %s cannot be deleted; stop it first"
              .formatted(state(run).title()));
    }
  }

  /**
   * Restores a run from the trash.
   *
   * @throws HttpError 404 if it is missing, 409 if there is another run of its name
   */
  synchronized void restore(String run) throws IOException {
    if (!files.deleted().contains(run)) {
      throw new HttpError(404, "studio: there is no such run among the deleted ones");
    }
    if (Files.exists(folder.resolve(run), LinkOption.NOFOLLOW_LINKS) || Files.exists(record(run))) {
      throw new HttpError(409, "studio: there is another run of that name; delete it first");
    }
    files.restore(run);
    changes.incrementAndGet();
  }

  /** Removes the deleted runs permanently. */
  synchronized void emptyTrash() throws IOException {
    files.empty();
    changes.incrementAndGet();
  }

  public TrainedLoss loss(String run) {
    return TrainedLoss.of(folder(run).resolve(RunFolder.MODEL));
  }

  /** The studio's folder for what replays have answered. */
  Path replays() {
    return files.studio().resolve("replays");
  }

  /** A run's model file: that of the best epoch, else of the last one. */
  public Optional<Path> model(String run) {
    return new RunFolder(folder(run)).model(LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Starts a new run, and returns its name.
   *
   * @param arguments those of {@code train}, the data set first
   * @param flags all flags of the run
   */
  synchronized String start(
      String data, String model, List<String> arguments, Map<String, String> flags)
      throws IOException {
    String time =
        LocalDateTime.now(ZoneId.systemDefault())
            .format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT));
    String base = (time + "-" + data + "-" + model).replaceAll("[^A-Za-z0-9._]+", "-");
    String name = base;
    for (int n = 2; Files.exists(folder.resolve(name)) || Files.exists(record(name)); n++) {
      name = base + "-" + n;
    }
    List<String> all = new ArrayList<>(arguments);
    all.add("--out=" + folder.resolve(name));
    launch(name, all, data, flags);
    return name;
  }

  private void launch(String run, List<String> arguments, String data, Map<String, String> flags)
      throws IOException {
    Files.createDirectories(files.studio());
    Process process = trainer.start(arguments, files.log(run));
    try {
      RunRecord.of(process.toHandle(), data, flags).write(record(run));
    } catch (IOException failure) {
      process.destroyForcibly(); // a run without a record could not be stopped
      throw failure;
    }
    changes.incrementAndGet();
  }

  /**
   * Asks a run to save a checkpoint and end.
   *
   * @param wish pause or stop
   * @throws HttpError 409 if it is not running, or was started elsewhere
   */
  synchronized void end(String run, String wish) throws IOException {
    folder(run);
    RunRecord record =
        recorded(run)
            .orElseThrow(
                () ->
                    new HttpError(
                        409,
                        "studio: this run was started outside the studio; stop it there with Ctrl-C, which saves a checkpoint"));
    Optional<ProcessHandle> process = record.process();
    if (process.isEmpty() && state(run) != RunState.PAUSED) {
      throw new HttpError(409, "studio: this run is not running");
    }
    record.wishing(wish).write(record(run));
    process.ifPresent(ProcessHandle::destroy); // SIGTERM: train saves a checkpoint first
    changes.incrementAndGet();
  }

  /**
   * Resumes a run from its checkpoint.
   *
   * @throws HttpError 409 if it is running or finished, or has no checkpoint
   */
  synchronized void resume(String run, List<String> extra) throws IOException {
    Path path = folder(run);
    RunState state = state(run);
    if (state == RunState.RUNNING || state == RunState.STOPPING || state == RunState.FINISHED) {
      throw new HttpError(409, "studio: a run that is " + state.title() + " cannot be resumed");
    }
    if (!Files.exists(path.resolve(RunFolder.CHECKPOINT))) {
      throw new HttpError(
          409,
          "studio: this run has no checkpoint to resume from; start a new one with its settings");
    }
    List<String> arguments = new ArrayList<>(extra);
    arguments.add("--resume=" + path);
    launch(run, arguments, recorded(run).map(RunRecord::data).orElse(""), Map.of());
  }
}
