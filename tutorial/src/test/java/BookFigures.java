import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The book's figures, drawn from the tutorial's own functions and the numbers of its chapters. */
@SuppressWarnings("DefaultPackage") // as the classes under test
final class BookFigures {
  private static final Path BOOK = Path.of("../docs/book");

  private BookFigures() {}

  /** Every figure by its file name. */
  static Map<String, String> all() throws IOException {
    Map<String, String> figures = new TreeMap<>();
    figures.put("window.svg", window().toString());
    figures.put("filter.svg", filter().toString());
    figures.put("flatten.svg", flatten().toString());
    figures.put("softmax.svg", softmax().toString());
    figures.put("backward.svg", backward().toString());
    figures.put("parameters.svg", BookShapes.parameters().toString());
    figures.put("accuracy.svg", BookShapes.accuracy().toString());
    figures.put("loss.svg", BookShapes.loss().toString());
    figures.put("valley.svg", BookShapes.valley().toString());
    figures.put("one-sheet.svg", new OneSheet().draw().toString());
    figures.put("dx.svg", dx().toString());
    figures.put("initialisation.svg", initialisation().toString());
    figures.put("noise.svg", noise().toString());
    figures.put("plateau.svg", plateau().toString());
    figures.put("faults.svg", faults().toString());
    figures.put("fast.svg", BookCharts.fast(table("from-loops-to-fast.md", "| step |")).toString());
    return figures;
  }

  /** Rows of the first table of a chapter whose head begins so, as cells without their bars. */
  static List<List<String>> table(String chapter, String head) throws IOException {
    List<List<String>> rows = new ArrayList<>();
    boolean inside = false;
    for (String line : Files.readAllLines(BOOK.resolve(chapter))) {
      inside |= line.startsWith(head);
      if (inside && !line.startsWith("|")) {
        return rows;
      }
      if (inside && !line.startsWith("|--")) {
        String cells = line.substring(1, line.lastIndexOf('|'));
        rows.add(Arrays.stream(cells.split("\\|", -1)).map(String::strip).toList());
      }
    }
    throw new IOException(chapter + ": expected a table that begins with \"" + head + "\"");
  }

  /** Chapter 5: the first window of conv1, most of which lies on the padding. */
  static Svg window() {
    var conv = new TwoLayerCnn.Conv(TwoLayerCnn.IMAGE, 16, 5, 2, 1);
    Svg svg = new Svg(520, 300, "The window at output (0, 0): 16 of its 25 weights lie outside");
    int cell = 28;
    int outside = 0;
    for (int i = -2; i < 7; i++) {
      for (int j = -2; j < 7; j++) {
        boolean image = conv.in().has(i, j);
        double x = 20 + (j + 2) * cell;
        double y = 20 + (i + 2) * cell;
        svg.box(x, y, cell, cell, "dim " + (image ? "fill-none" : "fill-dim"));
        boolean inWindow = i < 3 && j < 3;
        if (inWindow) {
          svg.box(x, y, cell, cell, "dim " + (image ? "fill-blue" : "fill-red"));
          outside += image ? 0 : 1;
        }
        if (!image) {
          svg.text(x + cell / 2.0, y + 19, "middle", "dim", "0");
        }
      }
    }
    svg.box(20, 20, 5 * cell, 5 * cell, "fg");
    svg.box(20 + 2 * cell, 20 + 2 * cell, 7 * cell, 7 * cell, "fg");
    int inside = 25 - outside;
    svg.text(285, 60, "start", "", "the window at y[0,0]:");
    svg.text(285, 82, "start", "red", outside + " weights meet the padding");
    svg.text(285, 104, "start", "blue", inside + " weights meet the image");
    svg.text(285, 150, "start", "dim", "gray: 2 rows and columns of");
    svg.text(285, 168, "start", "dim", "zeros around the image");
    return svg;
  }

