package io.fovea.cli.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Map;

/** A {@link Chart} as a picture, for documents without HTML. Its text needs a font. */
final class ChartPicture {
  private static final int WIDTH = 1200;
  private static final int HEIGHT = 675;
  private static final int LEFT = 100;
  private static final int RIGHT = WIDTH - 40;
  private static final int TOP = 80;
  private static final int BOTTOM = HEIGHT - 130;

  private static final Color INK = new Color(0x1F2933);
  private static final Color GRID = new Color(0xDDE2E8);

  /** Okabe and Ito's colours, distinct for people with any kind of colour vision. */
  private static final Map<String, Pen> PENS =
      Map.of(
          "faint", new Pen(new Color(0x0072B2 | 70 << 24, true), 1),
          "first", new Pen(new Color(0x0072B2), 3),
          "faint second", new Pen(new Color(0xD55E00 | 70 << 24, true), 1),
          "second", new Pen(new Color(0xD55E00), 3));

  private record Pen(Color colour, float width) {}

  private final Chart chart;
  private final Graphics2D graphics;

  private ChartPicture(Chart chart, Graphics2D graphics) {
    this.chart = chart;
    this.graphics = graphics;
  }

  static BufferedImage of(Chart chart) {
    BufferedImage picture = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = picture.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, WIDTH, HEIGHT);
    new ChartPicture(chart, graphics).draw();
    graphics.dispose();
    return picture;
  }

  private void draw() {
    graphics.setColor(INK);
    font(Font.BOLD, 24);
    text(chart.title(), WIDTH / 2.0, 45, 0.5);
    font(Font.PLAIN, 16);
    for (double tick : chart.y().ticks()) {
      graphics.setColor(GRID);
      graphics.drawLine(LEFT, (int) down(tick), RIGHT, (int) down(tick));
      graphics.setColor(INK);
      text(chart.y().label(tick), LEFT - 12, down(tick) + 6, 1);
    }
    for (double tick : chart.x().ticks()) {
      text(chart.x().label(tick), right(tick), BOTTOM + 28, 0.5);
    }
    font(Font.PLAIN, 18);
    text(chart.across(), (LEFT + RIGHT) / 2.0, BOTTOM + 60, 0.5);
    chart.lines().forEach(this::line);
    key();
  }

  private void font(int style, int size) {
    graphics.setFont(new Font(Font.SANS_SERIF, style, size));
  }

  /** Draws text; {@code before} is the share of its width to the left of {@code x}. */
  private void text(String words, double x, double y, double before) {
    double width = graphics.getFontMetrics().stringWidth(words);
    graphics.drawString(words, (float) (x - before * width), (float) y);
  }

  private void line(Chart.Line line) {
    Path2D path = new Path2D.Double();
    for (Curve.Point point : line.curve().thinned(Chart.POINTS).points()) {
      if (path.getCurrentPoint() == null) {
        path.moveTo(right(point.x()), down(point.y()));
      }
      path.lineTo(right(point.x()), down(point.y()));
    }
    take(line);
    graphics.draw(path);
  }

  private void take(Chart.Line line) {
    Pen pen = PENS.get(line.look());
    if (pen == null) {
      throw new IllegalArgumentException(
          "chart: expects a line's look to be one of %s, got \"%s\""
              .formatted(PENS.keySet().stream().sorted().toList(), line.look()));
    }
    graphics.setColor(pen.colour());
    graphics.setStroke(new BasicStroke(pen.width(), BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
  }

  /** The legend below the chart. */
  private void key() {
    List<Chart.Line> named = chart.lines().stream().filter(l -> !l.name().isEmpty()).toList();
    int words = named.stream().mapToInt(l -> graphics.getFontMetrics().stringWidth(l.name())).sum();
    double x = (LEFT + RIGHT - words - 90.0 * named.size() + 40) / 2;
    for (Chart.Line line : named) {
      take(line);
      graphics.drawLine((int) x, HEIGHT - 28, (int) x + 40, HEIGHT - 28);
      graphics.setColor(INK);
      text(line.name(), x + 50, HEIGHT - 22, 0);
      x += 90 + graphics.getFontMetrics().stringWidth(line.name());
    }
  }

  private double right(double value) {
    return LEFT + chart.x().place(value) * (RIGHT - LEFT);
  }

  private double down(double value) {
    return BOTTOM - chart.y().place(value) * (BOTTOM - TOP);
  }
}
