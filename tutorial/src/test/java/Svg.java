import java.util.Locale;

/**
 * A drawing as SVG, for the book. Colours are classes, which the drawing itself turns round where
 * its reader prefers dark pages: fg (text and lines), dim, red, blue, and fill-red and the like.
 */
@SuppressWarnings("DefaultPackage") // as the classes under test
final class Svg {
  private static final String STYLE =
      """
      <style>
      text { font: 13px sans-serif; fill: #1f2328 } polyline { stroke-width: 2 }
      .page { fill: #ffffff }
      .fg { stroke: #1f2328; fill: none } .dim { stroke: #b4bac1; fill: none }
      .red { stroke: #c0282d; fill: none } .blue { stroke: #1b62c4; fill: none }
      .fill-fg { fill: #1f2328 } .fill-dim { fill: #e3e6ea } .fill-none { fill: none }
      .fill-red { fill: #f5c6c8 } .fill-blue { fill: #c7dcf8 }
      text.red { fill: #c0282d; stroke: none } text.blue { fill: #1b62c4; stroke: none }
      text.dim { fill: #68707a; stroke: none } text.small { font-size: 11px }
      @media (prefers-color-scheme: dark) {
        text { fill: #e6edf3 } .page { fill: #0d1117 }
        .fg { stroke: #e6edf3 } .dim { stroke: #4b535d }
        .red { stroke: #ff7b72 } .blue { stroke: #79b8ff }
        .fill-fg { fill: #e6edf3 } .fill-dim { fill: #272d36 }
        .fill-red { fill: #6b2528 } .fill-blue { fill: #1d3f6b }
        text.red { fill: #ff7b72 } text.blue { fill: #79b8ff } text.dim { fill: #9aa4af }
      }
      </style>
      <defs>
      <marker id="fg" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8"
       orient="auto"><path d="M0 0L8 4L0 8" class="fg"/></marker>
      <marker id="red" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8"
       orient="auto"><path d="M0 0L8 4L0 8" class="red"/></marker>
      </defs>
      """;

  private final StringBuilder content = new StringBuilder();
  private final int width;
  private final int height;
  private final String title;

  Svg(int width, int height, String title) {
    this.width = width;
    this.height = height;
    this.title = title;
  }

  private Svg add(String element) {
    content.append(element).append('\n');
    return this;
  }

  /** A rectangle with the classes of its line and its inside. */
  Svg box(double x, double y, double w, double h, String classes) {
    return add(
        String.format(
            Locale.ROOT,
            "<rect x='%.1f' y='%.1f' width='%.1f' height='%.1f' class='%s'/>",
            x,
            y,
            w,
            h,
            classes));
  }

  /** A text that begins at, is centred on, or ends at x: anchor is start, middle or end. */
  Svg text(double x, double y, String anchor, String classes, String text) {
    String escaped = text.replace("&", "&amp;").replace("<", "&lt;");
    return add(
        String.format(
            Locale.ROOT,
            "<text x='%.1f' y='%.1f' text-anchor='%s' class='%s'>%s</text>",
            x,
            y,
            anchor,
            classes,
            escaped));
  }

  Svg line(double x1, double y1, double x2, double y2, String classes) {
    return add(
        String.format(
            Locale.ROOT,
            "<line x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f' class='%s'/>",
            x1,
            y1,
            x2,
            y2,
            classes));
  }

  /** A line with a head, in the colour fg or red. */
  Svg arrow(double x1, double y1, double x2, double y2, String colour) {
    return add(
        String.format(
            Locale.ROOT,
            "<line x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f' class='%s' marker-end='url(#%s)'/>",
            x1,
            y1,
            x2,
            y2,
            colour,
            colour));
  }

  /** As a reader would write it: no zeros behind the point. */
  static String number(double value) {
    return value == Math.rint(value) ? Long.toString(Math.round(value)) : Double.toString(value);
  }

  @Override
  public String toString() {
    return """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img">
        <title>%s</title>
        %s<rect width="%d" height="%d" class="page"/>
        %s</svg>
        """
        .formatted(width, height, width, height, title, STYLE, width, height, content);
  }
}
