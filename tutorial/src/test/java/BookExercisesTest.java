import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The exercises of docs/book: what stands in bold in their hidden answers is computed here, by the
 * tutorial's functions where they can.
 */
@SuppressWarnings("DefaultPackage") // as the class under test
class BookExercisesTest {
  private static final Path BOOK = Path.of("../docs/book");
  private static final Pattern DETAILS = Pattern.compile("(?s)<details>(.*?)</details>");
  private static final Pattern BOLD = Pattern.compile("\\*\\*(.+?)\\*\\*");
  private static final double[] ONE_TO_NINE = {1, 2, 3, 4, 5, 6, 7, 8, 9};

  static void answers(String chapter, Object... expected) throws IOException {
    String details =
        DETAILS
            .matcher(Files.readString(BOOK.resolve(chapter)))
            .results()
            .map(found -> found.group(1))
            .collect(Collectors.joining());
    bold(details, expected);
  }

  /** What stands in bold in a text is this, in this order. */
  static void bold(String text, Object... expected) {
    List<String> bold = new ArrayList<>();
    Matcher answer = BOLD.matcher(text);
    while (answer.find()) {
      bold.add(answer.group(1).replace('\n', ' ').replaceAll(" +", " "));
    }
    assertThat(bold).isEqualTo(Arrays.stream(expected).map(BookExercisesTest::shown).toList());
  }

  /** Counts with commas, rows of numbers with spaces. */
  private static String shown(Object answer) {
    return switch (answer) {
      case Integer count -> String.format(Locale.ROOT, "%,d", count);
      case double[] row ->
          Arrays.stream(row)
              .map(value -> Math.rint(1e6 * value) / 1e6)
              .mapToObj(Svg::number)
              .collect(Collectors.joining(" "));
      default -> answer.toString();
    };
  }

  private static String decimals(int places, double value) {
    return String.format(Locale.ROOT, "%." + places + "f", value);
  }

