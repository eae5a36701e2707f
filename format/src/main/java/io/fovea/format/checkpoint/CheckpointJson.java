package io.fovea.format.checkpoint;

import io.fovea.format.FormatException;
import io.fovea.format.json.JsonObject;
import io.fovea.format.json.JsonValue;
import io.fovea.format.json.StrictJson;
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
 * The JSON part of a checkpoint, without its tensors. Doubles are written by Double.toString, which
 * preserves their bits; NaN and the infinities are written as words.
 */
public final class CheckpointJson {
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
  private static final List<String> SCORE_KEYS = List.of("loss", "accuracy", "meanAP");

  private CheckpointJson() {}

  public static String of(Checkpoint checkpoint) {
    return StrictJson.object(
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
    json.writeNumberProperty(score.isMeanAp() ? "meanAP" : "accuracy", score.accuracy());
    json.writeEndObject();
  }

  /**
   * Reads a checkpoint's JSON.
   *
   * @param place the file and metadata key, for messages
   * @param tensors the file's further tensors, by kind
   */
  public static Checkpoint read(String place, String text, Weights weights, RunTensors tensors)
      throws FormatException {
    JsonObject json = JsonObject.of(place, StrictJson.read(place, text));
    long version = json.wide("version", 1, Long.MAX_VALUE);
    if (version != VERSION) {
      throw new FormatException(
          "%s: has version %d, but this Fovea reads version %d; resume with the Fovea that wrote it, or start a new run"
              .formatted(place, version, VERSION));
    }
    json.only(KEYS);
    List<EpochReport> history = new ArrayList<>();
    for (JsonValue item : json.items("history", "a list of epochs")) {
      history.add(epoch(JsonObject.of(place + ": epoch " + (history.size() + 1), item)));
    }
    return new Checkpoint(
        weights,
        json.text("optimizer"),
        tensors.slots(),
        position(json.object("position")),
        json.wide("seed", Long.MIN_VALUE, Long.MAX_VALUE),
        json.text("data"),
        json.text("kernels"),
        List.copyOf(history),
        settings(json.object("settings")),
        tensors.average(),
        tensors.best());
  }

  private static Map<String, String> settings(JsonObject json) throws FormatException {
    Map<String, String> settings = new LinkedHashMap<>();
    for (String key : json.values().keySet()) {
      settings.put(key, json.text(key));
    }
    return settings;
  }

  private static Checkpoint.Position position(JsonObject json) throws FormatException {
    json.only(POSITION_KEYS);
    return new Checkpoint.Position(
        json.wide("step", 0, Long.MAX_VALUE),
        json.whole("epoch", 1),
        json.whole("stepInEpoch", 0),
        json.number("lossSum"),
        json.wide("correct", 0, Long.MAX_VALUE),
        json.wide("images", 0, Long.MAX_VALUE),
        json.number("seconds"));
  }

  private static EpochReport epoch(JsonObject json) throws FormatException {
    json.only(EPOCH_KEYS);
    return new EpochReport(
        json.whole("epoch", 1),
        json.wide("step", 0, Long.MAX_VALUE),
        json.number("trainLoss"),
        json.number("trainAccuracy"),
        score(json, "validation"),
        score(json, "test"),
        json.number("seconds"));
  }

  private static Optional<EpochReport.Score> score(JsonObject json, String key)
      throws FormatException {
    if (!json.has(key)) {
      return Optional.empty();
    }
    JsonObject score = json.object(key);
    score.only(SCORE_KEYS);
    boolean isMeanAp = score.has("meanAP");
    double figure = score.number(isMeanAp ? "meanAP" : "accuracy");
    return Optional.of(new EpochReport.Score(score.number("loss"), figure, isMeanAp));
  }
}
