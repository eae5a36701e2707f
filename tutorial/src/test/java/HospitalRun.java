import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** A training run of the hospital, and the examinations of it. */
@SuppressWarnings("DefaultPackage") // as the classes that it runs
final class HospitalRun {
  private static final int FILTERS = 3; // of the first layer
  private static final int STEPS = 120; // 4 epochs
  private static final int EACH = 2; // steps between points of the loss curve
  private static final int JUDGED = 12; // steps between two looks at the held-out digits
  private static final int SHOWN = 10; // pictures
  private static final int BINS = 11;
  private static final List<String> LAYERS = List.of("conv1", "conv2", "dense1", "dense2");

  private final String name;
  private final int fault;
  private final HospitalRuns.Setting setting;
  private final List<TwoLayerCnn.Digit> training;
  private final List<TwoLayerCnn.Digit> heldOut;
  private final List<TwoLayerCnn.Digit> later;
  private final List<TwoLayerCnn.Digit> order;
  private final Random random = new Random(1);
  private final TwoLayerCnn.Parameters p;
  private final TwoLayerCnn.Parameters v;
  private final double rate;

  private final Map<String, Object> found = new LinkedHashMap<>();
  private List<TwoLayerCnn.Digit> first = List.of();

  /**
   * An untrained run.
   *
   * @param fault of Faults.java, 0 for none
   * @param training with the labels that the run believes, as {@code heldOut}
   * @param later with the labels that are true
   */
  HospitalRun(
      String name,
      int fault,
      HospitalRuns.Setting setting,
      List<TwoLayerCnn.Digit> training,
      List<TwoLayerCnn.Digit> heldOut,
      List<TwoLayerCnn.Digit> later) {
    this.name = name;
    this.fault = fault;
    this.setting = setting;
    this.training = training;
    this.heldOut = heldOut;
    this.later = later;
    order = new ArrayList<>(training);
    if (setting == HospitalRuns.Setting.SORTED) {
      order.sort(Comparator.comparingInt(TwoLayerCnn.Digit::label));
    }
    Faults.network(0, FILTERS, random); // so the order is that of Faults.losses
    p = Faults.network(fault, FILTERS, new Random(1));
    v = Faults.zerosLike(p, fault);
    rate = setting == HospitalRuns.Setting.RATE ? 5 * TwoLayerCnn.RATE : TwoLayerCnn.RATE;
  }

  String name() {
    return name;
  }

  /** Trains, and looks at what can only be seen meanwhile. */
  void train() {
    List<double[]> before = p.layers().stream().map(layer -> flat(layer.w)).toList();
    List<Object> losses = new ArrayList<>();
    List<Object> judged = new ArrayList<>(List.of(loss(heldOut)));
    double sum = 0;
    for (int step = 0; step < STEPS; step++) {
      List<TwoLayerCnn.Digit> batch = batch(step);
      TwoLayerCnn.Parameters d = Faults.zerosLike(p, fault);
      double loss = Faults.lossAndGradients(fault, p, TwoLayerCnn.images(batch), labels(batch), d);
      if (step == 0) {
        first = batch.subList(0, SHOWN);
        found.put("first", loss);
        found.put("gradient", gradientCheck(batch));
        found.put("histograms", histograms(d));
        found.put("dead", new ArrayList<Object>(dead()));
        found.put("norms", new ArrayList<Object>(norms(d)));
      }
      update(d);
      if (step == 0) {
        found.put("step", moved(before));
      }
      if (step == STEPS - 1) {
        found.put("deadAtEnd", dead());
        found.put("normsAtEnd", norms(d));
      }
      sum += loss / EACH;
      if (step % EACH == EACH - 1) {
        losses.add(sum);
        sum = 0;
      }
      if (step % JUDGED == JUDGED - 1) {
        judged.add(loss(heldOut));
      }
    }
    found.put("curve", losses);
    found.put("heldOut", judged);
    found.put("moved", moved(before));
  }

  private List<TwoLayerCnn.Digit> batch(int step) {
    int from = step * TwoLayerCnn.BATCH % training.size();
    if (from == 0 && setting != HospitalRuns.Setting.SORTED) {
      Collections.shuffle(order, random);
    }
    return List.copyOf(order.subList(from, from + TwoLayerCnn.BATCH));
  }

  private void update(TwoLayerCnn.Parameters d) {
    for (int a = 0; a < 4 && fault != 14; a++) {
      TwoLayerCnn.update(
          p.layers().get(a), v.layers().get(a), d.layers().get(a), rate, TwoLayerCnn.MOMENTUM);
    }
  }

  private static int[] labels(List<TwoLayerCnn.Digit> digits) {
    return digits.stream().mapToInt(TwoLayerCnn.Digit::label).toArray();
  }