  @Test
  void everyChapter_hasThreeExercises() throws IOException {
    try (Stream<Path> files = Files.list(BOOK)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".md")).toList()) {
        if (!file.toString().matches(".*(README|gets-wrong|from-numpy|for-teachers)\\.md")) {
          assertThat(DETAILS.matcher(Files.readString(file)).results().count())
              .as("%s", file)
              .isEqualTo(3);
        }
      }
    }
  }

  @Test
  void readingTheData() throws IOException {
    byte[] header = ByteBuffer.allocate(8).putInt(0x801).putInt(10_000).array();
    int last = TwoLayerCnn.IMAGE.at(2, 27, 27);
    answers(
        "01-reading-the-data.md",
        8 + 10_000,
        HexFormat.ofDelimiter(" ").formatHex(header),
        16 + last,
        (byte) -1 & 255);
  }

  @Test
  void lookingAtSamples() throws IOException {
    byte[] scale = " .:+#@".getBytes(US_ASCII);
    int first = IntStream.range(0, 511).filter(sum -> sum * 6 / 511 == 5).findFirst().orElseThrow();
    answers("02-looking-at-samples.md", (char) scale[160 * 6 / 511], first, 5 * (2 + 24));
  }

  @Test
  void reshapeAndScale() throws IOException {
    var shape = new TwoLayerCnn.Shape(16, 28, 28);
    assertThat(shape.at(12, 21, 4)).isEqualTo(10_000);
    answers(
        "03-reshape-and-scale.md", shape.at(5, 10, 3), "(12, 21, 4)", Svg.number(51 / 255.0), 0);
  }

  @Test
  void parameters() throws IOException {
    var conv1 = new TwoLayerCnn.Conv(TwoLayerCnn.IMAGE, 16, 7, 3, 1);
    var conv2 = new TwoLayerCnn.Conv(new TwoLayerCnn.Shape(16, 28, 28), 32, 5, 2, 2);
    var p = TwoLayerCnn.Parameters.zeros(conv1, conv2, 100, 10);
    assertThat(conv1.out().height()).isEqualTo(28);
    answers(
        "04-the-parameters.md",
        conv2.out().height(),
        weights(p.dense1()),
        conv1.pad(),
        weights(p.conv1()),
        decimals(4, Math.sqrt(2.0 / (64 * 9))));
  }

  private static int weights(TwoLayerCnn.Layer layer) {
    return layer.w.length * layer.w[0].length;
  }

  @Test
  void convolutionForward() throws IOException {
    var small = new TwoLayerCnn.Conv(new TwoLayerCnn.Shape(1, 3, 3), 1, 2, 0, 1);
    double[] shifted = TwoLayerCnn.convForward(small, ONE_TO_NINE, layer(0, 0, 0, 1));
    double[] edges = TwoLayerCnn.convForward(small, ONE_TO_NINE, layer(1, -1, 1, -1));
    int[] inside = new int[28 * 28];
    double[] reached = ones(TwoLayerCnn.IMAGE.size());
    var conv = new TwoLayerCnn.Conv(TwoLayerCnn.IMAGE, 1, 5, 2, 1);
    double[] met = TwoLayerCnn.convForward(conv, reached, layer(ones(25)));
    Arrays.setAll(inside, k -> (int) met[k]);
    answers(
        "05-convolution-forward.md",
        shifted,
        edges,
        25 - inside[0],
        25 - inside[14],
        Arrays.stream(inside).sum());
  }

  @Test
  void fullyConnectedForward() throws IOException {
    var layer = new TwoLayerCnn.Layer(2, 3);
    layer.w[0] = new double[] {1, 0, -1};
    layer.w[1] = new double[] {2, 1, 0.5};
    layer.b[0] = 0.5;
    layer.b[1] = -1;
    var first = layer(2, 1);
    first.b[0] = 1;
    var second = layer(3);
    second.b[0] = -2;
    double bias = both(first, second, 0, 0);
    double[] joined = {both(first, second, 1, 0) - bias, both(first, second, 0, 1) - bias};
    answers(
        "06-fully-connected-forward.md",
        TwoLayerCnn.denseForward(new double[] {2, 0, -1}, layer),
        new TwoLayerCnn.Shape(32, 28, 28).at(31, 27, 27),
        joined,
        Svg.number(bias));
  }

  private static double both(TwoLayerCnn.Layer first, TwoLayerCnn.Layer second, double... x) {
    return TwoLayerCnn.denseForward(TwoLayerCnn.denseForward(x, first), second)[0];
  }

  @Test
  void softmaxCrossEntropy() throws IOException {
    double[] p = TwoLayerCnn.softmax(new double[] {Math.log(3), 0, 0});
    double[] saturated = TwoLayerCnn.softmax(new double[] {1000, 0});
    answers(
        "07-softmax-cross-entropy-l2.md",
        p,
        decimals(4, -Math.log(p[0])),
        decimals(4, -Math.log(p[1])),
        decimals(4, Math.log(20)),
        "1000",
        Double.toString(-Math.log(saturated[1])));
  }

  @Test
  void fullyConnectedBackward() throws IOException {
    double[] p = {0.7, 0.2, 0.1};
    double[] assigned = {-1, 0.2, 0.1}; // FaultsTest has fault 8 itself
    var layer = new TwoLayerCnn.Layer(2, 3);
    layer.w[1] = new double[] {2, 1, 0.5};
    double[] dy = {0, 1};
    var d = new TwoLayerCnn.Layer(2, 3);
    answers(
        "08-fully-connected-backward.md",
        TwoLayerCnn.lossBackward(p, 0, 1),
        TwoLayerCnn.denseBackward(dy, new double[] {1, 2, 3}, layer, d),
        new double[] {Arrays.stream(assigned).sum()});
  }

  @Test
  void convolutionBackward() throws IOException {
    var small = new TwoLayerCnn.Conv(new TwoLayerCnn.Shape(1, 3, 3), 1, 2, 0, 1);
    var d = new TwoLayerCnn.Layer(1, 4);
    double[] dx = TwoLayerCnn.convBackward(small, ones(4), ONE_TO_NINE, layer(1, 2, 3, 4), d);
    var conv = new TwoLayerCnn.Conv(TwoLayerCnn.IMAGE, 1, 5, 2, 1);
    double[] over =
        TwoLayerCnn.convBackward(
            conv, ones(784), ones(784), layer(ones(25)), new TwoLayerCnn.Layer(1, 25));
    answers(
        "09-convolution-backward.md",
        d.w[0],
        Svg.number(d.b[0]),
        Svg.number(dx[4]),
        (int) over[0],
        (int) over[29],
        (int) over[14 * 28 + 14]);
  }

  @Test
  void gradientDescent() throws IOException {
    TwoLayerCnn.Layer w = layer(0.8085);
    TwoLayerCnn.Layer v = layer(0.565);
    TwoLayerCnn.update(w, v, layer(0), 0.1, 0.9);
    answers(
        "10-mini-batch-gradient-descent.md",
        new double[] {v.w[0][0]},
        new double[] {w.w[0][0]},
        (int) Math.rint(1 / (1 - 0.99)),
        60_000 / 64, // the loop drops the incomplete batch
        decimals(2, 5_000 * 64 / 60_000.0));
  }

  @Test
  void testAccuracy() throws IOException {
    double share = 622 / 700.0; // right of 700 in the run of chapter 10
    answers(
        "11-test-accuracy.md",
        decimals(4, Math.sqrt(share * (1 - share) / 700)),
        (int) Math.rint(0.98 * 0.02 / 0.001 / 0.001),
        decimals(4, Math.sqrt((0.97 * 0.03 + 0.975 * 0.025) / 10_000)));
  }

  @Test
  void poolingAndBatchNormalisation() throws IOException {
    int[][] x = {{1, 5, 2, 0}, {3, 1, 0, 0}, {4, 1, 9, 6}, {0, 3, 2, 5}};
    double[] y = new double[9];
    Arrays.setAll(
        y,
        k -> {
          int[] above = Arrays.copyOfRange(x[k / 3], k % 3, k % 3 + 2);
          int[] below = Arrays.copyOfRange(x[k / 3 + 1], k % 3, k % 3 + 2);
          return IntStream.concat(Arrays.stream(above), Arrays.stream(below)).max().orElseThrow();
        });
    answers("pooling.md", y, 1, 32 * 14 * 14 * 100);
    double[] values = {101, 107, 107, 109};
    double mean = Arrays.stream(values).average().orElseThrow();
    double variance = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / 4;
    double[] z =
        Arrays.stream(values).map(v -> 3 * (v - mean) / Math.sqrt(variance) + 10).toArray();
    double factor = 3 / Math.sqrt(12);
    answers(
        "batch-normalisation.md",
        z,
        decimals(2, 0.9 * 2.1 + 0.1 * 12),
        decimals(4, factor),
        decimals(4, 10 - 6 * factor));
  }

  /** What A and B change in the example of a weight's shares; the update must give their sum. */
  private static double[] shares(double momentum) {
    double[][] gradients = {{2, -1}, {1, -3}, {-1, 1}};
    double[] sum = new double[2];
    double counts = 0;
    for (double[] step : List.of(gradients).reversed()) {
      counts = 0.1 + momentum * counts;
      sum[0] -= counts * step[0];
      sum[1] -= counts * step[1];
    }
    double velocity = 0;
    double w = 0;
    for (double[] step : gradients) {
      velocity = momentum * velocity + step[0] + step[1];
      w -= 0.1 * velocity;
    }
    assertThat(sum[0] + sum[1])
        .isCloseTo(w, within(1e-12))
        .isCloseTo(momentum == 0 ? 0.1 : 0.125, within(1e-12));
    return sum;
  }

  @Test
  void theOtherChapters() throws IOException {
    answers(
        "activations-and-normalisations.md",
        decimals(8, Math.pow(0.25, 10)),
        Svg.number(0.01 * -10),
        "0 0 0");
    answers("augmentation.md", "7 4 1", "5 15 25", Svg.number(1 - 0.75));
    double[] weights = {2 * 12 / 4.0, 2 * -4 / 4.0};
    double[] signed = {3 * 0 - 1, 3 * 0.2 - 0.6, 3 * 0.4 - 0.2, 3 * 0.8 + 0.6};
    int places = (224 - 32) / 16 + 1;
    answers("which-places-mattered.md", weights, signed, places * places);
    double[] still = shares(0);
    double left = shares(0.5)[0] + shares(0.5)[1] - -0.1 * -1;
    answers(
        "where-a-weight-comes-from.md", still, decimals(3, left), decimals(1, 0.01 / (1 - 0.9)));
    answers("transfer-learning.md", Integer.toString(1280 * 10 + 10), (7 - 3) / 2, 200);
    answers(
        "from-loops-to-fast.md",
        decimals(2, (6 + 2) / 12.0),
        decimals(2, (4 + 2) / 8.0),
        6 * 6 / 4,
        ConvStep.TAPS * ConvStep.POSITIONS * 4);
  }

  private static TwoLayerCnn.Layer layer(double... weights) {
    var layer = new TwoLayerCnn.Layer(1, weights.length);
    layer.w[0] = weights.clone();
    return layer;
  }

  private static double[] ones(int length) {
    double[] ones = new double[length];
    Arrays.fill(ones, 1);
    return ones;
  }
}