  /** Chapter 5: a filter of conv2 as 16 sheets, whose 400 products become one number. */
  static Svg filter() {
    TwoLayerCnn.Parameters p = TwoLayerCnnTest.network();
    int channels = p.c2().in().channels();
    Svg svg = new Svg(620, 250, "A filter of conv2: 16 sheets of 5 x 5 weights, one sum");
    for (int c = channels - 1; c >= 0; c--) {
      double x = 30 + 7 * c;
      double y = 135 - 7 * c;
      svg.box(x, y, 85, 85, "fg fill-blue");
      if (c == 0) {
        for (int k = 1; k < 5; k++) {
          svg.line(x + 17 * k, y, x + 17 * k, y + 85, "dim")
              .line(x, y + 17 * k, x + 85, y + 17 * k, "dim");
        }
      }
    }
    svg.text(30, 240, "start", "", "filter o: a sheet for each of the " + channels + " input maps");
    svg.arrow(240, 120, 380, 120, "fg");
    int products = p.conv2().w[0].length;
    svg.text(310, 110, "middle", "", "times x, summed");
    svg.box(392, 107, 26, 26, "fg fill-red");
    svg.text(430, 116, "start", "", products + " products, and b[o]:");
    svg.text(430, 134, "start", "", "one number, y[o,i,j]");
    return svg;
  }

  /** Chapter 6: (c, i, j) of chapter 3's shape in one row. */
  static Svg flatten() {
    var shape = new TwoLayerCnn.Shape(2, 3, 4);
    Svg svg = new Svg(660, 230, "Flatten: two maps of 3 x 4 are one row of 24 numbers");
    String[] fills = {"fill-blue", "fill-red"};
    for (int c = 0; c < shape.channels(); c++) {
      svg.text(30 + 190 * c, 24, "start", c == 0 ? "blue" : "red", "map " + c);
      for (int i = 0; i < shape.height(); i++) {
        for (int j = 0; j < shape.width(); j++) {
          int at = shape.at(c, i, j);
          svg.box(30 + 190 * c + 34 * j, 34 + 30 * i, 34, 30, "fg " + fills[c]);
          svg.text(47 + 190 * c + 34 * j, 54 + 30 * i, "middle", "", Integer.toString(at));
          svg.box(20 + 26 * at, 160, 26, 28, "fg " + fills[c]);
          svg.text(33 + 26 * at, 179, "middle", "small", Integer.toString(at));
        }
      }
    }
    int at = shape.at(1, 0, 2);
    double edge = 30 + 190 + 34 * 3; // between two columns, so that it crosses no number
    svg.box(edge - 34, 34, 34, 30, "red fill-none").box(20 + 26 * at, 160, 26, 28, "red fill-none");
    svg.line(edge, 64, edge, 128, "red").arrow(edge, 128, 33 + 26 * at, 158, "red");
    svg.text(400, 60, "start", "", "(c, i, j) lies at (c*3 + i)*4 + j");
    svg.text(400, 80, "start", "", "(1, 0, 2) lies at " + at);
    svg.text(
        20, 212, "start", "dim", "in memory: the same numbers in the same order, nothing moves");
    return svg;
  }

  /** Chapter 8: probabilities of chapter 7, and their gradient. */
  static Svg softmax() {
    double[] p = TwoLayerCnn.softmax(new double[] {0, Math.log(2), Math.log(5)});
    double[] dz = TwoLayerCnn.lossBackward(p, 1, 1);
    Svg svg = new Svg(520, 300, "From the probabilities p to the gradient dz = p - 1 at the label");
    for (int o = 0; o < 3; o++) {
      double rounded = Math.rint(1000 * p[o]) / 1000;
      double gradient = Math.rint(1000 * dz[o]) / 1000;
      bar(svg, 40 + 65 * o, p[o], rounded, "blue");
      bar(svg, 300 + 65 * o, dz[o], gradient, dz[o] < 0 ? "red" : "blue");
      svg.text(62 + 65 * o, 290, "middle", o == 1 ? "red" : "", o == 1 ? "1, the label" : "" + o);
      svg.text(322 + 65 * o, 290, "middle", o == 1 ? "red" : "", o == 1 ? "1, the label" : "" + o);
    }
    svg.line(30, 140, 230, 140, "fg").line(290, 140, 490, 140, "fg");
    svg.text(130, 24, "middle", "", "p: its sum is 1")
        .text(390, 24, "middle", "", "dz: its sum is 0");
    return svg;
  }

