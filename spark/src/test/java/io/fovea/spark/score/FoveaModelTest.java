package io.fovea.spark.score;

import static io.fovea.spark.Digits.pixels;
import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.data.Images;
import io.fovea.dataset.Dataset;
import io.fovea.dataset.Framing;
import io.fovea.dataset.Image;
import io.fovea.inference.Prediction;
import io.fovea.network.Network;
import io.fovea.spark.Digits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FoveaModelTest {
  private static final SparkSession SPARK = Given.spark();

  @TempDir Path folder;

  private static org.apache.spark.sql.Dataset<Row> rows(
      int count, DataType type, IntFunction<Object> value) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(RowFactory.create(i, value.apply(i)));
    }
    StructType schema = new StructType().add("id", DataTypes.IntegerType).add("content", type);
    return SPARK.createDataFrame(rows, schema);
  }

  private static Object value(String kind, float[] pixels) {
    double[] doubles = new double[pixels.length];
    Integer[] ints = new Integer[pixels.length];
    byte[] bytes = new byte[pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      doubles[i] = pixels[i];
      ints[i] = (int) pixels[i];
      bytes[i] = (byte) (int) pixels[i];
    }
    return switch (kind) {
      case "floats" -> pixels;
      case "doubles" -> doubles;
      case "ints" -> ints;
      case "bytes" -> bytes;
      case "dense" -> Vectors.dense(doubles);
      case "sparse" -> Vectors.dense(doubles).toSparse();
      default -> throw new IllegalArgumentException(kind);
    };
  }

  private static DataType type(String kind) {
    return switch (kind) {
      case "floats" -> DataTypes.createArrayType(DataTypes.FloatType);
      case "doubles" -> DataTypes.createArrayType(DataTypes.DoubleType, false);
      case "ints" -> DataTypes.createArrayType(DataTypes.IntegerType);
      case "bytes" -> DataTypes.BinaryType;
      case "dense", "sparse" -> SQLDataTypes.VectorType();
      default -> throw new IllegalArgumentException(kind);
    };
  }

  /** Scores rows, in an order, and compares with what the classifier itself says. */
  private static List<Row> assertAnswers(
      FoveaModel model,
      org.apache.spark.sql.Dataset<Row> rows,
      String order,
      List<Prediction> expected) {
    List<Row> scored = model.transform(rows).orderBy(order).collectAsList();
    assertThat(Given.predictions(expected.getFirst().labels(), scored)).isEqualTo(expected);
    return scored;
  }

  private org.apache.spark.sql.Dataset<Row> files(String format, List<Image> images)
      throws IOException {
    return SPARK.read().format(format).load(Given.pngFolder(folder, images).toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"floats", "doubles", "ints", "bytes", "dense", "sparse"})
  void transform_pixelsOfAnyType_answersAsTheClassifier(String kind) throws IOException {
    Network network = Given.digitsModel();
    Dataset digits = Digits.all().first(70);
    FoveaModel model = FoveaModel.of(network).setBytesAre("pixels").setBatchSize(32);
    var rows = rows(70, type(kind), i -> value(kind, pixels(digits, i)));
    List<Row> scored = assertAnswers(model, rows, "id", Given.answers(network, digits));
    long right =
        scored.stream()
            .filter(
                row -> row.<Double>getAs("prediction") == digits.label(row.<Integer>getAs("id")))
            .count();
    assertThat(right).isGreaterThan(67); // 99.3 % on the whole of MNIST
  }

  @Test
  void transform_filesOfBinaryFile_answersAsTheClassifier() throws IOException {
    List<Image> images = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      Image digit = Digits.all().image(i);
      images.add(
          switch (i % 4) {
            case 0 -> digit;
            case 1 -> digit.inverted();
            case 2 -> digit.resized(41, 37);
            default -> digit.withChannels(3);
          });
    }
    assertAnswers(
        FoveaModel.fromFile(Given.MODEL),
        files("binaryFile", images),
        "path",
        Given.answers(Given.digitsModel(), images));
  }

  /** Spark has blue first. */
  @Test
  void transform_imagesOfTheImageSource_answersAsTheClassifier() throws IOException {
    Network network = Given.colourModel();
    List<Image> images =
        List.of(
            Given.noise(3, 9, 11, 1),
            Given.noise(3, 20, 15, 2),
            Given.noise(1, 9, 11, 3),
            Given.noise(3, 9, 11, 4));
    FoveaModel model = FoveaModel.of(network).setInputCol("image");
    var rows = files("image", images);
    List<Row> scored = assertAnswers(model, rows, "image.origin", Given.answers(network, images));
    List<Row> parts =
        model
            .transform(rows)
            .select("image.height", "image.origin", "predictedLabel")
            .orderBy("origin")
            .collectAsList();
    assertThat(parts.get(1).getInt(0)).isEqualTo(20);
    assertThat(parts.get(1).getString(1)).endsWith("001.png");
    assertThat(parts.get(1).getString(2)).isEqualTo(scored.get(1).getAs("predictedLabel"));
  }

  /** A photograph is cropped to the input's shape, whichever way Spark has read it. */
  @ParameterizedTest
  @CsvSource({"binaryFile, content, path", "image, image, image.origin"})
  void transform_modelThatCrops_answersAsTheClassifier(String format, String column, String order)
      throws IOException {
    Network colour = Given.colourModel();
    Network network =
        Network.of(
            colour.graph(),
            colour.weights(),
            colour.preprocessing().withFraming(Framing.CROP),
            colour.labels());
    List<Image> photos = List.of(Given.noise(3, 30, 90, 1), Given.noise(3, 61, 20, 2));
    List<Prediction> cropped = Given.answers(network, photos);
    FoveaModel model = FoveaModel.of(network).setInputCol(column);
    assertAnswers(model, files(format, photos), order, cropped);
    assertThat(cropped).isNotEqualTo(Given.answers(colour, photos));
  }

  /** Half of blue 200 on white: 0.5 * 200 + 0.5 * 255 = 227.5, with 128/255 for a half: 227. */
  @Test
  void transform_transparentImage_liesOnWhite() {
    byte[] transparent = new byte[9 * 11 * 4];
    byte[] onWhite = new byte[9 * 11 * 3];
    for (int i = 0; i < 99; i++) {
      transparent[4 * i] = (byte) 200;
      transparent[4 * i + 3] = (byte) 128;
      onWhite[3 * i] = (byte) 127;
      onWhite[3 * i + 1] = (byte) 127;
      onWhite[3 * i + 2] = (byte) 227;
    }
    Row image = RowFactory.create("a.png", 9, 11, 4, 24, transparent);
    Network network = Given.colourModel();
    assertAnswers(
        FoveaModel.of(network),
        rows(1, org.apache.spark.ml.image.ImageSchema.columnSchema(), i -> image),
        "id",
        Given.answers(network, List.of(Image.of(3, 9, 11, onWhite))));
  }

  @Test
  void transform_channelsFirst_areReordered() {
    Network network = Given.colourModel();
    List<Image> images = List.of(Given.noise(3, 9, 11, 1), Given.noise(3, 9, 11, 2));
    IntFunction<Object> first =
        i -> {
          float[] planes = new float[3 * 99];
          for (int k = 0; k < planes.length; k++) {
            planes[k] = images.get(i).get(k / 99, k % 99 / 11, k % 11);
          }
          return planes;
        };
    assertAnswers(
        FoveaModel.of(network).setChannelOrder("first"),
        rows(2, type("floats"), first),
        "id",
        Given.answers(network, images));
  }

  @Test
  void transform_numbersThatAreInputs_areTakenAsTheyAre() throws IOException {
    Network network = Given.digitsModel();
    Dataset digits = Digits.all().first(5);
    IntFunction<Object> inputs =
        i -> {
          float[] x = pixels(digits, i);
          network.preprocessing().apply(x, 0, x.length);
          return x;
        };
    assertAnswers(
        FoveaModel.of(network).setNumbersAre("inputs"),
        rows(5, type("floats"), inputs),
        "id",
        Given.answers(network, digits));
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "2, 1", "3, 7", "7, 64"})
  void transform_anyPartitionsAndBatches_sameBits(int partitions, int batch) throws IOException {
    Network network = Given.digitsModel();
    Dataset digits = Digits.all().first(50);
    assertAnswers(
        FoveaModel.of(network).setBatchSize(batch),
        rows(50, type("floats"), i -> pixels(digits, i)).repartition(partitions),
        "id",
        Given.answers(network, digits));
  }

  /** A file that PyTorch, say, could have exported; here the model itself as ONNX. */
  @Test
  void transform_onnxFile_answersAsTheNetworkReadFromIt() throws IOException {
    Path file = folder.resolve("digits.onnx");
    io.fovea.format.onnx.Onnx.write(Given.digitsModel(), file);
    Dataset digits = Digits.all().first(5);
    assertAnswers(
        FoveaModel.fromFile(file.toString()),
        rows(5, type("floats"), i -> pixels(digits, i)),
        "id",
        Given.answers(io.fovea.format.onnx.Onnx.read(file), digits));
  }

  @Test
  void transform_otherColumns_passThroughWithTheirMetadata() {
    org.apache.spark.sql.Dataset<Row> rows =
        SPARK.sql(
            """
            SELECT id, array_repeat(CAST(id AS FLOAT), 297) AS content, CAST(id AS DECIMAL(20,3)) AS money,
              TIMESTAMP '2026-01-02 03:04:05' AS time, named_struct('a', array('x', NULL), 'b', map('k', id)) AS `deep.er`,
              IF(id = 1, NULL, CAST(id AS STRING)) AS text, INTERVAL 3 DAYS AS span, CAST('ab' AS BINARY) AS raw
            FROM range(4)\
            """);
    rows =
        rows.withMetadata(
            "text",
            new org.apache.spark.sql.types.MetadataBuilder().putString("unit", "cm").build());
    org.apache.spark.sql.Dataset<Row> scored = FoveaModel.of(Given.colourModel()).transform(rows);
    org.apache.spark.sql.Dataset<Row> rest =
        scored.drop("prediction", "predictedLabel", "probability");
    assertThat(rest.schema()).isEqualTo(rows.schema());
    assertThat(comparable(rest)).isEqualTo(comparable(rows));
    assertThat(rest.orderBy("id").select("`deep.er`").collectAsList())
        .isEqualTo(rows.orderBy("id").select("`deep.er`").collectAsList());
    assertThat(scored.filter("id < 2").count()).isEqualTo(2);
  }

  /** Bytes as text, for arrays of bytes are only equal to themselves. */
  private static List<Row> comparable(org.apache.spark.sql.Dataset<Row> rows) {
    return rows.drop("deep.er")
        .withColumn("raw", functions.hex(functions.col("raw")))
        .orderBy("id")
        .collectAsList();
  }

  @Test
  void transform_result_hasTheAnnouncedSchema() {
    FoveaModel model = FoveaModel.of(Given.colourModel()).setPredictedLabelCol("");
    org.apache.spark.sql.Dataset<Row> rows = rows(1, type("floats"), i -> new float[297]);
    StructType schema = model.transform(rows).schema();
    assertThat(schema).isEqualTo(model.transformSchema(rows.schema()));
    assertThat(schema.fieldNames()).containsExactly("id", "content", "prediction", "probability");
    StructField prediction = schema.apply("prediction");
    NominalAttribute classes = (NominalAttribute) Attribute.fromStructField(prediction);
    assertThat(classes.values().get()).containsExactly("ant", "bee", "cat");
  }

  /** Jobs that want a few rows, none, or several actions on one result. */
  @Test
  void transform_emptyAndLimitedAndRepeated_works() {
    FoveaModel model = FoveaModel.of(Given.colourModel());
    org.apache.spark.sql.Dataset<Row> scored =
        model.transform(rows(600, type("floats"), i -> new float[297]).repartition(3));
    assertThat(scored.limit(3).collectAsList()).hasSize(3);
    assertThat(scored.count()).isEqualTo(600);
    assertThat(scored.groupBy("predictedLabel").agg(functions.count("*")).collectAsList())
        .hasSize(1);
    assertThat(model.transform(rows(0, type("floats"), i -> new float[0])).collectAsList())
        .isEmpty();
  }

  @Test
  void transform_rowsInAStream_areScored() throws Exception {
    Path files = Given.pngFolder(folder, List.of(Given.noise(3, 9, 11, 1)));
    org.apache.spark.sql.Dataset<Row> stream =
        SPARK
            .readStream()
            .format("binaryFile")
            .schema(SPARK.read().format("binaryFile").load(files.toString()).schema())
            .load(files.toString());
    org.apache.spark.sql.streaming.StreamingQuery query =
        FoveaModel.of(Given.colourModel())
            .transform(stream)
            .writeStream()
            .format("memory")
            .queryName("scored")
            .trigger(org.apache.spark.sql.streaming.Trigger.AvailableNow())
            .start();
    query.awaitTermination();
    List<Prediction> expected =
        Given.answers(Given.colourModel(), List.of(Images.read(files.resolve("000.png"))));
    assertThat(
            Given.predictions(Given.colourModel().labels(), SPARK.table("scored").collectAsList()))
        .isEqualTo(expected);
  }
}
