import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The published faults, put back into a small network (4 and 8 filters, 25 hidden numbers): what
 * docs/book says of them.
 */
@SuppressWarnings("DefaultPackage") // as the classes under test
class FaultsTest {
  private static final int BATCH = 4;

  private static final double LN_10 = Math.log(10);

  private static List<TwoLayerCnn.Digit> digits = List.of();

  @BeforeAll
  static void read() throws IOException {
    digits = TwoLayerCnn.readDigits(TwoLayerCnnTest.GOLDEN, "train");
  }

  /** One batch through a network with a fault: its loss, and in d its gradients. */
  private static double step(int fault, TwoLayerCnn.Parameters p, TwoLayerCnn.Parameters d) {
    List<TwoLayerCnn.Digit> batch = digits.subList(0, BATCH);
    int[] t = batch.stream().mapToInt(TwoLayerCnn.Digit::label).toArray();
    return Faults.lossAndGradients(fault, p, TwoLayerCnn.images(batch), t, d);
  }

  private static TwoLayerCnn.Parameters network(int fault) {
    TwoLayerCnn.Parameters p = Faults.network(fault, 4, new Random(1));
    p.layers().forEach(layer -> Arrays.fill(layer.b, 0.1)); // so that faults of biases show
    return p;
  }

  private static List<TwoLayerCnn.Layer> gradients(int fault) {
    TwoLayerCnn.Parameters d = Faults.zerosLike(network(fault), fault);
    step(fault, network(fault), d);
    return d.layers();
  }

  @Test
  void fault3_secondFilters_have25WeightsAndOneWindowForAllChannels() {
    TwoLayerCnn.Parameters p = network(3);
    assertThat(Faults.network(3, 16, new Random(1)).conv2().w).hasDimensions(32, 25);
    assertThat(TwoLayerCnnTest.network().conv2().w).hasDimensions(32, 400);
    var effective = new TwoLayerCnn.Layer(8, 4 * 25);
    Faults.effective(3, 1, p.conv2(), effective);
    for (int c = 0; c < 4; c++) {
      assertThat(Arrays.copyOfRange(effective.w[5], 25 * c, 25 * c + 25))
          .containsExactly(p.conv2().w[5]);
    }
  }

  /**
   * Differences are the judge of the gradients of faults 3 and 7, which are right for their sums.
   */
  @Test
  void faults3And7_gradients_areThoseOfTheirLosses() {
    for (int fault : new int[] {3, 7}) {
      List<TwoLayerCnn.Layer> d = gradients(fault);
      for (int a = 0; a < 4; a++) {
        TwoLayerCnn.Parameters p = network(fault);
        TwoLayerCnn.Layer layer = p.layers().get(a);
        double[] row = layer.w[1];
        double weight = difference(fault, p, row, 7);
        assertThat(d.get(a).w[1][7]).isCloseTo(weight, within(1e-6 + 1e-4 * Math.abs(weight)));
        double bias = difference(fault, p, layer.b, 1);
        assertThat(d.get(a).b[1]).isCloseTo(bias, within(1e-6 + 1e-4 * Math.abs(bias)));
      }
    }
  }

  private static double difference(int fault, TwoLayerCnn.Parameters p, double[] at, int k) {
    double middle = at[k];
    at[k] = middle + 1e-5;
    double above = step(fault, p, Faults.zerosLike(p, fault));
    at[k] = middle - 1e-5;
    double below = step(fault, p, Faults.zerosLike(p, fault));
    at[k] = middle;
    return (above - below) / 2e-5;
  }

  @Test
  void fault6_biasOncePerProduct_gives41InsteadOf38() {
    var conv = new TwoLayerCnn.Conv(new TwoLayerCnn.Shape(1, 3, 3), 1, 2, 0, 1);
    var layer = new TwoLayerCnn.Layer(1, 4);
    layer.w[0] = new double[] {1, 2, 3, 4};
    layer.b[0] = 1;
    var effective = new TwoLayerCnn.Layer(1, 4);
    Faults.effective(6, 0, layer, effective);
    double[] x = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    assertThat(TwoLayerCnn.convForward(conv, x, layer)[0]).isEqualTo(38);
    assertThat(TwoLayerCnn.convForward(conv, x, effective)[0]).isEqualTo(41);
    TwoLayerCnn.Parameters p = network(6);
    double published = gradients(6).get(1).b[1];
    double right = difference(6, p, p.conv2().b, 1);
    assertThat(right).isCloseTo(100 * published, within(1e-3 * Math.abs(right)));
  }

  @Test
  void fault7_multipliedByItsBias_isZeroAndStaysSo() {
    TwoLayerCnn.Parameters p = Faults.network(7, 4, new Random(1));
    TwoLayerCnn.Parameters d = Faults.zerosLike(p, 7);
    double penalty = 0;
    for (TwoLayerCnn.Layer layer : p.layers()) {
      penalty += TwoLayerCnn.penalty(layer, TwoLayerCnn.L2, copy(layer));
    }
    assertThat(step(7, p, d)).isCloseTo(LN_10 + penalty, within(1e-12));
    for (TwoLayerCnn.Layer layer : d.layers()) {
      assertThat(layer.b).containsOnly(0);
    }
  }

  private static TwoLayerCnn.Layer copy(TwoLayerCnn.Layer layer) {
    return new TwoLayerCnn.Layer(layer.w.length, layer.w[0].length);
  }

