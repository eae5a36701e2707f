package io.fovea.rivals.compare;

import io.fovea.file.AtomicFile;
import io.fovea.kernel.KernelSet;
import io.fovea.rivals.measure.Action;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A measurement as bench/results.json has it, and the values of all rounds.
 *
 * @param comparisons what was measured
 * @param installation where
 * @param words of the command line
 */
record ResultsJson(List<Comparison> comparisons, Installation installation, List<String> words) {
  private static final String P99 = "p99-us";

  /** Writes the file, whole or not at all. */
  void write(Path file, int rounds) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), text)) {
      json.writeStartObject();
      json.writeStringProperty("date", LocalDate.now(ZoneId.systemDefault()).toString());
      json.writeStringProperty("commit", Machine.commit(installation.folder()));
      json.writeStringProperty("machine", Machine.describe());
      json.writeNumberProperty("bits", 32 * KernelSet.fastest().lanes());
      json.writeStringProperty("command", "bench/rivals/run " + String.join(" ", words));
      json.writeStringProperty("rounds", Integer.toString(rounds));
      json.writeArrayPropertyStart("rows");
      for (Comparison comparison : comparisons) {
        List<Metric> metrics = Metric.of(comparison.settings().action());
        for (int at = 0; at < metrics.size(); at++) {
          Metric metric = metrics.get(at);
          if (at == 0 || metric.key().equals(P99)) {
            write(json, comparison, metric);
          }
        }
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    AtomicFile.write(file, text + System.lineSeparator());
  }

  private static void write(JsonGenerator json, Comparison comparison, Metric metric) {
    List<Contender> sides =
        comparison.contenders().stream()
            .filter(it -> !it.series(metric.key()).values().isEmpty())
            .toList();
    json.writeStartObject();
    json.writeStringProperty("what", what(comparison.settings().action(), metric));
    json.writeStringProperty("network", comparison.settings().network());
    json.writeNumberProperty("batch", comparison.settings().batch());
    medians(json, "medians", sides, metric);
    for (Contender fovea : sides.stream().filter(Contender::isFovea).toList()) {
      Series own = fovea.series(metric.key());
      sides.stream()
          .filter(Contender::isRival)
          .map(it -> it.series(metric.key()))
          .min(Comparator.comparingDouble(it -> metric.lead(own.median(), it.median())))
          .ifPresent(it -> json.writeNumberProperty("ratio", own.leads(it, metric).median()));
    }
    if (!metric.key().equals(P99)) {
      medians(json, "memory", sides, Metric.PEAK);
    }
    json.writeObjectPropertyStart("values");
    for (Contender side : sides) {
      json.writeArrayPropertyStart(side.title());
      side.series(metric.key()).values().forEach(json::writeNumber);
      json.writeEndArray();
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  private static String what(Action action, Metric metric) {
    return switch (action) {
      case TRAIN -> "training";
      case ONNX -> "ONNX file";
      case LATENCY -> metric.key().equals(P99) ? "one image, p99" : "one image";
      default -> action.title() + ", " + metric.title();
    };
  }

  /** The medians of those who report the metric, if any does. */
  private static void medians(
      JsonGenerator json, String name, List<Contender> sides, Metric metric) {
    List<Contender> reporting =
        sides.stream().filter(it -> !it.series(metric.key()).values().isEmpty()).toList();
    if (reporting.isEmpty()) {
      return;
    }
    json.writeObjectPropertyStart(name);
    for (Contender side : reporting) {
      json.writeNumberProperty(side.title(), side.series(metric.key()).median());
    }
    json.writeEndObject();
  }
}
