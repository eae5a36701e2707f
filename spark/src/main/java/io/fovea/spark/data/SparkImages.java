package io.fovea.spark.data;

import io.fovea.data.base.ImageSize;
import io.fovea.dataset.Framing;
import io.fovea.dataset.Image;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import scala.Tuple2;
import scala.reflect.ClassTag$;

/**
 * Labelled images in Spark, in an order that depends only on the images: row {@code index} is the
 * same picture for any number of partitions, executors or files. Labels are the names of classes.
 *
 * <pre>{@code
 * SparkImages photos = SparkImages.folder(spark, "photos");
 * photos.decoded(Optional.of(new ImageSize(64, 64)), false).shuffled(42).write("photos.parquet", 16);
 * Dataset train = SparkImages.read(spark, "photos.parquet").collect("photos");
 * }</pre>
 */
public final class SparkImages {
  private final Dataset<Row> rows;
  private final List<String> classes;
  private final long count;
  private final Framing framing;

  private SparkImages(Dataset<Row> rows, List<String> classes, long count, Framing framing) {
    // map() drops the metadata
    this.rows = rows.withMetadata("label", ImageRows.metadata(classes, framing));
    this.classes = List.copyOf(classes);
    this.count = count;
    this.framing = framing;
  }

  /** The images of a data set on the driver, such as one of IDX files. */
  public static SparkImages of(SparkSession spark, io.fovea.dataset.Dataset images) {
    List<Row> rows = new ArrayList<>(images.size());
    for (int i = 0; i < images.size(); i++) {
      rows.add(ImageRows.of(images, i));
    }
    StructType schema = ImageRows.schema(images.classes());
    return new SparkImages(
        spark.createDataFrame(rows, schema), images.classes(), images.size(), images.framing());
  }

  /**
   * A folder with one folder of images for each class, on any path that Spark reads. Classes are
   * ordered by name, images by class and path. Files are kept unchanged until {@link #decoded}.
   * Files whose names begin with a dot or an underscore are skipped, as usual in Spark.
   *
   * @throws IllegalArgumentException if there is no image in a class folder
   */
  public static SparkImages folder(SparkSession spark, String folder) {
    FolderFiles files = FolderFiles.list(spark, folder);
    Broadcast<FolderFiles> sent =
        spark.sparkContext().broadcast(files, ClassTag$.MODULE$.apply(FolderFiles.class));
    MapFunction<Row, Row> labelled =
        row -> {
          String path = row.getString(0);
          FolderFiles all = sent.value();
          return ImageRows.file(
              all.index(path), all.label(path), all.origin(path), row.<byte[]>getAs(1));
        };
    Dataset<Row> rows =
        FolderFiles.read(spark, folder)
            .select("path", "content")
            .map(labelled, Encoders.row(ImageRows.schema(files.classes())));
    return files(rows, files.classes(), files.count());
  }

  /**
   * Any table with a column of image files' bytes and a column of labels, which are names or
   * integers. Classes are ordered by name, or by number if all are numbers.
   *
   * @param order the columns that order the rows, without ties; such as an id, or, for parquet,
   *     {@code _metadata.file_path} and {@code _metadata.row_index}
   * @throws IllegalArgumentException if a column is missing or of another type, there is no order
   *     or a null in one of the columns
   */
  public static SparkImages table(
      Dataset<Row> table, String content, String label, Column... order) {
    return TableRows.images(table, content, label, order);
  }

  /** The same for parquet files, in the order of files and rows. */
  static SparkImages table(SparkSession spark, String path, String content, String label) {
    Dataset<Row> table =
        checked(spark, path)
            .select(
                functions.col("*"),
                functions.col("_metadata.file_path").as("fovea file"),
                functions.col("_metadata.row_index").as("fovea row"));
    return table(table, content, label, functions.col("fovea file"), functions.col("fovea row"));
  }

  /** Reads parquet files; a page that does not match its checksum is refused. */
  private static Dataset<Row> checked(SparkSession spark, String path) {
    return spark.read().option("parquet.page.verify-checksum.enabled", true).parquet(path);
  }

  /** Shards of {@link #write}, or other parquet files. */
  static SparkImages parquet(SparkSession spark, String path, String content, String label) {
    return ImageRows.classes(spark.read().parquet(path).schema()).isPresent()
        ? read(spark, path)
        : table(spark, path, content, label);
  }

  /** Images with known classes; their framing is in the schema. */
  static SparkImages of(Dataset<Row> rows, List<String> classes, long count) {
    return new SparkImages(rows, classes, count, ImageRows.framing(rows.schema()));
  }

  /** Image files with known classes, framed as in the library. */
  static SparkImages files(Dataset<Row> rows, List<String> classes, long count) {
    return new SparkImages(rows, classes, count, Framing.CROP);
  }

  /**
   * Reads the shards of {@link #write}.
   *
   * @throws IllegalArgumentException if they are something else
   */
  public static SparkImages read(SparkSession spark, String path) {
    Dataset<Row> rows = checked(spark, path);
    List<String> classes =
        ImageRows.classes(rows.schema())
            .orElseThrow(
                () ->
                    new SparkImagesException(
                        "%s expects shards of SparkImages.write, got columns %s; read other tables by SparkImages.table"
                            .formatted(path, String.join(", ", rows.columns()))));
    return of(rows, classes, rows.count());
  }

