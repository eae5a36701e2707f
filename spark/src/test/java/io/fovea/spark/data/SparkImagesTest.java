package io.fovea.spark.data;

import static io.fovea.spark.Digits.pixels;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.data.DataSets;
import io.fovea.data.Images;
import io.fovea.data.base.DataOptions;
import io.fovea.data.base.DataSplit;
import io.fovea.data.base.ImageSize;
import io.fovea.dataset.Dataset;
import io.fovea.dataset.Framing;
import io.fovea.dataset.Image;
import io.fovea.spark.Digits;
import io.fovea.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SparkImagesTest {
  private static final SparkSession SPARK =
      SparkSession.builder()
          .master("local[2]")
          .appName("images")
          .config("spark.ui.enabled", false)
          .config("spark.sql.shuffle.partitions", 2)
          .getOrCreate();

  @TempDir Path folder;

  private static void assertSame(Dataset actual, Dataset expected) {
    assertThat(actual.size()).isEqualTo(expected.size());
    assertThat(actual.shape()).isEqualTo(expected.shape());
    assertThat(actual.classes()).isEqualTo(expected.classes());
    for (int i = 0; i < expected.size(); i++) {
      assertThat(actual.label(i)).isEqualTo(expected.label(i));
      assertThat(pixels(actual, i)).isEqualTo(pixels(expected, i));
    }
  }

  /** Class folders; names sort otherwise than their paths do, for a space is before a slash. */
  private Path pictures() throws IOException {
    Path root = folder.resolve("pictures");
    int seed = 0;
    for (String name : List.of("ant", "ant eater", "zebra")) {
      Path deep = Files.createDirectories(root.resolve(name).resolve("deep"));
      for (int i = 0; i < 3; i++) {
        byte[] pixels = new byte[3 * (6 + i) * 7];
        for (int k = 0; k < pixels.length; k++) {
          pixels[k] = (byte) (k * 31 + seed * 7);
        }
        Images.write(
            Image.of(3, 6 + i, 7, pixels),
            (i == 1 ? deep : root.resolve(name)).resolve(i + ".png"));
        seed++;
      }
    }
    return root;
  }

  /** The files of a folder of shards: their bytes, in order of names. */
  private static List<byte[]> shards(Path written) throws IOException {
    List<byte[]> all = new ArrayList<>();
    try (Stream<Path> files = Files.list(written)) {
      for (Path file :
          files.filter(each -> each.toString().endsWith(".parquet")).sorted().toList()) {
        all.add(Files.readAllBytes(file));
      }
    }
    return all;
  }

  @Test
  void write_realDigits_comeBackTheSame() throws IOException {
    Dataset digits = Digits.all();
    String shards = folder.resolve("digits").toString();
    SparkImages.of(SPARK, digits).write(shards, 5);
    assertThat(shards(Path.of(shards))).hasSize(5);
    SparkImages read = SparkImages.read(SPARK, shards);
    assertThat(read.count()).isEqualTo(600);
    assertSame(read.collect("digits"), digits);
    // The first shard has the first fifth of the rows.
    List<Row> first =
        read.rows()
            .where(functions.col("index").lt(120))
            .select(functions.input_file_name())
            .distinct()
            .collectAsList();
    assertThat(first).hasSize(1);
  }

  @Test
  void write_otherPartitions_sameBytes() throws IOException {
    SparkImages few = SparkImages.of(SPARK, Digits.all().first(90));
    SparkImages many = SparkImages.of(few.rows().repartition(7), few.classes(), few.count());
    few.write(folder.resolve("few").toString(), 3);
    many.write(folder.resolve("many").toString(), 3);
    List<byte[]> expected = shards(folder.resolve("few"));
    List<byte[]> actual = shards(folder.resolve("many"));
    assertThat(actual).hasSize(3);
    for (int i = 0; i < 3; i++) {
      assertThat(actual.get(i)).isEqualTo(expected.get(i));
    }
  }

  /** As Fovea's own reader of folders has them: the same order, classes and pixels. */
  @Test
  void folder_ofPictures_isAsTheLibraryReadsIt() throws IOException {
    Path root = pictures();
    Path library = folder.resolve("library");
    Files.createDirectories(library);
    Files.move(root, library.resolve("train"));
    Path test = library.resolve("test");
    for (String name : List.of("ant", "ant eater", "zebra")) {
      Files.createDirectories(test.resolve(name));
      Files.copy(
          library.resolve("train").resolve(name).resolve("0.png"),
          test.resolve(name).resolve("0.png"));
    }
    Dataset expected =
        DataSets.open(library.toString(), DataOptions.standard().withImageSize(new ImageSize(5, 4)))
            .train();
    SparkImages images = SparkImages.folder(SPARK, library.resolve("train").toString());
    SparkImages small = images.decoded(Optional.of(new ImageSize(5, 4)), false);
    assertSame(small.collect("pictures"), expected);
    assertThat(small.collect("pictures").framing()).isEqualTo(expected.framing());
    assertThat(small.collect("pictures").origin(1)).isEqualTo("ant/2.png");
    String shards = folder.resolve("shards").toString();
    small.write(shards, 2);
    Dataset read = SparkImages.read(SPARK, shards).collect("pictures");
    assertSame(read, expected);
    assertThat(read.framing()).isEqualTo(Framing.CROP);
    Dataset stretched =
        images.decoded(Optional.of(new ImageSize(5, 4)), false, Framing.STRETCH).collect("s");
    assertThat(stretched.framing()).isEqualTo(Framing.STRETCH);
    assertThat(pixels(stretched, 1)).isNotEqualTo(pixels(expected, 1));
  }

  /** One size chosen, framed, held out: as for the folder that the files are from. */
  @Test
  void open_shardsOfFiles_isAsTheLibraryOpensTheFolder() throws IOException {
    Path root = pictures();
    String shards = folder.resolve("pictures.parquet").toString();
    ConvertImages.convert(SPARK, root.toString(), shards, "--keep-files", "--shards", "2");
    for (Framing framing : List.of(Framing.CROP, Framing.STRETCH)) {
      List<String> ours = new ArrayList<>();
      List<String> library = new ArrayList<>();
      DataOptions options = DataOptions.standard().withFraming(framing);
      DataSplit expected = DataSets.open(root.toString(), options.withReporter(library::add));
      DataSplit opened =
          ParquetSets.open(SPARK, shards, options.withReporter(ours::add)).orElseThrow();
      assertSame(opened.train(), expected.train());
      assertSame(opened.test(), expected.test());
      assertThat(opened.train().framing()).isEqualTo(framing);
      assertThat(ours.getFirst().replace(".parquet", "")).isEqualTo(library.getFirst());
    }
  }

  /** Shards of pixels keep their size and framing, unless another size is asked for. */
  @Test
  void open_shardsOfPixels_keepsTheirFraming() throws IOException {
    SparkImages digits = SparkImages.of(SPARK, Digits.all().first(40));
    String shards = folder.resolve("digits").toString();
    digits.write(shards, 2);
    DataOptions options = DataOptions.standard();
    DataSplit same = ParquetSets.open(SPARK, shards, options).orElseThrow();
    assertThat(same.train().framing()).isEqualTo(Framing.STRETCH);
    assertThat(same.train().shape()).isEqualTo(Shape.of(1, 28, 28));
    DataOptions other = options.withImageSize(new ImageSize(20, 10)).withChannels(3);
    DataSplit cropped = ParquetSets.open(SPARK, shards, other).orElseThrow();
    assertThat(cropped.train().framing()).isEqualTo(Framing.CROP);
    assertThat(cropped.train().shape()).isEqualTo(Shape.of(3, 10, 20));
  }

  @Test
  void collect_imagesOfDifferentShapes_isRefused() throws IOException {
    SparkImages images = SparkImages.folder(SPARK, pictures().toString());
    assertThatThrownBy(() -> images.collect("pictures"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("; give all images one shape by decoded(size, grayscale)");
  }

  @Test
  void parts_ofAnyNumber_areTheIndicesModulo() throws IOException {
    Dataset digits = Digits.all().first(50);
    SparkImages images = SparkImages.of(SPARK, digits);
    SparkImages scattered =
        SparkImages.of(images.rows().repartition(5), images.classes(), images.count());
    List<List<String>> labels =
        scattered
            .parts("digits", 3)
            .map(
                part -> {
                  List<String> own = new ArrayList<>();
                  for (int i = 0; i < part.size(); i++) {
                    own.add(part.label(i) + " " + java.util.Arrays.hashCode(pixels(part, i)));
                  }
                  return own;
                })
            .collect();
    assertThat(labels).hasSize(3);
    for (int i = 0; i < 50; i++) {
      assertThat(labels.get(i % 3).get(i / 3))
          .isEqualTo(digits.label(i) + " " + java.util.Arrays.hashCode(pixels(digits, i)));
    }
  }

  @Test
  void shuffled_withASeed_isAPermutationThatDependsOnTheSeedAlone() throws IOException {
    SparkImages images = SparkImages.of(SPARK, Digits.all().first(40));
    Dataset once = images.shuffled(7).collect("once");
    SparkImages scattered =
        SparkImages.of(images.rows().repartition(5), images.classes(), images.count());
    assertSame(scattered.shuffled(7).collect("again"), once);
    List<String> origins = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      origins.add(once.origin(i));
    }
    List<String> inOrder =
        images
            .rows()
            .orderBy("index")
            .select("origin")
            .as(org.apache.spark.sql.Encoders.STRING())
            .collectAsList();
    assertThat(origins).containsExactlyInAnyOrderElementsOf(inOrder).isNotEqualTo(inOrder);
  }

  private org.apache.spark.sql.Dataset<Row> table(DataType labels, @Nullable Object... values)
      throws IOException {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      byte[] pixels = {(byte) i, 0, 0, 0};
      rows.add(RowFactory.create(i, Images.png(Image.of(1, 2, 2, pixels)), values[i]));
    }
    return SPARK.createDataFrame(
        rows,
        new StructType()
            .add("id", DataTypes.IntegerType)
            .add("bytes", DataTypes.BinaryType)
            .add("kind", labels));
  }

  @Test
  void table_ofOthers_keepsOrderAndNames() throws IOException {
    var named = table(DataTypes.StringType, "b", "a", "c", "a");
    Dataset read =
        SparkImages.table(named.repartition(3), "bytes", "kind", functions.col("id"))
            .collect("named");
    assertThat(read.classes()).containsExactly("a", "b", "c");
    assertThat(List.of(read.label(0), read.label(1), read.label(2))).containsExactly(1, 0, 2);
    assertThat(pixels(read, 3)).containsExactly(3, 0, 0, 0);
    var numbers = table(DataTypes.IntegerType, 10, 9, 100);
    assertThat(SparkImages.table(numbers, "bytes", "kind", functions.col("id")).classes())
        .containsExactly("9", "10", "100");
  }

  @Test
  void table_unfit_isRefused() throws IOException {
    var table = table(DataTypes.DoubleType, 1.0);
    var id = functions.col("id");
    assertThatThrownBy(() -> SparkImages.table(table, "picture", "kind", id))
        .hasMessage(
            "SparkImages: expects a column \"picture\", but the columns are id, bytes, kind; name the right one");
    assertThatThrownBy(() -> SparkImages.table(table, "id", "kind", id))
        .hasMessage("SparkImages: column id expects binary, got int; cast it first");
    assertThatThrownBy(() -> SparkImages.table(table, "bytes", "kind", id))
        .hasMessage(
            "SparkImages: column kind expects string or whole numbers, got double; cast it first");
    assertThatThrownBy(() -> SparkImages.table(table, "bytes", "id"))
        .hasMessage(
            "SparkImages: a table's rows have no order; name the columns that order them, such as an id");
    var holes = table(DataTypes.StringType, "a", null);
    assertThatThrownBy(() -> SparkImages.table(holes, "bytes", "kind", id))
        .hasMessage("SparkImages: column kind has null; filter rows without a label out first");
  }

  @Test
  void write_moreShardsThanImages_isRefused() throws IOException {
    SparkImages images = SparkImages.of(SPARK, Digits.all().first(2));
    assertThatThrownBy(() -> images.write(folder.resolve("x").toString(), 3))
        .hasMessage("SparkImages: expects 1 to 2 shards, so that each has an image, got 3");
    assertThatThrownBy(() -> images.parts("x", 0))
        .hasMessage("SparkImages: expects 1 to 2 parts, so that each has an image, got 0");
  }

  @Test
  void read_otherParquet_isRefused() {
    String path = folder.resolve("other").toString();
    SPARK.range(3).write().parquet(path);
    assertThatThrownBy(() -> SparkImages.read(SPARK, path))
        .hasMessage(
            "SparkImages: %s expects shards of SparkImages.write, got columns id; read other tables by SparkImages.table"
                .formatted(path));
  }

  @Test
  void convert_folderThenParquet_sayWhatTheyWrote() throws IOException {
    String kept = folder.resolve("kept").toString();
    assertThat(
            ConvertImages.convert(
                SPARK, pictures().toString(), kept, "--keep-files", "--shards", "2"))
        .containsExactly(kept + ": 9 images of 3 classes in 2 shards");
    String again = folder.resolve("again").toString();
    ConvertImages.convert(
        SPARK, kept, again, "--from", "parquet", "--size", "5x4", "--grayscale", "--shuffle", "1");
    Dataset small = SparkImages.read(SPARK, again).collect("again");
    assertThat(small.shape().toString()).isEqualTo("1x4x5");
    assertThat(small.classes()).containsExactly("ant", "ant eater", "zebra");
  }

  @Test
  void convert_setOfIdxFiles_writesBothParts() throws IOException {
    String idx = Digits.idxFolder(folder.resolve("idx")).toString();
    String target = folder.resolve("shards").toString();
    ConvertImages.convert(SPARK, idx, target, "--from", "set", "--shards", "2");
    assertSame(SparkImages.read(SPARK, target + "/train").collect("train"), Digits.train());
    assertSame(SparkImages.read(SPARK, target + "/test").collect("test"), Digits.test());
  }

  @Test
  void convert_wrongArguments_areRefused() {
    assertThatThrownBy(() -> ConvertImages.convert(SPARK, "a"))
        .hasMessageStartingWith("ConvertImages: expects a source and a target, got [a]; usage: ");
    assertThatThrownBy(() -> ConvertImages.convert(SPARK, "a", "b", "--shard"))
        .hasMessageStartingWith(
            "ConvertImages: unknown option, or an option without a value: --shard; usage: ");
    assertThatThrownBy(() -> ConvertImages.convert(SPARK, "a", "b", "--from", "idx"))
        .hasMessage("ConvertImages: --from expects folder, set or parquet, got idx");
  }
}
