package io.fovea.studio.runs;

import io.fovea.run.RunMetrics;
import io.fovea.studio.web.LruCache;
import io.fovea.train.EpochReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The results of a run, from its metrics.
 *
 * @param accuracy the accuracy of the run's best model, that of the lowest validation loss or else
 *     the latest, on the test images, or, without these, on the validation images; with several
 *     labels its mean AP; NaN before the first epoch
 * @param judge what it is: "test", "held out", "mean AP" or "mean AP, held out"
 * @param seconds the duration of its finished epochs
 * @param imagesPerSecond the mean over its logged steps; NaN before the first
 * @param epochs the number of finished epochs
 */
public record RunScore(
    double accuracy, String judge, double seconds, double imagesPerSecond, int epochs) {
  private static final RunScore NONE = new RunScore(Double.NaN, "", 0, Double.NaN, 0);

  /** The shortest interval between reads of a changed metrics file. */
  public static final class Cache {
    private static final long REST_NANOS = 5_000_000_000L;
    private static final int KEPT = 500;

    private record Known(FileTime time, long at, RunScore score) {}

    private final LruCache<RunMetrics, Known> known = new LruCache<>(KEPT);

    RunScore of(RunMetrics metrics) throws IOException {
      if (!Files.isRegularFile(metrics.file(), LinkOption.NOFOLLOW_LINKS)) {
        return NONE;
      }
      FileTime time = Files.getLastModifiedTime(metrics.file());
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

  private static RunScore read(RunMetrics metrics) throws IOException {
    List<EpochReport> epochs = new ArrayList<>();
    DoubleSummaryStatistics speeds = new DoubleSummaryStatistics();
    metrics.read(step -> speeds.accept(step.imagesPerSecond()), epochs::add);
    Optional<EpochReport> best = RunMetrics.best(epochs);
    Optional<EpochReport.Score> score = best.flatMap(one -> one.test().or(one::validation));
    double accuracy = score.map(EpochReport.Score::accuracy).orElse(Double.NaN);
    boolean isTest = best.flatMap(EpochReport::test).isPresent();
    boolean isMeanAp = score.map(EpochReport.Score::isMeanAp).orElse(false);
    String judge =
        (isMeanAp ? "mean AP" + (isTest ? "" : ", held out") : isTest ? "test" : "held out");
    double seconds = epochs.stream().mapToDouble(EpochReport::seconds).sum();
    double speed = speeds.getCount() == 0 ? Double.NaN : speeds.getAverage();
    return new RunScore(accuracy, judge, seconds, speed, epochs.size());
  }

  Map<String, Object> facts() {
    Map<String, Object> facts = new LinkedHashMap<>();
    if (Double.isFinite(accuracy)) {
      facts.put("accuracy", accuracy);
      facts.put("judge", judge);
    }
    if (Double.isFinite(imagesPerSecond)) {
      facts.put("imagesPerSecond", Math.round(imagesPerSecond));
    }
    facts.put("seconds", seconds);
    facts.put("epochs", epochs);
    return facts;
  }
}
