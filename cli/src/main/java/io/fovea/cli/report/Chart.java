package io.fovea.cli.report;

import io.fovea.cli.report.Curve.Point;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/**
 * A line chart as inline SVG. The SVG contains only lines and is stretched to its place; the text
 * around it is HTML, so that it has the page's font size on every screen. Colours come from the
 * style sheet, and follow the reader's light or dark scheme.
 *
 * @param title the chart's title
 * @param across the name of the horizontal axis
 * @param x the horizontal axis
 * @param y the vertical axis
 * @param lines the lines, the lowest first
 * @param value formats a value of y in full
 */
record Chart(
    String title, String across, Axis x, Axis y, List<Line> lines, DoubleFunction<String> value) {
  /** The most points of a line; more would not be visible. */
  static final int POINTS = 800;

  private static final int WIDTH = 2000;
  private static final int HEIGHT = 1000;

  /**
   * One line.
   *
   * @param name for the legend; an empty name leaves the line out of it
   * @param look a class of the style sheet, with its colour and its dashes
   * @param curve its points
   * @param dots whether each point is marked and shows its value under the pointer
   */
  record Line(String name, String look, Curve curve, boolean dots) {}

  void draw(HtmlBuilder page) {
    page.open("figure", "class", "chart");
    page.element("figcaption", title);
    key(page);
    page.open("div", "class", "plot");
    page.open("div", "class", "up", "aria-hidden", "true");
    for (double tick : y.ticks()) {
      page.element("span", y.label(tick), "style", "bottom:" + percent(y.place(tick)));
    }
    page.close();
    page.open(
        "svg",
        "viewBox",
        "0 0 " + WIDTH + " " + HEIGHT,
        "preserveAspectRatio",
        "none",
        "role",
        "img",
        "aria-label",
        spoken());
    grid(page);
    lines.forEach(line -> line(page, line));
    page.close();
    page.open("div", "class", "across", "aria-hidden", "true");
    for (double tick : x.ticks()) {
      page.element("span", x.label(tick), "style", "left:" + percent(x.place(tick)));
    }
    page.close().close();
    page.element("p", across, "class", "axis").close();
  }

  private void key(HtmlBuilder page) {
    page.open("ul", "class", "key");
    for (Line line : lines) {
      if (!line.name().isEmpty()) {
        page.open("li", "class", line.look());
        page.open("svg", "viewBox", "0 0 28 10", "aria-hidden", "true");
        page.empty("path", "d", "M1 5H27").close().text(line.name()).close();
      }
    }
    page.close();
  }

  private void grid(HtmlBuilder page) {
    StringBuilder path = new StringBuilder();
    for (double tick : y.ticks()) {
      path.append("M0 ").append(down(tick)).append('H').append(WIDTH);
    }
    page.empty("path", "class", "grid", "d", path.toString());
  }

  private void line(HtmlBuilder page, Line line) {
    List<Point> points = line.curve().thinned(POINTS).points();
    StringBuilder path = new StringBuilder();
    for (Point point : points) {
      path.append(path.isEmpty() ? 'M' : 'L').append(right(point.x())).append(' ');
      path.append(down(point.y()));
    }
    page.open("g", "class", line.look()).empty("path", "d", path.toString());
    if (line.dots()) {
      for (Point point : points) {
        // A line of length 0 with round ends: a dot that stays round when the SVG is stretched.
        page.open(
            "path", "class", "dot", "d", "M" + right(point.x()) + " " + down(point.y()) + "h0");
        page.element("title", at(line, point)).close();
      }
    }
    page.close();
  }

  private String at(Line line, Point point) {
    return "%s, %s %s: %s"
        .formatted(line.name(), across, x.value(point.x()), value.apply(point.y()));
  }

  private String spoken() {
    StringBuilder words = new StringBuilder(title);
    for (Line line : lines) {
      if (!line.name().isEmpty()) {
        words
            .append("; ")
            .append(line.name())
            .append(" from ")
            .append(value.apply(line.curve().points().getFirst().y()))
            .append(" to ")
            .append(value.apply(line.curve().points().getLast().y()));
      }
    }
    return words.toString();
  }

  private long right(double value) {
    return Math.round(x.place(value) * WIDTH);
  }

  private long down(double value) {
    return Math.round((1 - y.place(value)) * HEIGHT);
  }

  private static String percent(double place) {
    return String.format(Locale.ROOT, "%.2f%%", place * 100);
  }
}
