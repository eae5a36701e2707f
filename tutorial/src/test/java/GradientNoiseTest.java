import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The run of chapter 10: its losses, its test images, and the table of cosines of gradients of 16
 * images with that of 2,000. Four minutes.
 */
@SuppressWarnings("DefaultPackage") // as the classes under test
class GradientNoiseTest {
  private static final Path BOOK = Path.of("../docs/book");

  /** The table has two decimals. */
  private static final Offset<Double> ROUNDING = within(0.005);

  private static TwoLayerCnn.Parameters zerosLike(TwoLayerCnn.Parameters p) {
    return TwoLayerCnn.Parameters.zeros(p.c1(), p.c2(), p.dense1().b.length, p.dense2().b.length);
  }

  private static TwoLayerCnn.Parameters gradient(
      TwoLayerCnn.Parameters p, List<TwoLayerCnn.Digit> some) {
    TwoLayerCnn.Parameters d = zerosLike(p);
    loss(p, some, d);
    return d;
  }

  private static double loss(
      TwoLayerCnn.Parameters p, List<TwoLayerCnn.Digit> some, TwoLayerCnn.Parameters d) {
    int[] labels = some.stream().mapToInt(TwoLayerCnn.Digit::label).toArray();
    return TwoLayerCnn.lossAndGradients(p, TwoLayerCnn.images(some), labels, TwoLayerCnn.L2, d);
  }

  /** All numbers of the gradients; of several, their sum. */
  private static double[] flat(List<TwoLayerCnn.Parameters> gradients) {
    List<double[]> rows = new ArrayList<>();
    for (TwoLayerCnn.Layer layer : gradients.getFirst().layers()) {
      rows.addAll(List.of(layer.w));
      rows.add(layer.b);
    }
    double[] flat = new double[rows.stream().mapToInt(row -> row.length).sum()];
    for (TwoLayerCnn.Parameters each : gradients) {
      int at = 0;
      for (TwoLayerCnn.Layer layer : each.layers()) {
        for (double[] row : layer.w) {
          at = add(row, flat, at);
        }
        at = add(layer.b, flat, at);
      }
    }
    return flat;
  }

  private static int add(double[] row, double[] flat, int at) {
    for (int k = 0; k < row.length; k++) {
      flat[at + k] += row[k];
    }
    return at + row.length;
  }

  private static double cosine(double[] a, double[] b) {
    double product = 0;
    double aa = 0;
    double bb = 0;
    for (int k = 0; k < a.length; k++) {
      product += a[k] * b[k];
      aa += a[k] * a[k];
      bb += b[k] * b[k];
    }
    return product / Math.sqrt(aa * bb);
  }

  @Test
  @Tag("slow")
  void run_isThatOfTheBook() throws IOException {
    String cache = System.getProperty("user.home") + "/.cache/fovea";
    Path mnist = Path.of(System.getenv().getOrDefault("FOVEA_HOME", cache), "mnist");
    Assumptions.assumeTrue(Files.isDirectory(mnist), "skipped: needs fovea data fetch mnist");
    List<TwoLayerCnn.Digit> digits = new ArrayList<>(TwoLayerCnn.readDigits(mnist, "train"));
    Random random = new Random(1);
    var c1 = new TwoLayerCnn.Conv(TwoLayerCnn.IMAGE, 16, 5, 2, 1);
    var c2 = new TwoLayerCnn.Conv(c1.out(), 32, 5, 2, 1);
    TwoLayerCnn.Parameters p = TwoLayerCnn.Parameters.zeros(c1, c2, 100, 10);
    p.layers().forEach(layer -> TwoLayerCnn.randomize(layer, random, 0));
    TwoLayerCnn.Parameters v = zerosLike(p);
    Collections.shuffle(digits, random);
    List<List<String>> table =
        BookTable.of("10-mini-batch-gradient-descent.md", "| steps before |");
    String chapter = Files.readString(BOOK.resolve("10-mini-batch-gradient-descent.md"));
    double mean = 0;
    for (int step = 0; step < 130; step++) {
      if (step % 60 == 0) {
        judge(p, digits, table.get(1 + step / 60));
      }
      TwoLayerCnn.Parameters d = zerosLike(p);
      mean += loss(p, digits.subList(16 * step, 16 * step + 16), d) / 10;
      if (step % 10 == 9) {
        int seen = 16 * (step + 1);
        assertThat(chapter)
            .contains(String.format(Locale.ROOT, "%6d images  loss %.3f ", seen, mean));
        mean = 0;
      }
      for (int a = 0; a < 4; a++) {
        TwoLayerCnn.update(
            p.layers().get(a),
            v.layers().get(a),
            d.layers().get(a),
            TwoLayerCnn.RATE,
            TwoLayerCnn.MOMENTUM);
      }
    }
    List<TwoLayerCnn.Digit> testing = new ArrayList<>(TwoLayerCnn.readDigits(mnist, "t10k"));
    Collections.shuffle(testing, random);
    assertThat(chapter.replaceAll("\\s+", " "))
        .contains("answers " + right(p, testing.subList(0, 700)) + " of the first 700 correctly");
  }

  private static long right(TwoLayerCnn.Parameters p, List<TwoLayerCnn.Digit> digits) {
    double[][] x = TwoLayerCnn.images(digits);
    return IntStream.range(0, x.length)
        .filter(
            n -> {
              double[] z = TwoLayerCnn.logits(p, x[n]);
              return z[digits.get(n).label()] == Arrays.stream(z).max().orElseThrow();
            })
        .count();
  }

  private static void judge(
      TwoLayerCnn.Parameters p, List<TwoLayerCnn.Digit> digits, List<String> row) {
    double[] whole = flat(List.of(gradient(p, digits.subList(10_000, 12_000))));
    String[] cosines = row.get(1).split(" ", -1);
    List<TwoLayerCnn.Parameters> batches = new ArrayList<>();
    double sum = 0;
    for (int b = 0; b < cosines.length; b++) {
      batches.add(gradient(p, digits.subList(20_000 + 16 * b, 20_016 + 16 * b)));
      double cosine = cosine(flat(batches.subList(b, b + 1)), whole);
      sum += cosine / cosines.length;
      assertThat(Double.parseDouble(cosines[b])).isCloseTo(cosine, ROUNDING);
    }
    assertThat(Double.parseDouble(row.get(2))).isCloseTo(sum, ROUNDING);
    double ten = cosine(flat(batches.subList(0, 10)), whole);
    assertThat(Double.parseDouble(row.get(3))).isCloseTo(ten, ROUNDING);
  }
}
