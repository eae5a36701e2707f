import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Figures of chapters 4, 7, 10 and 11: parameters, the cost of a probability, steps, accuracy. */
@SuppressWarnings("DefaultPackage") // as the classes under test
final class BookShapes {
  private BookShapes() {}

  /** Chapter 4: the layers with the counts of their parameters, and a bar of all of them. */
  static Svg parameters() {
    TwoLayerCnn.Parameters p = TwoLayerCnnTest.network();
    String[] names = {"conv1", "conv2", "dense1", "dense2"};
    String[] shapes = {shape(p.c1().in()), shape(p.c1().out()), shape(p.c2().out()), "100", "10"};
    String title = "The parameters of each layer; in the bar, 99.4 % of them are in dense1";
    Svg svg = new Svg(910, 210, title);
    double all = p.layers().stream().mapToInt(BookShapes::count).sum();
    double at = 60;
    for (int k = 0; k < names.length; k++) {
      double x = 120 + 205 * k;
      int count = count(p.layers().get(k));
      svg.text(x - 62, 56, "middle", "small", shapes[k]).arrow(x - 100, 66, x - 20, 66, "fg");
      svg.box(x - 12, 36, 104, 60, "fg fill-blue").text(x + 40, 60, "middle", "", names[k]);
      svg.text(x + 40, 82, "middle", "", String.format(Locale.ROOT, "%,d", count));
      svg.box(at, 140, 740.0 * count / all, 30, k == 2 ? "fill-blue" : "fill-fg");
      at += 740.0 * count / all;
    }
    svg.arrow(835, 66, 890, 66, "fg").text(862, 56, "middle", "small", shapes[4]);
    svg.box(60, 140, 740, 30, "fg");
    double share = Math.rint(1000.0 * count(p.dense1()) / all) / 10;
    svg.text(430, 160, "middle", "", "dense1: " + share + " % of all parameters");
    svg.text(60, 132, "start", "small", "conv1, conv2");
    svg.text(800, 132, "end", "small", "dense2");
    String sum = String.format(Locale.ROOT, "%,d", (int) all);
    svg.text(60, 192, "start", "dim", "The bar is all " + sum + " parameters, to scale.");
    return svg;
  }

  private static String shape(TwoLayerCnn.Shape shape) {
    return shape.channels() + " x " + shape.height() + " x " + shape.width();
  }

  private static int count(TwoLayerCnn.Layer layer) {
    return layer.b.length + layer.w.length * layer.w[0].length;
  }

  /** Chapter 7: the loss against the label's probability, and the three labels of the example. */
  static Svg loss() {
    List<Double> points = new ArrayList<>();
    for (int k = 1; k <= 100; k++) {
      points.add(k / 100.0);
      points.add(-Math.log(k / 100.0));
    }
    var curve = new BookCharts.Series("loss", points, "blue");
    String title = "The loss -ln p: sure and right costs nothing, sure and wrong has no limit";
    Svg svg = BookCharts.lines(title, "p, the probability of the true label", 5, List.of(curve));
    double[] p = TwoLayerCnn.softmax(new double[] {0, Math.log(2), Math.log(5)});
    for (int t = 0; t < p.length; t++) {
      double loss = -Math.log(p[t]);
      double x = 60 + 470 * p[t];
      double y = 44 + 220 * (1 - loss / 5);
      svg.box(x - 4, y - 4, 8, 8, "red fill-red");
      String label = String.format(Locale.ROOT, "label %d: p = %s, loss %.4f", t, p[t], loss);
      svg.text(x + 12, y - (t == 0 ? 16 : 8), "start", "", label);
    }
    return svg;
  }

  /** Chapter 10: the loss of a long valley, 20 times as steep across as along. */
  static double valley(double along, double across) {
    return (along * along + 20 * across * across) / 2;
  }

  /** Where 12 steps of the tutorial's update lead in the valley: along, across, and so on. */
  static List<Double> descent(double momentum) {
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

  /** Chapter 10: steps without momentum and with it, on the lines of equal loss. */
  static Svg valley() {
    Svg svg = new Svg(800, 240, "12 steps in a long valley, without momentum and with it");
    double[] momenta = {0, 0.5};
    for (int k = 0; k < 2; k++) {
      double right = 340 + 400 * k; // the place of the smallest loss
      for (double level : new double[] {72.5, 40, 15, 2}) {
        contour(svg, right, level, 1);
        contour(svg, right, level, -1);
      }
      List<Double> path = new ArrayList<>();
      List<Double> points = descent(momenta[k]);
      for (int n = 0; n < points.size(); n += 2) {
        path.add(right + 28 * points.get(n));
        path.add(130 - 28 * points.get(n + 1));
        svg.box(path.get(n) - 2.5, path.get(n + 1) - 2.5, 5, 5, k == 0 ? "red" : "blue");
      }
      svg.curve(path, k == 0 ? "red" : "blue").box(right - 4, 126, 8, 8, "fg fill-fg");
      String what = k == 0 ? "without momentum" : "with momentum " + momenta[k];
      svg.text(right - 320, 24, "start", k == 0 ? "red" : "blue", what);
    }
    svg.text(
        20, 228, "start", "dim", "Lines of equal loss; the filled square is the smallest loss.");
    return svg;
  }

  /** The upper (side 1) or lower (-1) half of the line with this loss, cut at the edges. */
  private static void contour(Svg svg, double right, double level, int side) {
    double from = Math.max(-Math.sqrt(2 * level), -11.5);
    double to = Math.min(Math.sqrt(2 * level), 1.5);
    List<Double> line = new ArrayList<>();
    for (int n = 0; n <= 20; n++) {
      double along = to + (from - to) * Math.sin(Math.PI / 40 * n); // points are dense at the left
      double across = Math.sqrt(Math.max(0, (2 * level - along * along) / 20));
      line.addAll(List.of(right + 28 * along, 130 - side * 28 * across));
    }
    svg.curve(line, "dim");
  }

  /** Chapter 11: 90 % measured on more and more images, with two standard errors to each side. */
  static Svg accuracy() {
    int[] counts = {100, 500, 2_000, 10_000};
    Svg svg = new Svg(760, 220, "An accuracy of 90 %, with two standard errors to each side");
    svg.text(20, 24, "start", "", "An accuracy of 90 %, with two standard errors to each side");
    for (int percent = 84; percent <= 96; percent += 2) {
      double x = 150 + 36 * (percent - 84);
      svg.line(x, 40, x, 190, percent == 90 ? "fg" : "dim");
      svg.text(x, 208, "middle", "small dim", percent + " %");
    }
    for (int k = 0; k < counts.length; k++) {
      double y = 50 + 36 * k;
      double error = 200 * Math.sqrt(0.9 * 0.1 / counts[k]);
      svg.text(20, y + 16, "start", "", String.format(Locale.ROOT, "%,d images", counts[k]));
      svg.box(150 + 36 * (6 - error), y, 72 * error, 24, "blue fill-blue");
      svg.line(366, y, 366, y + 24, "fg");
      String range = String.format(Locale.ROOT, "%.1f to %.1f %%", 90 - error, 90 + error);
      svg.text(600, y + 16, "start", "", range);
    }
    return svg;
  }
}
