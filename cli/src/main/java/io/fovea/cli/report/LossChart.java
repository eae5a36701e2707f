package io.fovea.cli.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * The training losses of several runs on one chart, as a PNG for documents. Each run is a faint
 * line of every step's loss, and over it a strong one of its running mean.
 */
public final class LossChart {
  /** How the loss is drawn. */
  public enum Scale {
    /** Equal differences are equally far apart. */
    LINEAR,
    /** Equal ratios are equally far apart, which shows small losses. */
    LOG
  }

  static final int WIDTH = 1200;
  static final int HEIGHT = 675;
  private static final int POINTS = 1500;
  private static final Color INK = new Color(0x1F2933);
  private static final Color GRID = new Color(0xDDE2E8);

  /** Okabe and Ito's colours, which people with any kind of colour vision tell apart. */
  static final List<Color> COLOURS =
      List.of(
          new Color(0x0072B2),
          new Color(0xD55E00),
          new Color(0x009E73),
          new Color(0xCC79A7),
          new Color(0xE69F00),
          new Color(0x56B4E9));

  private LossChart() {}

  /**
   * Writes the chart.
   *
   * @param file the PNG file; one that is there is replaced
   * @param title above the chart
   * @param runs the steps of each run under its name, drawn in the map's order
   * @param scale how the loss is drawn
   * @throws IllegalArgumentException if a run has no step whose loss can be drawn
   * @throws IOException if the file cannot be written
   */
  public static void png(Path file, String title, Map<String, List<StepPoint>> runs, Scale scale)
      throws IOException {
    Files.write(file, Pictures.png(picture(title, runs, scale)));
  }

  static BufferedImage picture(String title, Map<String, List<StepPoint>> runs, Scale scale) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle("step")
            .yAxisTitle(scale == Scale.LOG ? "training loss (logarithmic)" : "training loss")
            .build();
    style(chart.getStyler(), scale);
    Map<String, Curve> curves = new LinkedHashMap<>();
    runs.forEach((name, steps) -> curves.put(name, drawable(name, steps, scale)));
    double floor =
        scale == Scale.LINEAR
            ? 0
            : curves.values().stream().mapToDouble(c -> c.smoothed().least()).min().orElse(1) / 2;
    chart.getStyler().setYAxisMin(floor);
    int run = 0;
    for (Map.Entry<String, Curve> entry : curves.entrySet()) {
      Color colour = COLOURS.get(run++ % COLOURS.size());
      Curve each = entry.getValue();
      // A single tiny loss would stretch a logarithmic axis over decades where nothing else is.
      line(chart, "steps of " + entry.getKey(), each.from(floor), faint(colour), 1)
          .setShowInLegend(false);
      line(chart, entry.getKey(), each.smoothed(), colour, 3);
    }
    return BitmapEncoder.getBufferedImage(chart);
  }

  private static Curve drawable(String name, List<StepPoint> steps, Scale scale) {
    Curve all = Curve.of(steps, StepPoint::loss);
    Curve curve =
        scale == Scale.LOG
            ? new Curve(all.points().stream().filter(point -> point.y() > 0).toList())
            : all;
    if (curve.isEmpty()) {
      throw new IllegalArgumentException(
          "loss chart: run \"%s\" has no loss to draw among %d steps; it needs at least one that is a number%s"
              .formatted(name, steps.size(), scale == Scale.LOG ? " above 0" : ""));
    }
    return curve;
  }

  /** The same colour for what lies behind. */
  static Color faint(Color colour) {
    return new Color(colour.getRed(), colour.getGreen(), colour.getBlue(), 70);
  }

  static XYSeries line(XYChart chart, String name, Curve curve, Color colour, float width) {
    List<Curve.Point> points = curve.thinned(POINTS).points();
    double[] x = points.stream().mapToDouble(Curve.Point::x).toArray();
    if (x.length > 1 && x[1] - x[0] >= 1) {
      // Where points are equally spaced XChart labels multiples of their spacing, such as 9, 18,
      // 27.
      // A thousandth of a step, which nobody sees, makes it choose round numbers.
      x[1] += 0.001;
    }
    double[] y = points.stream().mapToDouble(Curve.Point::y).toArray();
    XYSeries series = chart.addSeries(name, x, y);
    series.setMarker(SeriesMarkers.NONE);
    series.setLineColor(colour);
    series.setLineStyle(new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    return series;
  }

  static void style(XYStyler styler, Scale scale) {
    styler.setYAxisLogarithmic(scale == Scale.LOG);
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setPlotBackgroundColor(Color.WHITE);
    styler.setPlotBorderVisible(false);
    styler.setPlotGridVerticalLinesVisible(false);
    styler.setPlotGridLinesColor(GRID);
    styler.setYAxisLogarithmicDecadeOnly(true);
    styler.setPlotGridLinesStroke(new BasicStroke(1));
    styler.setChartFontColor(INK);
    styler.setAxisTickLabelsColor(INK);
    styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 24));
    styler.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 18));
    styler.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 16));
    styler.setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 18));
    styler.setLegendPosition(Styler.LegendPosition.OutsideS);
    styler.setLegendLayout(Styler.LegendLayout.Horizontal);
    styler.setLegendBorderColor(Color.WHITE);
    styler.setLocale(Locale.ROOT);
    styler.setXAxisMin(0.0);
    styler.setXAxisDecimalPattern("#,##0");
    styler.setYAxisDecimalPattern("#,##0.#######");
    styler.setXAxisTickMarkSpacingHint(130);
    styler.setPlotContentSize(0.98);
    styler.setLegendPadding(14);
    styler.setChartPadding(20);
  }
}
