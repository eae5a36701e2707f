package io.fovea.run;

import io.fovea.file.AtomicFile;
import io.fovea.file.DisplayText;
import io.fovea.format.FormatException;
import io.fovea.format.json.JsonObject;
import io.fovea.format.json.JsonValue;
import io.fovea.format.json.StrictJson;
import io.fovea.train.BestEpoch;
import io.fovea.train.EpochReport;
import io.fovea.train.StepReport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;

/**
 * A run's metrics.jsonl: one object for each logged step, one for each epoch. Lines that are not
 * JSON objects, as a killed process leaves, are passed over.
 */
public record RunMetrics(Path file) {
  /** The most bytes of a line; no valid one is so long. */
  public static final int LONGEST_LINE = 64 * 1024;

  /** The part of a damaged line that a message quotes. */
  private static final int LONGEST_QUOTED = 100;

  private static final String OF_EPOCH = "trainLoss";

  /** In place of Accuracy where images have several labels. */
  private static final String MEAN_AP = "MeanAP";

  /** The hash of the weights after an epoch, the only text. */
  private static final String WEIGHTS = "weights";

  private record Line(String text, JsonObject entry) {}

  public void append(StepReport step) throws IOException {
    append(line(step));
  }

  public void append(EpochReport epoch, String weights) throws IOException {
    append(line(epoch, weights));
  }

  public static String line(StepReport step) {
    return line(
        json -> {
          json.writeNumberProperty("step", step.step());
          json.writeNumberProperty("epoch", step.epoch());
          json.writeNumberProperty("loss", step.loss());
          json.writeNumberProperty("totalLoss", step.totalLoss());
          json.writeNumberProperty("accuracy", step.accuracy());
          json.writeNumberProperty("lr", step.learningRate());
          json.writeNumberProperty("imagesPerSecond", Math.round(step.imagesPerSecond()));
        });
  }

  /**
   * The line of an epoch.
   *
   * @param weights the SHA-256 of the weights behind the epoch's last update
   */
  public static String line(EpochReport epoch, String weights) {
    return line(
        json -> {
          json.writeNumberProperty("epoch", epoch.epoch());
          json.writeNumberProperty("step", epoch.step());
          json.writeNumberProperty(OF_EPOCH, epoch.trainLoss());
          json.writeNumberProperty("trainAccuracy", epoch.trainAccuracy());
          epoch.validation().ifPresent(score -> write(json, "validation", score));
          epoch.test().ifPresent(score -> write(json, "test", score));
          json.writeNumberProperty("seconds", Math.round(epoch.seconds() * 1000) / 1000.0);
          json.writeStringProperty(WEIGHTS, weights);
        });
  }

  private static String line(Consumer<JsonGenerator> members) {
    return DisplayText.of(StrictJson.object(members));
  }

  private static void write(JsonGenerator json, String of, EpochReport.Score score) {
    json.writeNumberProperty(of + "Loss", score.loss());
    json.writeNumberProperty(of + (score.isMeanAp() ? MEAN_AP : "Accuracy"), score.accuracy());
  }

  private void append(String line) throws IOException {
    try (Writer writer =
        Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      writer.write(line + "\n");
    }
  }

  /** Drops the lines after a step, and an incomplete last line. */
  public void cutBackTo(long step) throws IOException {
    if (Files.exists(file)) {
      StringBuilder kept = new StringBuilder();
      lines(
          line -> {
            if (line.entry.values().get("step") instanceof JsonValue.Numeral number
                && number.whole().orElse(Long.MAX_VALUE) <= step) {
              kept.append(line.text).append('\n');
            }
          });
      AtomicFile.write(file, kept.toString());
    }
  }

  /** The finished epochs, in order; empty if there is no such file. */
  public List<EpochReport> epochs() throws IOException {
    List<EpochReport> epochs = new ArrayList<>();
    read(step -> {}, epochs::add);
    return epochs;
  }

  /** The epoch of the kept model, by {@link BestEpoch}; empty before the first one is done. */
  public static Optional<EpochReport> best(List<EpochReport> epochs) {
    int best = BestEpoch.of(epochs).epoch();
    return epochs.stream().filter(epoch -> epoch.epoch() == best).findFirst();
  }