  /** The rows: index, label, origin, channels, height, width, content. */
  public Dataset<Row> rows() {
    return rows;
  }

  /** The names of the classes, in order. */
  public List<String> classes() {
    return classes;
  }

  /** The number of images. */
  public long count() {
    return count;
  }

  /**
   * The framing of pictures of other shapes, now or at decoding: files by a centre crop, as in
   * training on one machine; written images by their recorded framing.
   */
  public Framing framing() {
    return framing;
  }

  /**
   * These images as pixels, in one size if one is given.
   *
   * @param grayscale true to convert colour to grey
   */
  public SparkImages decoded(Optional<ImageSize> size, boolean grayscale) {
    return decoded(size, grayscale, framing);
  }

  /** The same with another framing. */
  public SparkImages decoded(Optional<ImageSize> size, boolean grayscale, Framing how) {
    boolean resize = size.isPresent();
    int height = size.map(ImageSize::height).orElse(0);
    int width = size.map(ImageSize::width).orElse(0);
    MapFunction<Row, Row> decode =
        row -> {
          Shape input = resize ? Shape.of(1, height, width) : Shape.of();
          Image image = PackedImages.image(row, input, how);
          Optional<ImageSize> wanted =
              resize ? Optional.of(new ImageSize(width, height)) : Optional.empty();
          return ImageRows.pixels(
              row.getLong(ImageRows.INDEX),
              row.getString(ImageRows.LABEL),
              row.getString(ImageRows.ORIGIN),
              ImageRows.as(image, wanted, grayscale, how));
        };
    return new SparkImages(
        rows.map(decode, Encoders.row(ImageRows.schema(classes))), classes, count, how);
  }

  /**
   * These images in another order, which depends only on the seed and their number, so that a
   * contiguous share of the rows has all classes.
   */
  public SparkImages shuffled(long seed) {
    int[] places = RandomKey.of(seed).with("shards").permutation(Math.toIntExact(count));
    Broadcast<int[]> sent =
        rows.sparkSession().sparkContext().broadcast(places, ClassTag$.MODULE$.apply(int[].class));
    MapFunction<Row, Row> move =
        row -> ImageRows.withIndex(row, sent.value()[(int) row.getLong(ImageRows.INDEX)]);
    return new SparkImages(
        rows.map(move, Encoders.row(ImageRows.schema(classes))), classes, count, framing);
  }

  /**
   * Writes {@code shards} parquet files, each with an equal share of contiguous rows, in order. The
   * same images give the same files, byte for byte except for their names.
   *
   * @throws IllegalArgumentException if shards is not from 1 to the number of images
   */
  public void write(String path, int shards) {
    if (shards < 1 || shards > count) {
      throw new SparkImagesException(
          "expects 1 to %d shards, so that each has an image, got %d".formatted(count, shards));
    }
    Column shard =
        functions
            .floor(functions.col("index").multiply(functions.lit((long) shards)).divide(count))
            .cast("int");
    rows.repartitionById(shards, shard).sortWithinPartitions("index").write().parquet(path);
  }

  /**
   * All images in this program's memory, in order, as a data set that does not need Spark.
   *
   * @throws IllegalArgumentException if they differ in shape
   */
  public io.fovea.dataset.Dataset collect(String name) {
    List<Row> all = new ArrayList<>(rows.collectAsList());
    all.sort(Comparator.comparingLong(row -> row.getLong(ImageRows.INDEX)));
    return PackedImages.of(name, classes, framing, all.iterator());
  }

  /**
   * A share of the images for each of {@code parts} tasks: partition r has one data set, of the
   * images whose index is r modulo parts, in order. Sizes differ by at most one image. Each is
   * created in the task that reads it.
   *
   * @throws IllegalArgumentException if parts is not from 1 to the number of images
   */
  public JavaRDD<io.fovea.dataset.Dataset> parts(String name, int parts) {
    if (parts < 1 || parts > count) {
      throw new SparkImagesException(
          "expects 1 to %d parts, so that each has an image, got %d".formatted(count, parts));
    }
    List<String> names = new ArrayList<>(classes);
    Framing how = framing;
    return rows.toJavaRDD()
        .mapToPair(row -> new Tuple2<>(row.getLong(ImageRows.INDEX), row))
        .repartitionAndSortWithinPartitions(new HashPartitioner(parts))
        .mapPartitionsWithIndex(
            (part, pairs) -> {
              Iterator<Row> own = new Values(pairs);
              return List.<io.fovea.dataset.Dataset>of(
                      PackedImages.of(name + " part " + part, names, how, own))
                  .iterator();
            },
            true);
  }

  private record Values(Iterator<Tuple2<Long, Row>> pairs) implements Iterator<Row> {
    @Override
    public boolean hasNext() {
      return pairs.hasNext();
    }

    @Override
    public Row next() {
      return pairs.next()._2();
    }
  }
}
