package io.fovea.spark.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.data.Images;
import io.fovea.inference.Prediction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.SparkException;
import org.apache.spark.ml.image.ImageSchema;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that cannot be scored: what is said of them, and what becomes of them. */
class InvalidRowsTest {
  private static final SparkSession SPARK = Given.spark();
  private static final DataType FLOATS = DataTypes.createArrayType(DataTypes.FloatType);

  @TempDir Path folder;

  private static FoveaModel model() {
    return FoveaModel.of(Given.colourModel()).setErrorCol("error").setHandleInvalid("keep");
  }

  private static Dataset<Row> rows(DataType type, @Nullable Object... values) {
    List<Row> rows = new ArrayList<>();
    for (Object value : values) {
      rows.add(RowFactory.create(rows.size(), value));
    }
    return SPARK.createDataFrame(
        rows, new StructType().add("id", DataTypes.IntegerType).add("content", type));
  }

  private static List<String> errors(FoveaModel model, Dataset<Row> rows) {
    return model.transform(rows).orderBy("id").collectAsList().stream()
        .map(row -> row.<String>getAs("error"))
        .toList();
  }

  private static float[] pixels(float value) {
    float[] pixels = new float[297];
    Arrays.fill(pixels, value);
    return pixels;
  }

  @Test
  void handleInvalid_filesGoodAndBad_failsSkipsOrKeeps() throws IOException {
    Path files =
        Given.pngFolder(folder, List.of(Given.noise(3, 9, 11, 1), Given.noise(3, 9, 11, 2)));
    Path bad = files.resolve("000-bad.png");
    Files.writeString(bad, "hello");
    Dataset<Row> rows =
        SPARK.read().format("binaryFile").load(files.toString()).coalesce(1).orderBy("path");
    List<Prediction> expected =
        Given.answers(
            Given.colourModel(),
            List.of(Images.read(files.resolve("000.png")), Images.read(files.resolve("001.png"))));
    List<String> labels = Given.colourModel().labels();

    List<Row> skipped = model().setHandleInvalid("skip").transform(rows).collectAsList();
    assertThat(Given.predictions(labels, skipped)).isEqualTo(expected);

    List<Row> kept = model().transform(rows).orderBy("path").collectAsList();
    assertThat(kept).hasSize(3);
    Row unanswered = kept.getFirst();
    assertThat(unanswered.<Object>getAs("prediction")).isNull();
    assertThat(unanswered.<Object>getAs("predictedLabel")).isNull();
    assertThat(unanswered.<Object>getAs("probability")).isNull();
    String reason =
        "FoveaModel: image content of file:%s: expects a PNG, JPEG, BMP or GIF file, got one that begins with bytes 68 65 6c 6c; convert it"
            .formatted(bad);
    assertThat(unanswered.<String>getAs("error")).isEqualTo(reason);
    assertThat(Given.predictions(labels, kept.subList(1, 3))).isEqualTo(expected);
    assertThat(kept.get(1).<Object>getAs("error")).isNull();

    Dataset<Row> failing = model().setHandleInvalid("error").transform(rows);
    assertThatThrownBy(failing::collectAsList)
        .isInstanceOf(SparkException.class)
        .hasRootCauseMessage(reason)
        .hasMessageContaining(
            reason
                + " (handleInvalid \"skip\" leaves such rows out, \"keep\" keeps them without a prediction)");
  }

  @Test
  void keep_numbersThatDoNotFit_errorNamesTheReason() {
    Float[] holes = new Float[297];
    Arrays.fill(holes, 1f);
    holes[70] = null;
    float[] negative = pixels(7);
    negative[3] = -1;
    float[] unknown = pixels(7);
    unknown[296] = Float.NaN;
    assertThat(
            errors(
                model(),
                rows(
                    FLOATS,
                    pixels(-0f),
                    null,
                    new float[296],
                    holes,
                    negative,
                    pixels(256),
                    unknown)))
        .containsExactly(
            null,
            "FoveaModel: content: expects a picture, got null",
            "FoveaModel: content: expects 297 numbers (3x9x11), got 296",
            "FoveaModel: content: expects numbers in the array, got null",
            "FoveaModel: content: expects pixels from 0 to 255, got -1.0 at index 3; for scaled numbers set numbersAre to \"inputs\"",
            "FoveaModel: content: expects pixels from 0 to 255, got 256.0 at index 0; for scaled numbers set numbersAre to \"inputs\"",
            "FoveaModel: content: expects pixels from 0 to 255, got NaN at index 296; for scaled numbers set numbersAre to \"inputs\"");
    assertThat(
            errors(
                model().setNumbersAre("inputs"),
                rows(
                    FLOATS,
                    negative,
                    pixels(-Float.MAX_VALUE),
                    pixels(Float.NaN),
                    pixels(Float.POSITIVE_INFINITY))))
        .containsExactly(
            null,
            null,
            "FoveaModel: content: expects finite numbers, got NaN at index 0",
            "FoveaModel: content: expects finite numbers, got Infinity at index 0");
  }

  @Test
  void keep_vectorsAndBytesThatDoNotFit_errorNamesTheReason() {
    assertThat(
            errors(
                model(),
                rows(
                    SQLDataTypes.VectorType(),
                    Vectors.sparse(298, new int[] {1}, new double[] {1}),
                    Vectors.dense(1, 2),
                    Vectors.sparse(297, new int[] {5}, new double[] {300}))))
        .containsExactly(
            "FoveaModel: content: expects 297 numbers (3x9x11), got 298",
            "FoveaModel: content: expects 297 numbers (3x9x11), got 2",
            "FoveaModel: content: expects pixels from 0 to 255, got 300.0 at index 5; for scaled numbers set numbersAre to \"inputs\"");
    byte[] text = "hello".getBytes(StandardCharsets.US_ASCII);
    assertThat(
            errors(model().setBytesAre("pixels"), rows(DataTypes.BinaryType, text, new byte[297])))
        .containsExactly(
            "FoveaModel: content: expects 297 bytes (3x9x11 pixels), got 5; for image files set bytesAre to \"files\"",
            null);
    assertThat(errors(model(), rows(DataTypes.BinaryType, (Object) new byte[297])))
        .containsExactly(
            "FoveaModel: image content: expects a PNG, JPEG, BMP or GIF file, got one that begins with bytes 00 00 00 00; convert it; for bytes that are pixels set bytesAre to \"pixels\"");
  }

  /** What Spark's image source gives for a file that it cannot decode, and an image of floats. */
  @Test
  void keep_imagesThatDoNotFit_errorNamesTheReason() {
    Row undecoded = RowFactory.create("a.png", -1, -1, -1, -1, new byte[0]);
    Row floats = RowFactory.create("b.png", 1, 1, 3, 21, new byte[12]);
    String tail = "; Spark could not decode the file, or this column is not from its image source";
    assertThat(errors(model(), rows(ImageSchema.columnSchema(), undecoded, floats)))
        .containsExactly(
            "FoveaModel: content of a.png: expects an image of 8 bits and 1, 3 or 4 channels, got -1x-1x-1 in mode -1 with 0 bytes"
                + tail,
            "FoveaModel: content of b.png: expects an image of 8 bits and 1, 3 or 4 channels, got 3x1x1 in mode 21 with 12 bytes"
                + tail);
  }
}
