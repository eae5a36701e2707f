package io.fovea.data.base;

import io.fovea.dataset.Framing;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * How a data set is opened. Start from {@link #standard()} and change what differs.
 *
 * @param dataDir a folder in which the files of a named set are searched first, or in its subfolder
 *     with the set's name
 * @param imageSize the size of all images; if empty, images keep their size (for image files of
 *     different or large sizes one is chosen and reported)
 * @param channels 1 to turn colour into grey, 3 to give grey pictures three equal channels; if
 *     empty, images are as in their files (image files: grey if all of them are)
 * @param framing how image files of another shape are brought to the size
 * @param skipBroken whether image files that cannot be read are left out, instead of an error that
 *     lists them
 * @param offline whether a named set whose files are not all on this machine is an error, instead
 *     of downloaded
 * @param memory the most bytes that decoded image files may take in memory; those of a larger set
 *     are read from the disk each time they are needed
 * @param seed decides which images are held out if a set has no test images
 * @param groupBy what makes image files a group that splits keep on one side: {@link #FOLDER},
 *     their folder below the class folder; a column of the CSV file, by its title; or a regular
 *     expression that is found in the path, whose first group (or whole match) is the group's name
 * @param classes the classes that the set must have; others are refused, those of image files
 *     before one is read. Empty allows any
 * @param reporter receives lines about slow operations and problems, such as {@code mnist: fetching
 *     from ...}
 */
public record DataOptions(
    Optional<Path> dataDir,
    Optional<ImageSize> imageSize,
    OptionalInt channels,
    Framing framing,
    boolean skipBroken,
    boolean offline,
    long memory,
    long seed,
    Optional<String> groupBy,
    List<String> classes,
    Consumer<String> reporter) {
  /** {@link #groupBy} the folder of a file. */
  public static final String FOLDER = "folder";

  /** Throws IllegalArgumentException if channels are neither 1 nor 3. */
  public DataOptions {
    classes = List.copyOf(classes);
    if (channels.isPresent() && channels.getAsInt() != 1 && channels.getAsInt() != 3) {
      throw new IllegalArgumentException(
          "data: images have 1 channel (grey) or 3 (colour), got %s; give one of these"
              .formatted(channels.getAsInt()));
    }
  }

  /**
   * The defaults: no data folder, images as in their files with a centre crop where they need one,
   * a quarter of the heap for them, seed 42, no reporter.
   */
  public static DataOptions standard() {
    return new DataOptions(
        Optional.empty(),
        Optional.empty(),
        OptionalInt.empty(),
        Framing.CROP,
        false,
        false,
        Runtime.getRuntime().maxMemory() / 4,
        42,
        Optional.empty(),
        List.of(),
        line -> {});
  }

  /** These options with a data folder. */
  public DataOptions withDataDir(Path folder) {
    return with(changed -> changed.dataDir = Optional.of(folder));
  }

  /** These options with one size for all images. */
  public DataOptions withImageSize(ImageSize size) {
    return with(changed -> changed.imageSize = Optional.of(size));
  }

  /** These options with grey images, or images as in their files. */
  public DataOptions withGrayscale(boolean grey) {
    return with(changed -> changed.channels = grey ? OptionalInt.of(1) : OptionalInt.empty());
  }

  /** These options with images of {@code count} channels: 1 in grey, 3 in colour. */
  public DataOptions withChannels(int count) {
    return with(changed -> changed.channels = OptionalInt.of(count));
  }

  /** Whether colour is turned into grey. */
  public boolean grayscale() {
    return channels.orElse(0) == 1;
  }

  /** These options with another framing. */
  public DataOptions withFraming(Framing other) {
    return with(changed -> changed.framing = other);
  }

  /** These options leaving out image files that cannot be read, or not. */
  public DataOptions withSkipBroken(boolean skip) {
    return with(changed -> changed.skipBroken = skip);
  }

  /** These options without downloads, or with them. */
  public DataOptions withOffline(boolean off) {
    return with(changed -> changed.offline = off);
  }

  /** These options with {@code bytes} bytes of memory for decoded image files. */
  public DataOptions withMemory(long bytes) {
    return with(changed -> changed.memory = bytes);
  }

  /**
   * These options with groups of image files, by {@link #FOLDER}, a column or a regular expression.
   *
   * @throws java.util.regex.PatternSyntaxException if it is none of these
   */
  public DataOptions withGroupBy(String by) {
    Pattern.compile(by);
    return with(changed -> changed.groupBy = Optional.of(by));
  }

  /** These options for a set of these classes only. */
  public DataOptions withClasses(List<String> names) {
    return with(changed -> changed.classes = names);
  }

  /**
   * Checks the classes that a set has.
   *
   * @throws DataException if they are others than these options allow
   */
  public void requireClasses(List<String> found) throws DataException {
    if (!classes.isEmpty() && !found.equals(classes)) {
      String wanted = brief(classes);
      String got = brief(found);
      throw new DataException(
          "data: expects the classes %s, got %s; give data of the same ones"
              .formatted(LookAlike.beside(wanted, got), LookAlike.beside(got, wanted)));
    }
  }

  private static String brief(List<String> names) {
    return names.size() <= 12 ? names.toString() : names.subList(0, 12) + " and more";
  }

  /** These options with another seed. */
  public DataOptions withSeed(long newSeed) {
    return with(changed -> changed.seed = newSeed);
  }

  /** These options with another listener. */
  public DataOptions withReporter(Consumer<String> listener) {
    return with(changed -> changed.reporter = listener);
  }

  private DataOptions with(Consumer<Changed> change) {
    Changed v = new Changed(this);
    change.accept(v);
    return new DataOptions(
        v.dataDir,
        v.imageSize,
        v.channels,
        v.framing,
        v.skipBroken,
        v.offline,
        v.memory,
        v.seed,
        v.groupBy,
        v.classes,
        v.reporter);
  }

  /** The components, one of which is about to change. */
  private static final class Changed {
    private Optional<Path> dataDir;
    private Optional<ImageSize> imageSize;
    private OptionalInt channels;
    private Framing framing;
    private boolean skipBroken;
    private boolean offline;
    private long memory;
    private long seed;
    private Optional<String> groupBy;
    private List<String> classes;
    private Consumer<String> reporter;

    Changed(DataOptions from) {
      dataDir = from.dataDir;
      imageSize = from.imageSize;
      channels = from.channels;
      framing = from.framing;
      skipBroken = from.skipBroken;
      offline = from.offline;
      memory = from.memory;
      seed = from.seed;
      groupBy = from.groupBy;
      classes = from.classes;
      reporter = from.reporter;
    }
  }
}
