package io.fovea.spark.score;

import io.fovea.data.Images;
import io.fovea.data.base.DataException;
import io.fovea.dataset.Dataset;
import io.fovea.dataset.Image;
import io.fovea.inference.Classifier;
import io.fovea.inference.Prediction;
import io.fovea.kernel.KernelSet;
import io.fovea.network.ConvOption;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.spark.Digits;
import io.fovea.tensor.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * Images a second and core: a Spark of one core (local[1]) against the classifier on one thread, in
 * turn in one process, on the same images in memory. No test: see bench/RESULTS.md for the command.
 * Spark's side is {@code transform} with all added columns, from cached rows into the sink that
 * throws them away. The classifier's side turns the same pixels, numbers or files into answers in
 * batches of 256.
 */
public final class ScoringSpeed {
  private static final int ROUNDS = 5;
  private static final double SECONDS = 0.5;
  private static final int BATCH = 256;

  private ScoringSpeed() {}

  private interface Work {
    void run() throws IOException;
  }

  /** Prints a line for each network and kind of column; of those that are named, pooled-bytes. */
  public static void main(String[] arguments) throws IOException {
    List<String> wanted = List.of(arguments);
    SparkSession spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", false)
            .config("spark.sql.shuffle.partitions", 1)
            .getOrCreate();
    Dataset digits = Digits.all();
    for (String network : List.of("pooled", "two-layer")) {
      Network model = network.equals("pooled") ? Given.digitsModel() : twoLayer();
      for (String kind : List.of("bytes", "floats", "files")) {
        boolean decodingAgain = network.equals("two-layer") && kind.equals("files");
        if (decodingAgain || (!wanted.isEmpty() && !wanted.contains(network + "-" + kind))) {
          continue;
        }
        measure(spark, network, model, kind, digits);
      }
    }
    spark.stop();
  }

  private static Network twoLayer() {
    return Network.input(1, 28, 28)
        .conv2d(16, 5, ConvOption.padding(2))
        .relu()
        .conv2d(32, 5, ConvOption.padding(2))
        .relu()
        .flatten()
        .dense(100)
        .relu()
        .dense(10)
        .build(Initializer.he(), 1);
  }

  private static void measure(
      SparkSession spark, String name, Network network, String kind, Dataset digits)
      throws IOException {
    // So many that a job takes seconds: planning it is no row's fault.
    int rows = name.equals("pooled") ? 120_000 : 30_000;
    Object[] values = new Object[digits.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(kind, digits, i);
    }
    List<Row> all = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      all.add(RowFactory.create((long) i, values[i % values.length]));
    }
    StructType schema = new StructType().add("id", DataTypes.LongType).add("content", type(kind));
    MapFunction<Long, Row> row = id -> RowFactory.create(id, values[(int) (id % values.length)]);
    org.apache.spark.sql.Dataset<Row> cached =
        spark
            .range(0, rows, 1, 1)
            .map(row, Encoders.row(schema))
            .persist(StorageLevel.MEMORY_ONLY());
    cached.count();
    FoveaModel model =
        FoveaModel.of(network).setBytesAre(kind.equals("bytes") ? "pixels" : "files");
    Work scoring = () -> model.transform(cached).write().format("noop").mode("overwrite").save();
    try (Classifier classifier = Classifier.of(network, 1, KernelSet.fastest())) {
      Work answering = () -> answer(classifier, kind, all);
      double[] ratios = new double[ROUNDS];
      double[] scored = new double[ROUNDS];
      double[] answered = new double[ROUNDS];
      speed(scoring, rows);
      speed(answering, rows);
      for (int i = 0; i < ROUNDS; i++) {
        answered[i] = speed(answering, rows);
        scored[i] = speed(scoring, rows);
        ratios[i] = scored[i] / answered[i];
      }
      System.out.printf(
          Locale.ROOT,
          "%-10s %-7s Spark %,8.0f  Classifier %,8.0f images/s and core  ratio %.3f (%.3f to %.3f)%n",
          name,
          kind,
          median(scored),
          median(answered),
          median(ratios),
          Arrays.stream(ratios).min().orElseThrow(),
          Arrays.stream(ratios).max().orElseThrow());
    }
    cached.unpersist();
  }

  private static DataType type(String kind) {
    return kind.equals("floats")
        ? DataTypes.createArrayType(DataTypes.FloatType)
        : DataTypes.BinaryType;
  }

  private static Object value(String kind, Dataset digits, int index) throws DataException {
    return switch (kind) {
      case "bytes" -> Digits.bytes(digits, index);
      case "floats" -> Digits.pixels(digits, index);
      default -> Images.png(Digits.image(digits, index));
    };
  }

  /** Images a second, of as many whole runs as take so long. */
  private static double speed(Work work, int images) throws IOException {
    long start = System.nanoTime();
    int runs = 0;
    double seconds;
    do {
      work.run();
      runs++;
      seconds = (System.nanoTime() - start) / 1e9;
    } while (seconds < SECONDS);
    return runs * (double) images / seconds;
  }

  private static void answer(Classifier classifier, String kind, List<Row> rows)
      throws IOException {
    int elements = classifier.input().elements();
    float[] x = new float[BATCH * elements];
    int right = 0;
    for (int from = 0; from < rows.size(); from += BATCH) {
      int count = Math.min(BATCH, rows.size() - from);
      if (kind.equals("files")) {
        List<Image> images = new ArrayList<>(count);
        for (int n = 0; n < count; n++) {
          images.add(Images.read(rows.get(from + n).<byte[]>getAs(1), "image"));
        }
        right += sum(classifier.classify(images));
        continue;
      }
      for (int n = 0; n < count; n++) {
        copy(rows.get(from + n).get(1), x, n * elements);
      }
      classifier.preprocessing().apply(x, 0, count * elements);
      right += sum(classifier.probabilities(Tensor.on(x, 0, classifier.input(), count)));
    }
    if (right < 0) {
      throw new AssertionError("answers are used");
    }
  }

  private static void copy(Object value, float[] x, int offset) {
    if (value instanceof float[] numbers) {
      System.arraycopy(numbers, 0, x, offset, numbers.length);
    } else if (value instanceof byte[] bytes) {
      for (int i = 0; i < bytes.length; i++) {
        x[offset + i] = bytes[i] & 0xff;
      }
    }
  }

  private static int sum(List<Prediction> answers) {
    return answers.stream().mapToInt(Prediction::index).sum();
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