  /**
   * What was found.
   *
   * @param truth all digits with their true labels; a picture's number is its place among them
   */
  Map<String, Object> found(List<TwoLayerCnn.Digit> truth) {
    Map<String, Object> accuracy = new LinkedHashMap<>();
    accuracy.put("training", accuracy(training));
    accuracy.put("heldOut", accuracy(heldOut));
    accuracy.put("later", accuracy(later));
    accuracy.put("apart", accuracy(heldOut) - accuracy(later));
    found.put("accuracy", accuracy);
    List<Integer> count = p.layers().stream().map(layer -> flat(layer.w).length).toList();
    found.put("weights", count);
    Set<ByteBuffer> known = new HashSet<>();
    training.forEach(digit -> known.add(digit.pixels()));
    long both = heldOut.stream().filter(digit -> known.contains(digit.pixels())).count();
    found.put("sets", List.of(training.size(), heldOut.size(), both));
    List<TwoLayerCnn.Digit> last = heldOut.subList(0, SHOWN);
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("batch", first.stream().map(digit -> picture(digit, truth)).toList());
    shown.put("heldOut", last.stream().map(digit -> picture(digit, truth)).toList());
    shown.put("most", List.of(most(first), most(last)));
    shown.put("classes", Arrays.stream(labels(first)).distinct().count());
    shown.put("wrong", wrong(first, truth) + wrong(last, truth));
    found.put("pictures", shown);
    return found;
  }

  private double most(List<TwoLayerCnn.Digit> digits) {
    return digits.stream().flatMapToDouble(digit -> Arrays.stream(input(digit))).max().orElse(0);
  }

  /** How many labels are not those that the pictures show. */
  private static long wrong(List<TwoLayerCnn.Digit> digits, List<TwoLayerCnn.Digit> truth) {
    return digits.stream()
        .filter(digit -> truth.get(place(digit, truth)).label() != digit.label())
        .count();
  }

  private static int place(TwoLayerCnn.Digit digit, List<TwoLayerCnn.Digit> among) {
    return IntStream.range(0, among.size())
        .filter(k -> among.get(k).pixels().equals(digit.pixels()))
        .findFirst()
        .orElseThrow();
  }

  /** The picture's number, the label, the answer. */
  private List<Integer> picture(TwoLayerCnn.Digit digit, List<TwoLayerCnn.Digit> truth) {
    return List.of(place(digit, truth), digit.label(), answer(digit));
  }

  /** The numbers that the network gets of a picture. */
  private double[] input(TwoLayerCnn.Digit digit) {
    boolean twice = setting == HospitalRuns.Setting.SCALING && !training.contains(digit);
    double scale = twice ? 1 / 255.0 : fault == 1 ? 255 : 1;
    return Arrays.stream(TwoLayerCnn.images(List.of(digit))[0]).map(x -> scale * x).toArray();
  }

  /** The outputs of the layers, after a ReLU where there is one. */
  private List<double[]> outputs(TwoLayerCnn.Digit digit) {
    TwoLayerCnn.Parameters e = p;
    if (fault == 3 || fault == 6 || fault == 7) {
      e = Faults.zerosLike(p, 0);
      for (int a = 0; a < 4; a++) {
        Faults.effective(fault, a, p.layers().get(a), e.layers().get(a));
      }
    }
    double[] x2 = TwoLayerCnn.relu(TwoLayerCnn.convForward(e.c1(), input(digit), e.conv1()));
    double[] x3 = TwoLayerCnn.convForward(e.c2(), x2, e.conv2());
    double[] x4 = TwoLayerCnn.relu(TwoLayerCnn.denseForward(x3, e.dense1()));
    return List.of(x2, x3, x4, TwoLayerCnn.denseForward(x4, e.dense2()));
  }

  private double loss(List<TwoLayerCnn.Digit> digits) {
    return mean(
        digits.stream()
            .mapToDouble(
                digit -> -Math.log(TwoLayerCnn.softmax(outputs(digit).getLast())[digit.label()])));
  }

  /** The class, or -1 where no logit is a number. */
  private int answer(TwoLayerCnn.Digit digit) {
    double[] z = outputs(digit).getLast();
    int best = IntStream.range(0, z.length).reduce(0, (a, o) -> z[o] > z[a] ? o : a);
    return Double.isFinite(z[best]) ? best : -1;
  }

  private double accuracy(List<TwoLayerCnn.Digit> digits) {
    return mean(digits.stream().mapToDouble(digit -> answer(digit) == digit.label() ? 100 : 0));
  }

  /** How far the weights of each layer are from others, in percent of the others' length. */
  private List<Object> moved(List<double[]> before) {
    List<Object> all = new ArrayList<>();
    for (int a = 0; a < 4; a++) {
      double[] to = flat(p.layers().get(a).w);
      all.add(100 * norm(minus(to, before.get(a))) / norm(before.get(a)));
    }
    return all;
  }

  private static List<Object> norms(TwoLayerCnn.Parameters d) {
    return d.layers().stream().<Object>map(layer -> norm(flat(layer.w))).toList();
  }

