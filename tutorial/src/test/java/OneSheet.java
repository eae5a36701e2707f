import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The book's one sheet: a network of 20 parameters on a picture of 4 x 4, forward, backward and a
 * step, by the tutorial's functions. The sums are small, and the logits are ln 3 and 0, so that the
 * probabilities are 3/4 and 1/4.
 */
@SuppressWarnings("DefaultPackage") // as the classes under test
final class OneSheet {
  static final TwoLayerCnn.Conv CONV =
      new TwoLayerCnn.Conv(new TwoLayerCnn.Shape(1, 4, 4), 1, 3, 0, 1);
  static final int LABEL = 1;
  static final double RATE = 0.01;

  final double[] x = {1, 1, 1, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0};
  final TwoLayerCnn.Layer filter = new TwoLayerCnn.Layer(1, 9);
  final TwoLayerCnn.Layer dense = new TwoLayerCnn.Layer(2, 4);

  OneSheet() {
    filter.w[0] = new double[] {-1, 0, 1, 0, 1, -1, 1, -1, 0};
    filter.b[0] = 1;
    dense.w[0] = new double[] {0.2, -0.1, 0.1, -0.1};
    dense.w[1] = new double[] {-0.2, 0.2, -0.3, 0.4};
    dense.b[0] = Math.log(3);
    dense.b[1] = 0.2;
  }

  /** What goes forward, and its loss for the label. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Forward(double[] y, double[] a, double[] z, double[] p, double loss) {}

  /** Gradients of the loss: of everything that goes forward, and of the parameters. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Backward(
      double[] x,
      double[] y,
      double[] a,
      double[] z,
      TwoLayerCnn.Layer filter,
      TwoLayerCnn.Layer dense) {}

  Forward forward() {
    double[] y = TwoLayerCnn.convForward(CONV, x, filter);
    double[] a = TwoLayerCnn.relu(y);
    double[] z = TwoLayerCnn.denseForward(a, dense);
    double[] p = TwoLayerCnn.softmax(z);
    return new Forward(y, a, z, p, -Math.log(p[LABEL]));
  }

  Backward backward() {
    Forward f = forward();
    var dFilter = new TwoLayerCnn.Layer(1, 9);
    var dDense = new TwoLayerCnn.Layer(2, 4);
    double[] dz = TwoLayerCnn.lossBackward(f.p, LABEL, 1);
    double[] da = TwoLayerCnn.denseBackward(dz, f.a, dense, dDense);
    double[] dy = TwoLayerCnn.reluBackward(da, f.a);
    double[] dx = TwoLayerCnn.convBackward(CONV, dy, x, filter, dFilter);
    return new Backward(dx, dy, da, dz, dFilter, dDense);
  }

  /** A sheet after a step of all 20 parameters, without momentum. */
  OneSheet stepped() {
    OneSheet next = new OneSheet();
    Backward d = backward();
    TwoLayerCnn.update(next.filter, new TwoLayerCnn.Layer(1, 9), d.filter, RATE, 0);
    TwoLayerCnn.update(next.dense, new TwoLayerCnn.Layer(2, 4), d.dense, RATE, 0);
    return next;
  }

  /** A sheet after a step of the weight of class 1 at a[2] alone. */
  OneSheet oneStepped() {
    OneSheet next = new OneSheet();
    next.dense.w[1][2] -= RATE * backward().dense.w[1][2];
    return next;
  }

