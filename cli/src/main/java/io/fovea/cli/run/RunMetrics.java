package io.fovea.cli.run;

import io.fovea.cli.screen.Failure;
import io.fovea.cli.screen.Json;
import io.fovea.train.EpochReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Reads a run's metrics.jsonl. */
public final class RunMetrics {
  /** The part of a damaged line that a message quotes. */
  private static final int LONGEST = 100;

  private RunMetrics() {}

  /** The finished epochs of the run, in order; empty if there is no such file. */
  public static List<EpochReport> epochs(Path run) throws IOException {
    Path file = run.resolve(RunFolder.METRICS);
    List<EpochReport> epochs = new ArrayList<>();
    if (!Files.isRegularFile(file)) {
      return epochs;
    }
    // Bytes that are not UTF-8 are replaced: a damaged line does not make the others unreadable.
    String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    for (String line : text.lines().toList()) {
      JsonNode entry;
      try {
        entry = Json.read(line);
      } catch (JacksonException torn) {
        break; // the process was killed while it wrote this line
      }
      if (entry.has("trainLoss")) {
        epochs.add(epoch(entry, file));
      }
    }
    return epochs;
  }

  private static EpochReport epoch(JsonNode entry, Path file) {
    try {
      return new EpochReport(
          entry.path("epoch").asInt(),
          entry.path("step").asLong(),
          entry.path("trainLoss").asDouble(),
          entry.path("trainAccuracy").asDouble(),
          score(entry, "validation"),
          score(entry, "test"),
          entry.path("seconds").asDouble());
    } catch (JacksonException wrong) {
      String line = Json.line(entry);
      throw new Failure(
          "metrics: %s: expects the figures of an epoch as numbers, got %s; remove this line, or restore the file"
              .formatted(file, line.length() > LONGEST ? line.substring(0, LONGEST) + "..." : line),
          wrong);
    }
  }

  private static Optional<EpochReport.Score> score(JsonNode entry, String of) {
    return entry.has(of + "Loss")
        ? Optional.of(
            new EpochReport.Score(
                entry.path(of + "Loss").asDouble(), entry.path(of + "Accuracy").asDouble()))
        : Optional.empty();
  }
}
