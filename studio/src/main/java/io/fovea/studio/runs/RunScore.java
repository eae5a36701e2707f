package io.fovea.studio.runs;

import io.fovea.studio.web.Reply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The results of a run, from its metrics.
 *
 * @param accuracy the accuracy of the run's best model, that of the lowest validation loss or else
 *     the latest, on the test images, or, without these, on the validation images; NaN before the
 *     first epoch
 * @param seconds the duration of its finished epochs
 * @param imagesPerSecond the mean over its logged steps; NaN before the first
 * @param epochs the number of finished epochs
 */
public record RunScore(double accuracy, double seconds, double imagesPerSecond, int epochs) {
  private static final RunScore NONE = new RunScore(Double.NaN, 0, Double.NaN, 0);

  /** The shortest interval between reads of a changed metrics file. */
  public static final class Cache {
    private static final long REST_NANOS = 5_000_000_000L;
    private static final int KEPT = 500;

    private record Known(FileTime time, long at, RunScore score) {}

    private final LruCache<Path, Known> known = new LruCache<>(KEPT);

    RunScore of(Path metrics) throws IOException {
      if (!Files.isRegularFile(metrics, LinkOption.NOFOLLOW_LINKS)) {
        return NONE;
      }
      FileTime time = Files.getLastModifiedTime(metrics);
      long now = System.nanoTime();
      Known before = known.get(metrics).orElse(null);
      if (before != null && (before.time.equals(time) || now - before.at < REST_NANOS)) {
        return before.score;
      }
      RunScore score = read(metrics);
      known.put(metrics, new Known(time, now, score));
      return score;
    }
  }

  private static RunScore read(Path metrics) throws IOException {
    Totals totals = new Totals();
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    try (InputStream in = Files.newInputStream(metrics)) {
      byte[] piece = new byte[RunTail.LONGEST_LINE];
      for (int length = in.read(piece); length > 0; length = in.read(piece)) {
        int begin = 0;
        for (int end = 0; end < length; end++) {
          if (piece[end] == '\n') {
            append(line, piece, begin, end);
            totals.add(line);
            begin = end + 1;
          }
        }
        append(line, piece, begin, length);
      }
    }
    totals.add(line);
    return totals.score();
  }

  /** Appends a part of a line, unless the line is already too long to be valid. */
  private static void append(ByteArrayOutputStream line, byte[] piece, int begin, int end) {
    if (line.size() <= RunTail.LONGEST_LINE) {
      line.write(piece, begin, end - begin);
    }
  }

  /** The results of the lines until now. */
  private static final class Totals {
    private double accuracy = Double.NaN;
    private double lowestLoss = Double.POSITIVE_INFINITY;
    private double seconds;
    private int epochs;
    private double speeds;
    private long steps;

    /** Adds the results of a line, and clears it. */
    void add(ByteArrayOutputStream line) {
      JsonNode entry;
      try {
        boolean isTooLong = line.size() > RunTail.LONGEST_LINE;
        entry = Reply.JSON.readTree(isTooLong ? "" : line.toString(StandardCharsets.UTF_8));
      } catch (JacksonException torn) {
        return;
      } finally {
        line.reset();
      }
      if (entry.has("trainLoss")) {
        double held = entry.path("validationAccuracy").asDouble(Double.NaN);
        double loss = entry.path("validationLoss").asDouble(Double.NaN);
        if (!(loss >= lowestLoss)) { // also without validation images, where the latest counts
          accuracy = entry.path("testAccuracy").asDouble(held);
          lowestLoss = Math.min(loss, lowestLoss);
        }
        seconds += entry.path("seconds").asDouble(0);
        epochs++;
      } else if (entry.has("imagesPerSecond")) {
        speeds += entry.path("imagesPerSecond").asDouble(0);
        steps++;
      }
    }

    RunScore score() {
      return new RunScore(accuracy, seconds, speeds / steps, epochs);
    }
  }

  /** The results for JSON, without unknown ones. */
  Map<String, Object> facts() {
    Map<String, Object> facts = new LinkedHashMap<>();
    if (Double.isFinite(accuracy)) {
      facts.put("accuracy", accuracy);
    }
    if (Double.isFinite(imagesPerSecond)) {
      facts.put("imagesPerSecond", Math.round(imagesPerSecond));
    }
    facts.put("seconds", seconds);
    facts.put("epochs", epochs);
    return facts;
  }
}
