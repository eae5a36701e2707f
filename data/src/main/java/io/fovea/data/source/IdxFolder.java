package io.fovea.data.source;

import io.fovea.data.base.DataException;
import io.fovea.data.base.DataOptions;
import io.fovea.data.base.DataSplit;
import io.fovea.data.base.ImageSize;
import io.fovea.data.base.PixelDataset;
import io.fovea.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A folder with IDX files under the names of the MNIST database, plain or gzip. Without the t10k
 * files one tenth of the training images is held out. A file {@code classes.txt} may name the
 * classes, one a line; else they are the digits.
 */
public final class IdxFolder {
  private static final String CLASSES = "classes.txt";

  private IdxFolder() {}

  /** True if the folder has at least one file with such a name. */
  public static boolean matches(Path folder) {
    return has(folder, "train") || has(folder, "t10k");
  }

  private static boolean has(Path folder, String part) {
    return find(folder, part, "images").or(() -> find(folder, part, "labels")).isPresent();
  }

  public static DataSplit open(Path folder, DataOptions options) throws DataException {
    String name = name(folder);
    List<String> classes = classes(folder);
    PixelDataset train = part(folder, "train", name + " train", classes);
    return has(folder, "t10k")
        ? pair(name, train, part(folder, "t10k", name + " test", classes), options)
        : DataSplit.heldOut(name, fitted(train, options), options.seed());
  }

  private static PixelDataset part(Path folder, String part, String name, List<String> classes)
      throws DataException {
    Path images = require(folder, part, "images");
    return IdxFile.pixels(name, images, require(folder, part, "labels"), classes);
  }

  /**
   * Training and test images in the form of the options, after a check that they fit each other.
   */
  static DataSplit pair(String name, PixelDataset train, PixelDataset test, DataOptions options)
      throws DataException {
    PixelDataset learn = fitted(train, options);
    PixelDataset judge = fitted(test, options);
    if (!learn.shape().equals(judge.shape())) {
      throw new DataException(
          "%s: the training images are %s, the test images %s (channels x rows x columns); give one image size, or make both grey"
              .formatted(name, learn.shape(), judge.shape()));
    }
    return new DataSplit(name, learn, judge, "");
  }

  private static PixelDataset fitted(PixelDataset images, DataOptions options)
      throws DataException {
    Shape shape = images.shape();
    int height = options.imageSize().map(ImageSize::height).orElse(shape.size(1));
    int width = options.imageSize().map(ImageSize::width).orElse(shape.size(2));
    Shape wanted = Shape.of(options.channels().orElse(shape.size(0)), height, width);
    if (wanted.equals(shape)) {
      return images;
    }
    IdxFile.requireMemory(images.name(), images.size(), wanted.elements());
    return images.map(wanted, image -> image.withChannels(wanted.size(0)).resized(height, width));
  }

  /** The name of a folder for messages: its last part, also where the path is "." or "..". */
  static String name(Path folder) {
    Path last = folder.toAbsolutePath().normalize().getFileName();
    return last == null ? folder.toString() : last.toString();
  }

  private static Optional<Path> find(Path folder, String part, String kind) {
    List<String> ranks = kind.equals("images") ? List.of("3", "4") : List.of("1");
    return ranks.stream()
        .flatMap(rank -> Stream.of("-idx" + rank, ".idx" + rank))
        .flatMap(form -> Stream.of("-ubyte", "-ubyte.gz").map(form::concat))
        .map(form -> part + "-" + kind + form)
        .map(folder::resolve)
        .filter(Files::isRegularFile)
        .findFirst();
  }

  private static Path require(Path folder, String part, String kind) throws DataException {
    Optional<Path> found = find(folder, part, kind);
    if (found.isEmpty()) {
      String missing = part + "-" + kind + "-idx" + (kind.equals("images") ? 3 : 1) + "-ubyte";
      throw new DataException(
          "idx %s: expects a file %s (or .gz) beside the others, found none"
              .formatted(folder, missing));
    }
    return found.get();
  }

  private static List<String> classes(Path folder) throws DataException {
    Path file = folder.resolve(CLASSES);
    if (!Files.isRegularFile(file)) {
      return IdxFile.DIGITS;
    }
    List<String> names;
    try {
      names = Manifest.utf8(file).lines().map(String::strip).filter(s -> !s.isEmpty()).toList();
    } catch (IOException e) {
      throw DataException.of(file + ": cannot be read", e, "");
    }
    if (names.size() < 2
        || names.size() > 256
        || names.stream().distinct().count() < names.size()) {
      throw new DataException(
          "%s: expects 2 to 256 different names of classes, one a line, got %s lines (%s different)"
              .formatted(file, names.size(), names.stream().distinct().count()));
    }
    return names;
  }
}
