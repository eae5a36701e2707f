package io.fovea.cli.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Draws the losses of two runs on one chart, for the book: {@code RunsFigure OUT.png TITLE NAME=RUN
 * NAME=RUN}, where RUN is a run folder. docs/book says which runs each figure shows.
 */
public final class RunsFigure {
  private RunsFigure() {}

  /** Draws the chart. */
  public static void main(String[] args) throws IOException {
    List<Chart.Line> lines = new ArrayList<>();
    for (int i = 2; i < args.length; i++) {
      int equals = args[i].indexOf('=');
      Path metrics = Path.of(args[i].substring(equals + 1), "metrics.jsonl");
      Curve loss = Curve.of(points(metrics), StepPoint::loss);
      lines.add(new Chart.Line("", i == 2 ? "faint" : "faint second", loss, false));
      String name = args[i].substring(0, equals);
      lines.add(new Chart.Line(name, i == 2 ? "first" : "second", loss.smoothed(), false));
    }
    List<Curve.Point> all = lines.stream().flatMap(line -> line.curve().points().stream()).toList();
    double steps = all.stream().mapToDouble(Curve.Point::x).max().orElse(1);
    double most = all.stream().mapToDouble(Curve.Point::y).max().orElse(1);
    Axis across = Axis.linear(Axis.Scale.LINEAR, 0, steps, 8, 1);
    Chart chart =
        new Chart(args[1], "step", across, Axis.fromZero(most), lines, NumberFormats::loss);
    Files.write(Path.of(args[0]), PageImages.png(ChartPicture.of(chart)));
  }

  private static List<StepPoint> points(Path metrics) throws IOException {
    JsonMapper json = JsonMapper.builder().build();
    List<StepPoint> points = new ArrayList<>();
    for (String line : Files.readAllLines(metrics)) {
      JsonNode entry = json.readTree(line);
      if (entry.has("loss")) {
        points.add(
            new StepPoint(
                entry.path("step").asLong(),
                entry.path("loss").asDouble(),
                entry.path("accuracy").asDouble()));
      }
    }
    return points;
  }
}
