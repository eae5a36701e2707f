package io.fovea.cli.map;

import io.fovea.cli.map.LayeredGraph.Place;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** A layered graph as SVG, light or dark as its reader prefers. */
final class MapDrawing {
  private static final double MARGIN = 12;
  private static final double HEAD = 34;
  private static final double ROW = 58;
  private static final double BOX = 26;
  private static final double LETTER = 7.4;

  private static final String STYLE =
      """
      <style>
      text { font: 13px sans-serif; fill: #1f2328 } .head { font-weight: bold }
      .page { fill: #ffffff } .box { fill: #dbe9fb; stroke: #1b62c4 }
      .edge { fill: none; stroke: #6a737d } .tip { fill: #6a737d }
      @media (prefers-color-scheme: dark) {
        text { fill: #e6edf3 } .page { fill: #0d1117 } .box { fill: #1d3557; stroke: #79b8ff }
        .edge { stroke: #9aa4af } .tip { fill: #9aa4af }
      }
      </style>
      <defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7"
       orient="auto"><path d="M0 0.5L8 4L0 7.5Z" class="tip"/></marker></defs>
      """;

  private final String title;
  private final LayeredGraph graph;

  MapDrawing(String title, Map<String, Set<String>> uses) {
    this.title = title;
    this.graph = new LayeredGraph(uses, name -> 18 + LETTER * name.length());
  }

  double width() {
    return graph.width() + 2 * MARGIN;
  }

  double height() {
    return HEAD + ROW * (graph.rows().size() - 1) + BOX + 2 * MARGIN;
  }

  private static double top(Place place) {
    return HEAD + MARGIN + ROW * place.row;
  }

  @SuppressWarnings("AnnotateFormatMethod") // its annotation is of a library that is not here
  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  /** The drawing with its upper left corner at a place. */
  String at(double x, double y) {
    StringBuilder svg = new StringBuilder();
    svg.append(format("<g transform='translate(%.1f %.1f)'>%n", x, y));
    svg.append(format("<text x='%.1f' y='24' class='head'>%s</text>%n", MARGIN, title));
    graph.edges().forEach(edge -> svg.append(path(edge)));
    for (List<Place> row : graph.rows()) {
      for (Place place : row) {
        if (!place.isBend()) {
          double left = MARGIN + place.x - place.width / 2;
          svg.append(
              format(
                  "<rect x='%.1f' y='%.1f' width='%.1f' height='%.1f' rx='4' class='box'/>%n",
                  left, top(place), place.width, BOX));
          svg.append(
              format(
                  "<text x='%.1f' y='%.1f' text-anchor='middle'>%s</text>%n",
                  MARGIN + place.x, top(place) + 17.5, place.name));
        }
      }
    }
    return svg.append("</g>\n").toString().replace(System.lineSeparator(), "\n");
  }

  /** A line that leaves a box below, passes its bends, and enters the other box from above. */
  private static String path(List<Place> edge) {
    Place from = edge.getFirst();
    double x = MARGIN + from.x;
    double y = top(from) + BOX;
    StringBuilder path = new StringBuilder(format("M%.1f %.1f", x, y));
    for (Place to : edge.subList(1, edge.size())) {
      double nextX = MARGIN + to.x;
      double nextY = top(to);
      double middle = (y + nextY) / 2;
      path.append(format("C%.1f %.1f %.1f %.1f %.1f %.1f", x, middle, nextX, middle, nextX, nextY));
      if (to.isBend()) {
        nextY += BOX;
        path.append(format("V%.1f", nextY));
      }
      x = nextX;
      y = nextY;
    }
    return format("<path d='%s' class='edge' marker-end='url(#tip)'/>%n", path);
  }

  /** A drawing of a size. */
  static String svg(double width, double height, String title, String content) {
    String size = format("width=\"%.0f\" height=\"%.0f\"", width, height);
    return format(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" ", width, height)
        + size
        + " role=\"img\">\n<title>"
        + title
        + "</title>\n"
        + STYLE
        + "<rect "
        + size
        + " class=\"page\"/>\n"
        + content
        + "</svg>\n";
  }

  /** A name and a value, as badges are. */
  static String badge(String name, String value) {
    double left = 12 + 6.4 * name.length();
    double right = 14 + 6.4 * value.length();
    return format(
        """
        <svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="20" role="img">
        <title>%s: %s</title>
        <rect width="%.0f" height="20" fill="#555"/>
        <rect x="%.0f" width="%.0f" height="20" fill="#1b62c4"/>
        <g fill="#fff" font-family="sans-serif" font-size="11" text-anchor="middle">
        <text x="%.1f" y="14">%s</text>
        <text x="%.1f" y="14">%s</text>
        </g>
        </svg>
        """,
        left + right, name, value, left, left, right, left / 2, name, left + right / 2, value);
  }
}
