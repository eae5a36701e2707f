package io.fovea.cli.run;

import io.fovea.cli.screen.Failure;
import io.fovea.cli.screen.Json;
import io.fovea.cli.screen.UsageException;
import io.fovea.cli.screen.Version;
import io.fovea.file.AtomicFile;
import io.fovea.file.PathProblems;
import io.fovea.format.Checkpoints;
import io.fovea.format.Models;
import io.fovea.http.MalformedJson;
import io.fovea.network.Network;
import io.fovea.train.Checkpoint;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** The folder of one run and its files; each is written under a temporary name and then renamed. */
public record RunFolder(Path path) {
  public static final String MODEL = "model.safetensors";
  public static final String BEST = "best.safetensors";
  public static final String CHECKPOINT = "checkpoint.safetensors";
  public static final String METRICS = "metrics.jsonl";
  public static final String EVENTS = "events.out.tfevents.fovea";
  public static final String CONFIG = "config.json";
  public static final String REPORT = "report.html";
  public static final String LEARNING_RATES = "learning-rate.png";

  /** The results of a search among candidates. */
  public static final String CANDIDATES = "candidates.json";

  /** The operating system's message for a full disk. */
  public static final String NO_SPACE = "No space left";

  private static final String STARTED_IN = "startedIn";

  /** The files of a run before its first checkpoint. */
  private static final Set<String> BEGINNING = Set.of(CONFIG, METRICS, EVENTS, Hold.FILE);

  /** The default name of a run: runs/DATE-TIME-DATA-MODEL. */
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

  private static String lastWord(String name) {
    Path last = Path.of(name).normalize().getFileName();
    String word = last == null ? name : last.toString();
    return word.replaceAll("\\.(json|safetensors|onnx|csv)$", "")
        .replaceAll("[^A-Za-z0-9._-]+", "-");
  }

  /**
   * Creates the folder of a new run with its configuration: the data set's name, the flags, and the
   * folder that relative paths among them start from. A run that ended before its first checkpoint
   * is replaced.
   *
   * @param cluster flags for a cluster; empty for a run in this process
   */
  public static RunFolder create(
      Path folder,
      String command,
      String data,
      Map<String, String> flags,
      Map<String, String> cluster) {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("fovea", Version.FOVEA);
    config.put("command", command);
    config.put(STARTED_IN, Path.of("").toAbsolutePath().toString());
    config.put("data", data);
    config.put("flags", flags);
    if (!cluster.isEmpty()) {
      config.put("cluster", cluster);
    }
    RunFolder run = new RunFolder(folder);
    boolean made = false;
    try {
      if (run.startAnew(Json.pretty(config))) {
        return run;
      }
      Path parent = folder.toAbsolutePath().getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      Files.createDirectory(folder);
      made = true;
      run.write(CONFIG, Json.pretty(config));
      return run;
    } catch (IOException refused) {
      if (made) {
        run.deleteEmpty();
      }
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

  /**
   * Whether the folder exists; then it becomes that of a new run. Its temporary files stay: they
   * may be those of a command that exports into it.
   */
  @SuppressWarnings("try") // held for as long as it takes, and asked nothing
  private boolean startAnew(String config) throws IOException {
    if (!Files.exists(path)) {
      return false;
    }
    boolean isRun = Files.isRegularFile(file(CONFIG));
    if (!isRun || !isBeginning()) {
      throw new UsageException(
          "--out: %s exists already; give another folder%s"
              .formatted(path, isRun ? ", or --resume " + path + " to resume its run" : ""));
    }
    try (Hold held = hold()) { // fails while another process starts a run here
      Files.deleteIfExists(file(METRICS));
      Files.deleteIfExists(file(EVENTS));
      write(CONFIG, config);
      return true;
    }
  }

  /** Whether the folder contains only files of a run before its first checkpoint. */
  private boolean isBeginning() throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      return files
              .map(file -> String.valueOf(file.getFileName()))
              .allMatch(name -> BEGINNING.contains(name) || name.endsWith(AtomicFile.PART))
          && parsed(file(CONFIG)).has(STARTED_IN);
    } catch (IllegalArgumentException other) {
      return false;
    }
  }

  private void deleteEmpty() {
    try {
      Files.deleteIfExists(file(CONFIG));
      Files.deleteIfExists(path);
    } catch (IOException stuck) {
      // The cause of the failed write is the better message.
    }
  }

