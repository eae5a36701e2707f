package io.fovea.spark.data;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The files of a folder of class folders, in order. */
final class FolderFiles implements Serializable {
  private static final long serialVersionUID = 1;

  private final int rootLength;
  private final String[] paths;
  private final String[] classes;

  private FolderFiles(int rootLength, String[] paths, String[] classes) {
    this.rootLength = rootLength;
    this.paths = paths;
    this.classes = classes;
  }

  /** All files below a folder, as a table of Spark; columns that are not selected are not read. */
  static Dataset<Row> read(SparkSession spark, String folder) {
    return spark.read().format("binaryFile").option("recursiveFileLookup", true).load(folder);
  }

  static FolderFiles list(SparkSession spark, String folder) {
    String root = root(spark, folder);
    String[] paths =
        read(spark, folder)
            .select("path")
            .as(Encoders.STRING())
            .collectAsList()
            .toArray(String[]::new);
    // Compares class names up to the slash, so that "a" is before "a b" for all files.
    Arrays.sort(paths, Comparator.comparing(path -> path.replace('/', '\0')));
    TreeSet<String> classes = new TreeSet<>();
    for (String path : paths) {
      int end = path.indexOf('/', root.length());
      if (end < 0) {
        throw new SparkImagesException(
            "%s expects one folder for each class, got the file %s; move it into a class folder or elsewhere"
                .formatted(folder, path.substring(root.length())));
      }
      classes.add(path.substring(root.length(), end));
    }
    if (classes.isEmpty()) {
      throw new SparkImagesException(
          "%s expects one folder of images for each class, got no files".formatted(folder));
    }
    return new FolderFiles(root.length(), paths, classes.toArray(String[]::new));
  }

  /** The prefix of its files' paths, with a slash at its end. */
  private static String root(SparkSession spark, String folder) {
    Path path = new Path(folder);
    try {
      String root =
          path.getFileSystem(spark.sparkContext().hadoopConfiguration())
              .makeQualified(path)
              .toString();
      return root.endsWith("/") ? root : root + "/";
    } catch (IOException failure) {
      throw new UncheckedIOException(
          "SparkImages: cannot reach " + folder + ": " + failure.getMessage(), failure);
    }
  }

  long index(String path) {
    int index =
        Arrays.binarySearch(paths, path, Comparator.comparing(each -> each.replace('/', '\0')));
    if (index < 0) {
      throw new IllegalStateException(
          "SparkImages: %s was added while the folder was read; start again".formatted(path));
    }
    return index;
  }

  String label(String path) {
    return path.substring(rootLength, path.indexOf('/', rootLength));
  }

  String origin(String path) {
    return path.substring(rootLength);
  }

  List<String> classes() {
    return List.of(classes);
  }

  int count() {
    return paths.length;
  }
}
