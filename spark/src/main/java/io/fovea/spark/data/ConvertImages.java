package io.fovea.spark.data;

import io.fovea.data.DataSets;
import io.fovea.data.base.DataException;
import io.fovea.data.base.DataOptions;
import io.fovea.data.base.DataSplit;
import io.fovea.data.base.ImageSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.SparkSession;

/**
 * Converts images to parquet shards; a program for spark-submit:
 *
 * <pre>
 * ConvertImages SOURCE TARGET [--from folder|set|parquet] [--shards N] [--size WxH] [--grayscale]
 *     [--keep-files] [--shuffle SEED] [--content COLUMN] [--label COLUMN]
 * </pre>
 *
 * <p>SOURCE is a folder of class folders; with {@code --from set}, a named set such as {@code
 * mnist} or a local folder of IDX files, whose two parts become TARGET/train and TARGET/test; with
 * {@code --from parquet}, tables with a column of image files' bytes (content) and one of labels
 * (label), in the order of files and rows.
 */
public final class ConvertImages {
  private static final List<String> FLAGS = List.of("--grayscale", "--keep-files");
  private static final List<String> OPTIONS =
      List.of("--from", "--shards", "--size", "--shuffle", "--content", "--label");
  private static final String USAGE =
      "usage: ConvertImages SOURCE TARGET [--from folder|set|parquet] [--shards N] [--size WxH] [--grayscale] [--keep-files] [--shuffle SEED] [--content COLUMN] [--label COLUMN]";

  private final Map<String, String> options = new TreeMap<>();
  private final String source;
  private final String target;

  private ConvertImages(String[] arguments) {
    List<String> places = new ArrayList<>();
    for (int i = 0; i < arguments.length; i++) {
      String argument = arguments[i];
      if (FLAGS.contains(argument)) {
        options.put(argument, "");
      } else if (OPTIONS.contains(argument) && i + 1 < arguments.length) {
        options.put(argument, arguments[++i]);
      } else if (argument.startsWith("--")) {
        throw new IllegalArgumentException(
            "ConvertImages: unknown option, or an option without a value: "
                + argument
                + "; "
                + USAGE);
      } else {
        places.add(argument);
      }
    }
    if (places.size() != 2) {
      throw new IllegalArgumentException(
          "ConvertImages: expects a source and a target, got " + places + "; " + USAGE);
    }
    source = places.get(0);
    target = places.get(1);
  }

  /** Converts in the session of spark-submit. */
  public static void main(String[] arguments) throws DataException {
    ConvertImages conversion = new ConvertImages(arguments);
    SparkSession spark = SparkSession.builder().appName("ConvertImages").getOrCreate();
    conversion.run(spark).forEach(System.out::println);
  }

  /** Converts, and returns a line for each written folder. */
  static List<String> convert(SparkSession spark, String... arguments) throws DataException {
    return new ConvertImages(arguments).run(spark);
  }

  private List<String> run(SparkSession spark) throws DataException {
    String from = options.getOrDefault("--from", "folder");
    return switch (from) {
      case "folder" -> List.of(write(SparkImages.folder(spark, source), target));
      case "parquet" -> List.of(write(table(spark), target));
      case "set" -> {
        DataSplit split = DataSets.open(source, DataOptions.standard());
        yield List.of(
            write(SparkImages.of(spark, split.train()), target + "/train"),
            write(SparkImages.of(spark, split.test()), target + "/test"));
      }
      default ->
          throw new IllegalArgumentException(
              "ConvertImages: --from expects folder, set or parquet, got " + from);
    };
  }

  private SparkImages table(SparkSession spark) {
    return SparkImages.table(
        spark,
        source,
        options.getOrDefault("--content", "content"),
        options.getOrDefault("--label", "label"));
  }

  private String write(SparkImages images, String folder) {
    String size = options.get("--size");
    SparkImages pixels =
        options.containsKey("--keep-files")
            ? images
            : images.decoded(
                Optional.ofNullable(size).map(ImageSize::parse),
                options.containsKey("--grayscale"));
    SparkImages ordered =
        options.containsKey("--shuffle") ? pixels.shuffled(number("--shuffle", "0")) : pixels;
    int shards = Math.toIntExact(Math.min(images.count(), number("--shards", "8")));
    ordered.write(folder, shards);
    return "%s: %d images of %d classes in %d shards"
        .formatted(folder, images.count(), images.classes().size(), shards);
  }

  private long number(String option, String otherwise) {
    String text = options.getOrDefault(option, otherwise);
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException noNumber) {
      throw new IllegalArgumentException(
          "ConvertImages: %s expects a whole number, got %s".formatted(option, text), noNumber);
    }
  }
}
