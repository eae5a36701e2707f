import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tutorial against PyTorch, against central differences, and against broken files. */
@SuppressWarnings("DefaultPackage") // as the class under test
class TwoLayerCnnTest {
  static final Path GOLDEN = Path.of("../core/src/test/resources/golden");
  static final String IMAGES = "train-images-idx3-ubyte";
  private static final String LABELS = "train-labels-idx1-ubyte";

  @TempDir Path folder;

  // ---- Against PyTorch ----

  @Test
  void lossAndGradients_firstThreeStepsOfTheGoldenRun() throws IOException {
    String json = Files.readString(GOLDEN.resolve("two-layer-cnn.json"), UTF_8);
    List<Double> losses = numbers(json, "\"total\": (\\S+)");
    List<TwoLayerCnn.Digit> digits = TwoLayerCnn.readDigits(GOLDEN, "train");
    TwoLayerCnn.Parameters p = formulaWeights();
    TwoLayerCnn.Parameters v = zeros(p);
    for (int step = 0; step < 3; step++) {
      List<TwoLayerCnn.Digit> batch = digits.subList(32 * step, 32 * step + 32);
      int[] t = batch.stream().mapToInt(TwoLayerCnn.Digit::label).toArray();
      TwoLayerCnn.Parameters d = zeros(p);
      double loss = TwoLayerCnn.lossAndGradients(p, TwoLayerCnn.images(batch), t, 1e-4, d);
      assertThat(loss).isCloseTo(losses.get(step), within(1e-6 * losses.get(step)));
      if (step == 0) {
        checkGradientNorms(json, d);
      }
      for (int a = 0; a < 4; a++) {
        TwoLayerCnn.update(p.layers().get(a), v.layers().get(a), d.layers().get(a), 0.02, 0.9);
      }
    }
  }

  private static void checkGradientNorms(String json, TwoLayerCnn.Parameters d) {
    List<String> names = List.of("conv1", "conv2", "dense1", "dense2");
    for (int a = 0; a < 4; a++) {
      double weight = numbers(json, "\"" + names.get(a) + ".weight\": ([^,\\s]+)").getFirst();
      double bias = numbers(json, "\"" + names.get(a) + ".bias\": ([^,\\s]+)").getFirst();
      TwoLayerCnn.Layer layer = d.layers().get(a);
      assertThat(norm(layer.w))
          .as("%s.weight", names.get(a))
          .isCloseTo(weight, within(1e-6 * weight));
      assertThat(norm(layer.b)).as("%s.bias", names.get(a)).isCloseTo(bias, within(1e-6 * bias));
    }
  }

  @Test
  void logits_firstTwoGoldenImages() throws IOException {
    String json = Files.readString(GOLDEN.resolve("two-layer-cnn.json"), UTF_8);
    String data = json.substring(json.indexOf("\"data\": ["), json.indexOf("firstGradientNorms"));
    List<Double> expected = numbers(data, "(-?\\d+\\.\\d\\S+?)[,\\s]");
    double[][] x = TwoLayerCnn.images(TwoLayerCnn.readDigits(GOLDEN, "train").subList(0, 2));
    TwoLayerCnn.Parameters p = formulaWeights();
    for (int n = 0; n < 2; n++) {
      double[] z = expected.subList(10 * n, 10 * n + 10).stream().mapToDouble(e -> e).toArray();
      assertThat(TwoLayerCnn.logits(p, x[n])).containsExactly(z, within(1e-9));
    }
  }

  // ---- Gradients against central differences ----

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 1", "1, 0", "3, 2"})
  void convBackward_againstDifferences(int stride, int pad) {
    Random random = new Random(7);
    var conv = new TwoLayerCnn.Conv(new TwoLayerCnn.Shape(2, 7, 6), 3, 3, pad, stride);
    double[] x = random.doubles(2 * 7 * 6, -1, 1).toArray();
    double[] r = random.doubles(conv.out().size(), -1, 1).toArray();
    var layer = new TwoLayerCnn.Layer(3, 18);
    TwoLayerCnn.randomize(layer, random, 0);
    var d = new TwoLayerCnn.Layer(3, 18);
    double[] dx = TwoLayerCnn.convBackward(conv, r, x, layer, d);
    checkGradients(() -> dot(r, TwoLayerCnn.convForward(conv, x, layer)), x, dx, layer, d, 1);
  }

  @Test
  void denseBackward_againstDifferences() {
    Random random = new Random(8);
    double[] x = random.doubles(5, -1, 1).toArray();
    double[] r = random.doubles(4, -1, 1).toArray();
    var layer = new TwoLayerCnn.Layer(4, 5);
    TwoLayerCnn.randomize(layer, random, 0);
    var d = new TwoLayerCnn.Layer(4, 5);
    double[] dx = TwoLayerCnn.denseBackward(r, x, layer, d);
    checkGradients(() -> dot(r, TwoLayerCnn.denseForward(x, layer)), x, dx, layer, d, 1);
  }