  /**
   * Locks the folder for this process, since two runs in one folder would overwrite each other's
   * files.
   */
  public Hold hold() throws IOException {
    return Hold.of(
        path,
        "train: another process is training in %s; wait until it has ended, or stop it"
            .formatted(path));
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

  /** The folder of an interrupted run. */
  public static RunFolder existing(Path folder) {
    if (!Files.isRegularFile(folder.resolve(CONFIG))) {
      throw new UsageException(
          "--resume: %s has no %s; give the folder of an interrupted run, such as runs/NAME"
              .formatted(folder, CONFIG));
    }
    if (!Files.isRegularFile(folder.resolve(CHECKPOINT))) {
      throw new Failure(
          "--resume: %s has no %s, since the run ended before its first one; start it again, for example with --out %s"
              .formatted(folder, CHECKPOINT, folder));
    }
    for (String name : List.of(METRICS, EVENTS)) {
      Path file = folder.resolve(name);
      if (Files.exists(file) && !Files.isRegularFile(file)) { // it may never end
        throw new Failure(
            "--resume: expects a file %s, got a folder, a pipe or a device; remove it, and resume again"
                .formatted(file));
      }
    }
    return new RunFolder(folder);
  }

  public Path file(String name) {
    return path.resolve(name);
  }

  /**
   * The seed that the run of a folder was started with; empty if the path is no run folder or its
   * configuration has no seed.
   */
  public static OptionalLong seed(Path path) throws IOException {
    Optional<String> text = flag(path, "seed");
    try {
      return text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text.get()));
    } catch (NumberFormatException malformed) {
      throw unreadable(
          path,
          new IllegalArgumentException("its seed is no whole number: " + malformed.getMessage()));
    }
  }

  /**
   * A flag that the run of a folder was started with; empty if the path is no run folder or its
   * configuration has no such flag.
   */
  public static Optional<String> flag(Path path, String name) throws IOException {
    return configuration(path)
        .map(config -> config.path("flags").path(name).asString(""))
        .filter(text -> !text.isEmpty());
  }

  /**
   * The configuration of a run, config.json; empty if the path is neither a run folder nor a file
   * in one.
   */
  public static Optional<JsonNode> configuration(Path path) throws IOException {
    Path file = config(path);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(parsed(file));
    } catch (IllegalArgumentException malformed) {
      throw unreadable(path, malformed);
    }
  }

  /**
   * The JSON object in a file.
   *
   * @throws IllegalArgumentException if there is none, with the reason
   */
  private static JsonNode parsed(Path file) throws IOException {
    JsonNode config;
    try {
      config = Json.read(Files.readString(file));
    } catch (CharacterCodingException other) {
      throw new IllegalArgumentException("it is not UTF-8 text", other);
    } catch (JacksonException malformed) {
      throw new IllegalArgumentException("it is not JSON: " + MalformedJson.reason(malformed));
    }
    if (!config.isObject()) {
      throw new IllegalArgumentException("it is not a JSON object");
    }
    requireTexts(config);
    return config;
  }

  /** Data, models and folders are named by texts that the JDK must take as paths. */
  private static void requireTexts(JsonNode node) {
    String text = node.asString("");
    if (text.indexOf(0) >= 0 || !StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new IllegalArgumentException(
          "it has a text with NUL or half a surrogate pair, which no name of a file has");
    }
    node.forEach(RunFolder::requireTexts);
  }

  private static Path config(Path path) {
    return Files.isRegularFile(path) ? path.resolveSibling(CONFIG) : path.resolve(CONFIG);
  }

  private static Failure unreadable(Path path, RuntimeException malformed) {
    return new Failure(
        "model: expects the run's configuration with its seed, got %s that cannot be read (%s); restore it"
            .formatted(
                config(path),
                String.valueOf(malformed.getMessage()).lines().findFirst().orElse("")),
        malformed);
  }

  /** The data set's name that the run was started with. */
  public String configuredData() throws IOException {
    return config().path("data").asString("");
  }

  /**
   * The path of a file or folder that the run was started with: a relative path starts from the
   * folder in which the run was started, so that it can be resumed from anywhere. If that no longer
   * exists (a project was moved), it starts from the current folder.
   */
  public String configuredPath(String text) throws IOException {
    return place(config(), text);
  }

  /** The same with the run's configuration. */
  public static String place(JsonNode config, String text) {
    Path then = Path.of(config.path(STARTED_IN).asString("")).resolve(text).normalize();
    return Files.exists(then) || !Files.exists(Path.of(text)) ? then.toString() : text;
  }

  /**
   * The flags that the run was started with.
   *
   * @param standard all flags of a run with their defaults, for flags that the run's version lacked
   */
  public Map<String, String> configuredFlags(Map<String, String> standard) throws IOException {
    Map<String, String> flags = new LinkedHashMap<>(standard);
    for (Map.Entry<String, JsonNode> flag : config().path("flags").properties()) {
      if (flags.containsKey(flag.getKey())) {
        flags.put(flag.getKey(), flag.getValue().asString(""));
      }
    }
    return flags;
  }

  /** The flags for a cluster that the run was started with; empty if it had no cluster. */
  public Map<String, String> configuredCluster() throws IOException {
    Map<String, String> flags = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> flag : config().path("cluster").properties()) {
      flags.put(flag.getKey(), flag.getValue().asString(""));
    }
    return flags;
  }

  private JsonNode config() throws IOException {
    try {
      return parsed(file(CONFIG));
    } catch (IllegalArgumentException malformed) {
      throw new Failure(
          "--resume: %s cannot be read (%s); restore a copy, or start the run again"
              .formatted(file(CONFIG), malformed.getMessage()),
          malformed);
    }
  }

  public void write(String name, String text) throws IOException {
    AtomicFile.write(file(name), text);
  }

  public void writeModel(String name, Network network) throws IOException {
    Models.write(network, file(name));
  }

  /**
   * Deletes temporary files of killed processes: those that have not been written to since a
   * moment. Other commands may be writing into the folder, so a run does this at its end, with its
   * own beginning.
   */
  public void sweep(Instant since) {
    try (DirectoryStream<Path> parts =
        Files.newDirectoryStream(path, ".fovea-*" + AtomicFile.PART)) {
      for (Path part : parts) {
        if (Files.getLastModifiedTime(part).toInstant().isBefore(since)) {
          Files.deleteIfExists(part);
        }
      }
    } catch (IOException | DirectoryIteratorException gone) {
      // A writer has just finished, or the folder is gone: neither spoils the run's result.
    }
  }

  /** Writes a checkpoint after making the lines of its steps durable. */
  public void writeCheckpoint(Checkpoint checkpoint, Network network) throws IOException {
    EventFile.sync(file(METRICS));
    EventFile.sync(file(EVENTS));
    Checkpoints.write(checkpoint, network, file(CHECKPOINT));
  }
}
