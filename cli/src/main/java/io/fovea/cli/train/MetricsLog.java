package io.fovea.cli.train;

import io.fovea.cli.screen.Json;
import io.fovea.file.AtomicFile;
import io.fovea.train.EpochReport;
import io.fovea.train.Listener;
import io.fovea.train.StepReport;
import io.fovea.train.Training;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * metrics.jsonl: one object for each logged step, one for each epoch. A resumed run cuts off lines
 * after the checkpoint.
 */
final class MetricsLog implements Listener {
  private final Path file;
  private final int every;
  private final List<StepReport> logged = new ArrayList<>();

  MetricsLog(Path file, int every) {
    this.file = file;
    this.every = every;
  }

  /** The steps logged by this process, for the report's curves. */
  List<StepReport> logged() {
    return List.copyOf(logged);
  }

  /** Drops the lines after a step, and an incomplete last line. */
  void cutBackTo(long step) throws IOException {
    logged.clear();
    if (!Files.exists(file)) {
      return;
    }
    StringBuilder kept = new StringBuilder();
    // Bytes that are not UTF-8 are replaced: a killed process may have left any bytes.
    String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    for (String line : text.lines().toList()) {
      try {
        JsonNode entry = Json.read(line);
        if (entry.path("step").asLong(Long.MAX_VALUE) <= step) {
          kept.append(line).append('\n');
          remember(entry);
        }
      } catch (JacksonException torn) {
        break; // the process was killed while it wrote this line
      }
    }
    AtomicFile.write(file, kept.toString());
  }

  private void remember(JsonNode entry) {
    if (entry.has("loss")) {
      logged.add(
          new StepReport(
              entry.path("step").asLong(),
              entry.path("epoch").asInt(),
              0,
              0,
              entry.path("loss").asDouble(),
              entry.path("totalLoss").asDouble(),
              entry.path("accuracy").asDouble(),
              entry.path("lr").asDouble(),
              entry.path("imagesPerSecond").asDouble()));
    }
  }

  @Override
  public void onStep(Training training, StepReport step) {
    step(step);
  }

  /** Logs a step, if it is one of the logged ones. */
  void step(StepReport step) {
    if (step.step() % every != 0 && step.step() != 1) {
      return;
    }
    logged.add(step);
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("step", step.step());
    line.put("epoch", step.epoch());
    line.put("loss", step.loss());
    line.put("totalLoss", step.totalLoss());
    line.put("accuracy", step.accuracy());
    line.put("lr", step.learningRate());
    line.put("imagesPerSecond", Math.round(step.imagesPerSecond()));
    append(line);
  }

  @Override
  public void onEpoch(Training training, EpochReport epoch) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("epoch", epoch.epoch());
    line.put("step", epoch.step());
    line.put("trainLoss", epoch.trainLoss());
    line.put("trainAccuracy", epoch.trainAccuracy());
    epoch
        .validation()
        .ifPresent(
            score -> {
              line.put("validationLoss", score.loss());
              line.put("validationAccuracy", score.accuracy());
            });
    epoch
        .test()
        .ifPresent(
            score -> {
              line.put("testLoss", score.loss());
              line.put("testAccuracy", score.accuracy());
            });
    line.put("seconds", Math.round(epoch.seconds() * 1000) / 1000.0);
    append(line);
  }

  private void append(Map<String, Object> line) {
    try (Writer writer =
        Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      writer.write(Json.line(line) + "\n");
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
