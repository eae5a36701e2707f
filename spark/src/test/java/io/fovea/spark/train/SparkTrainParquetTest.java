package io.fovea.spark.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.data.Images;
import io.fovea.dataset.Image;
import io.fovea.spark.Digits;
import io.fovea.spark.data.SparkImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("gate")
@Timeout(120)
class SparkTrainParquetTest {
  @TempDir static Path shared;
  @TempDir Path folder;

  @BeforeAll
  static void writeParquet() throws IOException {
    Digits.idxFolder(shared.resolve("digits"));
    try (SparkSession spark = Sessions.local(2)) {
      SparkImages.of(spark, Digits.train()).write(place("shards/train"), 3);
      SparkImages.of(spark, Digits.test()).write(place("shards/test"), 2);
      write(spark, pictures(50), DataTypes.BinaryType, "other/train");
      write(spark, pictures(2), DataTypes.BinaryType, "other/test");
      write(spark, pictures(100), DataTypes.BinaryType, "table");
      write(spark, List.of(RowFactory.create("text", 3)), DataTypes.StringType, "texts");
      byte[] broken = "hello".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
      write(spark, List.of(RowFactory.create(broken, 3)), DataTypes.BinaryType, "broken");
      spark.range(3).write().parquet(place("numbers"));
    }
  }

  private static String place(String name) {
    return shared.resolve(name).toString();
  }

  /** Files of digits in two sizes, every third in colour. */
  private static List<Row> pictures(int count) throws IOException {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Image image = Digits.train().image(i).resized(14 + i % 2, 14).withChannels(i % 3 < 2 ? 1 : 3);
      rows.add(RowFactory.create(Images.png(image), Digits.train().label(i)));
    }
    return rows;
  }

  private static void write(SparkSession spark, List<Row> rows, DataType content, String name) {
    StructType schema =
        new StructType().add("content", content).add("label", DataTypes.IntegerType);
    spark.createDataFrame(rows, schema).coalesce(1).write().parquet(place(name));
  }

  private CommandRun train(String data, String out, String... more) {
    List<String> all = new ArrayList<>(List.of("spark-train", place(data)));
    all.addAll(
        List.of(
            "--model pooled --epochs 1 --batch 50 --lr 0.01 --master local[2] --conf spark.ui.enabled=false --conf spark.driver.host=localhost --conf spark.driver.bindAddress=127.0.0.1"
                .split(" ", -1)));
    all.addAll(List.of("--out", folder.resolve(out).toString()));
    all.addAll(List.of(more));
    return CommandRun.of(all);
  }

  @Test
  void shards_ofIdxFiles_trainToTheBitsOfTheFiles() {
    CommandRun files = train("digits", "files");
    assertThat(files.exit()).as(files.err()).isZero();
    CommandRun shards = train("shards", "shards");
    assertThat(shards.exit()).as(shards.err()).isZero();
    assertThat(shards.err())
        .contains("pooled on shards: 500 training images, 100 test images of 1x28x28, 10 classes");
    assertThat(folder.resolve("shards/model.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("files/model.safetensors"));
    assertThat(folder.resolve("shards/report.html")).isNotEmptyFile();
    CommandRun again =
        CommandRun.of(
            List.of(
                "spark-train",
                "--resume",
                folder.resolve("shards").toString(),
                "--master",
                "local[2]",
                "--conf",
                "spark.ui.enabled=false"));
    assertThat(again.exit()).as(again.err()).isZero();
    assertThat(again.err()).contains("resuming at step 10, epoch ");
  }

  @Test
  void table_withoutTestImages_oneTenthIsHeldOut() {
    CommandRun run = train("table", "run", "--limit", "80");
    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.err())
        .containsPattern(
            "pooled on table: 80 training images, \\d+ test images of 3x14x14, 10 classes")
        .containsPattern(
            "no test set of its own: one tenth held out as test set \\(\\d+ of 100 images, seed 42\\)");
    CommandRun grey = train("table", "grey", "--grayscale", "--image-size", "12x16");
    assertThat(grey.exit()).as(grey.err()).isZero();
    assertThat(grey.err()).contains(" test images of 1x16x12, 10 classes");
  }

  private void assertFails(CommandRun run, int exit, String expected) {
    assertThat(run.exit()).as(run.err()).isEqualTo(exit);
    assertThat(run.lastError()).isEqualTo("fovea: " + expected);
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @Test
  void otherParquet_isRefusedWithTheCure() {
    assertFails(
        train("numbers", "run"),
        1,
        "data: %s: expects shards that ConvertImages has written, or columns content (bytes of image files) and label, got the columns id; convert it by ConvertImages %<s TARGET --from parquet --content COLUMN --label COLUMN"
            .formatted(place("numbers")));
    assertFails(
        train("texts", "run"),
        1,
        "data: %s: column content expects binary, got string; cast it first"
            .formatted(place("texts")));
    assertFails(
        train("broken", "run"),
        1,
        "data: %s: image row 0: expects a PNG, JPEG, BMP or GIF file, got one that begins with bytes 68 65 6c 6c; convert it"
            .formatted(place("broken")));
  }

  /** A byte of a picture, the end of the file, its first half; Hadoop's own checksums are gone. */
  @ParameterizedTest
  @ValueSource(strings = {"byte", "end", "half"})
  void shard_damaged_isRefusedByName(String damage) throws IOException {
    Path shards = folder.resolve("shards");
    try (SparkSession spark = Sessions.local(2)) {
      SparkImages.of(spark, Digits.train()).write(shards.toString(), 3);
    }
    List<Path> files;
    try (Stream<Path> all = Files.list(shards)) {
      files = all.filter(file -> file.toString().endsWith(".parquet")).sorted().toList();
    }
    Path second = files.get(1);
    Files.delete(shards.resolve("." + second.getFileName() + ".crc"));
    byte[] bytes = Files.readAllBytes(second);
    bytes[bytes.length / 2] ^= (byte) (damage.equals("byte") ? 1 : 0);
    int length = bytes.length / (damage.equals("half") ? 2 : 1) - (damage.equals("end") ? 4 : 0);
    Files.write(second, Arrays.copyOf(bytes, length));
    CommandRun run = train(shards.toString(), "run");
    assertThat(run.exit()).as(run.err()).isEqualTo(1);
    assertThat(run.lastError())
        .startsWith("fovea: data: Spark cannot read " + shards + ": ")
        .contains(String.valueOf(second.getFileName()));
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @Test
  void trainAndTest_ofOtherClasses_areRefused() {
    CommandRun run = train("other", "run");
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.lastError())
        .matches(
            "fovea: data: .*other: train and test must have the same classes, got \\[0, 1, .*, 9] and \\[., .]");
  }

  @Test
  void imagesFromWorkers_ofParquet_areRefused() {
    assertFails(
        train("shards", "run", "--images-from", "workers"),
        2,
        "--images-from: workers can open folders only, and %s is parquet, which the driver reads through Spark; leave the flag out; see fovea spark-train --help"
            .formatted(place("shards")));
  }
}