  @Test
  void lossAndGradients_againstDifferences() {
    Random random = new Random(9);
    var c1 = new TwoLayerCnn.Conv(new TwoLayerCnn.Shape(1, 5, 4), 2, 3, 1, 1);
    var c2 = new TwoLayerCnn.Conv(c1.out(), 3, 3, 1, 1);
    TwoLayerCnn.Parameters p = TwoLayerCnn.Parameters.zeros(c1, c2, 6, 4);
    p.layers().forEach(layer -> TwoLayerCnn.randomize(layer, random, 0));
    double[][] x = {random.doubles(20).toArray(), random.doubles(20).toArray()};
    int[] t = {3, 0};
    TwoLayerCnn.Parameters d = zeros(p);
    TwoLayerCnn.lossAndGradients(p, x, t, 0.1, d);
    for (int a = 0; a < 4; a++) {
      DoubleSupplier loss = () -> TwoLayerCnn.lossAndGradients(p, x, t, 0.1, zeros(p));
      checkGradients(
          loss, new double[0], new double[0], p.layers().get(a), d.layers().get(a), 1e-5);
    }
  }

  // ---- Broken files ----

  @Test
  void readDigits_packedIsReadLikePlain() throws IOException {
    writeDigits(idx(0x803, 1568, 2, 28, 28), idx(0x801, 2, 2));
    byte[] plain = Files.readAllBytes(folder.resolve(IMAGES));
    Files.delete(folder.resolve(IMAGES));
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(folder.resolve(IMAGES + ".gz")))) {
      out.write(plain);
    }
    assertThat(TwoLayerCnn.readDigits(folder, "train")).hasSize(2);
  }

  @Test
  void readDigits_missingOrNotPacked() throws IOException {
    assertThatThrownBy(() -> TwoLayerCnn.readDigits(folder, "train"))
        .isInstanceOf(IOException.class)
        .hasMessage("no " + IMAGES + " in " + folder + "; run ./fovea data fetch mnist");
    Files.write(folder.resolve(IMAGES + ".gz"), new byte[100]);
    assertThatThrownBy(() -> TwoLayerCnn.readDigits(folder, "train"))
        .isInstanceOf(IOException.class)
        .hasMessage(IMAGES + ": cannot be read: java.util.zip.ZipException: Not in GZIP format");
  }

  @Test
  void readDigits_brokenImages() throws IOException {
    String file = "read " + IMAGES + ": ";
    byte[] labels = idx(0x801, 2, 2);
    failsWith(new byte[10], labels, file + "bytes: got 10, expected 16 (header)");
    failsWith(
        idx(0x801, 1568, 2, 28, 28),
        labels,
        file + "magic number: got 2049, expected 2051 (IDX of bytes)");
    failsWith(idx(0x803, 0, 0, 28, 28), labels, file + "items: got 0, expected 1 (or more)");
    failsWith(idx(0x803, 0, -1, 28, 28), labels, file + "items: got -1, expected 1 (or more)");
    failsWith(
        idx(0x803, 1512, 2, 27, 28),
        labels,
        file + "pixels in a row or column: got 27, expected 28 (MNIST)");
    String size = file + "bytes after the header: got ";
    failsWith(
        idx(0x803, 1567, 2, 28, 28), labels, size + "1567, expected 1568 (as the header says)");
    failsWith(
        idx(0x803, 1569, 2, 28, 28), labels, size + "1569, expected 1568 (as the header says)");
    failsWith(
        idx(0x803, 1568, Integer.MAX_VALUE, 28, 28),
        labels,
        size + "1568, expected 1683627179248 (as the header says)");
  }

  @Test
  void readDigits_brokenLabels() throws IOException {
    byte[] images = idx(0x803, 1568, 2, 28, 28);
    failsWith(images, new byte[7], "read " + LABELS + ": bytes: got 7, expected 8 (header)");
    failsWith(
        images, idx(0x801, 3, 3), "read train: labels: got 3, expected 2 (one for each image)");
    byte[] labels = idx(0x801, 2, 2);
    labels[9] = 10;
    failsWith(images, labels, "read train: label of image 1: got 10, expected 9 (or less)");
    labels[9] = (byte) 200;
    failsWith(images, labels, "read train: label of image 1: got 200, expected 9 (or less)");
  }

  // ---- The file as a program ----

  @Test
  @Tag("gate")
  void main_runsFromSourceAndErrorsNameTheFault() throws Exception {
    assertThat(compiled(folder.toString()))
        .isEqualTo(
            "TwoLayerCnn: no %s in %s; run ./fovea data fetch mnist\n1".formatted(IMAGES, folder));
    assertThat(compiled("--seconds")).startsWith("usage: ").endsWith("--momentum N]\n2");
    for (String file : List.of("images-idx3-ubyte", "labels-idx1-ubyte")) {
      Files.copy(GOLDEN.resolve("train-" + file), folder.resolve("train-" + file));
      Files.copy(GOLDEN.resolve("train-" + file), folder.resolve("t10k-" + file));
    }
    assertThat(program("TwoLayerCnn.java", folder.toString(), "--seconds", "1", "--seed", "5"))
        .startsWith("600 training and 600 test images, a label each\n")
        .contains("\n(600, 784) -> (600, 1, 28, 28)\n")
        .containsPattern("test accuracy \\d+\\.\\d % of \\d+ images\n0$");
  }

  /** Without compiling the source once more. */
  private static String compiled(String argument) throws Exception {
    return program("-cp", "target/classes", "TwoLayerCnn", argument);
  }

  /** What the program prints, and behind it its exit code. */
  private static String program(String... args) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().remove("JAVA_TOOL_OPTIONS"); // the JVM says that it has them
    Process process = builder.start();
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    return printed.replace("\r", "") + process.waitFor();
  }

  // ---- Small tools ----

  private void failsWith(byte[] images, byte[] labels, String message) throws IOException {
    writeDigits(images, labels);
    assertThatThrownBy(() -> TwoLayerCnn.readDigits(folder, "train"))
        .isInstanceOf(IOException.class)
        .hasMessage(message);
  }

  private void writeDigits(byte[] images, byte[] labels) throws IOException {
    Files.write(folder.resolve(IMAGES), images);
    Files.write(folder.resolve(LABELS), labels);
  }

  private static byte[] idx(int magic, int bytes, int... dimensions) {
    ByteBuffer buffer = ByteBuffer.allocate(4 + 4 * dimensions.length + bytes).putInt(magic);
    Arrays.stream(dimensions).forEach(buffer::putInt);
    return buffer.array();
  }

  static TwoLayerCnn.Parameters network() {
    var c1 = new TwoLayerCnn.Conv(TwoLayerCnn.IMAGE, 16, 5, 2, 1);
    return TwoLayerCnn.Parameters.zeros(c1, new TwoLayerCnn.Conv(c1.out(), 32, 5, 2, 1), 100, 10);
  }

  static TwoLayerCnn.Parameters zeros(TwoLayerCnn.Parameters p) {
    return TwoLayerCnn.Parameters.zeros(p.c1(), p.c2(), p.dense1().b.length, p.dense2().b.length);
  }

  /** The formula that two-layer-cnn.json describes: i counts through a layer in (O, C, K, K). */
  static TwoLayerCnn.Parameters formulaWeights() {
    TwoLayerCnn.Parameters p = network();
    for (int a = 0; a < 4; a++) {
      long i = 0;
      for (double[] row : p.layers().get(a).w) {
        for (int k = 0; k < row.length; k++) {
          double u = ((i++ * 2_654_435_761L + (a + 1) * 40_503L) & 0xFFFF_FFFFL) / 0x1p32;
          row[k] = (2 * u - 1) * Math.sqrt(6.0 / row.length);
        }
      }
    }
    return p;
  }

  /** Central differences of f, by relative L2 error: 1e-7 for every array. */
  private static void checkGradients(
      DoubleSupplier f,
      double[] x,
      double[] dx,
      TwoLayerCnn.Layer layer,
      TwoLayerCnn.Layer d,
      double epsilon) {
    checkGradient(f, x, dx, epsilon);
    checkGradient(f, layer.b, d.b, epsilon);
    for (int o = 0; o < layer.w.length; o++) {
      checkGradient(f, layer.w[o], d.w[o], epsilon);
    }
  }

  private static void checkGradient(DoubleSupplier f, double[] at, double[] got, double epsilon) {
    double[] difference = new double[at.length];
    for (int k = 0; k < at.length; k++) {
      double middle = at[k];
      at[k] = middle + epsilon;
      double above = f.getAsDouble();
      at[k] = middle - epsilon;
      double below = f.getAsDouble();
      at[k] = middle;
      difference[k] = (above - below) / (2 * epsilon) - got[k];
    }
    assertThat(norm(difference)).isLessThanOrEqualTo(1e-7 * norm(got));
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int k = 0; k < a.length; k++) {
      sum += a[k] * b[k];
    }
    return sum;
  }

  static double norm(double[]... rows) {
    return Math.sqrt(Arrays.stream(rows).mapToDouble(row -> dot(row, row)).sum());
  }

  /** Group 1 of every match, as a number: all that these tests need of JSON. */
  private static List<Double> numbers(String json, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(json);
    List<Double> numbers = new ArrayList<>();
    while (matcher.find()) {
      numbers.add(Double.valueOf(matcher.group(1)));
    }
    return numbers;
  }
}
