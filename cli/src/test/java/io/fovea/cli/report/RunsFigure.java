package io.fovea.cli.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Draws the losses of several runs on one chart, for the book: {@code RunsFigure OUT.png TITLE
 * NAME=RUN ...}, where RUN is a run folder. docs/book says which runs each figure shows.
 */
public final class RunsFigure {
  private RunsFigure() {}

  /** Draws the chart. */
  public static void main(String[] args) throws IOException {
    Map<String, List<StepPoint>> runs = new LinkedHashMap<>();
    for (int i = 2; i < args.length; i++) {
      int equals = args[i].indexOf('=');
      Path metrics = Path.of(args[i].substring(equals + 1), "metrics.jsonl");
      runs.put(args[i].substring(0, equals), points(metrics));
    }
    LossChart.png(Path.of(args[0]), args[1], runs, LossChart.Scale.LINEAR);
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
