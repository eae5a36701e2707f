package io.fovea.run;

import io.fovea.file.AtomicFile;
import io.fovea.format.Checkpoints;
import io.fovea.format.FormatException;
import io.fovea.format.Models;
import io.fovea.network.Network;
import io.fovea.train.Checkpoint;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The folder of one run and its files; each is written under a temporary name and then renamed. */
public record RunFolder(Path path) {
  /** The model of the last epoch. */
  public static final String MODEL = "model.safetensors";

  /** The model of the best epoch. */
  public static final String BEST = "best.safetensors";

  public static final String CHECKPOINT = "checkpoint.safetensors";
  public static final String METRICS = "metrics.jsonl";
  public static final String EVENTS = "events.out.tfevents.fovea";
  public static final String CONFIG = "config.json";
  public static final String REPORT = "report.html";

  /** The folder of checkpoints that are kept: the start, and those of every so many epochs. */
  public static final String KEPT = "checkpoints";

  public static final String CHECKSUMS = "images.crc32c";

  /** The folder of checkpoints that replays leave, which may be deleted. */
  public static final String REPLAY = "replay";

  /** The results of a search among candidates. */
  public static final String CANDIDATES = "candidates.json";

  /** The member of {@link #CANDIDATES} that names the model of a search which goes on. */
  public static final String SO_FAR = "soFar";

  /** The most bytes that readers take of {@link #CANDIDATES}. */
  public static final int MOST_CANDIDATES = 1 << 20;

  /** The files of a run before its first checkpoint. */
  private static final Set<String> BEGINNING =
      Set.of(CONFIG, METRICS, EVENTS, CHECKSUMS, KEPT, CANDIDATES, FolderLock.FILE);

  /**
   * Creates the folder of a new run with its configuration; if that fails, none is left. Where it
   * exists and {@link #isBeginning}, its run is replaced. Temporary files stay: they may be those
   * of a command that exports into the folder.
   *
   * @throws FormatException if another process starts a run there
   * @throws FileAlreadyExistsException if there is another run by now
   */
  @SuppressWarnings("try") // held for as long as it takes, and asked nothing
  public void create(RunConfig config) throws IOException {
    if (Files.exists(path)) {
      try (FolderLock lock = lock()) {
        if (has(CONFIG) && !isBeginning()) {
          throw new FileAlreadyExistsException(path.toString());
        }
        // The models before the files that tell that they may go.
        for (String name : List.of(MODEL, BEST, METRICS, EVENTS, CANDIDATES)) {
          Files.deleteIfExists(file(name));
        }
        write(CONFIG, config.json());
      }
      return;
    }
    Path parent = path.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    Files.createDirectory(path);
    try {
      write(CONFIG, config.json());
    } catch (IOException refused) {
      try {
        Files.deleteIfExists(file(CONFIG));
        Files.deleteIfExists(path);
      } catch (IOException stuck) {
        refused.addSuppressed(stuck);
      }
      throw refused;
    }
  }

  /**
   * Whether the folder contains only files of a run before its first checkpoint. A model counts
   * only in a search, or beside the metrics of one epoch: it may be all that is left of a run.
   */
  public boolean isBeginning() throws IOException {
    if (!has(CONFIG)) {
      return false;
    }
    boolean isFirst = metrics().epochs().size() == 1 || isSoFar();
    try (Stream<Path> files = Files.list(path)) {
      return files
              .map(file -> String.valueOf(file.getFileName()))
              .allMatch(
                  name ->
                      BEGINNING.contains(name)
                          || (isFirst && List.of(MODEL, BEST).contains(name))
                          || name.endsWith(AtomicFile.PART))
          && !RunConfig.read(file(CONFIG)).startedIn().isEmpty();
    } catch (IllegalArgumentException other) {
      return false;
    }
  }

  private boolean isSoFar() throws IOException {
    return has(BEST)
        && has(CANDIDATES)
        && Files.readString(file(CANDIDATES)).contains("\"" + SO_FAR + "\"");
  }

  /**
   * Locks the folder for this process, since two runs in one folder would overwrite each other's
   * files.
   *
   * @throws FormatException if another process has locked it
   */
  public FolderLock lock() throws IOException {
    return FolderLock.of(
        path,
        "train: another process is training in %s; wait until it has ended, or stop it"
            .formatted(path));
  }

  /**
   * Locks the folder for a new run, and writes its configuration again: a start of the same moment,
   * which is refused from now on, may have replaced it.
   *
   * @throws FormatException if another process has locked it
   */
  public FolderLock lock(RunConfig own) throws IOException {
    FolderLock lock = lock();
    try {
      write(CONFIG, own.json());
      return lock;
    } catch (IOException refused) {
      lock.close();
      throw refused;
    }
  }

  public Path file(String name) {
    return path.resolve(name);
  }

  public Path kept(long step) {
    return step(file(KEPT), step);
  }

  public static Path step(Path folder, long step) {
    return folder.resolve("step-%d.safetensors".formatted(step));
  }

  public boolean has(String name) {
    return Files.isRegularFile(file(name));
  }

  public RunMetrics metrics() {
    return new RunMetrics(file(METRICS));
  }

  /** The file of the best model, or else of the last one. */
  public Optional<Path> model(LinkOption... links) {
    return Stream.of(BEST, MODEL)
        .map(this::file)
        .filter(file -> Files.isRegularFile(file, links))
        .findFirst();
  }

  /** The configuration beside a model's file, or in a folder. */
  public static Path config(Path model) {
    return Files.isRegularFile(model) ? model.resolveSibling(CONFIG) : model.resolve(CONFIG);
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
    AtomicFile.deleteAbandoned(path, since);
  }

  /** Writes a checkpoint after making the lines of its steps durable. */
  public void writeCheckpoint(Checkpoint checkpoint, Network network) throws IOException {
    sync(file(METRICS));
    sync(file(EVENTS));
    Checkpoints.write(checkpoint, network, file(CHECKPOINT));
  }

  /** Makes the appended lines durable. */
  private static void sync(Path file) throws IOException {
    if (Files.exists(file)) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
    }
  }
}