  private static void bar(Svg svg, double x, double value, double shown, String colour) {
    double length = 140 * Math.abs(value);
    svg.box(x, value < 0 ? 140 : 140 - length, 44, length, colour + " fill-" + colour);
    double y = value < 0 ? 140 + length + 16 : 134 - length;
    svg.text(x + 22, y, "middle", "", Svg.number(shown));
  }

  /** Chapter 8: values go right in black, gradients come back in red. */
  static Svg backward() {
    TwoLayerCnn.Parameters p = TwoLayerCnnTest.network();
    String[] steps = {"conv1, ReLU", "conv2", "dense1, ReLU", "dense2", "softmax, loss"};
    String[] values = {"x1", "x2", "x3", "x4", "z"};
    int[] sizes = {
      TwoLayerCnn.IMAGE.size(), p.c1().out().size(), p.c2().out().size(), p.dense1().b.length, 10
    };
    Svg svg = new Svg(860, 220, "Forward in black, backward in red, on one graph");
    for (int k = 0; k < steps.length; k++) {
      double x = 70 + 155 * k;
      svg.box(x, 70, 100, 60, "fg fill-dim").text(x + 50, 104, "middle", "", steps[k]);
      svg.arrow(x - 52, 86, x - 3, 86, "fg").text(x - 28, 78, "middle", "", values[k]);
      svg.text(x - 28, 62, "middle", "small dim", Integer.toString(sizes[k]));
      if (k > 0) {
        svg.arrow(x - 3, 114, x - 52, 114, "red")
            .text(x - 28, 132, "middle", "red", "d" + values[k]);
      }
      if (k < 4) {
        svg.arrow(x + 30, 42, x + 30, 67, "fg").text(x + 30, 34, "middle", "", "w, b");
        svg.arrow(x + 70, 133, x + 70, 158, "red").text(x + 70, 174, "middle", "red", "dw, db");
      }
    }
    svg.arrow(793, 86, 822, 86, "fg").text(836, 90, "middle", "", "L");
    svg.text(
        18, 206, "start", "dim", "above the black arrows: how many numbers an image has there");
    return svg;
  }

  /** Chapter 9: dx on 4 x 4 as three shifted copies of w, each times its dy. */
  static Svg dx() {
    var conv = new TwoLayerCnn.Conv(new TwoLayerCnn.Shape(1, 4, 4), 1, 2, 0, 1);
    var layer = new TwoLayerCnn.Layer(1, 4);
    layer.w[0] = new double[] {1, 2, 3, 4};
    double[] dy = {1, 0, 0, 0, 2, 0, 0, -1, 0};
    Svg svg = new Svg(800, 200, "dx is the sum of shifted copies of w, each times its dy");
    int drawn = 0;
    for (int at = 0; at < dy.length; at++) {
      if (dy[at] != 0) {
        double[] one = new double[dy.length];
        one[at] = dy[at];
        double x = 20 + 200 * drawn;
        String label = Svg.number(dy[at]) + " * w at (" + at / 3 + ", " + at % 3 + ")";
        svg.text(x + 68, 24, "middle", "", label);
        svg.matrix(x, 36, 34, 4, gradient(conv, one, layer), "fill-blue");
        svg.text(x + 168, 110, "middle", "", drawn < 2 ? "+" : "=");
        drawn++;
      }
    }
    svg.text(20 + 200 * drawn + 68, 24, "middle", "red", "dx");
    svg.matrix(20 + 200 * drawn, 36, 34, 4, gradient(conv, dy, layer), "fill-red");
    return svg;
  }

