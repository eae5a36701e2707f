package io.fovea.studio;

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
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The data sets that the pages may use: those known by name, and the folders that the studio was
 * started with. Each is called by a name, never by a path, so a page can open nothing else.
 */
final class Collections {
  private static final int OPEN_AT_ONCE = 3;

  private final Runs runs;
  private final Optional<Path> dataDir;
  private final Map<String, String> arguments = new LinkedHashMap<>();
  private final Downloads downloads;

  /** Held while a set is opened, one at a time. */
  private final Object opening = new Object();

  /** The sets opened last; eldest first. */
  private final Map<String, DataSplit> open =
      new LinkedHashMap<>(8, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, DataSplit> eldest) {
          return size() > OPEN_AT_ONCE;
        }
      };

  Collections(StudioOptions options, Runs runs) {
    this.runs = runs;
    this.dataDir = options.dataDir();
    this.downloads =
        new Downloads(
            (name, reporter) ->
                DataSets.open(argument(name), DataOptions.standard().withReporter(reporter)));
    DataSets.named().forEach(set -> arguments.put(set.name(), set.name()));
    for (Path folder : options.data()) {
      Path path = folder.toAbsolutePath().normalize();
      String last = String.valueOf(path.getFileName()).replaceAll("[^A-Za-z0-9._-]+", "-");
      String name = last;
      for (int n = 2; arguments.containsKey(name); n++) {
        name = last + "-" + n;
      }
      arguments.put(name, path.toString());
    }
  }

  /** What there is to choose from. */
  List<Map<String, Object>> list() {
    List<Map<String, Object>> all = new ArrayList<>();
    Map<String, DataSets.Listing> named = new LinkedHashMap<>();
    DataSets.named().forEach(set -> named.put(set.name(), set));
    arguments.forEach(
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

  /**
   * What {@code train} calls a set.
   *
   * @throws Refusal 404 if the studio does not know it
   */
  String argument(String name) {
    String argument = arguments.get(name);
    if (argument == null) {
      throw new Refusal(
          404,
          "studio: there is no data set \"%s\"; there are %s"
              .formatted(name.length() > 60 ? "..." : name, String.join(", ", arguments.keySet())));
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
    return arguments.entrySet().stream()
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
        name, flags.path("image-size").asString(""), flags.path("grayscale").asString("off"));
  }

  /** A set as it is. */
  DataSplit open(String name) throws IOException {
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

  private DataSplit open(String name, String size, String grey) throws IOException {
    String argument = argument(name);
    requireHere(name);
    String key = name + " " + size + " " + grey;
    synchronized (open) {
      DataSplit known = open.get(key);
      if (known != null) {
        return known;
      }
    }
    synchronized (opening) { // which takes a while: those who only look do not wait for it
      DataSplit known;
      synchronized (open) {
        known = open.get(key);
      }
      if (known == null) {
        DataOptions options = DataOptions.standard().withGrayscale(grey.equals("on"));
        if (!size.isEmpty()) {
          options = options.withImageSize(ImageSize.parse(size));
        }
        if (dataDir.isPresent()) {
          options = options.withDataDir(dataDir.get());
        }
        known = DataSets.open(argument, options);
        synchronized (open) {
          open.put(key, known);
        }
      }
      return known;
    }
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
      for (Map.Entry<String, DataSplit> one : open.entrySet()) {
        if (name.isPresent() && one.getKey().startsWith(name.get() + " ")) {
          return one.getValue().train().size();
        }
      }
    }
    return null;
  }
}