  /** Of weights, outputs and gradients, each of four layers. */
  private Map<String, List<Object>> histograms(TwoLayerCnn.Parameters d) {
    List<List<double[]>> outputs = first.stream().map(this::outputs).toList();
    Map<String, List<Object>> all = new LinkedHashMap<>();
    for (String kind : List.of("weights", "outputs", "gradients")) {
      List<Object> layers = new ArrayList<>();
      for (int a = 0; a < 4; a++) {
        int layer = a;
        layers.add(
            histogram(
                switch (kind) {
                  case "weights" -> flat(p.layers().get(a).w);
                  case "outputs" ->
                      flat(outputs.stream().map(each -> each.get(layer)).toArray(double[][]::new));
                  default -> flat(d.layers().get(a).w);
                }));
      }
      all.put(kind, layers);
    }
    return all;
  }

  /** Percentages: conv1's maps and dense1's units that are 0 for each of 64 training digits. */
  private List<Object> dead() {
    List<List<double[]>> outputs = training.subList(0, 64).stream().map(this::outputs).toList();
    ToIntFunction<Integer> alive =
        a -> {
          int size = outputs.getFirst().get(a).length / p.layers().get(a).b.length;
          return (int)
              outputs.stream()
                  .flatMap(
                      each ->
                          IntStream.range(0, each.get(a).length)
                              .filter(k -> each.get(a)[k] != 0)
                              .mapToObj(k -> k / size))
                  .distinct()
                  .count();
        };
    return List.of(
        100 - 100.0 * alive.applyAsInt(0) / p.conv1().b.length,
        100 - 100.0 * alive.applyAsInt(2) / p.dense1().b.length);
  }

  /**
   * How far gradients are from differences of the loss, as a share, of weights and biases of each
   * layer. It judges code, so it begins with the same weights for all; biases are 0.1, for with 0
   * paper would lie at the corner of the ReLU.
   */
  private Map<String, Object> gradientCheck(List<TwoLayerCnn.Digit> batch) {
    var at = Faults.network(fault == 15 ? 0 : fault, FILTERS, new Random(1));
    at.layers().forEach(layer -> Arrays.fill(layer.b, 0.1));
    List<TwoLayerCnn.Digit> few = batch.subList(0, 4);
    TwoLayerCnn.Parameters d = Faults.zerosLike(at, fault);
    Faults.lossAndGradients(fault, at, TwoLayerCnn.images(few), labels(few), d);
    Map<String, Object> all = new LinkedHashMap<>();
    for (int a = 0; a < 4; a++) {
      TwoLayerCnn.Layer layer = at.layers().get(a);
      TwoLayerCnn.Layer gradient = d.layers().get(a);
      int columns = layer.w[0].length;
      int[] chosen = new Random(a).ints(8, 0, layer.w.length * columns).toArray();
      double[] dw =
          Arrays.stream(chosen)
              .mapToDouble(k -> difference(at, layer.w[k / columns], k % columns, few))
              .toArray();
      double[] got =
          Arrays.stream(chosen).mapToDouble(k -> gradient.w[k / columns][k % columns]).toArray();
      double[] db =
          IntStream.range(0, Math.min(few.size(), layer.b.length))
              .mapToDouble(o -> difference(at, layer.b, o, few))
              .toArray();
      all.put(LAYERS.get(a) + "w", apart(dw, got));
      all.put(LAYERS.get(a) + "b", apart(db, Arrays.copyOf(gradient.b, db.length)));
    }
    return all;
  }

  private double difference(
      TwoLayerCnn.Parameters at, double[] values, int k, List<TwoLayerCnn.Digit> few) {
    double middle = values[k];
    double[][] x = TwoLayerCnn.images(few);
    values[k] = middle + 1e-5;
    double above = Faults.lossAndGradients(fault, at, x, labels(few), Faults.zerosLike(at, fault));
    values[k] = middle - 1e-5;
    double below = Faults.lossAndGradients(fault, at, x, labels(few), Faults.zerosLike(at, fault));
    values[k] = middle;
    return (above - below) / 2e-5;
  }

  private static double apart(double[] a, double[] b) {
    double larger = Math.max(norm(a), norm(b));
    return larger == 0 ? 0 : norm(minus(a, b)) / larger;
  }

  /** The largest size, the deviation, the percentages in bins from -largest to largest. */
  private static List<Object> histogram(double[] values) {
    double most = DoubleStream.of(values).map(Math::abs).max().orElse(0);
    double mean = mean(DoubleStream.of(values));
    double square = mean(DoubleStream.of(values).map(value -> Math.pow(value - mean, 2)));
    List<Object> all = new ArrayList<>(List.of(most, Math.sqrt(square)));
    int[] bins = new int[BINS];
    for (double value : values) {
      bins[most == 0 ? BINS / 2 : (int) Math.min(BINS - 1, (value / most + 1) / 2 * BINS)]++;
    }
    Arrays.stream(bins).forEach(bin -> all.add(Math.ceil(100.0 * bin / values.length)));
    return all;
  }

  private static double mean(DoubleStream values) {
    return values.average().orElse(0);
  }

  private static double[] flat(double[][] rows) {
    return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
  }

  private static double[] minus(double[] a, double[] b) {
    return IntStream.range(0, a.length).mapToDouble(k -> a[k] - b[k]).toArray();
  }

  private static double norm(double[] values) {
    return Math.sqrt(DoubleStream.of(values).map(value -> value * value).sum());
  }
}
