package io.fovea.format.onnx;

import static io.fovea.network.ConvOption.padding;
import static io.fovea.network.ConvOption.stride;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.data.base.PixelDataset;
import io.fovea.dataset.Dataset;
import io.fovea.dataset.Framing;
import io.fovea.gradcheck.GradientCheck;
import io.fovea.kernel.KernelSet;
import io.fovea.layer.AvgPool2d;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.optim.Sgd;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Window;
import io.fovea.train.Listener;
import io.fovea.train.StepReport;
import io.fovea.train.Trainer;
import io.fovea.train.Training;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Training of an imported network in the form of torchvision's MobileNetV3: hard-swish, and
 * squeeze-and-excitation by 1x1 convolutions of a map of one pixel, without batch normalisations.
 */
@Tag("widths")
class FineTuningTest {
  private static final int SIZE = 12;
  private static final int IMAGES = 24;
  private static final Dataset STRIPES = stripes();

  @TempDir Path folder;

  private Network imported() throws Exception {
    Network network =
        Network.input(1, SIZE, SIZE)
            .conv2d(8, 3, padding(1), stride(2))
            .hardSwish()
            .as("x")
            .depthwiseConv2d(3, padding(1))
            .hardSwish()
            .as("maps")
            .layer(new AvgPool2d(Window.square(SIZE / 2, SIZE / 2, 0, 1)))
            .conv2d(4, 1)
            .relu()
            .conv2d(8, 1)
            .hardSigmoid()
            .multiply("maps")
            .conv2d(8, 1)
            .add("x")
            .globalAvgPool2d()
            .dense(10)
            .hardSwish()
            .dense(3)
            .build(Initializer.he(), 5);
    Path file = folder.resolve("small.onnx");
    Onnx.write(network, file);
    return Onnx.read(file, OnnxReading.standard()).network();
  }

  @Test
  void gradients_ofEveryLayer_areTheNumericOnes() throws Exception {
    List<GradientCheck.Row> rows =
        GradientCheck.run(imported().graph(), KernelSet.VECTOR, 2, 5, row -> {});

    assertThat(rows).allMatch(GradientCheck.Row::passes, "passes");
    assertThat(rows)
        .extracting(GradientCheck.Row::type)
        .contains("avg_pool2d", "hard_sigmoid", "hard_swish", "multiply");
  }

  /** A step with rate 1 is the gradient g; along g the loss has the slope |g|^2. */
  @Test
  void gradient_ofTheLoss_isTheNumericOne() throws Exception {
    Network network = imported();
    Weights before = network.weights();
    train(network, 1, 1);
    double square = 0;
    for (String name : before.names()) {
      float[] old = before.values(name);
      float[] moved = network.weights().values(name);
      for (int i = 0; i < old.length; i++) {
        square += Math.pow((double) old[i] - moved[i], 2);
      }
    }
    double step = 0.01 / Math.sqrt(square);

    double slope =
        (loss(between(network, before, -step)) - loss(between(network, before, step))) / (2 * step);

    assertThat(slope / square).isCloseTo(1, within(0.01));
  }

  @Test
  void fit_importedNetwork_learns() throws Exception {
    List<Double> losses = train(imported(), 0.2f, 60);

    assertThat(losses.getFirst()).isBetween(0.8, 1.6);
    assertThat(losses.getLast()).isLessThan(0.2);
  }

  private static List<Double> train(Network network, float rate, int epochs) {
    List<Double> losses = new ArrayList<>();
    Trainer.of(network)
        .optimizer(Sgd.of(rate))
        .epochs(epochs)
        .batchSize(IMAGES)
        .seed(3)
        .threads(2)
        .listener(
            new Listener() {
              @Override
              public void onStep(Training training, StepReport step) {
                losses.add(step.loss());
              }
            })
        .fit(STRIPES);
    return losses;
  }

  /** A share of the way from weights to those of a network, or away from them. */
  private static Network between(Network network, Weights from, double share) {
    Map<String, float[]> values = new LinkedHashMap<>();
    for (String name : from.names()) {
      float[] own = from.values(name).clone();
      float[] there = network.weights().values(name);
      for (int i = 0; i < own.length; i++) {
        own[i] = (float) (own[i] + share * ((double) there[i] - own[i]));
      }
      values.put(name, own);
    }
    return Network.of(
        network.graph(),
        Weights.of(network.graph(), values),
        network.preprocessing(),
        network.labels());
  }

  private static double loss(Network network) {
    float[] x = new float[IMAGES * SIZE * SIZE];
    for (int n = 0; n < IMAGES; n++) {
      STRIPES.pixels(n, x, n * SIZE * SIZE);
    }
    for (int i = 0; i < x.length; i++) {
      x[i] /= 255;
    }
    float[] logits = Logits.of(network, x, IMAGES);
    double loss = 0;
    for (int n = 0; n < IMAGES; n++) {
      double sum = 0;
      for (int k = 0; k < 3; k++) {
        sum += Math.exp(logits[3 * n + k]);
      }
      loss += Math.log(sum) - logits[3 * n + STRIPES.label(n)];
    }
    return loss / IMAGES;
  }

  /** Grey images with stripes across, down, or both, of eight brightnesses. */
  private static Dataset stripes() {
    byte[][] images = new byte[IMAGES][SIZE * SIZE];
    int[] labels = new int[IMAGES];
    for (int n = 0; n < IMAGES; n++) {
      labels[n] = n % 3;
      for (int i = 0; i < SIZE * SIZE; i++) {
        boolean across = labels[n] != 1 && i / SIZE % 4 < 2;
        boolean down = labels[n] != 0 && i % SIZE % 4 < 2;
        images[n][i] = (byte) (across || down ? 255 - 10 * (n / 3) : 0);
      }
    }
    List<String> classes = List.of("across", "down", "both");
    return new PixelDataset(
        "stripes", Shape.of(1, SIZE, SIZE), classes, images, labels, null, Framing.STRETCH);
  }
}
