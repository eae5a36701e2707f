import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * The faults of the published numpy version, put back into TwoLayerCnn.java one at a time, with the
 * losses they give. All else is right, the seed, the batches and the rates too. The numbers are
 * those of docs/book/what-the-numpy-version-gets-wrong.md; 0 stands for all of them. A smaller
 * network is trained, with 4 and 8 filters, which takes seconds.
 *
 * <pre>
 * java tutorial/Faults.java --fault 8                  one, beside the right network
 * java tutorial/Faults.java --fault 8 --filters 16     in the network of the book
 * </pre>
 */
@SuppressWarnings("DefaultPackage") // a file that runs by itself needs no package
final class Faults {
  /**
   * Those that run and change what is learned. They are made when asked for, so that the lesson's
   * page, which does not ask, has no part of them.
   */
  static Map<Integer, String> names() {
    return new TreeMap<>(
        Map.of(
            1, "pixels from 0 to 255",
            3, "second-layer filters with one channel",
            6, "the bias once per product",
            7, "multiplied by a bias",
            8, "=- 1 instead of -= 1",
            9, "hidden gradient from the activations",
            10, "L2 not in the gradient",
            11, "convolution backward without dx",
            14, "no update",
            15, "initial weights of 1e-4"));
  }

  private static final int LINE = 10 * TwoLayerCnn.BATCH; // images in a line of the table

  private Faults() {}

  /** A network as the faulty code makes it: fault 3 has fewer weights, fault 15 smaller ones. */
  static TwoLayerCnn.Parameters network(int fault, int filters, Random random) {
    var conv1 = new TwoLayerCnn.Conv(TwoLayerCnn.IMAGE, filters, 5, 2, 1);
    var conv2 = new TwoLayerCnn.Conv(conv1.out(), 2 * filters, 5, 2, 1);
    TwoLayerCnn.Parameters p = zeros(conv1, conv2, 25 * filters / 4, fault); // 100 for 16
    p.layers().forEach(layer -> TwoLayerCnn.randomize(layer, random, fault == 15 ? 1e-4 : 0));
    return p;
  }

  private static TwoLayerCnn.Parameters zeros(
      TwoLayerCnn.Conv conv1, TwoLayerCnn.Conv conv2, int hidden, int fault) {
    var p = TwoLayerCnn.Parameters.zeros(conv1, conv2, hidden, TwoLayerCnn.CLASSES);
    var narrow = new TwoLayerCnn.Layer(conv2.filters(), conv2.kernel() * conv2.kernel());
    return fault != 3
        ? p
        : new TwoLayerCnn.Parameters(conv1, conv2, p.conv1(), narrow, p.dense1(), p.dense2());
  }

  static TwoLayerCnn.Parameters zerosLike(TwoLayerCnn.Parameters p, int fault) {
    return zeros(p.c1(), p.c2(), p.dense1().b.length, fault);
  }

  /** What TwoLayerCnn.lossAndGradients does, with a fault. */
  static double lossAndGradients(
      int fault, TwoLayerCnn.Parameters p, double[][] x, int[] t, TwoLayerCnn.Parameters d) {
    double l2 = TwoLayerCnn.L2;
    return switch (fault) {
      case 1 -> TwoLayerCnn.lossAndGradients(p, bytes(x), t, l2, d);
      case 3, 6, 7 -> throughEffectiveLayers(fault, p, x, t, d);
      case 8, 9 -> backwardWithFault(fault, p, x, t, d);
      case 10 -> { // the price of the dense weights, whose gradient goes to nobody
        TwoLayerCnn.Parameters nobody = zerosLike(p, fault);
        yield TwoLayerCnn.lossAndGradients(p, x, t, 0, d)
            + TwoLayerCnn.penalty(p.dense1(), l2, nobody.dense1())
            + TwoLayerCnn.penalty(p.dense2(), l2, nobody.dense2());
      }
      case 11 -> { // the first convolution learns from nobody, and of L2 it knows nothing
        double loss = TwoLayerCnn.lossAndGradients(p, x, t, l2, d);
        Arrays.stream(d.conv1().w).forEach(row -> Arrays.fill(row, 0));
        Arrays.fill(d.conv1().b, 0);
        yield loss;
      }
      default -> TwoLayerCnn.lossAndGradients(p, x, t, l2, d); // 14 and 15 are elsewhere
    };
  }

  private static double[][] bytes(double[][] x) {
    return Arrays.stream(x)
        .map(image -> Arrays.stream(image).map(value -> 255 * value).toArray())
        .toArray(double[][]::new);
  }

