package io.fovea.spark.score;

import io.fovea.data.Images;
import io.fovea.dataset.Dataset;
import io.fovea.dataset.Image;
import io.fovea.format.Models;
import io.fovea.inference.Classifier;
import io.fovea.inference.Prediction;
import io.fovea.kernel.KernelSet;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A Spark in this process, models, pictures, and what the classifier itself says of them. */
final class Given {
  static final String MODEL =
      "../studio/src/main/resources/io/fovea/studio/inside/digits.safetensors";

  private Given() {}

  static SparkSession spark() {
    return SparkSession.builder()
        .master("local[2]")
        .appName("scoring")
        .config("spark.ui.enabled", false)
        .config("spark.sql.shuffle.partitions", 2)
        .config("spark.sql.session.timeZone", "UTC")
        .getOrCreate();
  }

  static Network digitsModel() throws IOException {
    return Models.load(Path.of(MODEL));
  }

  /**
   * A network for colour pictures that has learnt nothing; its preprocessing differs by channel.
   */
  static Network colourModel() {
    Network built =
        Network.input(3, 9, 11).conv2d(6, 3).relu().flatten().dense(3).build(Initializer.he(), 5);
    return Network.of(
        built.graph(),
        Weights.initial(built.graph(), Initializer.he(), 5),
        new Preprocessing(
            List.of(0.4, 0.5, 0.6), List.of(0.2, 0.3, 0.25), Preprocessing.Background.MIXED),
        List.of("ant", "bee", "cat"));
  }

  static Image noise(int channels, int height, int width, int seed) {
    byte[] pixels = new byte[channels * height * width];
    RandomKey key = RandomKey.of(seed).with("noise");
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (int) (256 * key.uniform(i));
    }
    return Image.of(channels, height, width, pixels);
  }

  /** PNG files 000.png and so on. */
  static Path pngFolder(Path folder, List<Image> images) throws IOException {
    Files.createDirectories(folder);
    for (int i = 0; i < images.size(); i++) {
      Images.write(images.get(i), folder.resolve("%03d.png".formatted(i)));
    }
    return folder;
  }

  /** What the classifier says of pictures. */
  static List<Prediction> answers(Network network, List<Image> images) {
    try (Classifier classifier = Classifier.of(network, 2, KernelSet.fastest())) {
      return classifier.classify(images);
    }
  }

  /** What the classifier says of the pixels of a data set. */
  static List<Prediction> answers(Network network, Dataset images) {
    Tensor x = Tensor.zeros(images.shape(), images.size());
    for (int i = 0; i < images.size(); i++) {
      images.pixels(i, x.array(), i * images.shape().elements());
    }
    network.preprocessing().apply(x.array(), 0, x.elements());
    try (Classifier classifier = Classifier.of(network, 2, KernelSet.fastest())) {
      return classifier.probabilities(x);
    }
  }

  /** Rows with the usual columns as predictions. */
  static List<Prediction> predictions(List<String> labels, List<Row> rows) {
    List<Prediction> all = new ArrayList<>();
    for (Row row : rows) {
      Vector vector = row.getAs("probability");
      List<Double> probabilities = new ArrayList<>();
      for (double p : vector.toArray()) {
        probabilities.add(p);
      }
      Prediction prediction = new Prediction(labels, probabilities);
      if (prediction.index() != row.<Double>getAs("prediction")
          || !prediction.label().equals(row.getAs("predictedLabel"))) {
        throw new AssertionError("the columns of a row disagree: " + row);
      }
      all.add(prediction);
    }
    return all;
  }
}
