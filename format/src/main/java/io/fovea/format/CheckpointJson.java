package io.fovea.format;

import io.fovea.network.Weights;
import io.fovea.train.Checkpoint;
import io.fovea.train.EpochReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/**
 * What a checkpoint holds besides tensors. Doubles are written as Double.toString writes them,
 * which reads back to the same bits; NaN and the infinities are written as words.
 */
final class CheckpointJson {
  private static final String FORMAT = "fovea.checkpoint";
  private static final int VERSION = 2;
  private static final List<String> KEYS =
      List.of(
          "format",
          "version",
          "optimizer",
          "seed",
          "data",
          "kernels",
          "position",
          "history",
          "settings");
  private static final List<String> POSITION_KEYS =
      List.of("step", "epoch", "stepInEpoch", "lossSum", "correct", "images", "seconds");
  private static final List<String> EPOCH_KEYS =
      List.of("epoch", "step", "trainLoss", "trainAccuracy", "validation", "test", "seconds");
  private static final List<String> SCORE_KEYS = List.of("loss", "accuracy");

  private CheckpointJson() {}

  static String of(Checkpoint checkpoint) {
    return Json.object(
        json -> {
          json.writeStringProperty("format", FORMAT);
          json.writeNumberProperty("version", VERSION);
          json.writeStringProperty("optimizer", checkpoint.optimizer());
          json.writeNumberProperty("seed", checkpoint.seed());
          json.writeStringProperty("data", checkpoint.data());
          json.writeStringProperty("kernels", checkpoint.kernels());
          writePosition(json, checkpoint.position());
          json.writeArrayPropertyStart("history");
          checkpoint.history().forEach(epoch -> writeEpoch(json, epoch));
          json.writeEndArray();
          json.writeObjectPropertyStart("settings");
          checkpoint.settings().forEach(json::writeStringProperty);
          json.writeEndObject();
        });
  }

  private static void writePosition(JsonGenerator json, Checkpoint.Position position) {
    json.writeObjectPropertyStart("position");
    json.writeNumberProperty("step", position.step());
    json.writeNumberProperty("epoch", position.epoch());
    json.writeNumberProperty("stepInEpoch", position.stepInEpoch());
    json.writeNumberProperty("lossSum", position.lossSum());
    json.writeNumberProperty("correct", position.correct());
    json.writeNumberProperty("images", position.images());
    json.writeNumberProperty("seconds", position.seconds());
    json.writeEndObject();
  }

  private static void writeEpoch(JsonGenerator json, EpochReport epoch) {
    json.writeStartObject();
    json.writeNumberProperty("epoch", epoch.epoch());
    json.writeNumberProperty("step", epoch.step());
    json.writeNumberProperty("trainLoss", epoch.trainLoss());
    json.writeNumberProperty("trainAccuracy", epoch.trainAccuracy());
    epoch.validation().ifPresent(score -> writeScore(json, "validation", score));
    epoch.test().ifPresent(score -> writeScore(json, "test", score));
    json.writeNumberProperty("seconds", epoch.seconds());
    json.writeEndObject();
  }

  private static void writeScore(JsonGenerator json, String key, EpochReport.Score score) {
    json.writeObjectPropertyStart(key);
    json.writeNumberProperty("loss", score.loss());
    json.writeNumberProperty("accuracy", score.accuracy());
    json.writeEndObject();
  }

  /**
   * Reads a checkpoint's JSON. Version 1 had no settings.
   *
   * @param place the file and metadata key, for messages
   * @param tensors what the file holds besides, by kind
   */
  static Checkpoint read(String place, String text, Weights weights, RunTensors tensors)
      throws FormatException {
    Facts facts = Facts.of(place, Json.read(place, text));
    long version = facts.wide("version", 1, Long.MAX_VALUE);
    if (version > VERSION) {
      throw new FormatException(
          "%s: has version %d, but this Fovea reads versions up to %d; use a newer Fovea"
              .formatted(place, version, VERSION));
    }
    facts.only(KEYS);
    List<EpochReport> history = new ArrayList<>();
    for (JsonValue item : facts.items("history", "a list of epochs")) {
      history.add(epoch(Facts.of(place + ": epoch " + (history.size() + 1), item)));
    }
    return new Checkpoint(
        weights,
        facts.text("optimizer"),
        tensors.slots(),
        position(facts.object("position")),
        facts.wide("seed", Long.MIN_VALUE, Long.MAX_VALUE),
        facts.text("data"),
        facts.text("kernels"),
        List.copyOf(history),
        facts.has("settings") ? settings(facts.object("settings")) : Map.of(),
        tensors.average(),
        tensors.best());
  }

  private static Map<String, String> settings(Facts facts) throws FormatException {
    Map<String, String> settings = new LinkedHashMap<>();
    for (String key : facts.values().keySet()) {
      settings.put(key, facts.text(key));
    }
    return settings;
  }

  private static Checkpoint.Position position(Facts facts) throws FormatException {
    facts.only(POSITION_KEYS);
    return new Checkpoint.Position(
        facts.wide("step", 0, Long.MAX_VALUE),
        facts.whole("epoch", 1),
        facts.whole("stepInEpoch", 0),
        facts.number("lossSum"),
        facts.wide("correct", 0, Long.MAX_VALUE),
        facts.wide("images", 0, Long.MAX_VALUE),
        facts.number("seconds"));
  }

  private static EpochReport epoch(Facts facts) throws FormatException {
    facts.only(EPOCH_KEYS);
    return new EpochReport(
        facts.whole("epoch", 1),
        facts.wide("step", 0, Long.MAX_VALUE),
        facts.number("trainLoss"),
        facts.number("trainAccuracy"),
        score(facts, "validation"),
        score(facts, "test"),
        facts.number("seconds"));
  }

  private static Optional<EpochReport.Score> score(Facts facts, String key) throws FormatException {
    if (!facts.has(key)) {
      return Optional.empty();
    }
    Facts score = facts.object(key);
    score.only(SCORE_KEYS);
    return Optional.of(new EpochReport.Score(score.number("loss"), score.number("accuracy")));
  }
}
