import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * The training of TwoLayerCnn.java, a line of {@code train} and {@code lossAndGradients} at a time,
 * each by the methods of that file, in its order: the losses are the same bits. A fault of
 * Faults.java takes the lines of a batch at once.
 */
@SuppressWarnings("DefaultPackage") // beside TwoLayerCnn, which has no package
final class TrainingByLine {
  /** The lines that are run, in their order. */
  enum Line {
    SHUFFLE("Collections.shuffle(digits, random);"),
    BATCH("List<Digit> batch = digits.subList(k - BATCH, k);"),
    LABELS("int[] t = batch.stream()"),
    ZEROS("Parameters d = Parameters.zeros("),
    X2("double[] x2 = relu(convForward(p.c1, x[n], p.conv1));"),
    X3("double[] x3 = convForward(p.c2, x2, p.conv2);"),
    X4("double[] x4 = relu(denseForward(x3, p.dense1));"),
    PROBABILITY("double[] probability = softmax(denseForward(x4, p.dense2));"),
    LOSS("loss -= Math.log(probability[t[n]]) / x.length;"),
    DZ("double[] dz = lossBackward(probability, t[n], x.length);"),
    DX4("double[] dx4 = denseBackward(dz, x4, p.dense2, d.dense2);"),
    DX3("double[] dx3 = denseBackward(reluBackward(dx4, x4), x3, p.dense1, d.dense1);"),
    DX2("double[] dx2 = convBackward(p.c2, dx3, x2, p.conv2, d.conv2);"),
    DX1("convBackward(p.c1, reluBackward(dx2, x2), x[n], p.conv1, d.conv1);"),
    PENALTY("loss += penalty(p.layers().get(a), l2, d.layers().get(a));"),
    MEAN("mean += lossAndGradients(p, images(batch), t, L2, d) / 10;"),
    UPDATE("update(p.layers().get(a), v.layers().get(a), d.layers().get(a), RATE, momentum);"),
    SEEN("seen += BATCH;");

    /** How the line begins. */
    final String code;

    Line(String code) {
      this.code = code;
    }
  }

  static final List<Line> LINES = List.of(Line.values());

  private final int fault;
  private final List<TwoLayerCnn.Digit> digits;
  private final Random random;
  private final TwoLayerCnn.Parameters p;
  private final TwoLayerCnn.Parameters v;
  private double rate = TwoLayerCnn.RATE;

  private Line last = Line.SEEN;
  private int k; // where the batch ends
  private int seen;
  private TwoLayerCnn.Parameters d;
  private double[][] x = {};
  private int[] t = {};
  private int n;
  private double loss;
  private double[] x2 = {};
  private double[] x3 = {};
  private double[] x4 = {};
  private double[] probability = {};
  private double[] dz = {};
  private double[] dx4 = {};
  private double[] dx3 = {};
  private double[] dx2 = {};

  /**
   * A new network, with the weights and the order of images that Faults.java has.
   *
   * @param fault 0 for none
   * @param filters of the first layer; the second has twice as many
   */
  TrainingByLine(List<TwoLayerCnn.Digit> digits, int filters, int fault, int seed) {
    this.digits = new ArrayList<>(digits);
    this.fault = fault;
    random = new JdkRandom(seed);
    TwoLayerCnn.Parameters right = Faults.network(0, filters, random);
    p = fault == 0 ? right : Faults.network(fault, filters, new JdkRandom(seed));
    v = Faults.zerosLike(p, fault);
    d = v;
    k = digits.size();
  }

  /** Sets the learning rate from now on. */
  void rate(double rate) {
    this.rate = rate;
  }

  /** The image of the batch, from 0, that the last line was run for. */
  int image() {
    return n;
  }

  int seen() {
    return seen;
  }

  /** The images of the step, in the shuffled order. */
  List<TwoLayerCnn.Digit> batch() {
    return digits.subList(k - TwoLayerCnn.BATCH, k);
  }

  /** Of the last batch, whole after {@code PENALTY} or {@code MEAN}. */
  double loss() {
    return loss;
  }

  TwoLayerCnn.Parameters parameters() {
    return p;
  }

  Line next() {
    last = following();
    switch (last) {
      case SHUFFLE -> {
        Collections.shuffle(digits, random);
        k = 0;
      }
      case BATCH -> k += TwoLayerCnn.BATCH;
      case LABELS -> t = batch().stream().mapToInt(TwoLayerCnn.Digit::label).toArray();
      case ZEROS -> {
        d = Faults.zerosLike(p, fault);
        x = TwoLayerCnn.images(batch());
        loss = 0;
        n = 0;
      }
      case MEAN -> loss = fault == 0 ? loss : Faults.lossAndGradients(fault, p, x, t, d);
      case PENALTY -> {
        for (int a = 0; a < 4; a++) {
          loss += TwoLayerCnn.penalty(p.layers().get(a), TwoLayerCnn.L2, d.layers().get(a));
        }
      }
      case UPDATE -> {
        for (int a = 0; a < 4 && fault != 14; a++) {
          TwoLayerCnn.update(
              p.layers().get(a), v.layers().get(a), d.layers().get(a), rate, TwoLayerCnn.MOMENTUM);
        }
      }
      case SEEN -> seen += TwoLayerCnn.BATCH;
      default -> runForImage();
    }
    return last;
  }