  @Test
  void fault8_assignment_leavesASumOfMinusTheLabelsProbability() {
    double probability = 0;
    for (TwoLayerCnn.Digit digit : digits.subList(0, BATCH)) {
      double[] x = TwoLayerCnn.images(List.of(digit))[0];
      probability += TwoLayerCnn.softmax(TwoLayerCnn.logits(network(8), x))[digit.label()] / BATCH;
    }
    double right = Arrays.stream(gradients(0).get(3).b).sum();
    double published = Arrays.stream(gradients(8).get(3).b).sum();
    assertThat(right).isCloseTo(0, within(1e-12)); // what is taken from one goes to the others
    assertThat(published).isCloseTo(-probability, within(1e-12));
  }

  @Test
  void fault9_hiddenGradient_isTheActivationsWhateverTheLabels() {
    List<TwoLayerCnn.Layer> published = gradients(9);
    assertThat(published.get(2).b).isNotEqualTo(gradients(0).get(2).b);
    assertThat(published.get(3).b).isEqualTo(gradients(0).get(3).b); // behind it all is right
    double[] sum = new double[25]; // of the activations
    TwoLayerCnn.Parameters p = network(9);
    for (double[] x : TwoLayerCnn.images(digits.subList(0, BATCH))) {
      double[] x2 = TwoLayerCnn.relu(TwoLayerCnn.convForward(p.c1(), x, p.conv1()));
      double[] x3 = TwoLayerCnn.convForward(p.c2(), x2, p.conv2());
      double[] x4 = TwoLayerCnn.relu(TwoLayerCnn.denseForward(x3, p.dense1()));
      Arrays.setAll(sum, k -> sum[k] + x4[k]);
    }
    assertThat(published.get(2).b).containsExactly(sum, within(1e-9));
  }

  @Test
  void faults10And11_gradients_lackThePriceAndTheFirstLayer() {
    List<TwoLayerCnn.Layer> right = gradients(0);
    List<TwoLayerCnn.Layer> noPrice = gradients(10);
    List<TwoLayerCnn.Layer> noFirst = gradients(11);
    TwoLayerCnn.Layer weights = network(10).dense1();
    double price = right.get(2).w[1][7] - noPrice.get(2).w[1][7];
    assertThat(price).isCloseTo(TwoLayerCnn.L2 * weights.w[1][7], within(1e-12));
    assertThat(noFirst.get(0).w[1]).containsOnly(0);
    assertThat(noFirst.get(1).w[1]).containsExactly(right.get(1).w[1]);
  }

  /** The first half of the page's table, and what is said of it there. */
  @Test
  @Tag("gate")
  void losses_ofTheTenFaults_areTheBooks() throws IOException {
    List<List<String>> table =
        BookTable.of("what-the-numpy-version-gets-wrong.md", "| fault \\ images");
    List<Integer> faults = new ArrayList<>(Faults.names().keySet());
    faults.addFirst(0);
    assertThat(table).hasSize(1 + faults.size());
    for (int k = 0; k < faults.size(); k++) {
      int fault = faults.get(k);
      List<String> row = table.get(k + 1);
      String name = fault == 0 ? "none" : fault + ". " + Faults.names().get(fault);
      assertThat(row.getFirst()).isEqualTo(name);
      List<Double> losses = Faults.losses(fault, digits, 640, 4, 1);
      for (int column = 0; column < losses.size(); column++) {
        double written = Double.parseDouble(row.get(column + 1));
        if (written < 3) {
          assertThat(losses.get(column)).as("%s", row).isCloseTo(written, within(0.01));
        } else {
          assertThat(losses.get(column) < 3).as("%s", row).isFalse(); // large or NaN
        }
      }
      switch (fault) {
        case 0, 3, 10, 11 -> assertThat(losses.getLast()).isLessThan(0.6 * losses.getFirst());
        case 1, 8, 9 -> assertThat(losses.getLast()).isNaN();
        default -> assertThat(losses.getLast()).isBetween(2.29, 2.7);
      }
    }
  }

  /** The table behind plateau.svg: s times a network that has learned. */
  @Test
  @Tag("gate")
  void plateau_inTheBook_isThatOfATrainedNetwork() throws IOException {
    Random random = new Random(1);
    TwoLayerCnn.Parameters p = Faults.network(0, 4, random);
    Faults.train(0, p, digits, 1280, random);
    List<List<String>> table = BookTable.of("what-the-numpy-version-gets-wrong.md", "| $s$ |");
    double[][] x = TwoLayerCnn.images(digits.subList(0, 32));
    int[] t = digits.subList(0, 32).stream().mapToInt(TwoLayerCnn.Digit::label).toArray();
    for (int k = 1; k < table.getFirst().size(); k++) {
      TwoLayerCnn.Parameters scaled = Faults.zerosLike(p, 0);
      for (int a = 0; a < 4; a++) {
        scale(p.layers().get(a), Double.parseDouble(table.get(0).get(k)), scaled.layers().get(a));
      }
      double loss = TwoLayerCnn.lossAndGradients(scaled, x, t, 0, Faults.zerosLike(p, 0));
      assertThat(Double.parseDouble(table.get(1).get(k)))
          .as("loss at s = %s", table.get(0).get(k))
          .isCloseTo(loss, within(0.01));
    }
  }

  private static void scale(TwoLayerCnn.Layer layer, double factor, TwoLayerCnn.Layer to) {
    Arrays.setAll(to.b, o -> factor * layer.b[o]);
    for (int o = 0; o < layer.w.length; o++) {
      double[] row = layer.w[o];
      Arrays.setAll(to.w[o], k -> factor * row[k]);
    }
  }
}
