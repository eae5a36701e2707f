package io.fovea.format.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fovea.dataset.Image;
import io.fovea.format.FormatException;
import io.fovea.inference.Classifier;
import io.fovea.inference.Prediction;
import io.fovea.network.Network;
import io.fovea.preprocessing.Preprocessing;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of other programs do not state how pixels become inputs; the caller can. */
class OnnxPreprocessingTest {
  private static final int SIDE = 16;
  private static final double[] MEAN = {0.485, 0.456, 0.406};
  private static final double[] DEVIATION = {0.229, 0.224, 0.225};
  private static final OnnxReading STATED =
      OnnxReading.standard().preprocessing(Preprocessing.imageNet());

  @TempDir Path folder;
  private Path foreign = Path.of("");

  /** A bottleneck as torch.onnx writes it: images of 3x16x16, 10 outputs. */
  @BeforeEach
  void foreign() throws Exception {
    Path model =
        Path.of(
            Objects.requireNonNull(getClass().getResource("models/resnet-pytorch.onnx")).toURI());
    foreign = Files.copy(model, folder.resolve("foreign.onnx"));
  }

  private static byte[] pixels() {
    byte[] pixels = new byte[3 * SIDE * SIDE];
    new Random(3).nextBytes(pixels);
    return pixels;
  }

  private static List<Double> classified(Network network) {
    try (Classifier classifier = Classifier.of(network)) {
      Prediction prediction = classifier.classify(Image.of(3, SIDE, SIDE, pixels()));
      return prediction.probabilities();
    }
  }

  /** ONNX Runtime's probabilities for inputs that are standardised here. */
  private double[] expected() throws Exception {
    byte[] pixels = pixels();
    float[] x = new float[pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      int c = i % 3;
      double input = ((pixels[i] & 0xff) / 255.0 - MEAN[c]) / DEVIATION[c];
      x[c * SIDE * SIDE + i / 3] = (float) input;
    }
    float[] logits = OnnxRuntime.run(foreign, x, 1, 3, SIDE, SIDE);
    double[] p = new double[logits.length];
    double sum = 0;
    for (int k = 0; k < p.length; k++) {
      p[k] = Math.exp(logits[k]);
      sum += p[k];
    }
    for (int k = 0; k < p.length; k++) {
      p[k] /= sum;
    }
    return p;
  }

  @Test
  void classify_statedPreprocessing_isThatOfInputsStandardisedByHand() throws Exception {
    double[] expected = expected();

    List<Double> stated = classified(Onnx.read(foreign, STATED).network());

    List<Double> assumed = classified(Onnx.read(foreign, OnnxReading.standard()).network());
    double difference = 0;
    for (int k = 0; k < expected.length; k++) {
      assertThat(stated.get(k)).isEqualTo(expected[k], within(1e-5));
      difference = Math.max(difference, Math.abs(assumed.get(k) - expected[k]));
    }
    assertThat(difference).isGreaterThan(0.01); // the other preprocessing is another answer
  }

  @Test
  void read_withAndWithoutStatedPreprocessing_reportsIt() throws Exception {
    Onnx.Imported assumed = Onnx.read(foreign, OnnxReading.standard());
    assertThat(assumed.statesPreprocessing()).isFalse();
    assertThat(assumed.network().preprocessing().isUnit()).isTrue();

    Onnx.Imported stated = Onnx.read(foreign, STATED.unoptimised());
    assertThat(stated.statesPreprocessing()).isTrue();
    assertThat(stated.network().preprocessing()).isEqualTo(Preprocessing.imageNet());

    Path own = folder.resolve("own.onnx");
    Onnx.write(stated.network(), own);
    assertThat(Onnx.read(own).preprocessing()).isEqualTo(Preprocessing.imageNet());
    Preprocessing other = Preprocessing.imageNet().withScaling(List.of(0.5), List.of(0.5));
    assertThat(Onnx.read(own, STATED.preprocessing(other)).network().preprocessing())
        .isEqualTo(other);
  }

  @Test
  void read_withoutReading_warnsOfForeignFilesOnly() throws Exception {
    Path own = folder.resolve("own.onnx");
    Onnx.write(Onnx.read(foreign, STATED).network(), own);
    List<LogRecord> records = new CopyOnWriteArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord line) {
            records.add(line);
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger logger = Logger.getLogger(Onnx.class.getName());
    logger.addHandler(handler);
    try {
      Onnx.read(foreign);
      Onnx.read(own);
    } finally {
      logger.removeHandler(handler);
    }

    // Other tests read other files meanwhile.
    assertThat(records)
        .filteredOn(line -> line.getMessage().matches("fovea: (foreign|own)\\.onnx .*"))
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.getLevel()).isEqualTo(Level.WARNING);
              assertThat(line.getMessage())
                  .isEqualTo(
                      "fovea: foreign.onnx states no preprocessing, so it is pixel/255; if the network"
                          + " was trained with another one, give it by OnnxReading.preprocessing, such as"
                          + " Preprocessing.imageNet()");
            });
  }

  @Test
  void read_preprocessingForOtherChannels_isRefused() {
    Preprocessing grey =
        new Preprocessing(List.of(0.5), List.of(0.5), Preprocessing.Background.DARK);
    assertThatThrownBy(() -> Onnx.read(foreign, OnnxReading.standard().preprocessing(grey)))
        .isInstanceOf(FormatException.class)
        .hasMessage(
            "foreign.onnx: import: network: input 3x16x16 has 3 channels, the preprocessing 1;"
                + " give a mean and a deviation for each channel");
  }
}
