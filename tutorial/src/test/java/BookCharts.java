import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The charts among the book's figures: lines, a panel for each series, bars. */
@SuppressWarnings("DefaultPackage") // as the classes under test
final class BookCharts {
  private BookCharts() {}

  /** A line: points are x, y, x, y and so on. What is no number or above the chart ends it. */
  record Series(String name, List<Double> points, String colour) {}

  /** All series in one chart, named at their right ends. */
  static Svg lines(String title, String xName, double top, List<Series> all) {
    Svg svg = new Svg(640, 320, title);
    svg.text(20, 24, "start", "", title);
    frame(svg, 60, 44, 470, 220, top, all.getFirst().points);
    svg.text(295, 304, "middle", "dim", xName);
    for (Series each : all) {
      curve(svg, 60, 44, 470, 220, top, each);
      double last = Math.min(top, each.points.getLast());
      svg.text(538, 44 + 220 * (1 - last / top) + 4, "start", each.colour, each.name);
    }
    return svg;
  }

  /** The first series in every panel, and each of the others in a panel of its own. */
  static Svg panels(String title, double top, List<Series> all) {
    int columns = 3;
    int rows = (all.size() - 1 + columns - 1) / columns;
    Svg svg = new Svg(840, 50 + 190 * rows, title);
    svg.text(20, 24, "start", "", title);
    for (int k = 1; k < all.size(); k++) {
      double x = 50 + 270 * ((k - 1) % columns);
      double y = 64 + 190 * ((k - 1) / columns);
      svg.text(x, y - 8, "start", "small", all.get(k).name);
      frame(svg, x, y, 200, 120, top, all.getFirst().points);
      curve(svg, x, y, 200, 120, top, all.getFirst());
      curve(svg, x, y, 200, 120, top, all.get(k));
    }
    return svg;
  }

  private static void frame(
      Svg svg, double x, double y, double w, double h, double top, List<Double> points) {
    svg.line(x, y, x, y + h, "fg").line(x, y + h, x + w, y + h, "fg");
    for (int value = 0; value <= top; value++) {
      double at = y + h * (1 - value / top);
      svg.line(x, at, x + w, at, "dim");
      svg.text(x - 8, at + 4, "end", "small dim", Integer.toString(value));
    }
    double ln10 = y + h * (1 - Math.log(10) / top);
    svg.line(x, ln10, x + w, ln10, "dim");
    svg.text(x + w - 4, ln10 - 4, "end", "small dim", "ln 10");
    double last = points.get(points.size() - 2);
    svg.text(x, y + h + 18, "middle", "small dim", "0");
    svg.text(x + w, y + h + 18, "middle", "small dim", Svg.number(last));
  }

  private static void curve(
      Svg svg, double x, double y, double w, double h, double top, Series series) {
    double right = series.points.get(series.points.size() - 2);
    List<Double> drawn = new ArrayList<>();
    for (int k = 0; k < series.points.size(); k += 2) {
      double value = series.points.get(k + 1);
      drawn.add(x + w * series.points.get(k) / right);
      drawn.add(y + h * (1 - (value <= top ? value : top) / top));
      if (!(value <= top)) { // NaN, too
        String what = Double.isNaN(value) ? "NaN" : String.format(Locale.ROOT, "%.3g", value);
        svg.text(drawn.get(k) + 4, y - 1 + 12, "start", "small red", what);
        break;
      }
    }
    svg.curve(drawn, series.colour);
    svg.box(drawn.get(drawn.size() - 2) - 2, drawn.getLast() - 2, 4, 4, series.colour);
  }

  /** A bar a row of the chapter's table, milliseconds an image, on a scale of powers of ten. */
  static Svg fast(List<List<String>> rows) {
    int bottom = 62 + 26 * (rows.size() - 1);
    String title = "How many times as fast as the plain loops, and milliseconds an image";
    Svg svg = new Svg(760, bottom + 26, title);
    svg.text(20, 24, "start", "", title);
    for (int power = 0; power <= 2; power++) {
      double x = 270 + 150 * power;
      svg.line(x, 48, x, bottom, "dim");
      String times = Integer.toString((int) Math.pow(10, power));
      svg.text(x, bottom + 18, "middle", "small dim", times + " x");
    }
    for (int k = 1; k < rows.size(); k++) {
      double y = 28 + 26 * k;
      double width = Math.max(1, 150 * Math.log10(Double.parseDouble(rows.get(k).get(3))));
      svg.text(20, y + 14, "start", "", rows.get(k).getFirst());
      svg.box(270, y, width, 18, "blue fill-blue");
      svg.text(660, y + 14, "end", "", rows.get(k).get(3) + " x");
      svg.text(740, y + 14, "end", "small dim", rows.get(k).get(1) + " ms");
    }
    return svg;
  }
}
