import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** The worked examples of docs/book, chapter by chapter: the same numbers, from the tutorial. */
@Isolated
@SuppressWarnings("DefaultPackage") // as the class under test
class TwoLayerCnnBookTest {
  private static final Offset<Double> EXACT = within(1e-12);

  @Test
  void readDigits_chapter1() throws IOException {
    List<TwoLayerCnn.Digit> digits = TwoLayerCnn.readDigits(TwoLayerCnnTest.GOLDEN, "train");
    assertThat(digits).hasSize(600);
    assertThat(digits.subList(0, 5)).extracting("label").containsExactly(5, 0, 4, 1, 9);
    ByteBuffer file =
        ByteBuffer.wrap(Files.readAllBytes(TwoLayerCnnTest.GOLDEN.resolve(TwoLayerCnnTest.IMAGES)));
    assertThat(file.get(168)).isEqualTo((byte) 3);
    assertThat(digits.getFirst().pixels().get(5 * 28 + 12)).isEqualTo((byte) 3);
    assertThat(digits.getFirst().pixels().get(7 * 28 + 8) & 255).isEqualTo(238);
  }

  @Test
  void draw_chapter2() {
    byte[] pixels = new byte[784];
    pixels[28 * 0 + 2] = (byte) 253;
    pixels[28 * 2 + 3] = (byte) 255;
    pixels[28 * 3 + 3] = (byte) 255;
    var digit = new TwoLayerCnn.Digit(ByteBuffer.wrap(pixels), 7);
    String[] lines =
        printed(() -> TwoLayerCnn.draw(List.of(digit), (n, k) -> pixels[k] & 255)).split("\n", -1);
    assertThat(lines).hasSize(15);
    assertThat(lines[0]).isEqualTo("7 :" + " ".repeat(23));
    assertThat(lines[1]).isEqualTo("   @" + " ".repeat(22));
  }

  @Test
  void imagesAndShape_chapter3() throws IOException {
    assertThat(new TwoLayerCnn.Shape(2, 3, 4).size()).isEqualTo(24);
    assertThat(new TwoLayerCnn.Shape(2, 3, 4).at(1, 0, 2)).isEqualTo(14);
    assertThat(new TwoLayerCnn.Shape(2, 3, 4).at(1, 2, 3)).isEqualTo(23);
    double[][] x =
        TwoLayerCnn.images(TwoLayerCnn.readDigits(TwoLayerCnnTest.GOLDEN, "train").subList(0, 2));
    assertThat(x[0]).hasSize(784);
    assertThat(x[0][TwoLayerCnn.IMAGE.at(0, 7, 8)]).isCloseTo(0.933333, within(1e-6));
  }

  @Test
  void parameters_chapter4() {
    TwoLayerCnn.Parameters p = TwoLayerCnnTest.network();
    assertThat(p.c2().out()).isEqualTo(new TwoLayerCnn.Shape(32, 28, 28));
    assertThat(p.layers())
        .extracting(layer -> layer.w.length * layer.w[0].length + layer.b.length)
        .containsExactly(416, 12_832, 2_508_900, 1_010);
    TwoLayerCnn.randomize(p.dense1(), new Random(1), 0);
    double deviation = TwoLayerCnnTest.norm(p.dense1().w) / Math.sqrt(2_508_800);
    assertThat(deviation).isCloseTo(1.0 / 112, within(1e-5));
    TwoLayerCnn.randomize(p.dense1(), new Random(1), 1e-4);
    assertThat(TwoLayerCnnTest.norm(p.dense1().w) / Math.sqrt(2_508_800))
        .isCloseTo(1e-4, within(1e-7));
    assertThat(p.dense1().b).containsOnly(0.0);
  }