  static double[] gradient(TwoLayerCnn.Conv conv, double[] dy, TwoLayerCnn.Layer layer) {
    return TwoLayerCnn.convBackward(conv, dy, new double[16], layer, new TwoLayerCnn.Layer(1, 4));
  }

  /** The page on the numpy version: the table of the runs with two initialisations. */
  static Svg initialisation() throws IOException {
    List<List<String>> rows = table("what-the-numpy-version-gets-wrong.md", "| images seen |");
    String title = "Loss against images seen: He's rule learns, 1e-4 stays at ln 10";
    List<BookCharts.Series> series = new ArrayList<>();
    for (int column = 1; column <= 2; column++) {
      List<Double> points = new ArrayList<>();
      for (List<String> row : rows.subList(1, rows.size())) {
        points.add(Double.valueOf(row.getFirst()));
        points.add(Double.valueOf(row.get(column)));
      }
      series.add(
          new BookCharts.Series(rows.getFirst().get(column), points, column == 1 ? "blue" : "red"));
    }
    return BookCharts.lines(title, "images seen", 2.5, series);
  }

  /** Chapter 10: gradients of batches, at their angles to that of many images. */
  static Svg noise() throws IOException {
    List<List<String>> rows = table("10-mini-batch-gradient-descent.md", "| steps before |");
    String title = "Gradients of 16 images (gray), of 160 (red), and of 2,000 (blue)";
    Svg svg = new Svg(780, 270, title);
    svg.text(20, 24, "start", "", title);
    for (int k = 1; k < rows.size(); k++) {
      double x = 30 + 255 * (k - 1);
      double y = 145;
      String[] cosines = rows.get(k).get(1).split(" ", -1);
      for (int n = 0; n < cosines.length; n++) {
        spoke(svg, x, y, Double.parseDouble(cosines[n]), n % 2 == 0 ? 1 : -1, "dim");
      }
      svg.line(x, y, x + 200, y, "blue");
      spoke(svg, x, y, Double.parseDouble(rows.get(k).get(3)), 1, "red");
      svg.text(x, 262, "start", "small", "after %s steps".formatted(rows.get(k).get(0)));
    }
    return svg;
  }

  private static void spoke(Svg svg, double x, double y, double cosine, int side, String colour) {
    double length = colour.equals("red") ? 150 : 100;
    double height = side * Math.sqrt(1 - cosine * cosine);
    svg.line(x, y, x + length * cosine, y - length * height, colour);
  }

  /** The same page: the loss on the straight line from no weights to trained ones. */
  static Svg plateau() throws IOException {
    List<List<String>> rows = table("what-the-numpy-version-gets-wrong.md", "| $s$ |");
    List<Double> points = new ArrayList<>();
    for (int k = 1; k < rows.getFirst().size(); k++) {
      points.add(Double.valueOf(rows.get(0).get(k)));
      points.add(Double.valueOf(rows.get(1).get(k)));
    }
    String title = "The loss with s times the trained weights: flat around s = 0";
    return BookCharts.lines(
        title, "s", 2.5, List.of(new BookCharts.Series("loss", points, "blue")));
  }

  /** The same page: every fault's losses beside the right network's. */
  static Svg faults() throws IOException {
    List<List<String>> rows = table("what-the-numpy-version-gets-wrong.md", "| fault \\ images");
    List<BookCharts.Series> series = new ArrayList<>();
    for (List<String> row : rows.subList(1, rows.size())) {
      List<Double> points = new ArrayList<>();
      for (int k = 1; k < row.size(); k++) {
        points.add(Double.valueOf(rows.getFirst().get(k)));
        points.add(Double.valueOf(row.get(k)));
      }
      series.add(new BookCharts.Series(row.getFirst(), points, series.isEmpty() ? "blue" : "red"));
    }
    return BookCharts.panels("The losses with each fault (red) and without (blue)", 3.5, series);
  }
}