  private Line following() {
    return switch (last) {
      case SEEN -> k + TwoLayerCnn.BATCH > digits.size() ? Line.SHUFFLE : Line.BATCH;
      case ZEROS -> fault == 0 ? Line.X2 : Line.MEAN;
      case DX1 -> {
        n++;
        yield n < TwoLayerCnn.BATCH ? Line.X2 : Line.PENALTY;
      }
      default -> LINES.get(LINES.indexOf(last) + 1);
    };
  }

  private void runForImage() {
    switch (last) {
      case X2 -> x2 = TwoLayerCnn.relu(TwoLayerCnn.convForward(p.c1(), x[n], p.conv1()));
      case X3 -> x3 = TwoLayerCnn.convForward(p.c2(), x2, p.conv2());
      case X4 -> x4 = TwoLayerCnn.relu(TwoLayerCnn.denseForward(x3, p.dense1()));
      case PROBABILITY ->
          probability = TwoLayerCnn.softmax(TwoLayerCnn.denseForward(x4, p.dense2()));
      case LOSS -> loss -= Math.log(probability[t[n]]) / x.length;
      case DZ -> dz = TwoLayerCnn.lossBackward(probability, t[n], x.length);
      case DX4 -> dx4 = TwoLayerCnn.denseBackward(dz, x4, p.dense2(), d.dense2());
      case DX3 -> {
        double[] dx = TwoLayerCnn.reluBackward(dx4, x4);
        dx3 = TwoLayerCnn.denseBackward(dx, x3, p.dense1(), d.dense1());
      }
      case DX2 -> dx2 = TwoLayerCnn.convBackward(p.c2(), dx3, x2, p.conv2(), d.conv2());
      default -> {
        double[] dx1 = TwoLayerCnn.reluBackward(dx2, x2);
        TwoLayerCnn.convBackward(p.c1(), dx1, x[n], p.conv1(), d.conv1());
      }
    }
  }

  /**
   * The numbers that the last line has made: arrays up to ten numbers whole, of others {@link
   * #about}, of gradients of weights the norm.
   */
  double[] reading() {
    return switch (last) {
      case SHUFFLE -> new double[] {digits.size()};
      case BATCH -> new double[] {k};
      case LABELS -> labels();
      case ZEROS -> {
        double size = 0;
        for (TwoLayerCnn.Layer layer : d.layers()) {
          size += layer.b.length * (layer.w[0].length + 1);
        }
        yield new double[] {size};
      }
      case X2 -> about(x2);
      case X3 -> about(x3);
      case X4 -> about(x4);
      case PROBABILITY -> probability;
      case LOSS -> new double[] {-Math.log(probability[t[n]]), loss};
      case DZ -> dz;
      case DX4 -> with(about(dx4), norm(d.dense2().w));
      case DX3 -> with(about(dx3), norm(d.dense1().w));
      case DX2 -> with(about(dx2), norm(d.conv2().w));
      case DX1 -> new double[] {norm(d.conv1().w)};
      case PENALTY, MEAN -> new double[] {loss};
      case UPDATE -> {
        double[] moves = new double[4];
        for (int a = 0; a < 4; a++) {
          moves[a] = rate * norm(v.layers().get(a).w);
        }
        yield moves;
      }
      case SEEN -> new double[] {seen};
    };
  }

  private double[] labels() {
    double[] labels = new double[t.length];
    for (int i = 0; i < t.length; i++) {
      labels[i] = t[i];
    }
    return labels;
  }

  /** Count, smallest, largest, norm, and how many are zero. */
  private static double[] about(double[] values) {
    double smallest = values[0];
    double largest = values[0];
    double squares = 0;
    int zeros = 0;
    for (double value : values) {
      smallest = Math.min(smallest, value);
      largest = Math.max(largest, value);
      squares += value * value;
      zeros += value == 0 ? 1 : 0;
    }
    return new double[] {values.length, smallest, largest, Math.sqrt(squares), zeros};
  }

  private static double[] with(double[] values, double more) {
    double[] all = Arrays.copyOf(values, values.length + 1);
    all[values.length] = more;
    return all;
  }

  private static double norm(double[][] rows) {
    double squares = 0;
    for (double[] row : rows) {
      for (double value : row) {
        squares += value * value;
      }
    }
    return Math.sqrt(squares);
  }

  /** The probabilities of a picture of numbers from 0 to 1, by the weights as they are now. */
  double[] read(double[] picture) {
    return TwoLayerCnn.softmax(TwoLayerCnn.logits(computing(), input(picture)));
  }

  private double[] input(double[] picture) {
    return fault == 1 ? Arrays.stream(picture).map(value -> 255 * value).toArray() : picture;
  }

  /** The weights that the network computes with: with faults 3, 6 and 7 not those that it keeps. */
  private TwoLayerCnn.Parameters computing() {
    if (fault != 3 && fault != 6 && fault != 7) {
      return p;
    }
    TwoLayerCnn.Parameters e = Faults.zerosLike(p, 0);
    for (int a = 0; a < 4; a++) {
      Faults.effective(fault, a, p.layers().get(a), e.layers().get(a));
    }
    return e;
  }
}