  @Test
  void convForward_chapter5() {
    var conv = new TwoLayerCnn.Conv(new TwoLayerCnn.Shape(1, 3, 3), 1, 2, 0, 1);
    double[] x = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    assertThat(TwoLayerCnn.convForward(conv, x, layer(1, 1, 2, 3, 4)))
        .containsExactly(38, 48, 68, 78);
    var wide = new TwoLayerCnn.Conv(conv.in(), 1, 2, 1, 2);
    assertThat(TwoLayerCnn.convForward(wide, x, layer(1, 1, 2, 3, 4)))
        .containsExactly(5, 19, 37, 78);
    var two = new TwoLayerCnn.Conv(new TwoLayerCnn.Shape(2, 3, 3), 1, 2, 0, 1);
    double[] ones = {1, 1, 1, 1, 1, 1, 1, 1, 1};
    assertThat(TwoLayerCnn.convForward(two, concat(x, ones), layer(1, 1, 2, 3, 4, 1, 1, 1, 1)))
        .containsExactly(42, 52, 72, 82);
  }

  @Test
  void denseForwardAndRelu_chapter6() {
    double[] y = TwoLayerCnn.denseForward(new double[] {1, 2, 3}, chapter6());
    assertThat(y).containsExactly(-1.5, 4.5);
    assertThat(TwoLayerCnn.relu(y)).containsExactly(0, 4.5);
  }

  @Test
  void softmaxAndPenalty_chapter7() {
    double[] z = {0, Math.log(2), Math.log(5)};
    assertThat(TwoLayerCnn.softmax(z)).containsExactly(new double[] {0.125, 0.25, 0.625}, EXACT);
    double[] large = {1000, 1000 + Math.log(2), 1000 + Math.log(5)};
    assertThat(TwoLayerCnn.softmax(large))
        .containsExactly(new double[] {0.125, 0.25, 0.625}, EXACT);
    TwoLayerCnn.Layer d = layer(0, 0, 0, 0);
    assertThat(TwoLayerCnn.penalty(layer(9, 1, -2, 3), 0.1, d)).isCloseTo(0.7, EXACT);
    assertThat(d.w[0]).containsExactly(new double[] {0.1, -0.2, 0.3}, EXACT);
    assertThat(d.b).containsExactly(0);
  }

  @Test
  void denseBackward_chapter8() {
    double[] p = {0.125, 0.25, 0.625};
    assertThat(TwoLayerCnn.lossBackward(p, 1, 1)).containsExactly(0.125, -0.75, 0.625);
    assertThat(TwoLayerCnn.lossBackward(p, 1, 2)).containsExactly(0.0625, -0.375, 0.3125);
    double[] dy = {1, -2};
    var d = new TwoLayerCnn.Layer(2, 3);
    double[] dx = TwoLayerCnn.denseBackward(dy, new double[] {1, 2, 3}, chapter6(), d);
    assertThat(d.w[0]).containsExactly(1, 2, 3);
    assertThat(d.w[1]).containsExactly(-2, -4, -6);
    assertThat(d.b).containsExactly(1, -2);
    assertThat(dx).containsExactly(-3, -2, -2);
    assertThat(TwoLayerCnn.reluBackward(new double[] {3, 5}, new double[] {0, 4.5}))
        .containsExactly(0, 5);
  }

  @Test
  void convBackward_chapter9() {
    var conv = new TwoLayerCnn.Conv(new TwoLayerCnn.Shape(1, 3, 3), 1, 2, 0, 1);
    double[] x = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    double[] dy = {1, 0, 2, -1};
    TwoLayerCnn.Layer d = layer(0, 0, 0, 0, 0);
    assertThat(TwoLayerCnn.convBackward(conv, dy, x, layer(1, 1, 2, 3, 4), d))
        .containsExactly(1, 2, 0, 5, 7, -2, 6, 5, -4);
    assertThat(d.w[0]).containsExactly(4, 6, 10, 12);
    assertThat(d.b).containsExactly(2);
    var wide = new TwoLayerCnn.Conv(conv.in(), 1, 2, 1, 2);
    TwoLayerCnn.Layer e = layer(0, 0, 0, 0, 0);
    assertThat(TwoLayerCnn.convBackward(wide, dy, x, layer(1, 1, 2, 3, 4), e))
        .containsExactly(4, 0, 0, 4, -1, -2, 8, -3, -4);
    assertThat(e.w[0]).containsExactly(-5, 2, -8, 6);
  }