  /**
   * Faults 3, 6 and 7 compute with other weights than the ones they keep: 3 with the same window
   * for all channels, 6 with the bias once per product, 7 with weights times the bias. So compute
   * with those, rightly, and bring the gradients back by the chain rule; but fault 6's backward
   * pass believes in one bias, and hands db on as it is.
   */
  private static double throughEffectiveLayers(
      int fault, TwoLayerCnn.Parameters p, double[][] x, int[] t, TwoLayerCnn.Parameters d) {
    var e = TwoLayerCnn.Parameters.zeros(p.c1(), p.c2(), p.dense1().b.length, TwoLayerCnn.CLASSES);
    TwoLayerCnn.Parameters de = zerosLike(e, 0);
    for (int a = 0; a < 4; a++) {
      effective(fault, a, p.layers().get(a), e.layers().get(a));
    }
    double loss = TwoLayerCnn.lossAndGradients(e, x, t, 0, de);
    for (int a = 0; a < 4; a++) {
      TwoLayerCnn.Layer layer = p.layers().get(a);
      TwoLayerCnn.Layer gradient = d.layers().get(a);
      TwoLayerCnn.Layer from = de.layers().get(a);
      for (int o = 0; o < layer.b.length; o++) {
        gradient.b[o] += fault == 7 ? 0 : from.b[o];
        for (int k = 0; k < from.w[o].length; k++) {
          int own = k % layer.w[o].length; // for fault 3, all channels add to one window
          gradient.w[o][own] += fault == 7 ? from.w[o][k] * layer.b[o] : from.w[o][k];
          gradient.b[o] += fault == 7 ? from.w[o][k] * layer.w[o][k] : 0;
        }
      }
      loss += TwoLayerCnn.penalty(layer, TwoLayerCnn.L2, gradient);
    }
    return loss;
  }

  /** The layer that a fault computes with, where {@code layer} is the one that it keeps. */
  static void effective(int fault, int a, TwoLayerCnn.Layer layer, TwoLayerCnn.Layer effective) {
    for (int o = 0; o < layer.b.length; o++) {
      int products = fault == 6 && a < 2 ? effective.w[o].length : 1; // convolutions only
      effective.b[o] = fault == 7 ? 0 : products * layer.b[o];
      for (int k = 0; k < effective.w[o].length; k++) {
        double weight = layer.w[o][k % layer.w[o].length];
        effective.w[o][k] = fault == 7 ? weight * layer.b[o] : weight;
      }
    }
  }

  /** The right steps but for one: 8 assigns -1, 9 goes back with the activations. */
  private static double backwardWithFault(
      int fault, TwoLayerCnn.Parameters p, double[][] x, int[] t, TwoLayerCnn.Parameters d) {
    double loss = 0;
    for (int n = 0; n < x.length; n++) {
      double[] x2 = TwoLayerCnn.relu(TwoLayerCnn.convForward(p.c1(), x[n], p.conv1()));
      double[] x3 = TwoLayerCnn.convForward(p.c2(), x2, p.conv2());
      double[] x4 = TwoLayerCnn.relu(TwoLayerCnn.denseForward(x3, p.dense1()));
      double[] probability = TwoLayerCnn.softmax(TwoLayerCnn.denseForward(x4, p.dense2()));
      loss -= Math.log(probability[t[n]]) / x.length;

      double[] dz = TwoLayerCnn.lossBackward(probability, t[n], x.length);
      if (fault == 8) {
        dz[t[n]] = -1.0 / x.length;
      }
      double[] dx4 = TwoLayerCnn.denseBackward(dz, x4, p.dense2(), d.dense2());
      double[] dhidden = fault == 9 ? x4 : TwoLayerCnn.reluBackward(dx4, x4);
      double[] dx3 = TwoLayerCnn.denseBackward(dhidden, x3, p.dense1(), d.dense1());
      double[] dx2 = TwoLayerCnn.convBackward(p.c2(), dx3, x2, p.conv2(), d.conv2());
      double[] dx1 = TwoLayerCnn.reluBackward(dx2, x2);
      TwoLayerCnn.convBackward(p.c1(), dx1, x[n], p.conv1(), d.conv1());
    }
    for (int a = 0; a < 4; a++) {
      loss += TwoLayerCnn.penalty(p.layers().get(a), TwoLayerCnn.L2, d.layers().get(a));
    }
    return loss;
  }

