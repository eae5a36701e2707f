package io.fovea.studio;

import io.fovea.data.DataException;
import io.fovea.data.DataOptions;
import io.fovea.data.DataSets;
import io.fovea.data.DataSplit;
import io.fovea.data.ImageSize;
import io.fovea.dataset.Dataset;
import io.fovea.http.Refusal;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The data sets that the pages may use: those known by name, and the folders that the studio was
 * started with. Each is called by a name, never by a path, so a page can open nothing else.
 */
final class Collections {
  private static final int OPEN_AT_ONCE = 3;

  /** A request waits so long for a set that is opened, and the page then asks again. */
  private static final int PATIENCE_SECONDS = 20;

  private final Runs runs;
  private final Optional<Path> dataDir;
  private final List<Path> roots;
  private final Map<String, String> arguments = new LinkedHashMap<>(); // guarded by itself
  private final Downloads downloads;

  /** Opens sets, one at a time. */
  private final ExecutorService opener =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("fovea-studio-opener").factory());

  /** The sets opened last, or being opened; eldest first. */
  private final Map<String, Future<Opened>> open =
      new LinkedHashMap<>(8, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Future<Opened>> eldest) {
          return size() > OPEN_AT_ONCE;
        }
      };

  /**
   * A set, and what was said when it was opened.
   *
   * @param remarks the chosen size, and each file that cannot be read, a line each
   */
  record Opened(DataSplit split, List<String> remarks) {
    /** Whether there are files that cannot be read. */
    boolean isBroken() {
      return remarks.stream().anyMatch(remark -> remark.endsWith(" skipped"));
    }
  }

  Collections(StudioOptions options, Runs runs, Uploads uploads) throws IOException {
    this.runs = runs;
    this.roots = options.data().stream().map(path -> path.toAbsolutePath().normalize()).toList();
    this.dataDir = options.dataDir();
    this.downloads =
        new Downloads(
            (name, reporter) ->
                DataSets.open(argument(name), DataOptions.standard().withReporter(reporter)));
    DataSets.named().forEach(set -> arguments.put(set.name(), set.name()));
    roots.forEach(this::add);
    uploads.folders().forEach(this::add);
  }

  /** Offers a folder from now on; the name that it gets. */
  String add(Path path) {
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
   * A folder or a file below one of those that the studio was started with.
   *
   * @throws Refusal 404 if there is none, also where a link leads out of them
   */
  Path below(String text) {
    for (Path root : roots) {
      try {
        Path path = root.resolve(text).normalize().toRealPath();
        if (path.startsWith(root.toRealPath())) {
          return path;
        }
      } catch (InvalidPathException | IOException none) {
        // Not below this one.
      }
    }
    throw new Refusal(
        404,
        roots.isEmpty()
            ? "data: the studio was started without --data DIR, below which a folder could be named; drop it here instead"
            : "data: there is no such folder or zip file below %s"
                .formatted(
                    roots.stream()
                        .map(root -> String.valueOf(root.getFileName()))
                        .collect(Collectors.joining(", "))));
  }

  /** What there is to choose from. */
  List<Map<String, Object>> list() {
    List<Map<String, Object>> all = new ArrayList<>();
    Map<String, DataSets.Listing> named = new LinkedHashMap<>();
    DataSets.named().forEach(set -> named.put(set.name(), set));
    known()
        .forEach(
            (name, argument) -> {
              DataSets.Listing known = named.get(name);
              Map<String, Object> one = new LinkedHashMap<>();
              one.put("name", name);
              one.put("about", known == null ? "A folder on this machine" : known.description());
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

  /**
   * What {@code train} calls a set.
   *
   * @throws Refusal 404 if the studio does not know it
   */
  String argument(String name) {
    Map<String, String> known = known();
    String argument = known.get(name);
    if (argument == null) {
      throw new Refusal(
          404,
          "studio: there is no data set \"%s\"; there are %s"
              .formatted(name.length() > 60 ? "..." : name, String.join(", ", known.keySet())));
    }
    return argument;
  }

  /** Flags of {@code train} that every run gets. */
  List<String> flags() {
    return dataDir.map(folder -> List.of("--data-dir=" + folder)).orElse(List.of());
  }

  /** The name of the set that a run was started with, where the studio knows it. */
  Optional<String> ofRun(String run) throws IOException {
    String recorded = runs.recorded(run).map(RunRecord::data).orElse("");
    String configured = recorded.isEmpty() ? runs.config(run).path("data").asString("") : "";
    return known().entrySet().stream()
        .filter(
            known ->
                known.getKey().equals(recorded)
                    || known.getValue().equals(configured)
                    || (!configured.isEmpty() && known.getValue().equals(absolute(configured))))
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

  /**
   * The set of a run, in the size and colours that the run has.
   *
   * @throws Refusal 404 if the studio does not know it
   */
  DataSplit open(String run, String name) throws IOException {
    JsonNode flags = runs.config(run).path("flags");
    return open(
            name, flags.path("image-size").asString(""), flags.path("grayscale").asString("off"))
        .split();
  }

  /** A set as it is. */
  DataSplit open(String name) throws IOException {
    return opened(name).split();
  }

  /** The same, with what there is to say of its files. */
  Opened opened(String name) throws IOException {
    return open(name, "", "off");
  }

  /**
   * A set's training or test images.
   *
   * @throws Refusal 404 if there is no such set or part
   */
  Dataset part(String name, String part) throws IOException {
    DataSplit split = open(name);
    return switch (part) {
      case "train" -> split.train();
      case "test" -> split.test();
      default -> throw new Refusal(404, "studio: a data set has the parts train and test");
    };
  }

  /** What brings the sets that are known by name. */
  Downloads downloads() {
    return downloads;
  }

  private Opened open(String name, String size, String grey) throws IOException {
    String argument = argument(name);
    requireHere(name);
    DataOptions options = DataOptions.standard().withGrayscale(grey.equals("on"));
    if (!size.isEmpty()) {
      options = options.withImageSize(ImageSize.parse(size));
    }
    if (dataDir.isPresent()) {
      options = options.withDataDir(dataDir.get());
    }
    DataOptions chosen = options.withSkipBroken(true);
    String key = name + " " + size + " " + grey;
    Future<Opened> opening;
    synchronized (open) {
      opening = open.computeIfAbsent(key, k -> opener.submit(() -> open(argument, chosen)));
    }
    try {
      return opening.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException still) {
      throw new Refusal(503, "studio: " + name + " is still being opened; ask again");
    } catch (InterruptedException late) {
      throw new CancellationException("out of time");
    } catch (ExecutionException failed) {
      synchronized (open) {
        open.remove(key, opening); // the next one tries again
      }
      throw thrown(failed);
    }
  }

  private static Opened open(String argument, DataOptions options) throws DataException {
    List<String> remarks = new ArrayList<>();
    DataSplit split = DataSets.open(argument, options.withReporter(remarks::add));
    return new Opened(split, List.copyOf(remarks));
  }

  private static IOException thrown(ExecutionException failed) {
    return switch (failed.getCause()) {
      case IOException unreadable -> unreadable;
      case RuntimeException mistake -> throw mistake;
      case Error serious -> throw serious;
      case null, default -> throw new IllegalStateException(failed);
    };
  }

  /** A look at a page fetches nothing from the web: that is asked for by itself. */
  private void requireHere(String name) {
    boolean isMissing =
        dataDir.isEmpty()
            && DataSets.named().stream().anyMatch(set -> set.name().equals(name) && !set.cached());
    if (isMissing) {
      throw new Refusal(
          409, "studio: the data set " + name + " is not on this machine yet; download it");
    }
  }

  /** How many training images a run's set has, if that is known without opening it. */
  @Nullable Integer openedSize(String run) throws IOException {
    Optional<String> name = ofRun(run);
    synchronized (open) {
      for (Map.Entry<String, Future<Opened>> one : open.entrySet()) {
        if (name.isPresent()
            && one.getKey().startsWith(name.get() + " ")
            && one.getValue().state() == Future.State.SUCCESS) {
          return one.getValue().resultNow().split().train().size();
        }
      }
    }
    return null;
  }
}
