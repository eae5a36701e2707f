package io.fovea.spark.data;

import io.fovea.data.base.DataException;
import io.fovea.data.base.DataOptions;
import io.fovea.data.base.DataSplit;
import io.fovea.dataset.Dataset;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * Parquet as a data set to train on, in the driver's memory: shards of {@link ConvertImages}, or
 * any table of image files' bytes ({@code content}) and labels ({@code label}), in one folder or in
 * the folders {@code train} and {@code test}.
 */
public final class ParquetSets {
  private static final String END = ".parquet";

  private final SparkSession spark;
  private final DataOptions options;

  private ParquetSets(SparkSession spark, DataOptions options) {
    this.spark = spark;
    this.options = options;
  }

  /**
   * Opens parquet as {@link io.fovea.data.DataSets#open} opens folders of images: one size, with
   * the same choice and framing, grey if all images are or by option, and one tenth held out if
   * there are no test images.
   *
   * @param place any path that Spark reads
   * @return empty if there is no parquet
   * @throws DataException if Spark cannot read it, or it has no labelled images
   */
  public static Optional<DataSplit> open(SparkSession spark, String place, DataOptions options)
      throws DataException {
    return new ParquetSets(spark, options).open(place);
  }

  private Optional<DataSplit> open(String place) throws DataException {
    Path folder;
    FileSystem files;
    try {
      folder = new Path(place);
      files = folder.getFileSystem(spark.sparkContext().hadoopConfiguration());
    } catch (IllegalArgumentException | IOException elsewhere) {
      if (place.contains("://")) {
        throw new DataException(
            "data: Spark cannot reach %s: %s".formatted(place, elsewhere.getMessage()), elsewhere);
      }
      return Optional.empty(); // not a path of Spark
    }
    try {
      Path train = new Path(folder, "train");
      Path test = new Path(folder, "test");
      if (options.groupBy().isPresent() && (holds(files, folder) || holds(files, train))) {
        throw new DataException(
            "data: expects image files for --group-by, got parquet in %s; leave the flag out"
                .formatted(place));
      }
      if (holds(files, folder)) {
        return Optional.of(heldOut(folder.getName(), folder));
      }
      if (!holds(files, train)) {
        return Optional.empty();
      }
      return Optional.of(
          holds(files, test) ? parts(folder, train, test) : heldOut(folder.getName(), train));
    } catch (Exception failure) { // Spark throws undeclared checked exceptions
      throw explained(place, failure);
    }
  }

  /** Whether this is a parquet file, or a folder with such files, possibly in partition folders. */
  private static boolean holds(FileSystem files, Path path) throws IOException {
    if (!files.exists(path)) {
      return false;
    }
    for (FileStatus each : files.listStatus(path)) {
      String name = each.getPath().getName();
      boolean found =
          each.isFile()
              ? name.endsWith(END)
              : !each.getPath().equals(path) && name.contains("=") && holds(files, each.getPath());
      if (found) {
        return true;
      }
    }
    return false;
  }

  private DataSplit heldOut(String name, Path path) throws DataException {
    LocalRows rows = rows(path, name, options);
    return DataSplit.heldOut(name, rows.images(name, isColour(rows)), options.seed());
  }

  private DataSplit parts(Path folder, Path train, Path test) throws DataException {
    LocalRows learn = rows(train, folder.getName(), options);
    LocalRows judge = rows(test, folder.getName(), options.withImageSize(learn.size()));
    if (!learn.classes().equals(judge.classes())) {
      throw new DataException(
          "data: %s: train and test must have the same classes, got %s and %s"
              .formatted(folder, learn.classes(), judge.classes()));
    }
    boolean colour = isColour(learn) || isColour(judge);
    String name = folder.getName();
    Dataset first = learn.images(name + " train", colour);
    return new DataSplit(name, first, judge.images(name + " test", colour), "");
  }

  private boolean isColour(LocalRows rows) {
    return options.channels().orElse(0) == 3 || rows.coloured();
  }

  private LocalRows rows(Path path, String name, DataOptions how) throws DataException {
    List<String> columns = Arrays.asList(spark.read().parquet(path.toString()).columns());
    if (!columns.containsAll(List.of("content", "label"))) {
      throw new DataException(
          "data: %s: expects shards that ConvertImages has written, or columns content (bytes of image files) and label, got the columns %s; convert it by ConvertImages %s TARGET --from parquet --content COLUMN --label COLUMN"
              .formatted(path, String.join(", ", columns), path));
    }
    return LocalRows.of(SparkImages.parquet(spark, path.toString(), "content", "label"), name, how);
  }

  /** This project's exception on the images, without Spark's wrappers. */
  private static DataException explained(String place, Exception failure) {
    if (failure instanceof DataException known) {
      return known;
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SparkImagesException own) {
        return new DataException("data: %s: %s".formatted(place, own.sentence()), failure);
      }
    }
    String first = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    return new DataException("data: Spark cannot read %s: %s".formatted(place, first), failure);
  }
}