  /** The rows of the page's table: what it is, its values, its gradients. */
  Map<String, List<String>> rows() {
    Forward f = forward();
    Backward d = backward();
    Map<String, List<String>> rows = new LinkedHashMap<>();
    rows.put("picture $x$", List.of(text(4, x), text(4, d.x)));
    rows.put("filter $w$", List.of(text(3, filter.w[0]), text(3, d.filter.w[0])));
    rows.put("its bias $b$", List.of(text(1, filter.b), text(1, d.filter.b)));
    rows.put("map $y$", List.of(text(2, f.y), text(2, d.y)));
    rows.put("ReLU $a$", List.of(text(4, f.a), text(4, d.a)));
    rows.put("dense $w[0]$", List.of(text(4, dense.w[0]), text(4, d.dense.w[0])));
    rows.put("dense $w[1]$", List.of(text(4, dense.w[1]), text(4, d.dense.w[1])));
    rows.put("dense $b$", List.of(text(2, dense.b), text(2, d.dense.b)));
    rows.put("logits $z$", List.of(text(2, f.z), text(2, d.z)));
    rows.put("probabilities $p$", List.of(text(2, f.p), ""));
    rows.put("loss $L$", List.of(number(f.loss), "1"));
    return rows;
  }

  private static String text(int columns, double... values) {
    StringBuilder text = new StringBuilder();
    for (int k = 0; k < values.length; k++) {
      text.append(k == 0 ? "" : k % columns == 0 ? " / " : " ").append(number(values[k]));
    }
    return text.toString();
  }

  /** At most three decimals, and no minus before a zero. */
  static String number(double value) {
    return Svg.number(Math.rint(1000 * value) / 1000 + 0.0);
  }

  /** The sheet in the proportions of A4: values, and below each, tinted, its gradient. */
  Svg draw() {
    Forward f = forward();
    Backward d = backward();
    Svg svg = new Svg(900, 636, "One sheet: every number of a small network, forward and backward");
    svg.text(20, 26, "start", "", "ONE SHEET: every number of a small network");
    svg.text(20, 46, "start", "dim", "Numbers in parentheses: the chapters of the book.");
    cells(svg, 610, 12, 1, new double[] {4}, new double[] {0.3});
    svg.text(670, 28, "start", "", "value, forward");
    svg.text(670, 47, "start", "red", "gradient of the loss, backward");
    svg.text(20, 86, "start", "", "picture x: a seven (3, 9)");
    cells(svg, 20, 96, 4, x, d.x);
    svg.text(262, 86, "start", "", "filter w (4, 9)");
    cells(svg, 262, 96, 3, filter.w[0], d.filter.w[0]);
    svg.text(262, 238, "start", "", "bias b");
    cells(svg, 312, 218, 1, filter.b, d.filter.b);
    svg.arrow(424, 130, 464, 130, "fg").arrow(464, 146, 424, 146, "red");
    svg.text(476, 86, "start", "", "map y (5, 8)");
    cells(svg, 476, 96, 2, f.y, d.y);
    svg.arrow(588, 130, 648, 130, "fg").arrow(648, 146, 588, 146, "red");
    svg.text(618, 122, "middle", "", "ReLU");
    svg.text(660, 86, "start", "", "a = max(0, y) (6, 8)");
    cells(svg, 660, 96, 2, f.a, d.a);
    svg.text(660, 196, "start", "", "flattened: a = " + text(4, f.a));
    svg.text(476, 222, "start", "", "Where y is negative, a is 0,");
    svg.text(476, 240, "start", "red", "and no gradient gets through.");
    drawDense(svg, f, d);
    drawSums(svg, f, d);
    return svg;
  }

  private void drawDense(Svg svg, Forward f, Backward d) {
    String[] classes = {"class 0: one", "class 1: seven"};
    double[] given = {0, 1};
    svg.text(122, 292, "start", "", "dense w (4, 8)");
    svg.text(342, 292, "start", "", "b");
    svg.text(458, 292, "start", "", "logits z (6, 8)");
    svg.text(600, 292, "start", "", "p (7)");
    svg.text(670, 292, "start", "", "label");
    svg.text(770, 292, "start", "", "loss L (7)");
    for (int o = 0; o < 2; o++) {
      double y = 302 + 44 * o;
      svg.text(20, y + 24, "start", "", classes[o]);
      cells(svg, 122, y, 4, dense.w[o], d.dense.w[o]);
      cells(svg, 342, y, 1, new double[] {dense.b[o]}, new double[] {d.dense.b[o]});
      cells(svg, 458, y, 1, new double[] {f.z[o]}, new double[] {d.z[o]});
      svg.box(600, y, 50, 40, "fg");
      svg.text(625, y + 25, "middle", "", number(f.p[o]));
      svg.text(686, y + 25, "middle", "", number(given[o]));
    }
    svg.arrow(402, 338, 448, 338, "fg").arrow(448, 354, 402, 354, "red");
    svg.arrow(518, 338, 592, 338, "fg").arrow(592, 354, 518, 354, "red");
    svg.text(555, 330, "middle", "small", "softmax");
    svg.text(555, 370, "middle", "small red", "p - label");
    svg.arrow(708, 346, 762, 346, "fg");
    cells(svg, 770, 326, 1, new double[] {f.loss}, new double[] {1});
  }