  /**
   * The losses of a new network. Images and their order are those that TwoLayerCnn.java has with
   * this seed, whatever the fault.
   */
  static List<Double> losses(
      int fault, List<TwoLayerCnn.Digit> digits, int images, int filters, long seed) {
    Random random = new Random(seed);
    network(0, filters, random); // only to draw as many numbers as that program
    return train(fault, network(fault, filters, new Random(seed)), digits, images, random);
  }

  /** Trains a network with a fault, and returns the mean losses of every ten batches. */
  static List<Double> train(
      int fault,
      TwoLayerCnn.Parameters p,
      List<TwoLayerCnn.Digit> digits,
      int images,
      Random random) {
    TwoLayerCnn.Parameters v = zerosLike(p, fault);
    List<TwoLayerCnn.Digit> order = new ArrayList<>(digits);
    List<Double> losses = new ArrayList<>();
    int inEpoch = order.size() / TwoLayerCnn.BATCH;
    double mean = 0;
    for (int step = 0; step < images / TwoLayerCnn.BATCH; step++) {
      if (step % inEpoch == 0) {
        Collections.shuffle(order, random);
      }
      int from = step % inEpoch * TwoLayerCnn.BATCH;
      List<TwoLayerCnn.Digit> batch = order.subList(from, from + TwoLayerCnn.BATCH);
      int[] t = batch.stream().mapToInt(TwoLayerCnn.Digit::label).toArray();
      TwoLayerCnn.Parameters d = zerosLike(p, fault);
      mean += lossAndGradients(fault, p, TwoLayerCnn.images(batch), t, d) / 10;
      for (int a = 0; a < 4 && fault != 14; a++) {
        TwoLayerCnn.Layer layer = p.layers().get(a);
        TwoLayerCnn.update(
            layer, v.layers().get(a), d.layers().get(a), TwoLayerCnn.RATE, TwoLayerCnn.MOMENTUM);
      }
      if (step % 10 == 9) {
        losses.add(mean);
        mean = 0;
      }
    }
    return losses;
  }

  /** Prints the losses of one fault, or of all for 0, and those of the right network. */
  private static void print(int fault, Path folder, int images, int filters, long seed)
      throws IOException {
    Map<Integer, String> shown = new TreeMap<>(Map.of(0, "none"));
    names().forEach((number, name) -> shown.put(number, number + ". " + name));
    if (fault != 0) {
      if (!names().containsKey(fault)) {
        throw new IOException(
            "fault %d: expected 0 for all, or %s".formatted(fault, names().keySet()));
      }
      shown.keySet().retainAll(List.of(0, fault));
    }
    if (filters < 1 || images < LINE) {
      throw new IOException(
          "--filters %d --images %d: expected 1 or more, and %d or more"
              .formatted(filters, images, LINE));
    }
    List<TwoLayerCnn.Digit> digits = TwoLayerCnn.readDigits(folder, "train");
    System.out.print("| fault \\ images seen |");
    for (int seen = LINE; seen <= images; seen += LINE) {
      System.out.print(" " + seen + " |");
    }
    System.out.println("\n|---|" + "---|".repeat(images / LINE));
    for (Map.Entry<Integer, String> each : shown.entrySet()) {
      System.out.print("| " + each.getValue() + " |");
      for (double loss : losses(each.getKey(), digits, images, filters, seed)) {
        System.out.printf(Locale.ROOT, " %.3f |", loss);
      }
      System.out.println();
    }
  }

  static void main(String[] args) {
    String cache = System.getProperty("user.home") + "/.cache/fovea";
    Path mnist = Path.of(System.getenv().getOrDefault("FOVEA_HOME", cache), "mnist");
    var options =
        new TreeMap<>(Map.of("--fault", 0L, "--images", 1280L, "--filters", 4L, "--seed", 1L));
    int from = args.length % 2;
    try {
      for (int k = from; k < args.length; k += 2) {
        if (options.replace(args[k], Long.valueOf(args[k + 1])) == null) {
          throw new NumberFormatException(args[k]);
        }
      }
      Path folder = from == 1 ? Path.of(args[0]) : mnist;
      int images = options.get("--images").intValue();
      int filters = options.get("--filters").intValue();
      print(options.get("--fault").intValue(), folder, images, filters, options.get("--seed"));
    } catch (NumberFormatException e) {
      System.err.println("usage: Faults.java [FOLDER] --fault N [--images|--filters|--seed N]");
      System.exit(2);
    } catch (IOException e) {
      System.err.println("Faults: " + e.getMessage());
      System.exit(1);
    }
  }
}