  /**
   * Reads all lines, of which it keeps none.
   *
   * @throws FormatException if a figure is no number
   */
  public void read(Consumer<StepReport> steps, Consumer<EpochReport> epochs) throws IOException {
    if (!Files.isRegularFile(file)) {
      return;
    }
    lines(
        line -> {
          if (line.entry.has(OF_EPOCH)) {
            epochs.accept(epoch(line));
          } else if (line.entry.has("loss")) {
            steps.accept(step(line));
          }
        });
  }

  /** Whether a line is an object of numbers, but for a hash, as all lines of a run are. */
  public static boolean isOfNumbers(String line) {
    return object(line)
        .filter(
            entry ->
                entry.values().entrySet().stream()
                    .allMatch(
                        member ->
                            member.getValue() instanceof JsonValue.Numeral
                                || member.getKey().equals(WEIGHTS)))
        .isPresent();
  }

  public static boolean isEpoch(String line) {
    return line.contains('"' + OF_EPOCH + '"');
  }

  private static Optional<JsonObject> object(String line) {
    try {
      return StrictJson.read("metrics", line) instanceof JsonValue.Members members
          ? Optional.of(new JsonObject("metrics", members.values()))
          : Optional.empty();
    } catch (FormatException torn) {
      return Optional.empty();
    }
  }

  /** Reads what may throw. */
  @FunctionalInterface
  private interface Reader {
    void accept(Line line) throws IOException;
  }

  /** One damaged file may not cost all memory, so too long lines are not kept. */
  private void lines(Reader reader) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] piece = new byte[LONGEST_LINE];
      for (int length = in.read(piece); length > 0; length = in.read(piece)) {
        int begin = 0;
        for (int end = 0; end < length; end++) {
          if (piece[end] == '\n') {
            append(line, piece, begin, end);
            end(line, reader);
            begin = end + 1;
          }
        }
        append(line, piece, begin, length);
      }
    }
    end(line, reader);
  }

  private static void append(ByteArrayOutputStream line, byte[] piece, int begin, int end) {
    if (line.size() <= LONGEST_LINE) {
      line.write(piece, begin, end - begin);
    }
  }

  private static void end(ByteArrayOutputStream line, Reader reader) throws IOException {
    // Bytes that are not UTF-8 are replaced: a damaged line does not make the others unreadable.
    String text = line.size() > LONGEST_LINE ? "" : line.toString(StandardCharsets.UTF_8);
    line.reset();
    Optional<JsonObject> entry = object(text);
    if (entry.isPresent()) {
      reader.accept(new Line(text, entry.get()));
    }
  }

  private StepReport step(Line line) throws FormatException {
    return new StepReport(
        whole(line, "step", Long.MAX_VALUE),
        (int) whole(line, "epoch", Integer.MAX_VALUE),
        0,
        0,
        number(line, "loss"),
        number(line, "totalLoss"),
        number(line, "accuracy"),
        number(line, "lr"),
        number(line, "imagesPerSecond"));
  }

  private EpochReport epoch(Line line) throws FormatException {
    return new EpochReport(
        (int) whole(line, "epoch", Integer.MAX_VALUE),
        whole(line, "step", Long.MAX_VALUE),
        number(line, OF_EPOCH),
        number(line, "trainAccuracy"),
        score(line, "validation"),
        score(line, "test"),
        number(line, "seconds"));
  }

  private Optional<EpochReport.Score> score(Line line, String of) throws FormatException {
    boolean isMeanAp = line.entry.has(of + MEAN_AP);
    double figure = number(line, of + (isMeanAp ? MEAN_AP : "Accuracy"));
    return line.entry.has(of + "Loss")
        ? Optional.of(new EpochReport.Score(number(line, of + "Loss"), figure, isMeanAp))
        : Optional.empty();
  }

  /** A figure; 0 if it is missing. */
  private double number(Line line, String key) throws FormatException {
    try {
      return line.entry.has(key) ? line.entry.number(key) : 0;
    } catch (FormatException wrong) {
      throw damaged(line, wrong);
    }
  }

  private long whole(Line line, String key, long most) throws FormatException {
    try {
      return line.entry.has(key) ? line.entry.wide(key, 0, most) : 0;
    } catch (FormatException wrong) {
      throw damaged(line, wrong);
    }
  }

  private FormatException damaged(Line line, FormatException wrong) {
    boolean isLong = line.text.length() > LONGEST_QUOTED;
    return new FormatException(
        "metrics: %s: expects the figures of an epoch as numbers, got %s; remove this line, or restore the file"
            .formatted(file, isLong ? line.text.substring(0, LONGEST_QUOTED) + "..." : line.text),
        wrong);
  }
}
