package io.fovea.rivals.compare;

import io.fovea.file.AtomicFile;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * All values of all rounds, for whoever wants to compute with them.
 *
 * @param comparisons what was measured
 * @param installation where
 * @param words of the command line
 */
record ResultsJson(List<Comparison> comparisons, Installation installation, List<String> words) {
  /** Writes the file, whole or not at all. */
  void write(Path file) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), text)) {
      json.writeStartObject();
      json.writeStringProperty("command", "bench/rivals/run " + String.join(" ", words));
      json.writeStringProperty("machine", Machine.describe());
      json.writeStringProperty("date", LocalDate.now(ZoneId.systemDefault()).toString());
      json.writeStringProperty("commit", Machine.commit(installation.folder()));
      json.writeArrayPropertyStart("measured");
      for (Comparison comparison : comparisons) {
        for (Metric metric : Metric.of(comparison.settings().action())) {
          write(json, comparison, metric);
        }
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    AtomicFile.write(file, text + System.lineSeparator());
  }

  private static void write(JsonGenerator json, Comparison comparison, Metric metric) {
    json.writeStartObject();
    json.writeStringProperty("what", comparison.title());
    json.writeStringProperty("metric", metric.title());
    json.writeBooleanProperty("moreIsBetter", metric.moreIsBetter());
    json.writeObjectPropertyStart("rounds");
    for (Contender contender : comparison.contenders()) {
      json.writeArrayPropertyStart(contender.title());
      contender.series(metric.key()).values().forEach(json::writeNumber);
      json.writeEndArray();
    }
    json.writeEndObject();
    json.writeEndObject();
  }
}
