package io.fovea.studio.data;

import io.fovea.data.DataSets;
import io.fovea.data.base.DataException;
import io.fovea.data.base.DataOptions;
import io.fovea.data.base.DataSplit;
import io.fovea.data.base.ImageSize;
import io.fovea.dataset.Dataset;
import io.fovea.http.HttpError;
import io.fovea.studio.web.LruCache;
import io.fovea.tensor.Shape;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The data sets of the pages: the named sets, and the folders that the studio was started with.
 * Requests contain names, never paths, so a page can open nothing else.
 */
public final class DatasetCatalog {
  private static final int OPEN_AT_ONCE = 3;

  /** The longest time that a request waits for a set to open; the page then asks again. */
  private static final int PATIENCE_SECONDS = 20;

  private final Optional<Path> dataDir;
  private final Uploads uploads;
  private final Map<String, String> arguments = new LinkedHashMap<>(); // its own lock
  private final List<SetUser> users = new CopyOnWriteArrayList<>();
  private final Downloads downloads;

  private final ExecutorService opener =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("fovea-studio-opener").factory());

  /** The sets opened most recently, or being opened; eldest first. */
  private final Map<String, Future<OpenedDataset>> open = LruCache.map(OPEN_AT_ONCE);

  /**
   * A set, and the remarks from its opening.
   *
   * @param remarks the chosen size, and each file that cannot be read, a line each
   */
  public record OpenedDataset(DataSplit split, List<String> remarks) {
    /** Whether there are files that cannot be read. */
    boolean isBroken() {
      return remarks.stream().anyMatch(remark -> remark.endsWith(" skipped"));
    }
  }

  /** Something that may be reading a set that is to be deleted. */
  @FunctionalInterface
  public interface SetUser {
    /**
     * Lets go of a set.
     *
     * @throws HttpError 409 if it is in use
     */
    void release(String name, Path folder) throws IOException;
  }

  /**
   * The named sets, the given folders, and those that were uploaded.
   *
   * @param folders folders of images or IDX files
   * @param dataDir the folder searched first for the files of named sets
   */
  public DatasetCatalog(List<Path> folders, Optional<Path> dataDir, Uploads uploads)
      throws IOException {
    this.dataDir = dataDir;
    this.uploads = uploads;
    this.downloads =
        new Downloads(
            (name, reporter) ->
                DataSets.open(argument(name), DataOptions.standard().withReporter(reporter)));
    DataSets.named().forEach(set -> arguments.put(set.name(), set.name()));
    folders.forEach(path -> add(path.toAbsolutePath().normalize()));
    uploads.sweep();
    uploads.folders().forEach(this::add);
  }

  /** Asks something before each deletion of a set. */
  public void addUser(SetUser user) {
    users.add(user);
  }

  public String add(Path path) {
    String last = String.valueOf(path.getFileName()).replaceAll("[^A-Za-z0-9._-]+", "-");
    synchronized (arguments) {
      String name = last;
      for (int n = 2; arguments.containsKey(name); n++) {
        if (path.toString().equals(arguments.get(name))) {
          return name;
        }
        name = last + "-" + n;
      }
      arguments.put(name, path.toString());
      return name;
    }
  }

  /**
   * Deletes a set that was sent to the studio, with its files.
   *
   * @throws HttpError 404 if it is unknown, 403 if it is not such a set, 409 if it is in use
   */
  void delete(String name) throws IOException {
    String argument = argument(name);
    uploads.requireOwn(argument);
    for (SetUser user : users) {
      user.release(name, Path.of(argument));
    }
    uploads.delete(argument);
    synchronized (arguments) {
      arguments.remove(name);
    }
    synchronized (open) {
      open.keySet().removeIf(key -> key.startsWith(name + " "));
    }
  }

  public List<Map<String, Object>> list() {
    List<Map<String, Object>> all = new ArrayList<>();
    Map<String, DataSets.Listing> named = new LinkedHashMap<>();
    DataSets.named().forEach(set -> named.put(set.name(), set));
    known()
        .forEach(
            (name, argument) -> {
              DataSets.Listing known = named.get(name);
              Map<String, Object> one = new LinkedHashMap<>();
              one.put("name", name);
              one.put("folder", known == null);
              one.put("sent", known == null && uploads.contains(argument));
              one.put("here", known == null || known.cached() || dataDir.isPresent());
              all.add(one);
            });
    return all;
  }

  private Map<String, String> known() {
    synchronized (arguments) {
      return new LinkedHashMap<>(arguments);
    }
  }

  public Map<String, Path> folders() {
    Map<String, String> folders = known();
    DataSets.named().forEach(set -> folders.remove(set.name()));
    Map<String, Path> paths = new LinkedHashMap<>();
    folders.forEach((name, argument) -> paths.put(name, Path.of(argument)));
    return paths;
  }

  /**
   * The argument of {@code train} for a set.
   *
   * @throws HttpError 404 if it is unknown
   */
  public String argument(String name) {
    Map<String, String> known = known();
    String argument = known.get(name);
    if (argument == null) {
      throw new HttpError(
          404,
          "studio: there is no data set \"%s\"; there are %s"
              .formatted(name.length() > 60 ? "..." : name, String.join(", ", known.keySet())));
    }
    return argument;
  }

  /** The flags of {@code train} for every run. */
  public List<String> flags() {
    return dataDir.map(folder -> List.of("--data-dir=" + folder)).orElse(List.of());
  }

  /**
   * The name of a set, if it is known.
   *
   * @param name the name that a run has recorded; may be empty
   * @param argument the argument of {@code train}; may be empty
   */
  public Optional<String> find(String name, String argument) {
    return known().entrySet().stream()
        .filter(
            known ->
                known.getKey().equals(name)
                    || known.getValue().equals(argument)
                    || (!argument.isEmpty() && known.getValue().equals(absolute(argument))))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private static String absolute(String path) {
    try {
      return Path.of(path).toAbsolutePath().normalize().toString();
    } catch (InvalidPathException none) {
      return path;
    }
  }

  public DataSplit open(String name) throws IOException {
    return open(name, "", "off").split();
  }

  /**
   * A set's training or test images.
   *
   * @throws HttpError 404 if there is no such set or part
   */
  public Dataset part(String name, String part) throws IOException {
    DataSplit split = open(name);
    return switch (part) {
      case "train" -> split.train();
      case "test" -> split.test();
      default -> throw new HttpError(404, "studio: a data set has the parts train and test");
    };
  }

  Downloads downloads() {
    return downloads;
  }

  /**
   * A set whose images have a size. The set in its own size serves if that is the same: for a
   * folder only if it is open, since to open it means to decode all photos.
   */
  public DataSplit open(String name, ImageSize size, String grey) throws IOException {
    boolean decoded;
    synchronized (open) {
      Future<OpenedDataset> own = open.get(key(name, "", grey));
      decoded = own != null && own.state() == Future.State.SUCCESS;
    }
    if (decoded || isNamed(argument(name))) {
      DataSplit split = open(name, "", grey).split();
      Shape shape = split.train().shape();
      if (shape.size(2) == size.width() && shape.size(1) == size.height()) {
        return split;
      }
    }
    return open(name, size.toString(), grey).split();
  }

  private static String key(String name, String size, String grey) {
    return name + " " + size + " " + grey;
  }

  /**
   * Opens a set without downloading it, for which pages send a separate request after a 409.
   *
   * @param size the image size as for {@code train}; empty for the set's own
   * @param grey on or off
   */
  public OpenedDataset open(String name, String size, String grey) throws IOException {
    String argument = argument(name);
    DataOptions options = DataOptions.standard().withGrayscale(grey.equals("on")).withOffline(true);
    if (!size.isEmpty()) {
      options = options.withImageSize(ImageSize.parse(size));
    }
    if (dataDir.isPresent()) {
      options = options.withDataDir(dataDir.get());
    }
    DataOptions chosen = options.withSkipBroken(true);
    String key = key(name, size, grey);
    Future<OpenedDataset> opening;
    synchronized (open) {
      opening = open.computeIfAbsent(key, k -> opener.submit(() -> open(argument, chosen)));
    }
    try {
      return opening.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException still) {
      throw new HttpError(503, "studio: " + name + " is still being opened; ask again");
    } catch (InterruptedException late) {
      throw new CancellationException("timed out");
    } catch (ExecutionException failed) {
      synchronized (open) {
        open.remove(key, opening); // the next request tries again
      }
      if (failed.getCause() instanceof DataException absent && isNamed(argument)) {
        throw new HttpError(409, String.valueOf(absent.getMessage()));
      }
      throw thrown(failed);
    }
  }

  private static OpenedDataset open(String argument, DataOptions options) throws DataException {
    List<String> remarks = new ArrayList<>();
    DataSplit split = DataSets.open(argument, options.withReporter(remarks::add));
    return new OpenedDataset(split, List.copyOf(remarks));
  }

  private static IOException thrown(ExecutionException failed) {
    return switch (failed.getCause()) {
      case IOException unreadable -> unreadable;
      case RuntimeException mistake -> throw mistake;
      case Error serious -> throw serious;
      case null, default -> throw new IllegalStateException(failed);
    };
  }

  private static boolean isNamed(String argument) {
    return DataSets.named().stream().anyMatch(set -> set.name().equals(argument));
  }

  /** A set that is open, in any size. */
  public Optional<DataSplit> opened(String name) {
    synchronized (open) {
      return open.entrySet().stream()
          .filter(one -> one.getKey().startsWith(name + " "))
          .map(Map.Entry::getValue)
          .filter(opening -> opening.state() == Future.State.SUCCESS)
          .map(opening -> opening.resultNow().split())
          .findFirst();
    }
  }
}