  @Test
  void update_chapter10() {
    TwoLayerCnn.Layer w = layer(1, 1);
    TwoLayerCnn.Layer v = layer(0, 0);
    double[] expected = {0.95, 0.865, 0.8085};
    double[] gradients = {0.5, 0.4, -0.2};
    for (int step = 0; step < 3; step++) {
      TwoLayerCnn.update(w, v, layer(gradients[step], gradients[step]), 0.1, 0.9);
      assertThat(w.w[0][0]).isCloseTo(expected[step], EXACT);
      assertThat(w.b[0]).isCloseTo(expected[step], EXACT);
    }
    assertThat(v.w[0][0]).isCloseTo(0.565, EXACT);
  }

  /** Chapter 10: the loss of a long valley, 20 times as steep across as along. */
  private static double valley(double along, double across) {
    return (along * along + 20 * across * across) / 2;
  }

  /** Where 12 steps of the tutorial's update lead in the valley: along, across, and so on. */
  private static List<Double> descent(double momentum) {
    var w = new TwoLayerCnn.Layer(1, 2);
    var v = new TwoLayerCnn.Layer(1, 2);
    var d = new TwoLayerCnn.Layer(1, 2);
    w.w[0] = new double[] {-10, 1.5};
    List<Double> points = new ArrayList<>(List.of(w.w[0][0], w.w[0][1]));
    for (int step = 1; step <= 12; step++) {
      d.w[0] = new double[] {w.w[0][0], 20 * w.w[0][1]};
      TwoLayerCnn.update(w, v, d, 0.09, momentum);
      points.addAll(List.of(w.w[0][0], w.w[0][1]));
    }
    return points;
  }

  @Test
  void updateInAValley_chapter10() throws IOException {
    String chapter =
        Files.readString(Path.of("../docs/book/10-mini-batch-gradient-descent.md"))
            .replaceAll("\\s+", " ");
    assertThat(valley(-10, 1.5)).isEqualTo(72.5);
    assertThat(chapter).contains("Start at (-10, 1.5), where the loss is 72.5, and take 12 steps");
    for (double momentum : new double[] {0, 0.5}) {
      List<Double> path = descent(momentum);
      assertThat(path).hasSize(2 * (1 + 12));
      double loss = valley(path.get(24), path.get(25));
      assertThat(chapter).contains("the loss falls to " + OneSheet.number(loss) + ".");
    }
  }

  @Test
  void test_chapter11() throws IOException {
    TwoLayerCnn.Parameters p = TwoLayerCnnTest.network();
    p.dense2().b[4] = 1; // so the answer is always 4
    var digits =
        new ArrayList<>(TwoLayerCnn.readDigits(TwoLayerCnnTest.GOLDEN, "train").subList(0, 10));
    assertThat(printed(() -> TwoLayerCnn.test(p, digits, new Random(1), 60)))
        .isEqualTo("test accuracy 20.0 % of 10 images\n"); // labels 5 0 4 1 9 2 1 3 1 4
  }

  private static TwoLayerCnn.Layer layer(double bias, double... weights) {
    var layer = new TwoLayerCnn.Layer(1, weights.length);
    layer.b[0] = bias;
    System.arraycopy(weights, 0, layer.w[0], 0, weights.length);
    return layer;
  }

  private static TwoLayerCnn.Layer chapter6() {
    var layer = new TwoLayerCnn.Layer(2, 3);
    layer.w[0] = new double[] {1, 0, -1};
    layer.w[1] = new double[] {2, 1, 0.5};
    layer.b[0] = 0.5;
    layer.b[1] = -1;
    return layer;
  }

  private static String printed(Runnable action) {
    PrintStream before = System.out;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(bytes, true, UTF_8));
    try {
      action.run();
    } finally {
      System.setOut(before);
    }
    return bytes.toString(UTF_8).replace("\r", "");
  }

  private static double[] concat(double[] a, double[] b) {
    return DoubleStream.concat(Arrays.stream(a), Arrays.stream(b)).toArray();
  }
}