  /** A number of each kind, written out. */
  private void drawSums(Svg svg, Forward f, Backward d) {
    Forward after = oneStepped().forward();
    List<String> forward =
        List.of(
            "y[0,1] = 1 + (-1 * 1 + 1 * 1 + 1 * 1 + 1 * 1) = " + number(f.y[1]),
            "(1 is b; the other five products are 0)",
            "z[1] = 0.2 + 0.2 * 3 - 0.3 * 4 + 0.4 * 1 = " + number(f.z[1]),
            "p[1] = e^0 / (e^1.099 + e^0) = 1 / (3 + 1) = " + number(f.p[1]),
            "L = -ln 0.25 = " + number(f.loss));
    List<String> backward =
        List.of(
            "dz[1] = p[1] - 1 = " + number(d.z[1]),
            "dense dw[1,2] = dz[1] * a[2] = -0.75 * 4 = " + number(d.dense.w[1][2]),
            "da[2] = 0.75 * 0.1 - 0.75 * (-0.3) = " + number(d.a[2]),
            "filter's dw[0,1] = -0.225 * 1 - 0.375 * 1 = " + number(d.filter.w[0][1]));
    svg.line(20, 412, 880, 412, "dim");
    svg.text(20, 438, "start", "", "Forward, one number of each kind");
    svg.text(462, 438, "start", "red", "Backward, one gradient of each kind");
    for (int k = 0; k < forward.size(); k++) {
      svg.text(20, 460 + 20 * k, "start", "", forward.get(k));
    }
    for (int k = 0; k < backward.size(); k++) {
      svg.text(462, 460 + 20 * k, "start", "red", backward.get(k));
    }
    svg.line(20, 554, 880, 554, "dim");
    svg.text(20, 575, "start", "", "A step with the learning rate 0.01 (10)");
    String moved = number(oneStepped().dense.w[1][2]);
    String alone = "Alone, it lowers the loss from " + number(f.loss) + " to ";
    svg.text(20, 596, "start", "", "Dense w[1,2], a[2] to class 1: -0.3 - 0.01 * (-3) = " + moved);
    svg.text(20, 616, "start", "", alone + number(after.loss) + ".");
    svg.text(462, 596, "start", "", "All 20 parameters at once: the loss falls");
    svg.text(
        462,
        616,
        "start",
        "",
        "from " + number(f.loss) + " to " + number(stepped().forward().loss) + ".");
  }

  private static void cells(
      Svg svg, double x, double y, int columns, double[] values, double[] gradients) {
    for (int k = 0; k < values.length; k++) {
      double left = x + 50 * (k % columns);
      int row = k / columns;
      double top = y + 40 * row;
      svg.box(left, top + 21, 50, 19, "fill-red").box(left, top, 50, 40, "fg");
      svg.text(left + 25, top + 16, "middle", "", number(values[k]));
      svg.text(left + 25, top + 34, "middle", "red", number(gradients[k]));
    }
  }

  /** Every number of the sheet that a step changes. */
  List<double[]> parameters() {
    return List.of(filter.w[0], filter.b, dense.w[0], dense.w[1], dense.b);
  }
}
