package io.fovea.data.source;

import io.fovea.data.base.DataException;
import io.fovea.data.base.DataOptions;
import io.fovea.data.base.DataSplit;
import io.fovea.data.base.LookAlike;
import io.fovea.data.picture.ImageEntry;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A folder with one folder of images a class, or with such folders in {@code train} and {@code
 * test}. The class is the folder's name, in order of names; files below it, also in subfolders, are
 * its images, in order of paths. Hidden files and files that operating systems create are skipped;
 * any other file that is not an image is an error.
 */
public final class ImageFolder {
  private static final Set<String> IGNORED =
      Set.of("thumbs.db", "ehthumbs.db", "desktop.ini", "__macosx");

  private ImageFolder() {}

  public static DataSplit open(Path folder, DataOptions options) throws DataException {
    String name = IdxFolder.name(folder);
    Path train = folder.resolve("train");
    Path test = folder.resolve("test");
    if (!Files.isDirectory(train)) {
      return FileSets.open(
          name, split(name, folder, folder, options), Optional.empty(), options, List.of());
    }
    List<String> unused = unused(folder);
    if (!Files.isDirectory(test)) {
      return FileSets.open(
          name, split(name, folder, train, options), Optional.empty(), options, unused);
    }
    LabelledFiles trainFiles = split(name + " train", folder, train, options);
    LabelledFiles testFiles = split(name + " test", folder, test, options);
    requireSameClasses(folder, trainFiles.classes(), testFiles.classes());
    return FileSets.open(name, trainFiles, Optional.of(testFiles), options, unused);
  }

  private static List<String> unused(Path folder) throws DataException {
    List<String> others =
        list(folder).stream()
            .filter(Files::isDirectory)
            .map(ImageFolder::fileName)
            .filter(each -> !each.equals("train") && !each.equals("test"))
            .toList();
    return others.isEmpty() ? List.of() : List.of("not used: " + String.join(", ", others));
  }

  private static LabelledFiles split(String name, Path root, Path folder, DataOptions options)
      throws DataException {
    List<String> classes = new ArrayList<>();
    List<ImageEntry> entries = new ArrayList<>();
    for (Path child : list(folder)) {
      if (!Files.isDirectory(child)) {
        if (options.skipBroken()) {
          String stray = slashes(root.relativize(child));
          options.reporter().accept(name + ": " + stray + " is in no class folder and is skipped");
          continue;
        }
        throw new DataException(
            "images %s: expects one folder of photos a class, got the file %s; move it into a class folder or away, or go on without it"
                .formatted(folder, root.relativize(child)),
            null,
            DataException.Cure.SKIP_BROKEN);
      }
      List<Path> files = files(child);
      if (files.isEmpty()) {
        throw new DataException(
            "images %s: the class folder %s has no images; put PNG or JPEG photos into it, or remove it"
                .formatted(folder, fileName(child)));
      }
      for (Path file : files) {
        requireFile(folder, file, slashes(root.relativize(file)));
        String origin = slashes(root.relativize(file));
        String group = GroupNames.of(options, origin, slashes(root.relativize(child)));
        entries.add(new ImageEntry(file, origin, classes.size(), group));
      }
      classes.add(fileName(child));
    }
    if (classes.isEmpty()) {
      throw new DataException(
          "images %s: expects one folder of photos a class (cats/1.jpg ..., dogs/1.png ...), got none; put them there, or name another folder (IDX files, train-images-idx3-ubyte ..., are read as well)"
              .formatted(folder));
    }
    if (classes.size() == 1) {
      throw new DataException(
          "images %s: expects at least two class folders, got only %s; name the folder that has the class folders in it"
              .formatted(folder, classes.get(0)));
    }
    return new LabelledFiles(name, classes, entries);
  }

  /**
   * Refuses pipes and devices, which would block the reader; broken links are reported by the
   * reader.
   */
  private static void requireFile(Path folder, Path file, String origin) throws DataException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new DataException(
          "images %s: expects image files, got %s, which is a pipe or a device; remove it"
              .formatted(folder, origin));
    }
  }

  private static void requireSameClasses(Path folder, List<String> train, List<String> test)
      throws DataException {
    if (!train.equals(test)) {
      String learned = difference(train, test);
      String judged = difference(test, train);
      throw new DataException(
          "images %s: train and test must have the same class folders; only in train: %s, only in test: %s; give both the same ones"
              .formatted(
                  folder, LookAlike.beside(learned, judged), LookAlike.beside(judged, learned)));
    }
  }

  private static String difference(List<String> some, List<String> others) {
    Set<String> rest = new TreeSet<>(some);
    others.forEach(rest::remove);
    return rest.isEmpty() ? "none" : String.join(" ", rest);
  }

  private static List<Path> list(Path folder) throws DataException {
    try (Stream<Path> children = Files.list(folder)) {
      return children
          .filter(ImageFolder::counts)
          .sorted((a, b) -> fileName(a).compareTo(fileName(b)))
          .toList();
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
  }

  public static List<Path> files(Path folder) throws DataException {
    try (Stream<Path> all = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      return all.filter(file -> !Files.isDirectory(file))
          .filter(file -> within(folder, file))
          .sorted((a, b) -> slashes(a).compareTo(slashes(b)))
          .toList();
    } catch (IOException e) {
      throw unreadable(folder, e);
    } catch (UncheckedIOException e) {
      throw unreadable(folder, Objects.requireNonNull(e.getCause()));
    }
  }

  private static DataException unreadable(Path folder, IOException e) {
    return DataException.of("images " + folder + ": cannot be read", e, "");
  }

  /** True if neither the file nor a folder above it is to be skipped. */
  private static boolean within(Path folder, Path file) {
    for (Path step : folder.relativize(file)) {
      if (!counts(step)) {
        return false;
      }
    }
    return true;
  }

  private static boolean counts(Path path) {
    String name = fileName(path);
    return !name.startsWith(".") && !IGNORED.contains(name.toLowerCase(Locale.ROOT));
  }

  private static String fileName(Path path) {
    Path last = path.getFileName();
    return last == null ? path.toString() : last.toString();
  }

  /** A path with the same separator everywhere, so that reports do not depend on the system. */
  private static String slashes(Path path) {
    return path.toString().replace(File.separatorChar, '/');
  }
}
